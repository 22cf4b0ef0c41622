//! The venue: every symbol's book, and the one way in.

use crate::book::{Book, QuoteSide};
use crate::command::*;
use crate::desk::{Desk, Shared, check_form, check_price};
use crate::event::Phase;
use crate::events::Events;
use crate::id::{AccountId, OrderId, SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::{OrderType, Side, TimeInForce};
use crate::reason::{Field, Reason, Refusal};
use crate::store::{Entry, IdMap, Levels, Orders};
use std::collections::{BTreeMap, VecDeque};

/// Symbols are numbered with 16 bits.
pub(crate) const MAX_SYMBOLS: usize = 1 << 16;
/// Slots and ring places are numbered with 31 bits.
const MAX_ORDERS: u32 = 1 << 30;

/// Bounds that are part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenueConfig {
    /// How many order ids, the latest to come, are remembered when their orders have ended, so that a command delivered
    /// again is refused as a duplicate. 32 to 64 bytes each.
    pub remembered_ids: u32,
    /// How many orders may be open at once; beyond it new ones are refused with `VENUE_FULL`.
    pub max_open_orders: u32,
}

/// What makes a venue faster and changes nothing that it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VenueTuning {
    /// Room for this many orders and remembered ids is made at once.
    pub reserve_orders: usize,
    /// Seeds the hash of order ids. Where clients choose their ids, a secret one keeps them from making ids collide.
    pub hash_seed: u64,
}

impl Default for VenueConfig {
    fn default() -> VenueConfig {
        VenueConfig {
            remembered_ids: 1 << 20,
            max_open_orders: 1 << 24,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub symbol: SymbolId,
    pub name: SymbolName,
    pub tick: Price,
    pub lot: Qty,
}

/// An open order as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderView {
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub symbol: SymbolId,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    /// The total: leaves and cumulative.
    pub quantity: Qty,
    pub leaves_quantity: Qty,
    pub cumulative_quantity: Qty,
    /// Zero: none.
    pub limit_price: Price,
    /// Of a stop that waits, a trailing one as it stands now; zero: none.
    pub stop_price: Price,
    /// Of a trailing stop: the best price since it came, which its stop follows; zero: none.
    pub high_water_price: Price,
    /// What the book shows of it now.
    pub shown_quantity: Qty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    Open(OrderView),
    /// Ended, and its id is still remembered.
    Done,
    Unknown,
}

/// What a price shows, the outside market's quote included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepthLevel {
    pub price: Price,
    pub quantity: Qty,
    /// Orders; the outside market's quote counts as none.
    pub orders: u32,
}

/// All books, the orders in them, and the one way in.
#[derive(Debug)]
pub struct Venue {
    pub(crate) config: VenueConfig,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) names: BTreeMap<SymbolName, SymbolId>,
    pub(crate) books: Vec<Book>,
    pub(crate) shared: Shared,
}

impl Venue {
    pub fn new(config: VenueConfig) -> Venue {
        Venue::tuned(config, VenueTuning::default())
    }

    pub fn tuned(config: VenueConfig, tuning: VenueTuning) -> Venue {
        let config = VenueConfig {
            remembered_ids: config.remembered_ids.min(MAX_ORDERS),
            max_open_orders: config.max_open_orders.min(MAX_ORDERS),
        };
        let ids = IdMap::new(
            tuning.hash_seed,
            config.remembered_ids as usize,
            tuning.reserve_orders,
        );
        let shared = Shared {
            orders: Orders::with_capacity(
                tuning.reserve_orders.min(config.max_open_orders as usize),
            ),
            levels: Levels::with_capacity(
                tuning.reserve_orders.min(config.max_open_orders as usize),
            ),
            ids,
            elected: VecDeque::new(),
            halted: false,
            now: i64::MIN,
            sequence: 0,
            trade_id: 0,
            next_expiry: i64::MAX,
        };
        Venue {
            config,
            instruments: Vec::new(),
            names: BTreeMap::new(),
            books: Vec::new(),
            shared,
        }
    }

    /// How many commands before its own [`Venue::expect`] serves best.
    pub const LATER: usize = 10;
    /// The same of [`Venue::expect_soon`].
    pub const SOON: usize = 4;

    /// A command about this order comes later in the batch: what finds the order is fetched meanwhile. Changes nothing.
    #[inline(always)]
    pub fn expect(&self, order_id: OrderId) {
        self.shared.ids.expect(order_id.0);
    }

    /// As [`Venue::expect`], afterwards: the order itself is fetched, if it is open.
    #[inline(always)]
    pub fn expect_soon(&self, order_id: OrderId) {
        let slot = self.shared.ids.guess(order_id.0);
        self.shared.orders.expect(slot);
        self.shared.levels.expect(slot);
    }

