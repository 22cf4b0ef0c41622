//! The oracle: the same venue, written to be read. One list of orders, searched from end to end; no slots, no
//! ladders, no caches. Where it and the engine differ in a single event, one of them is wrong.

use cift_core::*;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Book,
    Stop,
    Waiting,
    Market,
    /// Between places.
    Flight,
}

#[derive(Clone, Copy, Debug)]
struct Order {
    id: u128,
    account: u128,
    symbol: u32,
    side: Side,
    order_type: OrderType,
    force: TimeInForce,
    self_trade: SelfTrade,
    post_only: PostOnly,
    leaves: i64,
    filled: i64,
    limit: i64,
    stop: i64,
    trail: i64,
    trail_bp: i64,
    watermark: i64,
    display: i64,
    shown: i64,
    minimum: i64,
    expires: i64,
    hidden: bool,
    place: Place,
    /// When it came to the end of its queue.
    queued: u64,
    /// When it began to trail.
    trailing_since: u64,
}

impl Order {
    fn visible(&self) -> i64 {
        match () {
            () if self.place != Place::Book || self.hidden => 0,
            () if self.display > 0 => self.shown,
            () => self.leaves,
        }
    }
}

#[derive(Clone, Debug)]
struct Symbol {
    instrument: Instrument,
    bid: (i64, i64),
    ask: (i64, i64),
    last_trade: i64,
    lower: i64,
    upper: i64,
    halted: bool,
    auction: Option<AuctionKind>,
    sequence: u64,
}

#[derive(Clone)]
pub struct Naive {
    config: VenueConfig,
    symbols: Vec<Symbol>,
    orders: Vec<Order>,
    done: VecDeque<u128>,
    elected: VecDeque<u128>,
    halted: bool,
    now: i64,
    sequence: u64,
    trade_id: u64,
    clock: u64,
    out: Vec<Event>,
}

fn takes(taker: Side, price: i64, bound: i64) -> bool {
    if taker == Side::Buy {
        price <= bound
    } else {
        price >= bound
    }
}

/// Sorts the better price for a taker first.
fn order_key(taker: Side, price: i64) -> i64 {
    if taker == Side::Buy { price } else { -price }
}

impl Naive {
    pub fn new(config: VenueConfig) -> Naive {
        Naive {
            config,
            symbols: Vec::new(),
            orders: Vec::new(),
            done: VecDeque::new(),
            elected: VecDeque::new(),
            halted: false,
            now: i64::MIN,
            sequence: 0,
            trade_id: 0,
            clock: 0,
            out: Vec::new(),
        }
    }

    pub fn apply(&mut self, command: &Command, out: &mut Vec<Event>) -> Result<(), Reason> {
        let now = self.now.max(command.time_ns);
        self.check(&command.action, now)?;
        self.now = now;
        let target = match &command.action {
            Action::Cancel(a) => Some(a.order_id.0),
            Action::Replace(a) => Some(a.order_id.0),
            _ => None,
        };
        let now = self.now;
        self.end_where(ReportKind::Expired, Reason::ExpiryReached, |o| {
            o.expires > 0 && o.expires <= now
        });
        if target.is_none_or(|id| self.find(id).is_some()) {
            self.carry_out(&command.action);
        }
        while let Some(id) = self.elected.pop_front() {
            self.fire(id);
        }
        out.append(&mut self.out);
        Ok(())
    }

    fn find(&self, id: u128) -> Option<usize> {
        self.orders.iter().position(|o| o.id == id)
    }

    fn open_quantity(&self, symbol: u32) -> i128 {
        self.orders
            .iter()
            .filter(|o| o.symbol == symbol)
            .map(|o| i128::from(o.leaves))
            .sum()
    }

    fn known(&self, id: u128) -> bool {
        self.find(id).is_some() || self.done.contains(&id)
    }

    fn open(&self, id: u128) -> Result<Order, Reason> {
        match self.find(id) {
            Some(at) => Ok(self.orders[at]),
            None if self.done.contains(&id) => Err(Reason::OrderDone),
            None => Err(Reason::UnknownOrder),
        }
    }

    fn symbol(&self, symbol: SymbolId) -> Result<&Symbol, Reason> {
        self.symbols
            .get(symbol.0 as usize)
            .ok_or(Reason::UnknownSymbol)
    }

    fn phase(&self, symbol: u32) -> Phase {
        let s = &self.symbols[symbol as usize];
        match (s.halted || self.halted, s.auction) {
            (true, _) => Phase::Halted,
            (false, Some(_)) => Phase::Auction,
            (false, None) => Phase::Continuous,
        }
    }

    // What is refused.

