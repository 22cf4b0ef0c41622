//! A venue's state as bytes, and its hash.
//!
//! The form is canonical: books by symbol, their queues in order, their orders first come first, then the trailing
//! stops and the used ids by arrival. Where things lie in memory does not show.

use crate::book::{Book, QuoteSide};
use crate::bytes::{Reader, Sink};
use crate::command::AuctionKind;
use crate::desk::{Shared, visit_slots};
use crate::events::Events;
use crate::id::{SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce};
use crate::store::{Entry, Extra, LevelKind, Order};
use crate::venue::{Instrument, MAX_SYMBOLS, Venue, VenueConfig, VenueTuning};
use std::fmt;
use xxhash_rust::xxh3::Xxh3;

const MAGIC: &[u8; 8] = b"CIFTVENU";
/// 2: used ids by arrival, those of open orders among them.
const VERSION: u8 = 2;

/// XXH3-128 of a venue's canonical state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateHash(pub u128);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Bytes that are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Written by another version.
    Version {
        found: u8,
        expected: u8,
    },
    /// Too short or too long for what they begin with.
    Length {
        found: usize,
        expected: usize,
    },
    UnknownKind(u8),
    /// A value that no encoder writes; the name of the field.
    Invalid(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Version { found, expected } => {
                write!(f, "version {found}, expected {expected}")
            }
            DecodeError::Length { found, expected } => {
                write!(f, "{found} bytes, expected {expected}")
            }
            DecodeError::UnknownKind(kind) => write!(f, "unknown kind {kind}"),
            DecodeError::Invalid(field) => write!(f, "invalid {field}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Venue {
    /// Of everything that decides future events.
    pub fn state_hash(&self) -> StateHash {
        let mut hasher = Xxh3::new();
        self.write_state(&mut hasher);
        StateHash(hasher.digest128())
    }

    /// Appends the state in a versioned, canonical form: equal states give equal bytes.
    pub fn encode_state(&self, out: &mut Vec<u8>) {
        self.write_state(out);
    }

    /// The state that [`Venue::encode_state`] wrote. Checked: damaged bytes give an error, never a panic.
    pub fn decode_state(bytes: &[u8]) -> Result<Venue, DecodeError> {
        Venue::decode_state_tuned(bytes, VenueTuning::default())
    }

    /// As [`Venue::decode_state`], for a tuned venue.
    pub fn decode_state_tuned(bytes: &[u8], tuning: VenueTuning) -> Result<Venue, DecodeError> {
        let mut input = Reader::new(bytes);
        if input.take::<8>()? != *MAGIC {
            return Err(DecodeError::Invalid("magic"));
        }
        let version = input.u8()?;
        if version != VERSION {
            return Err(DecodeError::Version {
                found: version,
                expected: VERSION,
            });
        }
        let config = VenueConfig {
            remembered_ids: input.u32()?,
            max_open_orders: input.u32()?,
        };
        let mut venue = Venue::tuned(config, tuning);
        if venue.config != config {
            return Err(DecodeError::Invalid("config"));
        }
        let shared = &mut venue.shared;
        shared.halted = input.flag("halted")?;
        shared.now = input.i64()?;
        shared.sequence = input.sequence("sequence")?;
        shared.trade_id = input.sequence("trade id")?;
        let books = input.count(MAX_SYMBOLS, "instruments")?;
        for at in 0..books {
            venue.read_book(&mut input, SymbolId(at as u32))?;
        }
        let done = input.count(config.remembered_ids as usize, "used ids")?;
        for _ in 0..done {
            let id = input.u128()?;
            let Shared { ids, orders, .. } = &mut venue.shared;
            if id == 0 || !ids.recall(orders, id) {
                return Err(DecodeError::Invalid("used ids"));
            }
        }
        input.end()?;
        Ok(venue)
    }

    fn write_state(&self, out: &mut impl Sink) {
        out.put(MAGIC);
        out.put(&[VERSION]);
        out.put(&self.config.remembered_ids.to_le_bytes());
        out.put(&self.config.max_open_orders.to_le_bytes());
        out.put(&[u8::from(self.shared.halted)]);
        out.put(&self.shared.now.to_le_bytes());
        out.put(&self.shared.sequence.to_le_bytes());
        out.put(&self.shared.trade_id.to_le_bytes());
        out.put(&(self.books.len() as u32).to_le_bytes());
        for (instrument, book) in self.instruments.iter().zip(&self.books) {
            self.write_book(instrument, book, out);
        }
        let done = self.shared.ids.seen();
        out.put(&(done.len() as u32).to_le_bytes());
        for id in done {
            out.put(&id.to_le_bytes());
        }
    }

    fn write_book(&self, instrument: &Instrument, book: &Book, out: &mut impl Sink) {
        let name = instrument.name.as_bytes();
        out.put(&[name.len() as u8]);
        out.put(name);
        let [bid, ask] = book.quote;
        let numbers = [
            instrument.tick.0,
            instrument.lot.0,
            book.last_trade,
            book.lower_band,
            book.upper_band,
        ];
        for number in numbers
            .into_iter()
            .chain([bid.price, bid.quantity, ask.price, ask.quantity])
        {
            out.put(&number.to_le_bytes());
        }
        out.put(&[
            u8::from(book.halted),
            book.auction.map_or(u8::MAX, |kind| kind.code()),
        ]);
        out.put(&book.sequence.to_le_bytes());
        let mut counts = [0u32; LevelKind::ALL.len()];
        visit_slots(&self.shared, book, &mut |kind, _| {
            counts[kind as usize] += 1
        });
        for count in counts {
            out.put(&count.to_le_bytes());
        }
        visit_slots(&self.shared, book, &mut |_, slot| {
            self.write_order(slot, out)
        });
        out.put(&(book.trailing.len() as u32).to_le_bytes());
        for &slot in &book.trailing {
            out.put(&self.shared.orders.get(slot).id.to_le_bytes());
        }
    }

    fn write_order(&self, slot: u32, out: &mut dyn Sink) {
        let order = self.shared.orders.get(slot);
        let price = self.shared.levels.get(order.level).price;
        let mut record = [0u8; 62];
        record[..16].copy_from_slice(&order.id.to_le_bytes());
        record[16..32].copy_from_slice(&order.account.to_le_bytes());
        record[32..40].copy_from_slice(&price.to_le_bytes());
        record[40..48].copy_from_slice(&order.leaves.to_le_bytes());
        record[48..56].copy_from_slice(&order.filled.to_le_bytes());
        record[56] = order.order_type.code();
        record[57] = order.time_in_force.code();
        record[58] = order.self_trade().code();
        record[59] = order.post_only().code();
        record[60] = order.side.code();
        record[61] = u8::from(order.is_hidden()) << 1 | u8::from(order.has_extra());
        out.put(&record);
        if let Some(extra) = self.shared.orders.extra(slot) {
            for number in [
                extra.limit,
                extra.stop,
                extra.trail,
                i64::from(extra.trail_bp),
                extra.watermark,
            ] {
                out.put(&number.to_le_bytes());
            }
            for number in [extra.display, extra.shown, extra.minimum, extra.expires] {
                out.put(&number.to_le_bytes());
            }
        }
    }

    fn read_book(&mut self, input: &mut Reader<'_>, symbol: SymbolId) -> Result<(), DecodeError> {
        let len = usize::from(input.u8()?);
        let name = SymbolName::from_bytes(input.slice(len)?)
            .map_err(|_| DecodeError::Invalid("symbol"))?;
        let (tick, lot) = (input.i64()?, input.i64()?);
        if tick <= 0 || lot <= 0 {
            return Err(DecodeError::Invalid("grid"));
        }
        let mut book = Book::new(symbol, tick, lot);
        book.last_trade = input.price(&book, "last trade")?;
        book.lower_band = input.price(&book, "lower band")?;
        book.upper_band = input.price(&book, "upper band")?;
        for at in 0..2 {
            let side = QuoteSide {
                price: input.price(&book, "quote")?,
                quantity: input.quantity(&book, "quote")?,
            };
            if side.quantity > 0 && side.price == 0 {
                return Err(DecodeError::Invalid("quote"));
            }
            book.quote[at] = side;
        }
        book.halted = input.flag("halted")?;
        book.auction = match input.u8()? {
            u8::MAX => None,
            code => Some(AuctionKind::from_code(code).ok_or(DecodeError::Invalid("auction"))?),
        };
        book.sequence = input.sequence("market data sequence")?;
        let name_is_new = self.names.insert(name, symbol).is_none();
        if !name_is_new {
            return Err(DecodeError::Invalid("symbol"));
        }
        self.instruments.push(Instrument {
            symbol,
            name,
            tick: Price(tick),
            lot: Qty(lot),
        });
        self.books.push(book);
        let mut counts = [0usize; LevelKind::ALL.len()];
        for count in &mut counts {
            *count = input.count(self.config.max_open_orders as usize, "orders")?;
        }
        for (kind, count) in LevelKind::ALL.into_iter().zip(counts) {
            for _ in 0..count {
                self.read_order(input, symbol, kind)?;
            }
        }
        self.read_trailing(input, symbol)
    }

    fn read_order(
        &mut self,
        input: &mut Reader<'_>,
        symbol: SymbolId,
        kind: LevelKind,
    ) -> Result<(), DecodeError> {
        let (id, account, price) = (input.u128()?, input.u128()?, input.i64()?);
        let (leaves, filled) = (input.i64()?, input.i64()?);
        let order_type =
            OrderType::from_code(input.u8()?).ok_or(DecodeError::Invalid("order type"))?;
        let force =
            TimeInForce::from_code(input.u8()?).ok_or(DecodeError::Invalid("time in force"))?;
        let self_trade = SelfTrade::from_code(input.u8()?)
            .ok_or(DecodeError::Invalid("self-trade prevention"))?;
        let post_only =
            PostOnly::from_code(input.u8()?).ok_or(DecodeError::Invalid("post only"))?;
        let side = Side::from_code(input.u8()?).ok_or(DecodeError::Invalid("side"))?;
        let flags = input.u8()?;
        if flags > 3 {
            return Err(DecodeError::Invalid("flags"));
        }
        let mut order = Order::new(id, account, side, order_type, force, self_trade, post_only);
        (order.leaves, order.filled) = (leaves, filled);
        order.set_hidden(flags & 2 != 0);
        let extra = if flags & 1 != 0 {
            Some(read_extra(input)?)
        } else {
            None
        };
        self.check_order(&order, extra.as_ref(), symbol, kind, price)?;

        let expires = extra.map_or(0, |extra| extra.expires);
        if expires > 0 {
            self.shared.next_expiry = self.shared.next_expiry.min(expires);
        }
        self.books[symbol.0 as usize].open_quantity += leaves;
        let slot = self.shared.orders.insert(order, extra.as_ref());
        let Shared { ids, orders, .. } = &mut self.shared;
        ids.adopt(orders, slot);
        let mut silent = Events::new();
        self.desk(symbol, &mut silent).link(slot, kind, price);
        Ok(())
    }

    fn check_new_id(&self, id: u128) -> Result<(), DecodeError> {
        if id == 0 || self.shared.ids.find(&self.shared.orders, id) != Entry::Unknown {
            return Err(DecodeError::Invalid("order id"));
        }
        Ok(())
    }

    /// Can an order like this be in this queue?
    fn check_order(
        &self,
        order: &Order,
        extra: Option<&Extra>,
        symbol: SymbolId,
        kind: LevelKind,
        price: i64,
    ) -> Result<(), DecodeError> {
        self.check_new_id(order.id)?;
        let book = &self.books[symbol.0 as usize];
        let valid = |fine: bool, field| {
            if fine {
                Ok(())
            } else {
                Err(DecodeError::Invalid(field))
            }
        };
        let on_lot = |quantity: i64| quantity >= 0 && book.lot.divides(quantity);
        let on_tick = |price: i64| price >= 0 && book.tick.divides(price);
        valid(
            self.shared.orders.open() < self.config.max_open_orders as usize,
            "orders",
        )?;
        valid(order.account != 0, "account id")?;
        valid(order.leaves > 0 && on_lot(order.leaves), "leaves")?;
        valid(
            order.filled >= 0 && order.leaves.checked_add(order.filled).is_some(),
            "filled",
        )?;
        valid(
            book.open_quantity.checked_add(order.leaves).is_some(),
            "leaves",
        )?;
        let ladder = (kind as usize) < LevelKind::LADDERS;
        valid(
            if ladder {
                price > 0 && on_tick(price)
            } else {
                price == 0
            },
            "price",
        )?;
        let side = match kind {
            LevelKind::Bids | LevelKind::BuyStops | LevelKind::MarketBuys => Some(Side::Buy),
            LevelKind::Asks | LevelKind::SellStops | LevelKind::MarketSells => Some(Side::Sell),
            LevelKind::Waiting => None,
        };
        valid(side.is_none_or(|side| side == order.side), "side")?;
        let stops = matches!(kind, LevelKind::BuyStops | LevelKind::SellStops);
        valid(order.order_type.is_stop() == stops, "order type")?;
        let extra_needed = stops || kind == LevelKind::Waiting || order.is_hidden();
        valid(extra.is_some() || !extra_needed, "extra")?;
        let Some(extra) = extra else { return Ok(()) };
        valid(
            on_tick(extra.limit) && on_tick(extra.stop) && on_tick(extra.watermark),
            "prices",
        )?;
        valid(on_tick(extra.trail) && extra.trail_bp < 10_000, "trail")?;
        valid(!stops || extra.stop == price, "stop")?;
        let trails = order.order_type == OrderType::TrailingStop;
        valid(
            trails == (extra.watermark > 0) && trails == (extra.trail > 0 || extra.trail_bp > 0),
            "trail",
        )?;
        valid(
            on_lot(extra.display) && on_lot(extra.shown) && on_lot(extra.minimum),
            "quantities",
        )?;
        let iceberg = kind.is_book() && extra.display > 0;
        let shown_fits = if iceberg {
            extra.shown > 0 && extra.shown <= order.leaves
        } else {
            extra.shown == 0
        };
        valid(
            shown_fits && extra.minimum <= order.leaves && extra.expires >= 0,
            "extra",
        )?;
        valid(
            !order.is_hidden() || (kind.is_book() && extra.minimum > 0 && !iceberg),
            "hidden",
        )?;
        valid(extra.minimum == 0 || order.is_hidden(), "minimum")
    }

    fn read_trailing(
        &mut self,
        input: &mut Reader<'_>,
        symbol: SymbolId,
    ) -> Result<(), DecodeError> {
        let count = input.count(self.config.max_open_orders as usize, "trailing stops")?;
        let mut expected = 0;
        let book = &self.books[symbol.0 as usize];
        visit_slots(&self.shared, book, &mut |_, slot| {
            expected +=
                usize::from(self.shared.orders.get(slot).order_type == OrderType::TrailingStop);
        });
        if count != expected {
            return Err(DecodeError::Invalid("trailing stops"));
        }
        for _ in 0..count {
            let id = input.u128()?;
            let found = self.shared.ids.find(&self.shared.orders, id);
            let Entry::Open(slot) = found else {
                return Err(DecodeError::Invalid("trailing stops"));
            };
            let order = self.shared.orders.get(slot);
            let here = u32::from(self.shared.levels.get(order.level).symbol) == symbol.0;
            let book = &mut self.books[symbol.0 as usize];
            if order.order_type != OrderType::TrailingStop || !here || book.trailing.contains(&slot)
            {
                return Err(DecodeError::Invalid("trailing stops"));
            }
            book.trailing.push(slot);
        }
        Ok(())
    }
}

fn read_extra(input: &mut Reader<'_>) -> Result<Extra, DecodeError> {
    Ok(Extra {
        limit: input.i64()?,
        stop: input.i64()?,
        trail: input.i64()?,
        trail_bp: u32::try_from(input.i64()?).map_err(|_| DecodeError::Invalid("trail"))?,
        watermark: input.i64()?,
        display: input.i64()?,
        shown: input.i64()?,
        minimum: input.i64()?,
        expires: input.i64()?,
    })
}