    /// Carries out one command and appends its events. A refusal leaves state and `out` as they were.
    #[inline]
    pub fn apply(&mut self, command: &Command, out: &mut Events) -> Result<(), Refusal> {
        let now = self.shared.now.max(command.time_ns);
        match &command.action {
            Action::NewOrder(order) => self.new_order(order, now, out),
            Action::Cancel(cancel) => self.cancel(cancel, now, out),
            Action::Replace(replace) => self.replace(replace, now, out),
            Action::SetQuote(quote) => self.set_quote(quote, now, out),
            other => self.apply_rare(other, now, out),
        }
    }

    #[cold]
    fn apply_rare(&mut self, action: &Action, now: i64, out: &mut Events) -> Result<(), Refusal> {
        match action {
            Action::PutInstrument(put) => self.put_instrument(put, now, out),
            Action::SetHalt(halt) => self.set_halt(halt, now, out),
            Action::MassCancel(cancel) => self.mass_cancel(cancel, now, out),
            Action::Expire(expire) => {
                self.begin(now, out);
                if expire.session_close {
                    self.for_each_desk(out, |desk| desk.close_session());
                }
                Ok(())
            }
            Action::SetAuction(auction) => self.set_auction(auction, now, out),
            Action::SetBands(bands) => self.set_bands(bands, now, out),
            _ => unreachable!("carried out by `apply`"),
        }
    }

    #[inline(never)]
    fn new_order(&mut self, order: &NewOrder, now: i64, out: &mut Events) -> Result<(), Refusal> {
        let room = self.shared.orders.open() < self.config.max_open_orders as usize;
        if now < self.shared.next_expiry
            && room
            && let Some(book) = self.books.get_mut(order.symbol.0 as usize)
        {
            let shared = &mut self.shared;
            let mut desk = Desk { shared, book, out };
            if let Some(ticks) = desk.is_plain(order) {
                return desk.enter_plain(order, now, ticks);
            }
        }
        self.new_order_of_any_kind(order, now, out)
    }

    #[cold]
    #[inline(never)]
    fn new_order_of_any_kind(
        &mut self,
        order: &NewOrder,
        now: i64,
        out: &mut Events,
    ) -> Result<(), Refusal> {
        if order.order_id.0 == 0 {
            return Err(Refusal::new(Reason::InvalidId, Field::OrderId));
        }
        let Shared { ids, orders, .. } = &self.shared;
        let home = ids.home(order.order_id.0);
        if ids.is_known(home, orders, order.order_id.0) {
            return Err(Refusal::new(Reason::DuplicateOrder, Field::OrderId));
        }
        let book = self.book(order.symbol)?;
        check_form(book, now, order)?;
        if book.open_quantity.checked_add(order.quantity.0).is_none() {
            let room = i64::MAX - book.open_quantity;
            return Err(Refusal::with_limit(
                Reason::QuantityOverflow,
                Field::Quantity,
                room,
            ));
        }
        if self.shared.orders.open() >= self.config.max_open_orders as usize {
            let limit = i64::from(self.config.max_open_orders);
            return Err(Refusal::with_limit(
                Reason::VenueFull,
                Field::OrderId,
                limit,
            ));
        }
        self.begin(now, out);
        let Shared { ids, orders, .. } = &mut self.shared;
        let seat = ids.remember(orders, home, order.order_id.0);
        let mut desk = self.desk(order.symbol, out);
        desk.enter(order, seat);
        desk.fire_elected();
        Ok(())
    }

    #[inline(never)]
    fn cancel(&mut self, cancel: &Cancel, now: i64, out: &mut Events) -> Result<(), Refusal> {
        let slot = self.open_slot(cancel.order_id)?;
        if now >= self.shared.next_expiry && self.expires_first(slot, now, out) {
            return Ok(());
        }
        self.shared.now = now;
        let symbol = self.symbol_of(slot);
        self.desk(symbol, out).cancel(slot);
        Ok(())
    }

    fn replace(&mut self, replace: &Replace, now: i64, out: &mut Events) -> Result<(), Refusal> {
        if replace.new_order_id.0 == 0 {
            return Err(Refusal::new(Reason::InvalidId, Field::NewOrderId));
        }
        if self
            .shared
            .ids
            .find(&self.shared.orders, replace.new_order_id.0)
            != Entry::Unknown
        {
            return Err(Refusal::new(Reason::DuplicateOrder, Field::NewOrderId));
        }
        let slot = self.open_slot(replace.order_id)?;
        let symbol = self.symbol_of(slot);
        self.desk(symbol, out).check_replace(slot, replace, now)?;
        if now >= self.shared.next_expiry && self.expires_first(slot, now, out) {
            return Ok(());
        }
        self.shared.now = now;
        let mut desk = self.desk(symbol, out);
        desk.replace(slot, replace);
        desk.fire_elected();
        Ok(())
    }

