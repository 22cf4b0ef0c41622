//! The rules, in order; and the three calls made of them: check (and reserve), preview, replace.

use crate::account::Account;
use crate::cell::{Cell, Quantities};
use crate::engine::RiskEngine;
use crate::instrument::Instrument;
use crate::limits::EffectiveLimits;
use crate::money::{MAX_PRICE_NANOS, MAX_QUANTITY_NANOS, notional};
use crate::order::{OpenOrder, OrderKind, OrderRequest, Prices, Side, Terms};
use crate::policy::RestrictionLevel;
use crate::recent::RecentOrder;
use crate::refusal::{Figures, Reason, Refusal};
use crate::slot_index::hash_id;

/// The order passed every rule; what it may use is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub policy_version: u64,
    pub rules_asked: u32,
}

/// What an order would be told, and how far each limit is used before and after it.
#[derive(Clone, Debug)]
pub struct Preview {
    pub outcome: Result<Accepted, Refusal>,
    pub usages: Vec<Usage>,
}

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

/// What the rules look at, beside the engine's state.
struct Question {
    side: Side,
    kind: OrderKind,
    quantity: i64,
    prices: Prices,
    closing: bool,
    /// The terms that the order has already, when it is being replaced.
    standing: Option<Terms>,
    now_ns: i64,
}

/// What an accepted order changes.
struct Plan {
    terms: Terms,
    quantities: Quantities,
    added_reserve: i128,
    rate_next_ns: i64,
}

const RULES: u32 = Reason::ALL.len() as u32;

fn refuse<T>(reason: Reason, field: &'static str, figures: Figures) -> Result<T, Refusal> {
    Err(Refusal {
        reason,
        field,
        figures,
    })
}

impl RiskEngine {
    /// Checks the order against every rule and, if it passes, reserves what it may use, in one pass.
    ///
    /// # Errors
    /// The first rule that refuses; nothing has changed then.
    pub fn check(&mut self, request: &OrderRequest<'_>) -> Result<Accepted, Refusal> {
        let (account, instrument, cell) = self.locate(request)?;
        let order_hash = hash_id(request.order_id);
        let question = Question::of(request);
        let plan = self.ask(account, instrument, cell, &question)?;
        if self.find_order(request.order_id, order_hash).is_some() {
            return refuse(Reason::DuplicateOrder, "order_id", Figures::None);
        }
        self.carry_out(account, instrument, cell, &plan);
        let owner = &mut self.accounts[account as usize];
        owner.open_orders += 1;
        let keep_since = question
            .now_ns
            .saturating_sub(self.policy.longest_duplicate_window_ns);
        let entry = RecentOrder {
            previous: self.cells[cell as usize].recent,
            time_ns: question.now_ns,
            quantity_nanos: question.quantity,
            prices: question.prices,
            cell,
            side: question.side,
            kind: question.kind,
        };
        self.cells[cell as usize].recent = self.recent.push(entry, keep_since);
        self.insert_order(
            order_hash,
            OpenOrder {
                id: request.order_id,
                cell,
                side: question.side,
                kind: question.kind,
                replacing: false,
                terms: plan.terms,
                next_id: 0,
                next: Terms::default(),
            },
        );
        Ok(self.accepted())
    }

    /// Asks like [`RiskEngine::check`], reserves nothing, and says how far each limit would be used.
    pub fn preview(&mut self, request: &OrderRequest<'_>) -> Preview {
        let mut usages = Vec::new();
        let outcome = self
            .locate(request)
            .and_then(|(account, instrument, cell)| {
                let question = Question::of(request);
                usages = self.usages(account, instrument, cell, &question);
                self.ask(account, instrument, cell, &question)?;
                if self
                    .find_order(request.order_id, hash_id(request.order_id))
                    .is_some()
                {
                    return refuse(Reason::DuplicateOrder, "order_id", Figures::None);
                }
                Ok(self.accepted())
            });
        Preview { outcome, usages }
    }

