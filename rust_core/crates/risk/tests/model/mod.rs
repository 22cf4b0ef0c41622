//! The oracle: the same rules written down naively. It keeps orders, positions and what happened, and
//! adds everything up from scratch at every question.

use std::collections::BTreeMap;

use cift_risk::limits::Limits;
use cift_risk::{OrderKind, Prices, Reason, Side};

const ATTO: i128 = 1_000_000_000;

#[derive(Clone, Copy)]
pub struct Order {
    pub account: u128,
    pub symbol: usize,
    pub side: Side,
    pub kind: OrderKind,
    pub open: i64,
    pub reserve_price: i64,
    pub prices: Prices,
    /// New id, open quantity, reserve price, prices.
    pub change: Option<(u128, i64, i64, Prices)>,
}

impl Order {
    fn working(&self) -> i64 {
        self.change
            .map_or(self.open, |change| change.1.max(self.open))
    }

    fn reserve(&self) -> i128 {
        let now = self.open as i128 * self.reserve_price as i128;
        self.change
            .map_or(now, |change| now.max(change.1 as i128 * change.2 as i128))
    }
}

#[derive(Clone, Default)]
pub struct Account {
    pub cash: i128,
    pub multiplier: i128,
    pub shorting: bool,
    pub day_start: i128,
}

#[derive(Clone, Copy, Default)]
pub struct Price {
    pub bid: i64,
    pub ask: i64,
    pub last: i64,
    pub reference: i64,
    pub time: i64,
}

pub struct Accepted {
    account: u128,
    symbol: usize,
    side: Side,
    kind: OrderKind,
    quantity: i64,
    prices: Prices,
    time: i64,
    interval: i64,
    replaces: bool,
}

pub struct Ask {
    pub account: u128,
    pub order: u128,
    pub symbol: usize,
    pub side: Side,
    pub kind: OrderKind,
    pub quantity: i64,
    pub prices: Prices,
    pub now: i64,
    pub closing: bool,
    pub replaced: Option<u128>,
}

#[derive(Default)]
pub struct Model {
    pub accounts: BTreeMap<u128, Account>,
    pub positions: BTreeMap<(u128, usize), i64>,
    pub orders: BTreeMap<u128, Order>,
    pub prices: BTreeMap<usize, Price>,
    pub tick: i64,
    pub lot: i64,
    pub accepted: Vec<Accepted>,
    pub limits: BTreeMap<(Option<u128>, Option<usize>), Limits>,
    pub restricted: BTreeMap<usize, bool>,
    pub halted_account: Option<u128>,
    pub halted_symbol: Option<usize>,
}

impl Model {
    pub fn position(&self, account: u128, symbol: usize) -> i64 {
        self.positions.get(&(account, symbol)).copied().unwrap_or(0)
    }

    fn reference(&self, symbol: usize) -> i128 {
        self.prices
            .get(&symbol)
            .map_or(0, |price| price.reference as i128)
    }

    pub fn open(&self, account: u128, symbol: usize, side: Side) -> i64 {
        let mine = |order: &&Order| {
            order.account == account && order.symbol == symbol && order.side == side
        };
        self.orders.values().filter(mine).map(Order::working).sum()
    }

    fn symbols(&self) -> impl Iterator<Item = usize> {
        0..4
    }

    fn over_symbols(&self, account: u128, weight: impl Fn(i64, i64, i64) -> i64) -> i128 {
        let one = |symbol| {
            let (buys, sells) = (
                self.open(account, symbol, Side::Buy),
                self.open(account, symbol, Side::Sell),
            );
            weight(self.position(account, symbol), buys, sells) as i128 * self.reference(symbol)
        };
        self.symbols().map(one).sum()
    }

    pub fn net(&self, account: u128) -> i128 {
        self.over_symbols(account, |position, _, _| position)
    }

    pub fn gross(&self, account: u128) -> i128 {
        self.over_symbols(account, |position, _, _| position.abs())
    }

    pub fn gross_worst(&self, account: u128) -> i128 {
        self.over_symbols(account, |position, buys, sells| {
            (position + buys).abs().max((position - sells).abs())
        })
    }

    pub fn reserved(&self, account: u128) -> i128 {
        let mine = |order: &&Order| order.account == account && order.side == Side::Buy;
        let buys: i128 = self.orders.values().filter(mine).map(Order::reserve).sum();
        buys + self.over_symbols(account, |position, _, sells| {
            (sells - position.max(0)).max(0)
        })
    }

    pub fn equity(&self, account: u128) -> i128 {
        self.accounts[&account].cash + self.net(account)
    }