    fn set_quote(&mut self, quote: &SetQuote, now: i64, out: &mut Events) -> Result<(), Refusal> {
        let book = self.book(quote.symbol)?;
        let bid = quote_side(book, Side::Buy, quote.bid_price.0, quote.bid_quantity.0)?;
        let ask = quote_side(book, Side::Sell, quote.ask_price.0, quote.ask_quantity.0)?;
        if bid.quantity > 0 && ask.quantity > 0 && bid.price > ask.price {
            return Err(Refusal::with_limit(
                Reason::CrossedQuote,
                Field::AskPrice,
                bid.price,
            ));
        }
        self.begin(now, out);
        let mut desk = self.desk(quote.symbol, out);
        desk.set_quote(bid, ask);
        desk.fire_elected();
        Ok(())
    }

    fn put_instrument(
        &mut self,
        put: &PutInstrument,
        now: i64,
        out: &mut Events,
    ) -> Result<(), Refusal> {
        let (at, known) = (put.symbol.0 as usize, self.instruments.len());
        if at >= MAX_SYMBOLS {
            return Err(Refusal::with_limit(
                Reason::VenueFull,
                Field::Symbol,
                MAX_SYMBOLS as i64,
            ));
        }
        if at > known
            || self
                .symbol_id(&put.name)
                .is_some_and(|symbol| symbol != put.symbol)
        {
            return Err(Refusal::with_limit(
                Reason::InvalidInstrument,
                Field::Symbol,
                known as i64,
            ));
        }
        if put.tick.0 <= 0 {
            return Err(Refusal::with_limit(
                Reason::InvalidInstrument,
                Field::TickSize,
                1,
            ));
        }
        if put.lot.0 <= 0 {
            return Err(Refusal::with_limit(
                Reason::InvalidInstrument,
                Field::LotSize,
                1,
            ));
        }
        let instrument = Instrument {
            symbol: put.symbol,
            name: put.name,
            tick: put.tick,
            lot: put.lot,
        };
        let book = Book::new(put.symbol, put.tick.0, put.lot.0);
        let Some(old) = self.instruments.get(at) else {
            self.begin(now, out);
            self.names.insert(put.name, put.symbol);
            self.instruments.push(instrument);
            self.books.push(book);
            return Ok(());
        };
        if old.name != put.name {
            return Err(Refusal::new(Reason::InvalidInstrument, Field::Symbol));
        }
        if *old != instrument {
            let used = &self.books[at];
            if used.open_quantity > 0 || used.quote.iter().any(|side| side.quantity > 0) {
                return Err(Refusal::new(Reason::InstrumentInUse, Field::Symbol));
            }
            let (sequence, halted, auction) = (used.sequence, used.halted, used.auction);
            self.instruments[at] = instrument;
            self.books[at] = Book {
                sequence,
                halted,
                auction,
                ..book
            };
        }
        self.begin(now, out);
        Ok(())
    }

    fn set_halt(&mut self, halt: &SetHalt, now: i64, out: &mut Events) -> Result<(), Refusal> {
        if let Some(symbol) = halt.symbol {
            self.book(symbol)?;
        }
        self.begin(now, out);
        let before: Vec<Phase> = self
            .books
            .iter()
            .map(|book| book.phase(self.shared.halted))
            .collect();
        match halt.symbol {
            Some(symbol) => self.books[symbol.0 as usize].halted = halt.halted,
            None => self.shared.halted = halt.halted,
        }
        for (at, before) in before.into_iter().enumerate() {
            let phase = self.books[at].phase(self.shared.halted);
            if phase == before {
                continue;
            }
            let mut desk = self.desk(SymbolId(at as u32), out);
            desk.emit_phase();
            if phase == Phase::Continuous {
                desk.resume_quote();
                desk.fire_elected();
            }
        }
        Ok(())
    }

    fn mass_cancel(
        &mut self,
        cancel: &MassCancel,
        now: i64,
        out: &mut Events,
    ) -> Result<(), Refusal> {
        let account = cancel.account_id.map(|account| account.0);
        if let Some(symbol) = cancel.symbol {
            self.book(symbol)?;
        }
        self.begin(now, out);
        match cancel.symbol {
            Some(symbol) => self.desk(symbol, out).mass_cancel(account),
            None => self.for_each_desk(out, |desk| desk.mass_cancel(account)),
        }
        Ok(())
    }