    fn check(&self, action: &Action, now: i64) -> Result<(), Reason> {
        match action {
            Action::NewOrder(o) => self.check_new(o, now),
            Action::Cancel(a) => self.open(a.order_id.0).map(|_| ()),
            Action::Replace(a) => self.check_replace(a, now),
            Action::SetQuote(q) => self.check_quote(q),
            Action::PutInstrument(p) => self.check_instrument(p),
            Action::SetHalt(h) => h.symbol.map_or(Ok(()), |s| self.symbol(s).map(|_| ())),
            Action::MassCancel(m) => m.symbol.map_or(Ok(()), |s| self.symbol(s).map(|_| ())),
            Action::Expire(_) => Ok(()),
            Action::SetAuction(a) => {
                let symbol = self.symbol(a.symbol)?;
                if a.open == symbol.auction.is_some() {
                    return Err(Reason::InvalidPhase);
                }
                price_or_zero(symbol, a.reference_price.0)?;
                if !a.open && self.phase(a.symbol.0) == Phase::Halted {
                    Err(Reason::Halted)
                } else {
                    Ok(())
                }
            }
            Action::SetBands(b) => {
                let symbol = self.symbol(b.symbol)?;
                price_or_zero(symbol, b.lower.0)?;
                price_or_zero(symbol, b.upper.0)?;
                if b.upper.0 != 0 && b.lower > b.upper {
                    Err(Reason::InvalidBands)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn check_new(&self, o: &NewOrder, now: i64) -> Result<(), Reason> {
        use {OrderType as T, TimeInForce as F};
        if o.order_id.0 == 0 {
            return Err(Reason::InvalidId);
        }
        if self.known(o.order_id.0) {
            return Err(Reason::DuplicateOrder);
        }
        let symbol = self.symbol(o.symbol)?;
        if o.account_id.0 == 0 {
            return Err(Reason::InvalidId);
        }
        lots(symbol, o.quantity.0)?;
        let limit = matches!(o.order_type, T::Limit | T::StopLimit);
        if limit || o.limit_price.0 != 0 {
            price(symbol, o.limit_price.0)?;
        }
        let stop = matches!(o.order_type, T::Stop | T::StopLimit);
        exact_price(symbol, o.stop_price.0, stop)?;
        match (
            o.order_type == T::TrailingStop,
            o.trail_price.0 != 0,
            o.trail_percent_bp,
        ) {
            (false, false, 0) => {}
            (true, true, 0) => price(symbol, o.trail_price.0)?,
            (true, false, 1..=9999) => {}
            _ => return Err(Reason::InvalidTrail),
        }
        let expiry_fits = if o.time_in_force == F::Gtd {
            o.expires_at_ns > now
        } else {
            o.expires_at_ns == 0
        };
        if !expiry_fits {
            return Err(Reason::InvalidExpiry);
        }
        let auction_only = matches!(o.time_in_force, F::AtOpen | F::AtClose);
        let immediate = matches!(o.time_in_force, F::Ioc | F::Fok);
        let waits = matches!(o.order_type, T::Stop | T::StopLimit | T::TrailingStop);
        if auction_only && waits {
            return Err(Reason::InvalidTimeInForce);
        }
        let within = |part: i64| (0..=o.quantity.0).contains(&part);
        if o.display_quantity.0 != 0 {
            if !limit
                || immediate
                || auction_only
                || o.minimum_quantity.0 != 0
                || !within(o.display_quantity.0)
            {
                return Err(Reason::InvalidDisplayQuantity);
            }
            if o.quantity.0 / 1_000 > o.display_quantity.0 {
                return Err(Reason::InvalidDisplayQuantity);
            }
            lots(symbol, o.display_quantity.0)?;
        }
        if o.minimum_quantity.0 != 0 {
            if waits || auction_only || !within(o.minimum_quantity.0) {
                return Err(Reason::InvalidMinimumQuantity);
            }
            lots(symbol, o.minimum_quantity.0)?;
        }
        if o.post_only != PostOnly::Off && (o.order_type != T::Limit || immediate || auction_only) {
            return Err(Reason::InvalidPostOnly);
        }
        if self.open_quantity(o.symbol.0) + i128::from(o.quantity.0) > i128::from(i64::MAX) {
            return Err(Reason::QuantityOverflow);
        }
        if self.orders.len() >= self.config.max_open_orders as usize {
            Err(Reason::VenueFull)
        } else {
            Ok(())
        }
    }

    fn check_replace(&self, a: &Replace, now: i64) -> Result<(), Reason> {
        use TimeInForce as F;
        if a.new_order_id.0 == 0 {
            return Err(Reason::InvalidId);
        }
        if self.known(a.new_order_id.0) {
            return Err(Reason::DuplicateOrder);
        }
        let o = self.open(a.order_id.0)?;
        let symbol = &self.symbols[o.symbol as usize];
        if a.quantity.0 != 0 {
            lots(symbol, a.quantity.0)?;
            if a.quantity.0 <= o.filled {
                return Err(Reason::QuantityFilled);
            }
            if o.display > 0 && a.quantity.0 / 1_000 > o.display {
                return Err(Reason::InvalidDisplayQuantity);
            }
            let total = self.open_quantity(o.symbol) - i128::from(o.leaves)
                + i128::from(a.quantity.0 - o.filled);
            if total > i128::from(i64::MAX) {
                return Err(Reason::QuantityOverflow);
            }
        }
        if a.limit_price.0 != 0 {
            price(symbol, a.limit_price.0)?;
        }
        if a.stop_price.0 != 0 {
            price(symbol, a.stop_price.0)?;
            if !matches!(o.order_type, OrderType::Stop | OrderType::StopLimit) {
                return Err(Reason::InvalidPrice);
            }
        }
        if a.trail_price.0 != 0 {
            price(symbol, a.trail_price.0)?;
            if o.trail == 0 {
                return Err(Reason::InvalidTrail);
            }
        }
        if a.trail_percent_bp != 0 && (o.trail_bp == 0 || a.trail_percent_bp > 9_999) {
            return Err(Reason::InvalidTrail);
        }
        let resting = [F::Day, F::Gtc, F::Gtd];
        let wanted = a.time_in_force.unwrap_or(o.force);
        if wanted != o.force && !(resting.contains(&wanted) && resting.contains(&o.force)) {
            return Err(Reason::InvalidTimeInForce);
        }
        let expiry_fits = match (wanted, a.expires_at_ns) {
            (F::Gtd, 0) => o.expires > 0,
            (F::Gtd, expires) => expires > now,
            (_, expires) => expires == 0,
        };
        if expiry_fits {
            Ok(())
        } else {
            Err(Reason::InvalidExpiry)
        }
    }

    fn check_quote(&self, q: &SetQuote) -> Result<(), Reason> {
        let symbol = self.symbol(q.symbol)?;
        if q.bid_quantity.0 != 0 {
            lots(symbol, q.bid_quantity.0)?;
            price(symbol, q.bid_price.0)?;
            if symbol.upper > 0 && q.bid_price.0 > symbol.upper {
                return Err(Reason::PriceBand);
            }
        }
        if q.ask_quantity.0 != 0 {
            lots(symbol, q.ask_quantity.0)?;
            price(symbol, q.ask_price.0)?;
            if q.ask_price.0 < symbol.lower {
                return Err(Reason::PriceBand);
            }
        }
        let both = q.bid_quantity.0 > 0 && q.ask_quantity.0 > 0;
        if both && q.bid_price > q.ask_price {
            Err(Reason::CrossedQuote)
        } else {
            Ok(())
        }
    }

    fn check_instrument(&self, p: &PutInstrument) -> Result<(), Reason> {
        let at = p.symbol.0 as usize;
        if at >= 1 << 16 {
            return Err(Reason::VenueFull);
        }
        let taken = self
            .symbols
            .iter()
            .any(|s| s.instrument.name == p.name && s.instrument.symbol != p.symbol);
        if at > self.symbols.len() || taken || p.tick.0 <= 0 || p.lot.0 <= 0 {
            return Err(Reason::InvalidInstrument);
        }
        let Some(old) = self.symbols.get(at) else {
            return Ok(());
        };
        if old.instrument.name != p.name {
            return Err(Reason::InvalidInstrument);
        }
        let same = old.instrument.tick == p.tick && old.instrument.lot == p.lot;
        let used =
            self.orders.iter().any(|o| o.symbol == p.symbol.0) || old.bid.1 > 0 || old.ask.1 > 0;
        if !same && used {
            Err(Reason::InstrumentInUse)
        } else {
            Ok(())
        }
    }

    // What is done.

    fn carry_out(&mut self, action: &Action) {
        match action {
            Action::NewOrder(o) => {
                self.remember(o.order_id.0);
                self.new_order(o);
            }
            Action::Cancel(a) => {
                self.end(a.order_id.0, ReportKind::Canceled, Reason::CancelRequested)
            }
            Action::Replace(a) => {
                self.remember(a.new_order_id.0);
                self.replace(a);
            }
            Action::SetQuote(q) => self.set_quote(q),
            Action::PutInstrument(p) => self.put_instrument(p),
            Action::SetHalt(h) => self.set_halt(h),
            Action::MassCancel(m) => {
                self.end_where(ReportKind::Canceled, Reason::MassCancel, |o| {
                    m.symbol.is_none_or(|s| s.0 == o.symbol)
                        && m.account_id.is_none_or(|a| a.0 == o.account)
                })
            }
            Action::Expire(e) if e.session_close => {
                self.end_where(ReportKind::Expired, Reason::SessionClose, |o| {
                    matches!(
                        o.force,
                        TimeInForce::Day | TimeInForce::AtOpen | TimeInForce::AtClose
                    )
                })
            }
            Action::Expire(_) => {}
            Action::SetAuction(a) if a.open => self.begin_auction(a),
            Action::SetAuction(a) => self.end_auction(a),
            Action::SetBands(b) => self.set_bands(b),
        }
    }

    fn put_instrument(&mut self, p: &PutInstrument) {
        let instrument = Instrument {
            symbol: p.symbol,
            name: p.name,
            tick: p.tick,
            lot: p.lot,
        };
        match self.symbols.get_mut(p.symbol.0 as usize) {
            Some(s) if s.instrument != instrument => {
                s.instrument = instrument;
                (s.last_trade, s.lower, s.upper) = (0, 0, 0);
            }
            Some(_) => {}
            None => self.symbols.push(Symbol {
                instrument,
                bid: (0, 0),
                ask: (0, 0),
                last_trade: 0,
                lower: 0,
                upper: 0,
                halted: false,
                auction: None,
                sequence: 0,
            }),
        }
    }

    fn new_order(&mut self, n: &NewOrder) {
        let mut o = Order {
            id: n.order_id.0,
            account: n.account_id.0,
            symbol: n.symbol.0,
            side: n.side,
            order_type: n.order_type,
            force: n.time_in_force,
            self_trade: n.self_trade,
            post_only: n.post_only,
            leaves: n.quantity.0,
            filled: 0,
            limit: n.limit_price.0,
            stop: n.stop_price.0,
            trail: n.trail_price.0,
            trail_bp: i64::from(n.trail_percent_bp),
            watermark: 0,
            display: n.display_quantity.0,
            shown: 0,
            minimum: n.minimum_quantity.0,
            expires: n.expires_at_ns,
            hidden: false,
            place: Place::Flight,
            queued: 0,
            trailing_since: 0,
        };
        if let Err(reason) = self.admit(&mut o) {
            self.report(&o, 0, ReportKind::Rejected, reason);
            return;
        }
        self.report(&o, o.leaves, ReportKind::New, Reason::None);
        self.place(o);
    }

    fn admit(&self, o: &mut Order) -> Result<(), Reason> {
        let phase = self.phase(o.symbol);
        let s = &self.symbols[o.symbol as usize];
        let is_stop = matches!(
            o.order_type,
            OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop
        );
        let auction_only = matches!(o.force, TimeInForce::AtOpen | TimeInForce::AtClose);
        if phase == Phase::Halted {
            return Err(Reason::Halted);
        }
        if phase == Phase::Auction && !is_stop && !auction_only {
            let immediate = matches!(o.force, TimeInForce::Ioc | TimeInForce::Fok);
            if immediate || o.order_type == OrderType::Market || o.post_only != PostOnly::Off {
                return Err(Reason::AuctionOn);
            }
        }
        if o.limit > 0 && s.outside(o.side, o.limit) {
            return Err(Reason::PriceBand);
        }
        if o.order_type == OrderType::TrailingStop
            && o.watermark == 0
            && self.reference(o.symbol, o.side) == 0
        {
            return Err(Reason::NoReferencePrice);
        }
        if o.post_only != PostOnly::Off {
            let touch = self.touch(o.symbol, o.side);
            if touch > 0 && takes(o.side, touch, o.limit) {
                let tick = s.instrument.tick.0;
                let slid = if o.side == Side::Buy {
                    Some(touch - tick)
                } else {
                    touch.checked_add(tick)
                };
                match slid {
                    Some(slid) if slid > 0 && o.post_only == PostOnly::Slide => o.limit = slid,
                    _ => return Err(Reason::PostOnlyWouldTake),
                }
            }
        }
        if phase == Phase::Continuous && o.minimum > 0 && o.filled == 0 {
            let available = self.available(o);
            if available > 0 && available < o.minimum {
                return Err(Reason::MinimumNotMet);
            }
        }
        Ok(())
    }

    /// The best price that the other side has, hidden orders included; zero: none.
    fn touch(&self, symbol: u32, taker: Side) -> i64 {
        let quote = self.quote(symbol, opposite(taker));
        let resting = self
            .orders
            .iter()
            .filter(|o| o.symbol == symbol && o.side != taker && o.place == Place::Book);
        let quote = (quote.1 > 0).then_some(quote.0);
        resting
            .map(|o| o.limit)
            .chain(quote)
            .min_by_key(|&p| order_key(taker, p))
            .unwrap_or(0)
    }

    /// Tries it on a copy.
    fn available(&self, o: &Order) -> i64 {
        let mut copy = self.clone();
        let mut o = Order {
            self_trade: if o.self_trade == SelfTrade::Decrement {
                SelfTrade::CancelNewest
            } else {
                o.self_trade
            },
            ..*o
        };
        let before = o.filled;
        copy.take(&mut o);
        o.filled - before
    }

    fn place(&mut self, mut o: Order) {
        match o.order_type {
            OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop => {
                return self.place_stop(o);
            }
            _ => {}
        }
        let auction = self.symbols[o.symbol as usize].auction;
        if matches!(o.force, TimeInForce::AtOpen | TimeInForce::AtClose) {
            if auction.is_some_and(|kind| takes_part(kind, o.force)) {
                return self.join_auction(o);
            }
            return self.queue(&mut o, Place::Waiting);
        }
        if auction.is_some() {
            self.rest(o)
        } else {
            self.execute(o)
        }
    }

    fn queue(&mut self, o: &mut Order, place: Place) {
        self.clock += 1;
        o.queued = self.clock;
        o.place = place;
        self.orders.push(*o);
    }

    fn execute(&mut self, mut o: Order) {
        if o.force == TimeInForce::Fok && self.available(&o) < o.leaves {
            return self.end_flight(&o, ReportKind::Canceled, Reason::FokNotFilled);
        }
        if self.take(&mut o) {
            return self.end_flight(&o, ReportKind::Canceled, Reason::SelfTrade);
        }
        match o.force {
            _ if o.leaves == 0 => {}
            TimeInForce::Ioc | TimeInForce::Fok => {
                self.end_flight(&o, ReportKind::Canceled, Reason::IocRemainder)
            }
            _ if o.order_type == OrderType::Market => {
                let beyond = o.limit > 0 && self.touch(o.symbol, o.side) > 0;
                let reason = if beyond {
                    Reason::PriceProtection
                } else {
                    Reason::NoLiquidity
                };
                self.end_flight(&o, ReportKind::Canceled, reason)
            }
            _ => self.rest(o),
        }
    }

    fn end_flight(&mut self, o: &Order, kind: ReportKind, reason: Reason) {
        self.report(o, 0, kind, reason);
    }

    fn rest(&mut self, mut o: Order) {
        o.hidden = o.minimum > 0 && o.filled == 0;
        o.minimum = if o.hidden { o.minimum.min(o.leaves) } else { 0 };
        o.shown = o.display.min(o.leaves);
        self.queue(&mut o, Place::Book);
        if !o.hidden {
            self.order_event(&o, o.visible(), BookAction::Add);
            self.level_event(o.symbol, o.side, o.limit);
        }
    }

    /// Price by price, order by order. True: self-trade prevention ends it.
    fn take(&mut self, o: &mut Order) -> bool {
        let s = &self.symbols[o.symbol as usize];
        let any = match o.side {
            Side::Buy if s.upper > 0 => s.upper,
            Side::Buy => i64::MAX,
            Side::Sell => s.lower,
        };
        let bound = if o.limit > 0 { o.limit } else { any };
        while o.leaves > 0 {
            let quote = self.quote(o.symbol, opposite(o.side));
            let maker = self.next_maker(o.symbol, o.side, bound, o.leaves, None);
            let quote_first = quote.1 > 0
                && takes(o.side, quote.0, bound)
                && maker.is_none_or(|m| {
                    order_key(o.side, quote.0) < order_key(o.side, self.orders[m].limit)
                });
            if quote_first {
                let quantity = quote.1.min(o.leaves);
                self.quote_mut(o.symbol, opposite(o.side)).1 -= quantity;
                o.leaves -= quantity;
                o.filled += quantity;
                self.print(o.symbol, quote.0, quantity, Some(o.side));
                self.report_trade(o, quote.0, quantity, false);
                self.quote_event(o.symbol);
                self.observe(o.symbol, quote.0);
                continue;
            }
            let Some(maker) = maker else { break };
            if self.take_price(o, self.orders[maker].limit) {
                return true;
            }
        }
        false
    }

    fn take_price(&mut self, o: &mut Order, price: i64) -> bool {
        let shown_before = self.level(o.symbol, opposite(o.side), price).1;
        let trades_before = self.trade_id;
        let mut ended = false;
        while o.leaves > 0 && !ended {
            let Some(at) = self.next_maker(o.symbol, o.side, price, o.leaves, Some(price)) else {
                break;
            };
            let maker = self.orders[at];
            if maker.account == o.account && o.self_trade != SelfTrade::Allow {
                ended = self.prevent_self_trade(o, maker);
                continue;
            }
            let piece = if maker.hidden {
                maker.leaves
            } else {
                maker.visible()
            };
            let quantity = piece.min(o.leaves);
            o.leaves -= quantity;
            o.filled += quantity;
            self.print(o.symbol, price, quantity, Some(o.side));
            self.fill_maker(maker.id, quantity);
            self.report_trade(o, price, quantity, false);
        }
        self.tell_level(o.symbol, opposite(o.side), price, shown_before);
        if self.trade_id != trades_before {
            self.observe(o.symbol, price);
        }
        ended
    }

    /// The resting order that comes first, of those that the taker is large enough for.
    fn next_maker(
        &self,
        symbol: u32,
        taker: Side,
        bound: i64,
        size: i64,
        only: Option<i64>,
    ) -> Option<usize> {
        (0..self.orders.len())
            .filter(|&at| {
                let o = &self.orders[at];
                o.symbol == symbol
                    && o.place == Place::Book
                    && o.side != taker
                    && takes(taker, o.limit, bound)
                    && o.minimum <= size
                    && only.is_none_or(|price| price == o.limit)
            })
            .min_by_key(|&at| {
                (
                    order_key(taker, self.orders[at].limit),
                    self.orders[at].queued,
                )
            })
    }

    fn fill_maker(&mut self, id: u128, quantity: i64) {
        let at = self.find(id).expect("a maker is open");
        let visible = self.orders[at].visible();
        self.orders[at].leaves -= quantity;
        self.orders[at].filled += quantity;
        let maker = self.orders[at];
        self.report_trade(&maker, maker.limit, quantity, true);
        if visible > quantity {
            self.orders[at].shown = if maker.display > 0 {
                visible - quantity
            } else {
                0
            };
            return self.order_event(&maker, visible - quantity, BookAction::Change);
        }
        if visible > 0 {
            self.order_event(&maker, 0, BookAction::Delete);
        }
        if maker.leaves == 0 {
            self.orders.remove(at);
            return;
        }
        self.clock += 1;
        let maker = &mut self.orders[at];
        if maker.hidden {
            (maker.hidden, maker.minimum, maker.place) = (false, 0, Place::Flight);
            return self.elected.push_back(id);
        }
        maker.shown = maker.display.min(maker.leaves);
        maker.queued = self.clock;
        let maker = *maker;
        self.order_event(&maker, maker.visible(), BookAction::Add);
    }

    fn prevent_self_trade(&mut self, o: &mut Order, maker: Order) -> bool {
        let mode = o.self_trade;
        if mode == SelfTrade::CancelNewest {
            return true;
        }
        let quantity = maker.leaves.min(o.leaves);
        if mode != SelfTrade::Decrement || quantity == maker.leaves {
            self.report(&maker, 0, ReportKind::Canceled, Reason::SelfTrade);
            if maker.visible() > 0 {
                self.order_event(&maker, 0, BookAction::Delete);
            }
            self.orders.retain(|other| other.id != maker.id);
        } else {
            let at = self.find(maker.id).expect("a maker is open");
            let shrunk = &mut self.orders[at];
            shrunk.leaves -= quantity;
            shrunk.shown = shrunk.shown.min(shrunk.leaves);
            shrunk.minimum = shrunk.minimum.min(shrunk.leaves);
            let shrunk = *shrunk;
            self.report_replaced(&shrunk, shrunk.id, Reason::SelfTrade);
            if shrunk.visible() != maker.visible() {
                self.order_event(&shrunk, shrunk.visible(), BookAction::Change);
            }
        }
        if mode != SelfTrade::Decrement {
            return mode == SelfTrade::CancelBoth;
        }
        o.leaves -= quantity;
        if o.leaves == 0 {
            return true;
        }
        self.report_replaced(o, o.id, Reason::SelfTrade);
        false
    }

    // Stops.

    fn reference(&self, symbol: u32, side: Side) -> i64 {
        let quote = self.quote(symbol, opposite(side));
        if quote.1 > 0 {
            quote.0
        } else {
            self.symbols[symbol as usize].last_trade
        }
    }

    fn trailing_stop(&self, o: &Order) -> i64 {
        let tick = self.symbols[o.symbol as usize].instrument.tick.0;
        let distance = if o.trail > 0 {
            o.trail
        } else {
            let exact = (i128::from(o.watermark) * i128::from(o.trail_bp) / 10_000) as i64;
            (exact / tick * tick).max(tick)
        };
        match o.side {
            Side::Buy => o
                .watermark
                .saturating_add(distance)
                .min(i64::MAX / tick * tick),
            Side::Sell => (o.watermark - distance).max(tick),
        }
    }

    fn place_stop(&mut self, mut o: Order) {
        let reference = self.reference(o.symbol, o.side);
        if o.order_type == OrderType::TrailingStop {
            if o.watermark == 0 {
                o.watermark = reference;
                self.clock += 1;
                o.trailing_since = self.clock;
            }
            o.stop = self.trailing_stop(&o);
        }
        self.queue(&mut o, Place::Stop);
        if reference > 0
            && takes(opposite(o.side), reference, o.stop)
            && self.phase(o.symbol) == Phase::Continuous
        {
            self.elect(o.id);
        }
    }

    fn elect(&mut self, id: u128) {
        let at = self.find(id).expect("a stop is open");
        self.orders[at].place = Place::Flight;
        let o = self.orders[at];
        let sequence = self.next(o.symbol);
        let event = TriggerEvent {
            sequence,
            order_id: OrderId(id),
            stop_price: Price(o.stop),
            symbol: SymbolId(o.symbol),
        };
        self.out.push(Event::Trigger(event));
        self.elected.push_back(id);
    }

    fn observe(&mut self, symbol: u32, price: i64) {
        self.observe_for(symbol, Side::Buy, price);
        self.observe_for(symbol, Side::Sell, price);
    }

    fn observe_for(&mut self, symbol: u32, side: Side, price: i64) {
        loop {
            let waiting = self
                .orders
                .iter()
                .filter(|o| o.symbol == symbol && o.side == side && o.place == Place::Stop);
            let reached = waiting.filter(|o| takes(opposite(side), price, o.stop));
            let Some(id) = reached
                .min_by_key(|o| (order_key(side, o.stop), o.queued))
                .map(|o| o.id)
            else {
                break;
            };
            self.elect(id);
        }
        let mut trailing: Vec<usize> = (0..self.orders.len())
            .filter(|&at| {
                let o = &self.orders[at];
                let kind = o.order_type == OrderType::TrailingStop && o.place == Place::Stop;
                o.symbol == symbol && o.side == side && kind
            })
            .collect();
        trailing.sort_by_key(|&at| self.orders[at].trailing_since);
        for at in trailing {
            let mut o = self.orders[at];
            let better = if side == Side::Buy {
                price < o.watermark
            } else {
                price > o.watermark
            };
            if better {
                o.watermark = price;
                let stop = self.trailing_stop(&o);
                if stop != o.stop {
                    self.clock += 1;
                    (o.stop, o.queued) = (stop, self.clock);
                }
                self.orders[at] = o;
            }
        }
    }

    fn fire(&mut self, id: u128) {
        let at = self.find(id).expect("an elected order is open");
        let mut o = self.orders.remove(at);
        (o.stop, o.trail, o.trail_bp, o.watermark) = (0, 0, 0, 0);
        o.order_type = if o.limit > 0 {
            OrderType::Limit
        } else {
            OrderType::Market
        };
        if o.limit > 0 && self.symbols[o.symbol as usize].outside(o.side, o.limit) {
            return self.end_flight(&o, ReportKind::Canceled, Reason::PriceBand);
        }
        self.execute(o);
    }

    // The outside market.

    fn quote(&self, symbol: u32, side: Side) -> (i64, i64) {
        let s = &self.symbols[symbol as usize];
        if side == Side::Buy { s.bid } else { s.ask }
    }

    fn quote_mut(&mut self, symbol: u32, side: Side) -> &mut (i64, i64) {
        let s = &mut self.symbols[symbol as usize];
        if side == Side::Buy {
            &mut s.bid
        } else {
            &mut s.ask
        }
    }

    fn set_quote(&mut self, q: &SetQuote) {
        let symbol = q.symbol.0;
        let side = |price: Price, quantity: Qty| {
            if quantity.0 == 0 {
                (0, 0)
            } else {
                (price.0, quantity.0)
            }
        };
        *self.quote_mut(symbol, Side::Buy) = side(q.bid_price, q.bid_quantity);
        *self.quote_mut(symbol, Side::Sell) = side(q.ask_price, q.ask_quantity);
        if self.phase(symbol) == Phase::Continuous {
            self.trade_quote(symbol, Side::Buy);
            self.trade_quote(symbol, Side::Sell);
        }
        self.quote_event(symbol);
        self.observe_quote(symbol);
    }

    fn resume(&mut self, symbol: u32) {
        let before = (
            self.quote(symbol, Side::Buy),
            self.quote(symbol, Side::Sell),
        );
        self.trade_quote(symbol, Side::Buy);
        self.trade_quote(symbol, Side::Sell);
        if before
            != (
                self.quote(symbol, Side::Buy),
                self.quote(symbol, Side::Sell),
            )
        {
            self.quote_event(symbol);
        }
        self.observe_quote(symbol);
    }

    fn observe_quote(&mut self, symbol: u32) {
        if self.phase(symbol) != Phase::Continuous {
            return;
        }
        let (bid, ask) = (
            self.quote(symbol, Side::Buy),
            self.quote(symbol, Side::Sell),
        );
        if ask.1 > 0 {
            self.observe_for(symbol, Side::Buy, ask.0);
        }
        if bid.1 > 0 {
            self.observe_for(symbol, Side::Sell, bid.0);
        }
    }

    fn trade_quote(&mut self, symbol: u32, side: Side) {
        loop {
            let (bound, left) = self.quote(symbol, side);
            let maker = (left > 0)
                .then(|| self.next_maker(symbol, side, bound, left, None))
                .flatten();
            let Some(price) = maker.map(|at| self.orders[at].limit) else {
                return;
            };
            let shown_before = self.level(symbol, opposite(side), price).1;
            loop {
                let left = self.quote(symbol, side).1;
                let maker = (left > 0)
                    .then(|| self.next_maker(symbol, side, price, left, Some(price)))
                    .flatten();
                let Some(maker) = maker.map(|at| self.orders[at]) else {
                    break;
                };
                let piece = if maker.hidden {
                    maker.leaves
                } else {
                    maker.visible()
                };
                let quantity = piece.min(left);
                self.quote_mut(symbol, side).1 -= quantity;
                self.print(symbol, price, quantity, Some(side));
                self.fill_maker(maker.id, quantity);
            }
            self.tell_level(symbol, opposite(side), price, shown_before);
            self.observe(symbol, price);
        }
    }

    // Replace.

    fn replace(&mut self, a: &Replace) {
        let at = self.find(a.order_id.0).expect("checked");
        let old = self.orders[at];
        let keep = |new: i64, old: i64| if new == 0 { old } else { new };
        let leaves = if a.quantity.0 == 0 {
            old.leaves
        } else {
            a.quantity.0 - old.filled
        };
        let mut new = Order {
            id: a.new_order_id.0,
            leaves,
            limit: keep(a.limit_price.0, old.limit),
            stop: keep(a.stop_price.0, old.stop),
            trail: keep(a.trail_price.0, old.trail),
            minimum: old.minimum.min(leaves),
            trail_bp: keep(a.trail_percent_bp.into(), old.trail_bp),
            force: a.time_in_force.unwrap_or(old.force),
            expires: keep(a.expires_at_ns, old.expires),
            ..old
        };
        if new.force != TimeInForce::Gtd {
            new.expires = 0;
        }
        if self.phase(old.symbol) == Phase::Halted {
            return self.reject_replace(&old, a, Reason::Halted);
        }
        let terms = |o: &Order| (o.limit, o.stop, o.trail, o.trail_bp, o.force, o.expires);
        if terms(&new) == terms(&old) && leaves <= old.leaves {
            new.shown = new.shown.min(leaves);
            self.orders[at] = new;
            self.report_replaced(&new, old.id, Reason::None);
            if new.visible() > 0 {
                self.order_event(&new, new.visible(), BookAction::Rename);
                if let Some(Event::Order(event)) = self.out.last_mut() {
                    event.previous_id = OrderId(old.id);
                }
                if new.visible() != old.visible() {
                    self.level_event(new.symbol, new.side, new.limit);
                }
            }
            return;
        }
        new.hidden = false;
        new.place = Place::Flight;
        if let Err(reason) = self.admit(&mut new) {
            return self.reject_replace(&old, a, reason);
        }
        let shown_before = self.level(old.symbol, old.side, old.limit).1;
        self.orders.remove(at);
        if old.visible() > 0 {
            self.order_event(&old, 0, BookAction::Delete);
        }
        if old.place == Place::Book {
            self.tell_level(old.symbol, old.side, old.limit, shown_before);
        }
        self.report_replaced(&new, old.id, Reason::None);
        self.place(new);
    }

    fn reject_replace(&mut self, old: &Order, a: &Replace, reason: Reason) {
        let named = Order {
            id: a.new_order_id.0,
            ..*old
        };
        self.report(&named, old.leaves, ReportKind::ReplaceRejected, reason);
        if let Some(Event::Report(report)) = self.out.last_mut() {
            report.original_order_id = a.order_id;
        }
    }

    // The end of orders.

    fn end(&mut self, id: u128, kind: ReportKind, reason: Reason) {
        let at = self.find(id).expect("checked");
        let o = self.orders[at];
        self.report(&o, 0, kind, reason);
        let shown_before = self.level(o.symbol, o.side, o.limit).1;
        self.orders.remove(at);
        if o.visible() > 0 {
            self.order_event(&o, 0, BookAction::Delete);
        }
        if o.place == Place::Book {
            self.tell_level(o.symbol, o.side, o.limit, shown_before);
        }
    }

    fn end_where(&mut self, kind: ReportKind, reason: Reason, ends: impl Fn(&Order) -> bool) {
        let mut picked: Vec<Order> = self.orders.iter().filter(|o| ends(o)).copied().collect();
        let first = |o: &Order| match (o.place, o.side) {
            (Place::Book, Side::Buy) => (0, -o.limit),
            (Place::Book, Side::Sell) => (1, o.limit),
            (Place::Stop, Side::Buy) => (2, o.stop),
            (Place::Stop, Side::Sell) => (3, -o.stop),
            (Place::Waiting, _) => (4, 0),
            (Place::Market, Side::Buy) => (5, 0),
            (Place::Market, Side::Sell) => (6, 0),
            (Place::Flight, _) => unreachable!("nothing is in flight between commands"),
        };
        picked.sort_by_key(|o| (o.symbol, first(o), o.queued));
        for o in picked {
            self.end(o.id, kind, reason);
        }
    }

    fn remember(&mut self, id: u128) {
        self.done.push_back(id);
        while self.done.len() > self.config.remembered_ids as usize {
            self.done.pop_front();
        }
    }

    fn set_bands(&mut self, b: &SetBands) {
        let s = &mut self.symbols[b.symbol.0 as usize];
        (s.lower, s.upper) = (b.lower.0, b.upper.0);
        let s = s.clone();
        self.end_where(ReportKind::Canceled, Reason::PriceBand, |o| {
            o.symbol == b.symbol.0 && o.place == Place::Book && s.outside(o.side, o.limit)
        });
        let before = (s.bid, s.ask);
        let s = &mut self.symbols[b.symbol.0 as usize];
        if s.outside(Side::Buy, s.bid.0) {
            s.bid.1 = 0;
        }
        if s.outside(Side::Sell, s.ask.0) {
            s.ask.1 = 0;
        }
        if before != (s.bid, s.ask) {
            self.quote_event(b.symbol.0);
        }
    }

    fn set_halt(&mut self, h: &SetHalt) {
        let before: Vec<Phase> = (0..self.symbols.len() as u32)
            .map(|s| self.phase(s))
            .collect();
        match h.symbol {
            Some(symbol) => self.symbols[symbol.0 as usize].halted = h.halted,
            None => self.halted = h.halted,
        }
        for (symbol, before) in (0u32..).zip(before) {
            let phase = self.phase(symbol);
            if phase != before {
                self.phase_event(symbol);
                if phase == Phase::Continuous {
                    self.resume(symbol);
                    while let Some(id) = self.elected.pop_front() {
                        self.fire(id);
                    }
                }
            }
        }
    }

    // Auctions.

    fn begin_auction(&mut self, a: &SetAuction) {
        let symbol = a.symbol.0;
        self.symbols[symbol as usize].auction = Some(a.kind);
        self.phase_event(symbol);
        let mut joining: Vec<Order> = self
            .orders
            .iter()
            .filter(|o| o.symbol == symbol && o.place == Place::Waiting)
            .copied()
            .collect();
        joining.retain(|o| takes_part(a.kind, o.force));
        joining.sort_by_key(|o| o.queued);
        for mut o in joining {
            self.orders.retain(|other| other.id != o.id);
            o.place = Place::Flight;
            if o.limit > 0 && self.symbols[symbol as usize].outside(o.side, o.limit) {
                self.end_flight(&o, ReportKind::Canceled, Reason::PriceBand);
            } else {
                self.join_auction(o);
            }
        }
    }

    fn join_auction(&mut self, mut o: Order) {
        if o.limit > 0 {
            self.rest(o)
        } else {
            self.queue(&mut o, Place::Market)
        }
    }

    /// Who takes part, first come first; id zero is the outside market.
    fn interests(&self, symbol: u32, side: Side) -> Vec<(u128, i64, i64)> {
        let mut found: Vec<&Order> = self
            .orders
            .iter()
            .filter(|o| o.symbol == symbol && o.side == side && !o.hidden)
            .filter(|o| matches!(o.place, Place::Book | Place::Market))
            .collect();
        let key = |limit: i64| {
            if limit == 0 {
                i64::MIN
            } else {
                order_key(opposite(side), limit)
            }
        };
        found.sort_by_key(|o| (key(o.limit), o.queued));
        let mut found: Vec<_> = found
            .into_iter()
            .map(|o| (o.id, o.limit, o.leaves))
            .collect();
        let quote = self.quote(symbol, side);
        if quote.1 > 0 {
            found.push((0, quote.0, quote.1));
            found.sort_by_key(|&(_, limit, _)| key(limit));
        }
        found
    }

    /// Tries every tick between the lowest and the highest price that anyone names; where they lie too far apart,
    /// those around each.
    fn clearing(&self, symbol: u32, reference: i64) -> Option<(i64, i128)> {
        let s = &self.symbols[symbol as usize];
        let tick = s.instrument.tick.0;
        let (buys, sells) = (
            self.interests(symbol, Side::Buy),
            self.interests(symbol, Side::Sell),
        );
        let named = || {
            buys.iter()
                .chain(&sells)
                .map(|i| i.1)
                .filter(|&p| p > 0)
                .chain((reference > 0).then_some(reference))
        };
        let (low, high) = (named().min()?, named().max()?);
        let ticks: Vec<i64> = if high - low < 1_000 * tick {
            (low / tick..=high / tick)
                .map(|ticks| ticks * tick)
                .collect()
        } else {
            named()
                .chain([s.lower, s.upper])
                .flat_map(|p| (-3..=3).filter_map(move |away| p.checked_add(away * tick)))
                .filter(|p| (low..=high).contains(p))
                .collect()
        };
        let sum = |side: &[(u128, i64, i64)], takes: &dyn Fn(i64) -> bool| -> i128 {
            side.iter()
                .filter(|i| i.1 == 0 || takes(i.1))
                .map(|i| i128::from(i.2))
                .sum()
        };
        let mut best: Option<((i128, i128, u64, i64), i128)> = None;
        for price in ticks {
            let allowed = price > 0 && price >= s.lower && (s.upper == 0 || price <= s.upper);
            if allowed {
                let bought = sum(&buys, &|limit| limit >= price);
                let sold = sum(&sells, &|limit| limit <= price);
                let volume = bought.min(sold);
                let key = (
                    -volume,
                    (bought - sold).abs(),
                    price.abs_diff(reference),
                    price,
                );
                if best.is_none_or(|(other, _)| key < other) {
                    best = Some((key, volume));
                }
            }
        }
        best.filter(|&(_, volume)| volume > 0)
            .map(|((.., price), volume)| (price, volume))
    }

    fn end_auction(&mut self, a: &SetAuction) {
        let symbol = a.symbol.0;
        let last = self.symbols[symbol as usize].last_trade;
        let reference = if a.reference_price.0 > 0 {
            a.reference_price.0
        } else {
            last
        };
        if let Some((price, mut volume)) = self.clearing(symbol, reference) {
            let mut buys: VecDeque<_> = self.interests(symbol, Side::Buy).into();
            let mut sells: VecDeque<_> = self.interests(symbol, Side::Sell).into();
            while volume > 0 {
                let (buy, sell) = (&mut buys[0], &mut sells[0]);
                let quantity = buy
                    .2
                    .min(sell.2)
                    .min(i64::try_from(volume).unwrap_or(i64::MAX));
                volume -= i128::from(quantity);
                buy.2 -= quantity;
                sell.2 -= quantity;
                let (buy, sell) = (*buy, *sell);
                if buy.2 == 0 {
                    buys.pop_front();
                }
                if sell.2 == 0 {
                    sells.pop_front();
                }
                if (buy.0, sell.0) != (0, 0) {
                    self.print(symbol, price, quantity, None);
                    self.fill_in_cross(symbol, Side::Buy, buy.0, price, quantity);
                    self.fill_in_cross(symbol, Side::Sell, sell.0, price, quantity);
                }
            }
            self.observe(symbol, price);
        }
        self.symbols[symbol as usize].auction = None;
        let elected: Vec<u128> = self.elected.iter().copied().collect();
        self.end_where(ReportKind::Expired, Reason::AuctionRemainder, |o| {
            let own = matches!(o.force, TimeInForce::AtOpen | TimeInForce::AtClose);
            own && o.symbol == symbol && o.place != Place::Waiting && !elected.contains(&o.id)
        });
        self.phase_event(symbol);
        self.resume(symbol);
    }

    fn fill_in_cross(&mut self, symbol: u32, side: Side, id: u128, price: i64, quantity: i64) {
        if id == 0 {
            self.quote_mut(symbol, side).1 -= quantity;
            return self.quote_event(symbol);
        }
        let at = self.find(id).expect("takes part");
        let before = self.orders[at];
        let shown_before = self.level(symbol, side, before.limit).1;
        let o = &mut self.orders[at];
        o.leaves -= quantity;
        o.filled += quantity;
        o.shown = o.shown.min(o.leaves);
        let o = *o;
        self.report_trade(&o, price, quantity, false);
        if o.leaves == 0 {
            self.orders.remove(at);
            if before.visible() > 0 {
                self.order_event(&o, 0, BookAction::Delete);
                self.tell_level(symbol, side, o.limit, shown_before);
            }
        } else if o.visible() != before.visible() {
            self.order_event(&o, o.visible(), BookAction::Change);
            self.tell_level(symbol, side, o.limit, shown_before);
        }
    }

    // Events.

    fn next(&mut self, symbol: u32) -> u64 {
        self.symbols[symbol as usize].sequence += 1;
        self.symbols[symbol as usize].sequence
    }

    fn report(&mut self, o: &Order, leaves: i64, kind: ReportKind, reason: Reason) {
        self.sequence += 1;
        self.out.push(Event::Report(Report {
            sequence: self.sequence,
            order_id: OrderId(o.id),
            original_order_id: OrderId::NONE,
            account_id: AccountId(o.account),
            price: Price(o.limit),
            last_price: Price::ZERO,
            last_quantity: Qty::ZERO,
            cumulative_quantity: Qty(o.filled),
            leaves_quantity: Qty(leaves),
            trade_id: 0,
            time_ns: self.now,
            symbol: SymbolId(o.symbol),
            kind,
            side: o.side,
            maker: false,
            reason,
        }));
    }

    fn report_replaced(&mut self, o: &Order, original: u128, reason: Reason) {
        self.report(o, o.leaves, ReportKind::Replaced, reason);
        if let Some(Event::Report(report)) = self.out.last_mut() {
            report.original_order_id = OrderId(original);
        }
    }

    fn report_trade(&mut self, o: &Order, price: i64, quantity: i64, maker: bool) {
        self.report(o, o.leaves, ReportKind::Trade, Reason::None);
        let trade = self.trade_id;
        if let Some(Event::Report(report)) = self.out.last_mut() {
            (report.last_price, report.last_quantity) = (Price(price), Qty(quantity));
            (report.trade_id, report.maker) = (trade, maker);
        }
    }

    fn print(&mut self, symbol: u32, price: i64, quantity: i64, aggressor: Option<Side>) {
        self.trade_id += 1;
        self.symbols[symbol as usize].last_trade = price;
        let (sequence, trade_id, symbol) = (self.next(symbol), self.trade_id, SymbolId(symbol));
        let (price, quantity) = (Price(price), Qty(quantity));
        self.out.push(Event::Trade(TradeEvent {
            sequence,
            trade_id,
            price,
            quantity,
            symbol,
            aggressor,
        }));
    }

    fn order_event(&mut self, o: &Order, quantity: i64, action: BookAction) {
        let sequence = self.next(o.symbol);
        self.out.push(Event::Order(OrderEvent {
            sequence,
            order_id: OrderId(o.id),
            previous_id: OrderId::NONE,
            price: Price(o.limit),
            quantity: Qty(quantity),
            symbol: SymbolId(o.symbol),
            side: o.side,
            action,
        }));
    }

    fn level(&self, symbol: u32, side: Side, price: i64) -> (i64, u32) {
        let here = self
            .orders
            .iter()
            .filter(|o| o.symbol == symbol && o.side == side && o.limit == price);
        here.filter(|o| o.visible() > 0)
            .fold((0, 0), |(sum, count), o| (sum + o.visible(), count + 1))
    }

    fn level_event(&mut self, symbol: u32, side: Side, price: i64) {
        let (quantity, orders) = self.level(symbol, side, price);
        let sequence = self.next(symbol);
        let symbol = SymbolId(symbol);
        let (price, quantity) = (Price(price), Qty(quantity));
        self.out.push(Event::Level(LevelEvent {
            sequence,
            price,
            quantity,
            orders,
            symbol,
            side,
        }));
    }

    /// Where the level shows something, or did before.
    fn tell_level(&mut self, symbol: u32, side: Side, price: i64, shown_before: u32) {
        if shown_before > 0 || self.level(symbol, side, price).1 > 0 {
            self.level_event(symbol, side, price);
        }
    }

    fn quote_event(&mut self, symbol: u32) {
        let (bid, ask) = (
            self.quote(symbol, Side::Buy),
            self.quote(symbol, Side::Sell),
        );
        let sequence = self.next(symbol);
        self.out.push(Event::Quote(QuoteEvent {
            sequence,
            bid_price: Price(bid.0),
            bid_quantity: Qty(bid.1),
            ask_price: Price(ask.0),
            ask_quantity: Qty(ask.1),
            symbol: SymbolId(symbol),
        }));
    }

    fn phase_event(&mut self, symbol: u32) {
        let (sequence, phase) = (self.next(symbol), self.phase(symbol));
        self.out.push(Event::Phase(PhaseEvent {
            sequence,
            symbol: SymbolId(symbol),
            phase,
        }));
    }
}

impl Symbol {
    fn outside(&self, side: Side, price: i64) -> bool {
        match side {
            Side::Buy => self.upper > 0 && price > self.upper,
            Side::Sell => price < self.lower,
        }
    }
}

fn opposite(side: Side) -> Side {
    if side == Side::Buy {
        Side::Sell
    } else {
        Side::Buy
    }
}

fn takes_part(kind: AuctionKind, force: TimeInForce) -> bool {
    match force {
        TimeInForce::AtOpen => kind != AuctionKind::Closing,
        TimeInForce::AtClose => kind != AuctionKind::Opening,
        _ => false,
    }
}

fn lots(symbol: &Symbol, quantity: i64) -> Result<(), Reason> {
    match quantity {
        ..=0 => Err(Reason::InvalidQuantity),
        _ if quantity % symbol.instrument.lot.0 != 0 => Err(Reason::OffLot),
        _ => Ok(()),
    }
}

fn price(symbol: &Symbol, price: i64) -> Result<(), Reason> {
    match price {
        ..=0 => Err(Reason::InvalidPrice),
        _ if price % symbol.instrument.tick.0 != 0 => Err(Reason::OffTick),
        _ => Ok(()),
    }
}

fn price_or_zero(symbol: &Symbol, value: i64) -> Result<(), Reason> {
    if value == 0 {
        Ok(())
    } else {
        price(symbol, value)
    }
}

fn exact_price(symbol: &Symbol, value: i64, wanted: bool) -> Result<(), Reason> {
    match (wanted, value) {
        (true, _) => price(symbol, value),
        (false, 0) => Ok(()),
        (false, _) => Err(Reason::InvalidPrice),
    }
}
