//! The rules, from the order's own shape on. They look and change nothing.

use crate::account::Account;
use crate::cell::{Cell, Quantities};
use crate::fees::Fees;
use crate::instrument::Instrument;
use crate::limits::EffectiveLimits;
use crate::money::{MAX_QUANTITY_NANOS, notional};
use crate::order::{OrderKind, OrderRequest, Prices, Side, Terms};
use crate::policy::CompiledPolicy;
use crate::pricing::{check_grid, price_order};
use crate::recent::{RecentOrders, mark};
use crate::refusal::{Figures, Reason, Refusal, refuse};

/// What is asked.
pub struct Question {
    pub side: Side,
    pub kind: OrderKind,
    pub quantity: i64,
    pub prices: Prices,
    pub closing: bool,
    /// The terms that the order has already, when it is being replaced.
    pub standing: Option<Terms>,
    pub now_ns: i64,
}

/// What it is asked about.
pub struct View<'a> {
    pub account: &'a Account,
    pub instrument: &'a Instrument,
    pub cell: &'a Cell,
    pub limits: &'a EffectiveLimits,
    pub policy: &'a CompiledPolicy,
    pub fees: &'a Fees,
    pub recent: &'a RecentOrders,
}

/// What an accepted order changes.
pub struct Plan {
    pub terms: Terms,
    /// What the venue holds an order without a limit to; 0 where it is bounded otherwise, or needs no bound.
    pub protection_price: i64,
    pub added_quantity: i64,
    pub added_reserve: i128,
    pub added_open: i128,
    pub added_gross: i128,
    pub added_short: i128,
    pub rate_next_ns: i64,
    pub recent_marks: u64,
}

impl Question {
    #[inline(always)]
    pub fn of(request: &OrderRequest<'_>) -> Question {
        Question {
            side: request.side,
            kind: request.kind,
            quantity: request.quantity_nanos,
            prices: request.prices,
            closing: request.closing,
            standing: None,
            now_ns: request.now_ns,
        }
    }

    /// How much of the position could still be closed, were this order not there yet.
    #[inline(always)]
    fn closable(&self, quantities: &Quantities) -> i64 {
        quantities.closable(self.side) + self.standing.map_or(0, |terms| terms.open_nanos)
    }
}