    fn set_auction(
        &mut self,
        auction: &SetAuction,
        now: i64,
        out: &mut Events,
    ) -> Result<(), Refusal> {
        let book = self.book(auction.symbol)?;
        if auction.open == book.auction.is_some() {
            return Err(Refusal::new(Reason::InvalidPhase, Field::Auction));
        }
        if auction.reference_price.0 != 0 {
            check_price(book, Field::ReferencePrice, auction.reference_price.0)?;
        }
        if !auction.open && book.phase(self.shared.halted) == Phase::Halted {
            return Err(Refusal::new(Reason::Halted, Field::Auction));
        }
        self.begin(now, out);
        let mut desk = self.desk(auction.symbol, out);
        if auction.open {
            desk.begin_auction(auction.kind);
        } else {
            desk.end_auction(auction.reference_price.0);
            desk.fire_elected();
        }
        Ok(())
    }

    fn set_bands(&mut self, bands: &SetBands, now: i64, out: &mut Events) -> Result<(), Refusal> {
        let book = self.book(bands.symbol)?;
        for (field, price) in [
            (Field::LowerBand, bands.lower.0),
            (Field::UpperBand, bands.upper.0),
        ] {
            if price != 0 {
                check_price(book, field, price)?;
            }
        }
        if bands.upper.0 != 0 && bands.lower > bands.upper {
            return Err(Refusal::with_limit(
                Reason::InvalidBands,
                Field::LowerBand,
                bands.upper.0,
            ));
        }
        self.begin(now, out);
        self.desk(bands.symbol, out).set_bands(bands);
        Ok(())
    }

    /// The command is going to be carried out: its time is now, and what is due by then has ended.
    #[inline]
    fn begin(&mut self, now: i64, out: &mut Events) {
        self.shared.now = now;
        if now >= self.shared.next_expiry {
            self.expire_due(out);
        }
    }

    #[cold]
    fn expire_due(&mut self, out: &mut Events) {
        let mut next = i64::MAX;
        self.for_each_desk(out, |desk| next = next.min(desk.expire_due()));
        self.shared.next_expiry = next;
    }

    /// Ends what is due; true where the order in `slot` was, so that there is nothing left to cancel or replace.
    #[cold]
    fn expires_first(&mut self, slot: u32, now: i64, out: &mut Events) -> bool {
        let due = self
            .shared
            .orders
            .extra(slot)
            .is_some_and(|extra| extra.expires > 0 && extra.expires <= now);
        self.begin(now, out);
        due
    }

    #[inline]
    fn book(&self, symbol: SymbolId) -> Result<&Book, Refusal> {
        let known = self.books.len() as i64;
        self.books.get(symbol.0 as usize).ok_or(Refusal::with_limit(
            Reason::UnknownSymbol,
            Field::Symbol,
            known,
        ))
    }

    #[inline]
    fn open_slot(&self, order_id: OrderId) -> Result<u32, Refusal> {
        match self.shared.ids.find(&self.shared.orders, order_id.0) {
            Entry::Open(slot) => Ok(slot),
            Entry::Done => Err(Refusal::new(Reason::OrderDone, Field::OrderId)),
            Entry::Unknown => Err(Refusal::new(Reason::UnknownOrder, Field::OrderId)),
        }
    }

    #[inline]
    fn symbol_of(&self, slot: u32) -> SymbolId {
        SymbolId(u32::from(
            self.shared
                .levels
                .get(self.shared.orders.get(slot).level)
                .symbol,
        ))
    }

    /// The symbol is known.
    #[inline]
    pub(crate) fn desk<'a>(&'a mut self, symbol: SymbolId, out: &'a mut Events) -> Desk<'a> {
        Desk {
            shared: &mut self.shared,
            book: &mut self.books[symbol.0 as usize],
            out,
        }
    }

    fn for_each_desk(&mut self, out: &mut Events, mut act: impl FnMut(&mut Desk<'_>)) {
        for at in 0..self.books.len() {
            act(&mut self.desk(SymbolId(at as u32), out));
        }
    }
}

fn quote_side(book: &Book, side: Side, price: i64, quantity: i64) -> Result<QuoteSide, Refusal> {
    let (price_field, quantity_field) = match side {
        Side::Buy => (Field::BidPrice, Field::BidQuantity),
        Side::Sell => (Field::AskPrice, Field::AskQuantity),
    };
    if quantity == 0 {
        return Ok(QuoteSide::default());
    }
    crate::desk::check_quantity(book, quantity_field, quantity)?;
    check_price(book, price_field, price)?;
    if book.is_outside_bands(side, price) {
        let limit = if side == Side::Buy {
            book.upper_band
        } else {
            book.lower_band
        };
        return Err(Refusal::with_limit(Reason::PriceBand, price_field, limit));
    }
    Ok(QuoteSide { price, quantity })
}
