//! What commands caused, in order, as compactly as the engine can write it.
//!
//! The engine writes one [`Record`] per thing that happens. Most things have several sides (an execution is a trade, two
//! reports and a change of the book); [`Events::iter`] spells them out as [`Event`]s, in the order of their numbers.

use crate::event::{BookAction, Event, LevelEvent, OrderEvent, Report, ReportKind, TradeEvent};
use crate::id::{AccountId, OrderId, SymbolId};
use crate::number::{Price, Qty};
use crate::order::Side;
use crate::reason::Reason;

/// One thing that happened. Numbers that are not said are those that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// Anything, spelled out.
    Event(Event),
    /// A plain order came and will execute: its report NEW. The fills up to the next of these are its own.
    Entered(Entered),
    /// The order entered last executed against a plain one: trade, report of the resting order, the book's change,
    /// report of the entered one.
    Filled(Filled),
    /// A plain order came and rests: report NEW, the book's new order, what the level shows now.
    Rested(Rested),
    /// A resting plain order was canceled on request: report CANCELED, the book's change, what the level shows now.
    Canceled(Canceled),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    pub sequence: u64,
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub price: Price,
    pub quantity: Qty,
    pub time_ns: i64,
    pub symbol: SymbolId,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Of the resting order's report; the other's is the next.
    pub sequence: u64,
    /// The symbol's, of the trade; the book's change has the next.
    pub book_sequence: u64,
    pub trade_id: u64,
    /// The resting order.
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub price: Price,
    pub quantity: Qty,
    pub cumulative_quantity: Qty,
    pub leaves_quantity: Qty,
    /// What the entered order has left.
    pub taker_leaves: Qty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rested {
    pub sequence: u64,
    /// The symbol's, of the book's new order; the level's is the next.
    pub book_sequence: u64,
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub price: Price,
    pub quantity: Qty,
    pub time_ns: i64,
    pub level_quantity: Qty,
    pub level_orders: u32,
    pub symbol: SymbolId,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    pub sequence: u64,
    /// The symbol's, of the book's change; the level's is the next.
    pub book_sequence: u64,
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub price: Price,
    pub cumulative_quantity: Qty,
    pub time_ns: i64,
    pub level_quantity: Qty,
    pub level_orders: u32,
    pub symbol: SymbolId,
    pub side: Side,
}

/// Where a venue writes what happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    records: Vec<Record>,
}

impl Events {
    pub fn new() -> Events {
        Events::default()
    }

    /// Room for this many records is made at once.
    pub fn with_capacity(records: usize) -> Events {
        Events {
            records: Vec::with_capacity(records),
        }
    }

    #[inline]
    pub fn clear(&mut self) {
        self.records.clear();
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Spelled out.
    pub fn len(&self) -> usize {
        let sides = self.records.iter().map(|record| match record {
            Record::Event(_) | Record::Entered(_) => 1,
            Record::Rested(_) | Record::Canceled(_) => 3,
            Record::Filled(_) => 4,
        });
        sides.sum()
    }

    #[inline]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Spelled out.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            records: self.records.iter(),
            entered: None,
            pending: [None; 4],
            at: 4,
        }
    }

    pub fn to_vec(&self) -> Vec<Event> {
        self.iter().collect()
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, event: Event) {
        self.records.push(Record::Event(event));
    }

    #[inline(always)]
    pub(crate) fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    /// The last event, where it was spelled out.
    pub(crate) fn last_mut(&mut self) -> Option<&mut Event> {
        match self.records.last_mut() {
            Some(Record::Event(event)) => Some(event),
            _ => None,
        }
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = Event;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// See [`Events::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    records: std::slice::Iter<'a, Record>,
    entered: Option<&'a Entered>,
    pending: [Option<Event>; 4],
    at: usize,
}

impl Iterator for Iter<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.get(self.at).copied().flatten() {
                self.at += 1;
                return Some(event);
            }
            self.at = 0;
            self.pending = match self.records.next()? {
                Record::Event(event) => {
                    self.at = self.pending.len();
                    return Some(*event);
                }
                Record::Entered(entered) => {
                    self.entered = Some(entered);
                    self.at = self.pending.len();
                    return Some(Event::Report(entered.report()));
                }
                Record::Filled(filled) => match self.entered {
                    Some(entered) => filled.events(entered).map(Some),
                    None => [None; 4],
                },
                Record::Rested(rested) => three(rested.events()),
                Record::Canceled(canceled) => three(canceled.events()),
            };
        }
    }
}