#[inline(always)]
pub fn ask(view: &View<'_>, question: &Question) -> Result<Plan, Refusal> {
    let View {
        account,
        instrument,
        cell,
        limits,
        ..
    } = view;
    check_quantity(question, instrument)?;
    check_grid(question.kind, &question.prices, &instrument.tick)?;
    let closable = question.closable(&cell.quantities);
    let reduces_only = question.quantity <= closable;
    check_restriction(view, reduces_only)?;
    if question.quantity > limits.order_quantity {
        let figures = Figures::Quantity {
            value: question.quantity,
            limit: limits.order_quantity,
        };
        return refuse(Reason::OrderQuantity, "quantity", figures);
    }
    check_price_age(question, instrument, limits)?;
    let priced = price_order(
        question.side,
        question.kind,
        &question.prices,
        instrument,
        limits,
    )?;
    let value = notional(priced.value_price, question.quantity);
    if value > limits.order_notional {
        let figures = Figures::Money {
            value,
            limit: limits.order_notional,
        };
        return refuse(Reason::OrderNotional, "quantity", figures);
    }
    let recent_marks = check_duplicate(view, question)?;
    let needs_position =
        question.closing | ((question.side == Side::Sell) & !account.shorting_enabled);
    if needs_position & !reduces_only {
        let figures = Figures::Quantity {
            value: question.quantity,
            limit: closable.max(0),
        };
        return refuse(Reason::InsufficientPosition, "quantity", figures);
    }

    let terms = Terms::reserving(
        view.fees,
        question.quantity,
        priced.reserve_price,
        &question.prices,
        question.standing.as_ref(),
        instrument.lot.step,
    );
    let (added_quantity, added_reserve) = match &question.standing {
        None => (question.quantity, terms.reserve()),
        Some(standing) => (
            (question.quantity - standing.open_nanos).max(0),
            (terms.reserve() - standing.reserve()).max(0),
        ),
    };
    let before = &cell.quantities;
    let mut after = *before;
    let open = &mut after.open[question.side.index()];
    *open += added_quantity;
    if *open > MAX_QUANTITY_NANOS {
        return refuse(Reason::Overflow, "quantity", Figures::None);
    }
    let mark = instrument.mark;
    // A sale that only closes a position owes nothing, whatever it brings.
    let owes = (question.side == Side::Buy) | !reduces_only;
    let plan = Plan {
        terms,
        protection_price: priced.protection_price * i64::from(owes),
        added_quantity,
        added_reserve,
        added_open: notional(mark, added_quantity),
        added_gross: notional(mark, after.gross_worst() - before.gross_worst()),
        added_short: notional(mark, after.short_opening() - before.short_opening()),
        rate_next_ns: check_rate(question, account, limits).unwrap_or(RATE_EXCEEDED),
        recent_marks,
    };
    check_position(question.side, &after, instrument, limits)?;
    check_exposure(question.side, account, &plan, limits)?;
    check_buying_power(question.side, account, &plan, reduces_only)?;
    if (account.open_orders >= limits.open_orders) & question.standing.is_none() {
        let (value, limit) = (account.open_orders.into(), limits.open_orders.into());
        return refuse(
            Reason::OpenOrders,
            "account_id",
            Figures::Count { value, limit },
        );
    }
    let loss = -account.daily_pnl();
    if (loss >= limits.daily_loss) & !reduces_only {
        let figures = Figures::Money {
            value: loss,
            limit: limits.daily_loss,
        };
        return refuse(Reason::DailyLoss, "account_id", figures);
    }
    if plan.rate_next_ns == RATE_EXCEEDED {
        let limit = u64::from(limits.rate_per_second);
        return refuse(
            Reason::OrderRate,
            "account_id",
            Figures::Count {
                value: limit,
                limit,
            },
        );
    }
    Ok(plan)
}

#[inline(always)]
pub fn check_quantity(question: &Question, instrument: &Instrument) -> Result<(), Refusal> {
    let (value, step) = (question.quantity, instrument.lot.step);
    if (value <= 0) | !instrument.lot.holds(value) {
        return refuse(
            Reason::InvalidQuantity,
            "quantity",
            Figures::Grid { value, step },
        );
    }
    if value > MAX_QUANTITY_NANOS {
        return refuse(Reason::Overflow, "quantity", Figures::None);
    }
    Ok(())
}

#[inline(always)]
fn check_restriction(view: &View<'_>, reduces_only: bool) -> Result<(), Refusal> {
    if view.cell.restriction == 0 {
        return Ok(());
    }
    let restricted = &view.policy.restricted[view.cell.restriction as usize];
    if restricted.close_only && reduces_only {
        return Ok(());
    }
    refuse(
        Reason::RestrictedSymbol,
        "symbol",
        Figures::Text(restricted.text),
    )
}