    /// Checks a change of an open order and reserves the worse of both while the venue decides.
    /// `quantity_nanos` is what stays open after the change; a price of 0 stays as it is.
    ///
    /// # Errors
    /// The first rule that refuses; nothing has changed then.
    pub fn check_replace(
        &mut self,
        original_id: u128,
        new_id: u128,
        quantity_nanos: i64,
        limit_nanos: i64,
        stop_nanos: i64,
        now_ns: i64,
    ) -> Result<Accepted, Refusal> {
        self.check_availability(now_ns)?;
        let original_hash = hash_id(original_id);
        let Some(slot) = self.find_order(original_id, original_hash) else {
            return refuse(Reason::UnknownOrder, "order_id", Figures::None);
        };
        let order = self.orders[slot as usize];
        if order.replacing {
            return refuse(Reason::ReplacePending, "order_id", Figures::None);
        }
        let new_hash = hash_id(new_id);
        if self.find_order(new_id, new_hash).is_some() {
            return refuse(Reason::DuplicateOrder, "order_id", Figures::None);
        }
        let cell = order.cell;
        let Cell {
            account,
            instrument,
            ..
        } = self.cells[cell as usize];
        self.refresh(account, instrument, cell);
        self.check_halts(account, instrument)?;
        let mut prices = order.terms.prices;
        if limit_nanos != 0 {
            prices.limit = limit_nanos;
        }
        if stop_nanos != 0 {
            prices.stop = stop_nanos;
        }
        let question = Question {
            side: order.side,
            kind: order.kind,
            quantity: quantity_nanos,
            prices,
            closing: false,
            standing: Some(order.terms),
            now_ns,
        };
        let plan = self.ask(account, instrument, cell, &question)?;
        self.carry_out(account, instrument, cell, &plan);
        let order = &mut self.orders[slot as usize];
        order.replacing = true;
        order.next_id = new_id;
        order.next = plan.terms;
        self.order_index.insert(new_hash, slot);
        Ok(self.accepted())
    }

    fn accepted(&self) -> Accepted {
        Accepted {
            policy_version: self.policy.version,
            rules_asked: RULES,
        }
    }

    fn check_availability(&self, now_ns: i64) -> Result<(), Refusal> {
        if now_ns >= self.lease_expires_at_ns || !self.policy_given {
            return refuse(Reason::LeaseExpired, "", Figures::None);
        }
        if self.policy.platform_halt != 0 {
            return refuse(
                Reason::PlatformHalted,
                "",
                Figures::Text(self.policy.platform_halt),
            );
        }
        Ok(())
    }

    fn check_halts(&self, account: u32, instrument: u32) -> Result<(), Refusal> {
        let halt = self.accounts[account as usize].halt;
        if halt != 0 {
            return refuse(Reason::AccountHalted, "account_id", Figures::Text(halt));
        }
        let halt = self.instruments[instrument as usize].halt;
        if halt != 0 {
            return refuse(Reason::SymbolHalted, "symbol", Figures::Text(halt));
        }
        Ok(())
    }

    /// Availability, account, symbol and their halts; then where their state lies.
    #[inline(always)]
    fn locate(&mut self, request: &OrderRequest<'_>) -> Result<(u32, u32, u32), Refusal> {
        self.check_availability(request.now_ns)?;
        let Some(account) = self.find_account(request.account_id) else {
            return refuse(Reason::UnknownAccount, "account_id", Figures::None);
        };
        let Some(instrument) = self.find_instrument(request.symbol) else {
            return refuse(Reason::UnknownSymbol, "symbol", Figures::None);
        };
        let cell = self.cell_of(account, instrument);
        self.refresh(account, instrument, cell);
        self.check_halts(account, instrument)?;
        Ok((account, instrument, cell))
    }

