//! The desk: one book, the stores it shares with the others, and where its events go. Everything that happens in a
//! book happens here, one file per subject.

mod auction;
mod emit;
mod entry;
mod matching;
mod plain;
mod queueing;
mod quote;
mod replace;
mod stops;
mod sweep;

use crate::book::Book;
use crate::event::Phase;
use crate::events::Events;
use crate::store::{Extra, IdMap, Levels, NONE, Order, Orders};
use std::collections::VecDeque;

/// What all books share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub orders: Orders,
    pub levels: Levels,
    pub ids: IdMap,
    /// Orders that enter the book once the present one is through: stops that were reached, hidden orders that
    /// have been met. Empty between commands.
    pub elected: VecDeque<u32>,
    pub halted: bool,
    pub now: i64,
    /// Of the last report.
    pub sequence: u64,
    pub trade_id: u64,
    /// No good-till-date order is due before it.
    pub next_expiry: i64,
}

pub(crate) use entry::{check_form, check_price, check_quantity};
pub(crate) use sweep::visit_slots;

pub(crate) struct Desk<'a> {
    pub shared: &'a mut Shared,
    pub book: &'a mut Book,
    pub out: &'a mut Events,
}

/// An order on its way through the book, linked nowhere.
pub(crate) struct Incoming {
    pub order: Order,
    /// Zero: at any price.
    pub limit: i64,
    pub extra: Option<Extra>,
    /// Where it is kept, if it was in the book before.
    pub slot: u32,
    /// Of the level at which it began to trade, where that was done elsewhere: what was shown before.
    pub begun: Option<u32>,
}

impl Incoming {
    /// The order in this slot, which has been unlinked, with its limit price.
    fn from_slot(orders: &Orders, slot: u32, limit: i64) -> Incoming {
        Incoming {
            order: *orders.get(slot),
            limit,
            extra: orders.extra(slot).copied(),
            slot,
            begun: None,
        }
    }

    fn minimum(&self) -> i64 {
        match &self.extra {
            Some(extra) if self.order.filled == 0 => extra.minimum,
            _ => 0,
        }
    }

    fn is_fresh(&self) -> bool {
        self.slot == NONE
    }
}

impl Desk<'_> {
    fn phase(&self) -> Phase {
        self.book.phase(self.shared.halted)
    }
}