/// Without any price nothing can be valued, so no order passes; market orders need a young one.
#[inline(always)]
fn check_price_age(
    question: &Question,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<(), Refusal> {
    if instrument.mark == 0 {
        return refuse(Reason::StalePrice, "symbol", Figures::None);
    }
    let age_ns = question.now_ns.saturating_sub(instrument.price_time_ns);
    if (age_ns > limits.price_age_ns) & (question.kind == OrderKind::Market) {
        let figures = Figures::Age {
            age_ns,
            limit_ns: limits.price_age_ns,
        };
        return refuse(Reason::StalePrice, "symbol", figures);
    }
    Ok(())
}

/// The cell's marks with this order's among them.
#[inline(always)]
fn check_duplicate(view: &View<'_>, question: &Question) -> Result<u64, Refusal> {
    let Question {
        side,
        kind,
        quantity,
        ref prices,
        ..
    } = *question;
    let (cell, window) = (view.cell, view.limits.duplicate_window_ns);
    let mark = mark(quantity, prices, side, kind);
    if question.standing.is_some() {
        return Ok(cell.recent_marks());
    }
    let since = question.now_ns.saturating_sub(window);
    // All ones while the newest is inside the window, without a branch that nobody could foresee.
    let inside = u64::from(cell.recent_time_ns > since).wrapping_neg();
    let alive = cell.recent_marks() & inside;
    if alive & mark != mark {
        return Ok(alive | mark);
    }
    let mut marks = mark;
    for known in view
        .recent
        .chain(cell.recent())
        .take_while(|known| known.time_ns > since)
    {
        if (known.quantity_nanos, known.side, known.kind) == (quantity, side, kind)
            && known.prices == *prices
        {
            let figures = Figures::Count {
                value: 1,
                limit: (window / 1_000_000) as u64,
            };
            return refuse(Reason::DuplicateOrder, "symbol", figures);
        }
        marks |= known.mark();
    }
    Ok(marks)
}

/// The position if all open orders on this side fill.
#[inline(always)]
fn check_position(
    side: Side,
    after: &Quantities,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<(), Refusal> {
    let reach = after.reach(side);
    if reach > limits.position_quantity {
        let figures = Figures::Quantity {
            value: reach,
            limit: limits.position_quantity,
        };
        return refuse(Reason::PositionQuantity, "quantity", figures);
    }
    let value = notional(instrument.reference, reach);
    if value > limits.position_notional {
        let figures = Figures::Money {
            value,
            limit: limits.position_notional,
        };
        return refuse(Reason::PositionNotional, "quantity", figures);
    }
    Ok(())
}

/// Orders that do not add to the exposure pass, even where prices have carried it over the limit.
#[inline(always)]
fn check_exposure(
    side: Side,
    account: &Account,
    plan: &Plan,
    limits: &EffectiveLimits,
) -> Result<(), Refusal> {
    let exposure = &account.exposure;
    let gross = exposure.gross_worst + plan.added_gross;
    if gross > limits.gross.max(exposure.gross_worst) {
        let figures = Figures::Money {
            value: gross,
            limit: limits.gross,
        };
        return refuse(Reason::GrossExposure, "quantity", figures);
    }
    let net_before = exposure.net * i128::from(side.sign()) + exposure.open[side.index()];
    let net = net_before + plan.added_open;
    if net > limits.net.max(net_before) {
        let figures = Figures::Money {
            value: net,
            limit: limits.net,
        };
        return refuse(Reason::NetExposure, "quantity", figures);
    }
    Ok(())
}

/// Buys need cash (or credit) for their worst price, sells beyond the position for the short they open.
/// An order that only closes needs none.
#[inline(always)]
fn check_buying_power(
    side: Side,
    account: &Account,
    plan: &Plan,
    reduces_only: bool,
) -> Result<(), Refusal> {
    // One of the two is always zero.
    let needed = plan.added_reserve + plan.added_short;
    let power = account.buying_power();
    if needed > power.max(0) && !(reduces_only && side == Side::Buy) {
        let figures = Figures::Money {
            value: needed,
            limit: power,
        };
        return refuse(Reason::BuyingPower, "quantity", figures);
    }
    Ok(())
}

const RATE_EXCEEDED: i64 = i64::MAX;

/// A token bucket kept as one number: each order moves the account's next free time on by one interval,
/// and that may run ahead of the clock by the burst.
#[inline(always)]
fn check_rate(question: &Question, account: &Account, limits: &EffectiveLimits) -> Option<i64> {
    if limits.rate_interval_ns == 0 {
        return Some(account.rate_next_ns);
    }
    let next = account.rate_next_ns.max(question.now_ns);
    (next - question.now_ns <= limits.rate_ahead_ns)
        .then(|| next.saturating_add(limits.rate_interval_ns))
}