    pub fn buying_power(&self, account: u128) -> i128 {
        self.accounts[&account].multiplier * self.equity(account)
            - self.gross(account)
            - self.reserved(account)
    }

    pub fn open_orders(&self, account: u128) -> u32 {
        self.orders
            .values()
            .filter(|order| order.account == account)
            .count() as u32
    }

    fn limits_of(&self, account: u128, symbol: usize) -> Limits {
        let levels = [
            (None, None),
            (None, Some(symbol)),
            (Some(account), None),
            (Some(account), Some(symbol)),
        ];
        levels
            .iter()
            .filter_map(|key| self.limits.get(key))
            .fold(Limits::default(), |above, level| level.over(&above))
    }

    /// The id belongs to an open order, or to the change that one waits for.
    pub fn knows(&self, id: u128) -> bool {
        self.orders
            .iter()
            .any(|(&known, order)| known == id || order.change.is_some_and(|change| change.0 == id))
    }

    /// What must be answered; an accepted order is taken in.
    pub fn check(&mut self, ask: &Ask) -> Result<(), Reason> {
        if let Some(original) = ask.replaced {
            let order = self.orders.get(&original).ok_or(Reason::UnknownOrder)?;
            if order.change.is_some() {
                return Err(Reason::ReplacePending);
            }
            if self.knows(ask.order) {
                return Err(Reason::DuplicateOrder);
            }
        }
        let account = self
            .accounts
            .get(&ask.account)
            .ok_or(Reason::UnknownAccount)?;
        if ask.symbol > 3 {
            return Err(Reason::UnknownSymbol);
        }
        if self.halted_account == Some(ask.account) {
            return Err(Reason::AccountHalted);
        }
        if self.halted_symbol == Some(ask.symbol) {
            return Err(Reason::SymbolHalted);
        }
        if ask.replaced.is_none() && self.knows(ask.order) {
            return Err(Reason::DuplicateOrder);
        }
        let limits = self.limits_of(ask.account, ask.symbol);
        let standing = ask.replaced.map(|id| self.orders[&id]);
        let (position, price) = (
            self.position(ask.account, ask.symbol),
            self.prices.get(&ask.symbol),
        );
        if ask.quantity <= 0 || ask.quantity % self.lot != 0 {
            return Err(Reason::InvalidQuantity);
        }
        self.check_shape(ask)?;
        let same_side =
            self.open(ask.account, ask.symbol, ask.side) - standing.map_or(0, |order| order.open);
        let held = if ask.side == Side::Sell {
            position.max(0)
        } else {
            (-position).max(0)
        };
        let closes = ask.quantity <= held - same_side;
        match self.restricted.get(&ask.symbol) {
            Some(false) => return Err(Reason::RestrictedSymbol),
            Some(true) if !closes => return Err(Reason::RestrictedSymbol),
            _ => {}
        }
        let above = |value: i128, limit: i128| limit != 0 && value > limit;
        if above(ask.quantity.into(), limits.max_order_quantity_nanos.into()) {
            return Err(Reason::OrderQuantity);
        }
        let price = price
            .filter(|price| price.reference > 0)
            .ok_or(Reason::StalePrice)?;
        let age = ask.now - price.time;
        if ask.kind == OrderKind::Market
            && above(age.into(), i128::from(limits.max_price_age_ms) * 1_000_000)
        {
            return Err(Reason::StalePrice);
        }
        let (value_price, reserve_price) = priced(ask, price, &limits, self.tick)?;
        if above(
            ask.quantity as i128 * value_price as i128,
            limits.max_order_notional_nanos * ATTO,
        ) {
            return Err(Reason::OrderNotional);
        }
        let window = i64::from(limits.duplicate_window_ms) * 1_000_000;
        let equal = |known: &Accepted| {
            !known.replaces
                && (known.account, known.symbol, known.side) == (ask.account, ask.symbol, ask.side)
                && (known.kind, known.quantity, known.prices)
                    == (ask.kind, ask.quantity, ask.prices)
                && ask.now - known.time < window
        };
        if ask.replaced.is_none() && self.accepted.iter().any(equal) {
            return Err(Reason::DuplicateOrder);
        }
        if (ask.closing || (ask.side == Side::Sell && !account.shorting)) && !closes {
            return Err(Reason::InsufficientPosition);
        }

        let before = (
            self.gross_worst(ask.account),
            self.reserved(ask.account),
            self.buying_power(ask.account),
        );
        let mut after = Model {
            tick: self.tick,
            lot: self.lot,
            ..Model::default()
        };
        (after.accounts, after.positions) = (self.accounts.clone(), self.positions.clone());
        (after.orders, after.prices) = (self.orders.clone(), self.prices.clone());
        after.place(ask, reserve_price);
        let direction = if ask.side == Side::Buy { 1 } else { -1 };
        let reach = direction * position + after.open(ask.account, ask.symbol, ask.side);
        if above(reach.into(), limits.max_position_quantity_nanos.into()) {
            return Err(Reason::PositionQuantity);
        }
        if above(
            reach as i128 * price.reference as i128,
            limits.max_position_notional_nanos * ATTO,
        ) {
            return Err(Reason::PositionNotional);
        }
        let gross = after.gross_worst(ask.account);
        if gross > before.0 && above(gross, limits.max_gross_exposure_nanos * ATTO) {
            return Err(Reason::GrossExposure);
        }
        let one_side = |model: &Model| match ask.side {
            Side::Buy => model.over_symbols(ask.account, |position, buys, _| position + buys),
            Side::Sell => model.over_symbols(ask.account, |position, _, sells| sells - position),
        };
        if one_side(&after) > one_side(self)
            && above(one_side(&after), limits.max_net_exposure_nanos * ATTO)
        {
            return Err(Reason::NetExposure);
        }
        let needed = after.reserved(ask.account) - before.1;
        let covers = ask.side == Side::Buy && closes;
        if needed > 0 && !covers && needed > before.2 {
            return Err(Reason::BuyingPower);
        }
        let open_orders = i128::from(self.open_orders(ask.account));
        if ask.replaced.is_none()
            && limits.max_open_orders != 0
            && open_orders >= i128::from(limits.max_open_orders)
        {
            return Err(Reason::OpenOrders);
        }
        let loss = account.day_start - self.equity(ask.account);
        if limits.max_daily_loss_nanos != 0 && loss >= limits.max_daily_loss_nanos * ATTO && !closes
        {
            return Err(Reason::DailyLoss);
        }
        let interval = 1_000_000_000_i64
            .checked_div(limits.max_order_rate_per_second.into())
            .unwrap_or(0);
        let mine = self
            .accepted
            .iter()
            .filter(|known| known.account == ask.account && known.interval > 0);
        let next = mine
            .fold(i64::MIN, |next, known| {
                next.max(known.time) + known.interval
            })
            .max(ask.now);
        if interval > 0 && next - ask.now > interval * i64::from(limits.order_rate_burst) {
            return Err(Reason::OrderRate);
        }
        self.orders = after.orders;
        self.accepted.push(Accepted {
            account: ask.account,
            symbol: ask.symbol,
            side: ask.side,
            kind: ask.kind,
            quantity: ask.quantity,
            prices: ask.prices,
            time: ask.now,
            interval,
            replaces: ask.replaced.is_some(),
        });
        Ok(())
    }