    /// Every rule from the order's own shape on. Changes nothing.
    #[inline(always)]
    fn ask(
        &self,
        account: u32,
        instrument: u32,
        cell: u32,
        question: &Question,
    ) -> Result<Plan, Refusal> {
        let account = &self.accounts[account as usize];
        let instrument = &self.instruments[instrument as usize];
        let cell = &self.cells[cell as usize];
        let limits = &self.policy.effective[cell.limits as usize];

        check_quantity(question, instrument)?;
        check_prices(question, instrument)?;
        let closable = closable(question, &cell.quantities);
        let reduces_only = question.quantity <= closable;
        match cell.restriction {
            RestrictionLevel::Closed => {
                return refuse(
                    Reason::RestrictedSymbol,
                    "symbol",
                    Figures::Text(cell.restriction_text),
                );
            }
            RestrictionLevel::CloseOnly if !reduces_only => {
                return refuse(
                    Reason::RestrictedSymbol,
                    "symbol",
                    Figures::Text(cell.restriction_text),
                );
            }
            _ => {}
        }
        if question.quantity > limits.order_quantity {
            let figures = Figures::Quantity {
                value: question.quantity,
                limit: limits.order_quantity,
            };
            return refuse(Reason::OrderQuantity, "quantity", figures);
        }
        check_price_age(question, instrument, limits)?;
        let priced = price_order(question, instrument, limits)?;
        let value = notional(priced.value_price, question.quantity);
        if value > limits.order_notional {
            return refuse(
                Reason::OrderNotional,
                "quantity",
                Figures::Money {
                    value,
                    limit: limits.order_notional,
                },
            );
        }
        if question.standing.is_none() {
            self.check_duplicate(cell, question, limits)?;
        }
        check_position_to_sell(question, account, closable)?;

        let terms = Terms {
            open_nanos: question.quantity,
            reserve_price: priced.reserve_price,
            prices: question.prices,
        };
        let (added_quantity, added_reserve) = match question.standing {
            None => (question.quantity, terms.reserve()),
            Some(standing) => (
                (question.quantity - standing.open_nanos).max(0),
                (terms.reserve() - standing.reserve()).max(0),
            ),
        };
        let quantities = with_added(&cell.quantities, question.side, added_quantity)?;
        check_position(question, &quantities, instrument, limits)?;
        check_exposure(
            question,
            account,
            &cell.quantities,
            &quantities,
            instrument.mark,
            limits,
        )?;
        check_buying_power(
            question,
            account,
            &cell.quantities,
            &quantities,
            added_reserve,
            instrument.mark,
        )?;
        if question.standing.is_none() && account.open_orders >= limits.open_orders {
            let figures = Figures::Count {
                value: account.open_orders.into(),
                limit: limits.open_orders.into(),
            };
            return refuse(Reason::OpenOrders, "account_id", figures);
        }
        let loss = -account.daily_pnl();
        if loss >= limits.daily_loss && !reduces_only {
            return refuse(
                Reason::DailyLoss,
                "account_id",
                Figures::Money {
                    value: loss,
                    limit: limits.daily_loss,
                },
            );
        }
        let rate_next_ns = check_rate(question, account, limits)?;
        Ok(Plan {
            terms,
            quantities,
            added_reserve,
            rate_next_ns,
        })
    }

    #[inline(always)]
    fn check_duplicate(
        &self,
        cell: &Cell,
        question: &Question,
        limits: &EffectiveLimits,
    ) -> Result<(), Refusal> {
        if limits.duplicate_window_ns == 0 || cell.recent == 0 {
            return Ok(());
        }
        let since = question
            .now_ns
            .saturating_sub(limits.duplicate_window_ns)
            .saturating_add(1);
        let same = |known: &RecentOrder| {
            known.quantity_nanos == question.quantity
                && known.side == question.side
                && known.kind == question.kind
                && known.prices == question.prices
        };
        if self.recent.contains(cell.recent, since, same) {
            let figures = Figures::Count {
                value: 1,
                limit: (limits.duplicate_window_ns / 1_000_000) as u64,
            };
            return refuse(Reason::DuplicateOrder, "symbol", figures);
        }
        Ok(())
    }

    #[inline(always)]
    fn carry_out(&mut self, account: u32, instrument: u32, cell: u32, plan: &Plan) {
        let account = &mut self.accounts[account as usize];
        let mark = self.instruments[instrument as usize].mark;
        let quantities = &mut self.cells[cell as usize].quantities;
        account.exposure.shift(
            &quantities.weights(),
            mark,
            &plan.quantities.weights(),
            mark,
        );
        *quantities = plan.quantities;
        account.reserved_buys += plan.added_reserve;
        account.rate_next_ns = plan.rate_next_ns;
    }
}