fn three([first, second, third]: [Event; 3]) -> [Option<Event>; 4] {
    [Some(first), Some(second), Some(third), None]
}

impl Entered {
    fn report(&self) -> Report {
        Report {
            sequence: self.sequence,
            order_id: self.order_id,
            original_order_id: OrderId::NONE,
            account_id: self.account_id,
            price: self.price,
            last_price: Price::ZERO,
            last_quantity: Qty::ZERO,
            cumulative_quantity: Qty::ZERO,
            leaves_quantity: self.quantity,
            trade_id: 0,
            time_ns: self.time_ns,
            symbol: self.symbol,
            kind: ReportKind::New,
            side: self.side,
            maker: false,
            reason: Reason::None,
        }
    }
}

impl Filled {
    fn events(&self, entered: &Entered) -> [Event; 4] {
        let maker_side = entered.side.opposite();
        let taker = Report {
            sequence: self.sequence + 1,
            last_price: self.price,
            last_quantity: self.quantity,
            cumulative_quantity: Qty(entered.quantity.0 - self.taker_leaves.0),
            leaves_quantity: self.taker_leaves,
            trade_id: self.trade_id,
            kind: ReportKind::Trade,
            ..entered.report()
        };
        let maker = Report {
            sequence: self.sequence,
            order_id: self.order_id,
            account_id: self.account_id,
            price: self.price,
            cumulative_quantity: self.cumulative_quantity,
            leaves_quantity: self.leaves_quantity,
            side: maker_side,
            maker: true,
            ..taker
        };
        let trade = TradeEvent {
            sequence: self.book_sequence,
            trade_id: self.trade_id,
            price: self.price,
            quantity: self.quantity,
            symbol: entered.symbol,
            aggressor: Some(entered.side),
        };
        let change = OrderEvent {
            sequence: self.book_sequence + 1,
            order_id: self.order_id,
            previous_id: OrderId::NONE,
            price: self.price,
            quantity: self.leaves_quantity,
            symbol: entered.symbol,
            side: maker_side,
            action: if self.leaves_quantity.0 == 0 {
                BookAction::Delete
            } else {
                BookAction::Change
            },
        };
        [
            Event::Trade(trade),
            Event::Report(maker),
            Event::Order(change),
            Event::Report(taker),
        ]
    }
}

impl Rested {
    fn events(&self) -> [Event; 3] {
        let entered = Entered {
            sequence: self.sequence,
            order_id: self.order_id,
            account_id: self.account_id,
            price: self.price,
            quantity: self.quantity,
            time_ns: self.time_ns,
            symbol: self.symbol,
            side: self.side,
        };
        let added = OrderEvent {
            sequence: self.book_sequence,
            order_id: self.order_id,
            previous_id: OrderId::NONE,
            price: self.price,
            quantity: self.quantity,
            symbol: self.symbol,
            side: self.side,
            action: BookAction::Add,
        };
        let level = LevelEvent {
            sequence: self.book_sequence + 1,
            price: self.price,
            quantity: self.level_quantity,
            orders: self.level_orders,
            symbol: self.symbol,
            side: self.side,
        };
        [
            Event::Report(entered.report()),
            Event::Order(added),
            Event::Level(level),
        ]
    }
}

impl Canceled {
    fn events(&self) -> [Event; 3] {
        let report = Report {
            sequence: self.sequence,
            order_id: self.order_id,
            original_order_id: OrderId::NONE,
            account_id: self.account_id,
            price: self.price,
            last_price: Price::ZERO,
            last_quantity: Qty::ZERO,
            cumulative_quantity: self.cumulative_quantity,
            leaves_quantity: Qty::ZERO,
            trade_id: 0,
            time_ns: self.time_ns,
            symbol: self.symbol,
            kind: ReportKind::Canceled,
            side: self.side,
            maker: false,
            reason: Reason::CancelRequested,
        };
        let deleted = OrderEvent {
            sequence: self.book_sequence,
            order_id: self.order_id,
            previous_id: OrderId::NONE,
            price: self.price,
            quantity: Qty::ZERO,
            symbol: self.symbol,
            side: self.side,
            action: BookAction::Delete,
        };
        let level = LevelEvent {
            sequence: self.book_sequence + 1,
            price: self.price,
            quantity: self.level_quantity,
            orders: self.level_orders,
            symbol: self.symbol,
            side: self.side,
        };
        [
            Event::Report(report),
            Event::Order(deleted),
            Event::Level(level),
        ]
    }
}