    fn check_shape(&self, ask: &Ask) -> Result<(), Reason> {
        use OrderKind::*;
        let on_grid = |price: i64| price > 0 && price % self.tick == 0;
        let Prices {
            limit,
            stop,
            trail,
            trail_bp,
        } = ask.prices;
        let fits = match ask.kind {
            Market => (limit, stop, trail, trail_bp) == (0, 0, 0, 0),
            Limit => on_grid(limit) && (stop, trail, trail_bp) == (0, 0, 0),
            Stop => on_grid(stop) && (limit, trail, trail_bp) == (0, 0, 0),
            StopLimit => on_grid(limit) && on_grid(stop) && (trail, trail_bp) == (0, 0),
            TrailingStop => {
                (limit, stop) == (0, 0)
                    && if trail_bp == 0 {
                        on_grid(trail)
                    } else {
                        trail == 0
                    }
            }
        };
        if fits {
            Ok(())
        } else {
            Err(Reason::InvalidPrice)
        }
    }

    fn place(&mut self, ask: &Ask, reserve_price: i64) {
        if let Some(original) = ask.replaced {
            let order = self.orders.get_mut(&original).expect("checked");
            order.change = Some((ask.order, ask.quantity, reserve_price, ask.prices));
            return;
        }
        self.orders.insert(
            ask.order,
            Order {
                account: ask.account,
                symbol: ask.symbol,
                side: ask.side,
                kind: ask.kind,
                open: ask.quantity,
                reserve_price,
                prices: ask.prices,
                change: None,
            },
        );
    }

