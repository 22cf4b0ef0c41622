//! How far an order would use each limit, for the ticket.

use crate::account::Exposure;
use crate::limits::EffectiveLimits;
use crate::money::{attos_to_nanos, notional};
use crate::order::{Side, Terms};
use crate::pricing::{check_grid, price_order};
use crate::refusal::Reason;
use crate::rules::{Question, View, check_quantity};

/// One limit's use. Money and quantities in nanos, orders counted; `limit` is `None` where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub rule: Reason,
    pub unit: Unit,
    pub before: i128,
    pub after: i128,
    pub limit: Option<i128>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Money,
    Quantity,
    Count,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Money => "money",
            Unit::Quantity => "quantity",
            Unit::Count => "count",
        }
    }
}

fn money(rule: Reason, before: i128, after: i128, limit: i128) -> Usage {
    let limit = (limit != i128::MAX).then_some(attos_to_nanos(limit));
    Usage {
        rule,
        unit: Unit::Money,
        before: attos_to_nanos(before),
        after: attos_to_nanos(after),
        limit,
    }
}

fn quantity(rule: Reason, before: i64, after: i64, limit: i64) -> Usage {
    let limit = (limit != i64::MAX).then_some(limit.into());
    Usage {
        rule,
        unit: Unit::Quantity,
        before: before.into(),
        after: after.into(),
        limit,
    }
}

/// Before and after, whether or not the order passes; nothing if it cannot be valued.
pub fn usages(view: &View<'_>, question: &Question) -> Vec<Usage> {
    let View {
        account,
        instrument,
        cell,
        limits,
        ..
    } = view;
    let side = question.side;
    let shaped = check_quantity(question, instrument)
        .and_then(|()| check_grid(question.kind, &question.prices, &instrument.tick));
    if shaped.is_err() || instrument.mark == 0 {
        return Vec::new();
    }
    // Outside the collar the order is still worth what it states.
    let Ok(priced) = price_order(side, question.kind, &question.prices, instrument, limits)
        .or_else(|_| {
            let unbounded = EffectiveLimits {
                collar_bp: 0,
                ..**limits
            };
            price_order(
                side,
                question.kind,
                &question.prices,
                instrument,
                &unbounded,
            )
        })
    else {
        return Vec::new();
    };
    let (mark, before) = (instrument.mark, &cell.quantities);
    let mut after = *before;
    after.open[side.index()] += question.quantity;
    let mut exposure = account.exposure;
    exposure.shift(&before.weights(), mark, &after.weights(), mark);
    let net = |exposure: &Exposure| match side {
        Side::Buy => exposure.net + exposure.open[0],
        Side::Sell => exposure.open[1] - exposure.net,
    };
    let reserve = Terms::reserving(
        view.fees,
        question.quantity,
        priced.reserve_price,
        &question.prices,
        None,
        instrument.lot.step,
    )
    .reserve();
    let reserved_after = account.reserved_buys + reserve + exposure.short_opening;
    let power = account.buying_power().saturating_add(account.reserved());
    let value = notional(priced.value_price, question.quantity);
    let (reach, new_reach) = (before.reach(side), after.reach(side));
    let worth = |reach: i64| notional(instrument.reference, reach);
    let loss = (-account.daily_pnl()).max(0);
    vec![
        quantity(
            Reason::OrderQuantity,
            0,
            question.quantity,
            limits.order_quantity,
        ),
        money(Reason::OrderNotional, 0, value, limits.order_notional),
        quantity(
            Reason::PositionQuantity,
            reach,
            new_reach,
            limits.position_quantity,
        ),
        money(
            Reason::PositionNotional,
            worth(reach),
            worth(new_reach),
            limits.position_notional,
        ),
        money(
            Reason::GrossExposure,
            account.exposure.gross_worst,
            exposure.gross_worst,
            limits.gross,
        ),
        money(
            Reason::NetExposure,
            net(&account.exposure),
            net(&exposure),
            limits.net,
        ),
        money(
            Reason::BuyingPower,
            account.reserved(),
            reserved_after,
            power,
        ),
        Usage {
            rule: Reason::OpenOrders,
            unit: Unit::Count,
            before: account.open_orders.into(),
            after: i128::from(account.open_orders) + 1,
            limit: (limits.open_orders != u32::MAX).then_some(limits.open_orders.into()),
        },
        money(Reason::DailyLoss, loss, loss, limits.daily_loss),
    ]
}