impl Question {
    #[inline(always)]
    fn of(request: &OrderRequest<'_>) -> Question {
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
}

#[inline(always)]
fn check_quantity(question: &Question, instrument: &Instrument) -> Result<(), Refusal> {
    let (value, step) = (question.quantity, instrument.lot_nanos);
    if value <= 0 || value % step != 0 {
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

/// Each price that the kind has must be there and on the grid; each that it has not must not be there.
#[inline(always)]
fn check_prices(question: &Question, instrument: &Instrument) -> Result<(), Refusal> {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = question.prices;
    check_price(
        question.kind.has_limit(),
        "limit_price",
        limit,
        instrument.tick_nanos,
    )?;
    check_price(
        question.kind.has_stop(),
        "stop_price",
        stop,
        instrument.tick_nanos,
    )?;
    if question.kind != OrderKind::TrailingStop {
        if trail != 0 || trail_bp != 0 {
            let field = if trail != 0 {
                "trail_price"
            } else {
                "trail_percent"
            };
            return refuse(Reason::InvalidPrice, field, Figures::None);
        }
    } else if trail_bp == 0 {
        check_price(true, "trail_price", trail, instrument.tick_nanos)?;
    } else if trail != 0 {
        return refuse(Reason::InvalidPrice, "trail_price", Figures::None);
    }
    Ok(())
}

#[inline(always)]
fn check_price(wanted: bool, field: &'static str, value: i64, tick: i64) -> Result<(), Refusal> {
    if !wanted {
        return if value == 0 {
            Ok(())
        } else {
            refuse(Reason::InvalidPrice, field, Figures::None)
        };
    }
    if value <= 0 || value % tick != 0 {
        return refuse(
            Reason::InvalidPrice,
            field,
            Figures::Grid { value, step: tick },
        );
    }
    if value > MAX_PRICE_NANOS {
        return refuse(Reason::Overflow, field, Figures::None);
    }
    Ok(())
}

/// How much of the position can still be closed by an order on this side.
#[inline(always)]
fn closable(question: &Question, quantities: &Quantities) -> i64 {
    let standing = question.standing.map_or(0, |terms| terms.open_nanos);
    match question.side {
        Side::Sell => quantities.position.max(0) - (quantities.open_sell - standing),
        Side::Buy => (-quantities.position).max(0) - (quantities.open_buy - standing),
    }
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
    if question.kind == OrderKind::Market && age_ns > limits.price_age_ns {
        return refuse(
            Reason::StalePrice,
            "symbol",
            Figures::Age {
                age_ns,
                limit_ns: limits.price_age_ns,
            },
        );
    }
    Ok(())
}

struct Priced {
    /// Per unit, for the order's value.
    value_price: i64,
    /// Per unit, the worst that a buy may cost; 0 for sells.
    reserve_price: i64,
}

/// The collar around the reference holds for every price that an order states or implies.
#[inline(always)]
fn price_order(
    question: &Question,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<Priced, Refusal> {
    let reference = instrument.reference;
    let collar = |field: &'static str, price: i64| {
        let distance = (i128::from(price) - i128::from(reference)).abs() * 10_000;
        if limits.collar_bp != 0 && distance > i128::from(reference) * i128::from(limits.collar_bp)
        {
            let width = (i128::from(reference) * i128::from(limits.collar_bp) / 10_000) as i64;
            let (low, high) = (
                reference.saturating_sub(width).max(0),
                reference.saturating_add(width),
            );
            return refuse(
                Reason::PriceCollar,
                field,
                Figures::Collar {
                    price,
                    low,
                    high,
                    collar_bp: limits.collar_bp,
                },
            );
        }
        Ok(price)
    };
    let buy = question.side == Side::Buy;
    // What an order without a limit may pay beyond the price at which it goes to the market.
    let slipped = |price: i64| -> Result<i64, Refusal> {
        let whole = (price / 10_000).checked_mul(i64::from(limits.collar_bp));
        let rest = ((price % 10_000) * i64::from(limits.collar_bp) + 9_999) / 10_000;
        whole
            .and_then(|whole| price.checked_add(whole)?.checked_add(rest))
            .ok_or(Refusal {
                reason: Reason::Overflow,
                field: "quantity",
                figures: Figures::None,
            })
    };
    let touch = if buy {
        instrument.ask_or_reference()
    } else {
        instrument.bid_or_reference()
    };
    let (value_price, worst) = match question.kind {
        OrderKind::Market => (touch, if buy { slipped(touch)? } else { 0 }),
        OrderKind::Limit => (
            collar("limit_price", question.prices.limit)?,
            question.prices.limit,
        ),
        OrderKind::StopLimit => {
            collar("stop_price", question.prices.stop)?;
            (
                collar("limit_price", question.prices.limit)?,
                question.prices.limit,
            )
        }
        OrderKind::Stop => {
            let trigger = collar("stop_price", question.prices.stop)?;
            // A buy stop below the market goes off at once, at the market.
            (trigger, if buy { slipped(trigger.max(touch))? } else { 0 })
        }
        OrderKind::TrailingStop => {
            let (field, trail) = if question.prices.trail_bp == 0 {
                ("trail_price", question.prices.trail)
            } else {
                let trail = i128::from(reference) * i128::from(question.prices.trail_bp) / 10_000;
                ("trail_percent", i64::try_from(trail).unwrap_or(i64::MAX))
            };
            let trigger = if buy {
                reference.saturating_add(trail)
            } else {
                reference.saturating_sub(trail)
            };
            if trigger <= 0 || trigger > MAX_PRICE_NANOS {
                return refuse(
                    Reason::InvalidPrice,
                    field,
                    Figures::Grid { value: -1, step: 0 },
                );
            }
            (
                collar(field, trigger)?,
                if buy { slipped(trigger)? } else { 0 },
            )
        }
    };
    // A sell with a low limit is still worth what the market pays.
    let value_price = if buy {
        value_price
    } else {
        value_price.max(instrument.bid_or_reference())
    };
    Ok(Priced {
        value_price,
        reserve_price: if buy { worst } else { 0 },
    })
}

#[inline(always)]
fn check_position_to_sell(
    question: &Question,
    account: &Account,
    closable: i64,
) -> Result<(), Refusal> {
    let needs_position =
        question.closing || (question.side == Side::Sell && !account.shorting_enabled);
    if needs_position && question.quantity > closable {
        let figures = Figures::Quantity {
            value: question.quantity,
            limit: closable.max(0),
        };
        return refuse(Reason::InsufficientPosition, "quantity", figures);
    }
    Ok(())
}

#[inline(always)]
fn with_added(before: &Quantities, side: Side, added: i64) -> Result<Quantities, Refusal> {
    let mut after = *before;
    let open = match side {
        Side::Buy => &mut after.open_buy,
        Side::Sell => &mut after.open_sell,
    };
    *open += added;
    if *open > MAX_QUANTITY_NANOS {
        return refuse(Reason::Overflow, "quantity", Figures::None);
    }
    Ok(after)
}

/// The position if all open orders on this side fill.
#[inline(always)]
fn check_position(
    question: &Question,
    after: &Quantities,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<(), Refusal> {
    let reach = reach(question.side, after);
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

/// How far the position could go in the direction of this side.
fn reach(side: Side, quantities: &Quantities) -> i64 {
    match side {
        Side::Buy => quantities.position + quantities.open_buy,
        Side::Sell => quantities.open_sell - quantities.position,
    }
}

/// Orders that do not add to the exposure pass, even where prices have carried it over the limit.
#[inline(always)]
fn check_exposure(
    question: &Question,
    account: &Account,
    before: &Quantities,
    after: &Quantities,
    mark: i64,
    limits: &EffectiveLimits,
) -> Result<(), Refusal> {
    let (was, is) = (before.weights().gross_worst, after.weights().gross_worst);
    let gross = account
        .exposure
        .gross_worst
        .saturating_add(notional(mark, is - was));
    if gross > limits.gross && is > was {
        return refuse(
            Reason::GrossExposure,
            "quantity",
            Figures::Money {
                value: gross,
                limit: limits.gross,
            },
        );
    }
    let (exposure, sides_open, added) = match question.side {
        Side::Buy => (
            account.exposure.net,
            account.exposure.open_buy,
            after.open_buy - before.open_buy,
        ),
        Side::Sell => (
            -account.exposure.net,
            account.exposure.open_sell,
            after.open_sell - before.open_sell,
        ),
    };
    let net = exposure
        .saturating_add(sides_open)
        .saturating_add(notional(mark, added));
    if net > limits.net && added > 0 {
        return refuse(
            Reason::NetExposure,
            "quantity",
            Figures::Money {
                value: net,
                limit: limits.net,
            },
        );
    }
    Ok(())
}

/// Buys need cash (or credit) for their worst price, sells beyond the position for the short they open.
/// An order that only closes needs none.
#[inline(always)]
fn check_buying_power(
    question: &Question,
    account: &Account,
    before: &Quantities,
    after: &Quantities,
    added_reserve: i128,
    mark: i64,
) -> Result<(), Refusal> {
    let needed = match question.side {
        Side::Buy if question.quantity <= closable(question, before) => 0,
        Side::Buy => added_reserve,
        Side::Sell => notional(
            mark,
            after.weights().short_opening - before.weights().short_opening,
        ),
    };
    let power = account.buying_power();
    if needed > 0 && needed > power {
        return refuse(
            Reason::BuyingPower,
            "quantity",
            Figures::Money {
                value: needed,
                limit: power,
            },
        );
    }
    Ok(())
}

/// A token bucket kept as one number: each order moves the account's next free time on by one interval,
/// and that may run ahead of the clock by the burst.
#[inline(always)]
fn check_rate(
    question: &Question,
    account: &Account,
    limits: &EffectiveLimits,
) -> Result<i64, Refusal> {
    if limits.rate_interval_ns == 0 {
        return Ok(account.rate_next_ns);
    }
    let next = account.rate_next_ns.max(question.now_ns);
    if next - question.now_ns > limits.rate_ahead_ns {
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
    Ok(next.saturating_add(limits.rate_interval_ns))
}

impl RiskEngine {
    /// The use of each limit before and after the order, whether or not it passes.
    fn usages(&self, account: u32, instrument: u32, cell: u32, question: &Question) -> Vec<Usage> {
        use crate::money::attos_to_nanos;
        let account = &self.accounts[account as usize];
        let instrument = &self.instruments[instrument as usize];
        let cell = &self.cells[cell as usize];
        let limits = &self.policy.effective[cell.limits as usize];
        let Ok(priced) = check_quantity(question, instrument)
            .and_then(|()| check_prices(question, instrument))
            .and_then(|()| {
                if instrument.mark == 0 {
                    refuse(Reason::StalePrice, "", Figures::None)
                } else {
                    Ok(())
                }
            })
            .and_then(|()| price_order(question, instrument, limits))
        else {
            return Vec::new();
        };
        let Ok(after) = with_added(&cell.quantities, question.side, question.quantity) else {
            return Vec::new();
        };
        let (mark, before) = (instrument.mark, &cell.quantities);
        let quantity = |rule, before: i64, after: i64, limit: i64| Usage {
            rule,
            unit: Unit::Quantity,
            before: before.into(),
            after: after.into(),
            limit: (limit != i64::MAX).then_some(limit.into()),
        };
        let money = |rule, before: i128, after: i128, limit: i128| Usage {
            rule,
            unit: Unit::Money,
            before: attos_to_nanos(before),
            after: attos_to_nanos(after),
            limit: (limit != i128::MAX).then_some(attos_to_nanos(limit)),
        };
        let mut exposure = account.exposure;
        exposure.shift(&before.weights(), mark, &after.weights(), mark);
        let net = |exposure: &crate::account::Exposure| match question.side {
            Side::Buy => exposure.net + exposure.open_buy,
            Side::Sell => exposure.open_sell - exposure.net,
        };
        let reserve = notional(priced.reserve_price, question.quantity);
        let reserved_after = account.reserved_buys + reserve + exposure.short_opening;
        let (reach_before, reach_after) =
            (reach(question.side, before), reach(question.side, &after));
        let loss = (-account.daily_pnl()).max(0);
        vec![
            quantity(
                Reason::OrderQuantity,
                0,
                question.quantity,
                limits.order_quantity,
            ),
            money(
                Reason::OrderNotional,
                0,
                notional(priced.value_price, question.quantity),
                limits.order_notional,
            ),
            quantity(
                Reason::PositionQuantity,
                reach_before,
                reach_after,
                limits.position_quantity,
            ),
            money(
                Reason::PositionNotional,
                notional(instrument.reference, reach_before),
                notional(instrument.reference, reach_after),
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
                account.buying_power().saturating_add(account.reserved()),
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
}