    pub fn fill(&mut self, id: u128, quantity: i64, price: i64) {
        let order = self.orders.get_mut(&id).expect("an open order");
        let (account, symbol) = (order.account, order.symbol);
        order.open = (order.open - quantity).max(0);
        if let Some(change) = &mut order.change {
            change.1 = (change.1 - quantity).max(0);
        }
        let signed = if order.side == Side::Buy {
            quantity
        } else {
            -quantity
        };
        if order.working() == 0 {
            self.orders.remove(&id);
        }
        *self.positions.entry((account, symbol)).or_default() += signed;
        self.accounts.get_mut(&account).expect("its account").cash -=
            signed as i128 * price as i128;
    }

    /// The change is over: made, or not.
    pub fn settle(&mut self, id: u128, made: bool) {
        let Some(mut order) = self.orders.remove(&id) else {
            return;
        };
        let Some((new_id, open, reserve_price, prices)) = order.change.take() else {
            return;
        };
        let mut key = id;
        if made {
            (key, order.open, order.reserve_price, order.prices) =
                (new_id, open, reserve_price, prices);
        }
        if order.open > 0 {
            self.orders.insert(key, order);
        }
    }

    pub fn set_price(&mut self, symbol: usize, bid: i64, ask: i64, last: i64, time: i64) {
        let entry = self.prices.entry(symbol).or_default();
        (entry.bid, entry.ask, entry.time) = (bid, ask, time);
        entry.last = if last > 0 { last } else { entry.last };
        let first = entry.reference == 0;
        entry.reference = match (bid, ask) {
            (1.., 1..) => (bid + ask) / 2,
            _ if entry.last > 0 => entry.last,
            (0, 0) => entry.reference,
            _ => bid + ask,
        };
        let reference = entry.reference;
        if first && reference > 0 {
            for (&(account, _), &held) in self
                .positions
                .iter()
                .filter(|((_, known), _)| *known == symbol)
            {
                self.accounts
                    .get_mut(&account)
                    .expect("its account")
                    .day_start += held as i128 * reference as i128;
            }
        }
    }
}

/// Value price and reserve price, or what the bounds of prices say.
fn priced(ask: &Ask, price: &Price, limits: &Limits, tick: i64) -> Result<(i64, i64), Reason> {
    let (reference, collar) = (price.reference as i128, limits.price_collar_bp as i128);
    let protection = match (limits.market_protection_bp, limits.price_collar_bp) {
        (0, bp) | (bp, 0) => bp as i128,
        (one, other) => one.min(other) as i128,
    };
    let buy = ask.side == Side::Buy;
    let known = |price: i64| if price == 0 { reference as i64 } else { price };
    let (bid, touch) = (
        known(price.bid),
        known(if buy { price.ask } else { price.bid }),
    );
    let sane = |value: i64| {
        let value = value as i128;
        collar == 0 || (value * 10 >= reference && value <= reference * 10)
    };
    // Only to the side where it costs more.
    let within_collar = |value: i64, base: i128| {
        let far = (value as i128 - base) * if buy { 1 } else { -1 };
        collar == 0 || far * 10_000 <= base * collar
    };
    let bounded = |base: i64| {
        let (base, tick) = (base as i128, tick as i128);
        if !buy {
            return 0;
        }
        let worst = (base * (10_000 + protection) + 9_999) / 10_000;
        ((worst + tick - 1) / tick * tick) as i64
    };
    let trail = match ask.prices.trail_bp {
        0 => ask.prices.trail,
        trail_bp => (touch as i128 * trail_bp as i128 / 10_000) as i64,
    };
    let trailing = if buy { touch + trail } else { touch - trail };
    let Prices { limit, stop, .. } = ask.prices;
    let later = |stop: i64, market: i64| {
        if buy {
            stop.max(market)
        } else {
            stop.min(market)
        }
    };
    let (fits, value, worst) = match ask.kind {
        OrderKind::Market => (true, touch, bounded(touch)),
        OrderKind::Limit => (sane(limit) && within_collar(limit, reference), limit, limit),
        OrderKind::StopLimit => {
            let base = later(stop, reference as i64) as i128;
            (
                sane(stop) && sane(limit) && within_collar(limit, base),
                limit,
                limit,
            )
        }
        OrderKind::Stop => (sane(stop), stop, bounded(later(stop, touch))),
        OrderKind::TrailingStop if trailing <= 0 => return Err(Reason::InvalidPrice),
        OrderKind::TrailingStop => (sane(trailing), trailing, bounded(trailing)),
    };
    if !fits {
        return Err(Reason::PriceCollar);
    }
    Ok(if buy {
        (value, worst)
    } else {
        (value.max(bid), 0)
    })
}
