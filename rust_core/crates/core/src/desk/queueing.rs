//! Into and out of the queues.

use super::{Desk, Incoming, Shared};
use crate::event::{BookAction, ReportKind};
use crate::reason::Reason;
use crate::store::{LevelKind, NONE};

impl Desk<'_> {
    /// Links the order in `slot` at the end of a queue, making its level where there is none.
    #[inline]
    pub(crate) fn link(&mut self, slot: u32, kind: LevelKind, price: i64) {
        let level = if (kind as usize) < LevelKind::LADDERS {
            let rank = self.book.rank(kind, price);
            self.level_at(kind, price, rank)
        } else {
            let symbol = self.book.symbol.0 as u16;
            let queue = self.book.queue(kind);
            if *queue == NONE {
                *queue = self.shared.levels.insert(symbol, kind, 0, 0);
            }
            *queue
        };
        let shown = if kind.is_book() {
            self.shared.orders.shown(slot)
        } else {
            0
        };
        self.shared
            .levels
            .push(&mut self.shared.orders, level, slot, shown);
    }

    /// The level of this price, which is of this rank.
    #[inline(always)]
    pub(super) fn level_at(&mut self, kind: LevelKind, price: i64, rank: i64) -> u32 {
        let found = self.book.ladder(kind).get(rank);
        if found != NONE {
            return found;
        }
        let level = self
            .shared
            .levels
            .insert(self.book.symbol.0 as u16, kind, price, rank);
        self.book.ladder(kind).insert(rank, level);
        level
    }

    /// Takes the order in `slot` out of its queue; of a shown order the deletion is told. The level stays, even empty.
    #[inline]
    fn detach(&mut self, slot: u32) -> u32 {
        let level = self.shared.orders.get(slot).level;
        let (kind, price) = {
            let level = self.shared.levels.get(level);
            (level.kind, level.price)
        };
        let shown = if kind.is_book() {
            self.shared.orders.shown(slot)
        } else {
            0
        };
        self.shared
            .levels
            .unlink(&self.shared.orders, slot, shown, shown > 0);
        if shown > 0 {
            let order = self.shared.orders.get(slot);
            let (id, side) = (order.id, order.side);
            self.emit_order(id, side, price, 0, BookAction::Delete);
        }
        level
    }

    /// Takes the order in `slot` out of its queue, telling the market. Returns the price of the level that it was in.
    #[inline]
    pub(super) fn unlink(&mut self, slot: u32) -> i64 {
        let counted = self
            .shared
            .levels
            .get(self.shared.orders.get(slot).level)
            .orders;
        let level = self.detach(slot);
        let price = self.shared.levels.get(level).price;
        self.tell_level(level, counted);
        price
    }

    /// Tells what a level shows now, where it showed something before, and drops it where it is empty.
    #[inline]
    pub(super) fn tell_level(&mut self, level: u32, counted_before: u32) {
        let state = *self.shared.levels.get(level);
        if state.kind.is_book() && (state.orders > 0 || counted_before > 0) {
            let side = if state.kind == LevelKind::Bids {
                crate::Side::Buy
            } else {
                crate::Side::Sell
            };
            self.emit_level(side, state.price, state.quantity, state.orders);
        }
        if self.shared.levels.is_empty(level) {
            self.drop_level(level);
        }
    }

    pub(super) fn drop_level(&mut self, level: u32) {
        let (kind, rank) = {
            let level = self.shared.levels.get(level);
            (level.kind, level.rank)
        };
        if (kind as usize) < LevelKind::LADDERS {
            self.book.ladder(kind).remove(rank);
        } else {
            *self.book.queue(kind) = NONE;
        }
        self.shared.levels.remove(level);
    }

    /// Ends the order in `slot`, wherever it is.
    #[inline(never)]
    pub(crate) fn end(&mut self, slot: u32, kind: ReportKind, reason: Reason) {
        let level = self.report_end(slot, kind, reason);
        let counted = self.shared.levels.get(level).orders;
        self.detach(slot);
        self.free(slot);
        self.tell_level(level, counted);
    }

    /// As [`Desk::end`], for one of several of a level that is told afterwards.
    pub(super) fn end_quietly(&mut self, slot: u32, kind: ReportKind, reason: Reason) {
        self.report_end(slot, kind, reason);
        self.detach(slot);
        self.free(slot);
    }

    fn report_end(&mut self, slot: u32, kind: ReportKind, reason: Reason) -> u32 {
        let price = self.limit_of(slot);
        let order = *self.shared.orders.get(slot);
        self.report(&order, price, 0, kind, reason);
        self.book.open_quantity -= order.leaves;
        order.level
    }

    /// Zero: none.
    pub(super) fn limit_of(&self, slot: u32) -> i64 {
        let level = self.shared.levels.get(self.shared.orders.get(slot).level);
        if level.kind.is_book() {
            return level.price;
        }
        self.shared
            .orders
            .extra(slot)
            .map_or(0, |extra| extra.limit)
    }

    /// Gives back the slot of an ended, unlinked order.
    #[inline]
    pub(super) fn free(&mut self, slot: u32) {
        let order = self.shared.orders.get(slot);
        if order.order_type == crate::OrderType::TrailingStop {
            self.book.trailing.retain(|&other| other != slot);
        }
        self.shared.ids.close(&self.shared.orders, slot);
        self.shared.orders.remove(slot);
    }

    /// Of an incoming order that has ended: its quantity no longer counts.
    #[inline]
    pub(super) fn forget(&mut self, incoming: &Incoming) {
        self.book.open_quantity -= incoming.order.leaves;
        if !incoming.is_fresh() {
            self.free(incoming.slot);
        }
    }

    /// Keeps an incoming order in a slot, without linking it.
    #[inline]
    pub(super) fn keep(&mut self, incoming: &Incoming) -> u32 {
        if let Some(extra) = &incoming.extra
            && extra.expires > 0
        {
            self.shared.next_expiry = self.shared.next_expiry.min(extra.expires);
        }
        if incoming.is_fresh() {
            let slot = self
                .shared
                .orders
                .insert(incoming.order, incoming.extra.as_ref());
            let Shared { ids, orders, .. } = &mut *self.shared;
            ids.open(orders, slot, incoming.order.seat);
            slot
        } else {
            self.shared
                .orders
                .replace(incoming.slot, incoming.order, incoming.extra.as_ref());
            incoming.slot
        }
    }

    /// Puts an incoming limit order into its side of the book.
    #[inline]
    pub(super) fn rest(&mut self, incoming: &mut Incoming) {
        if let Some(extra) = &mut incoming.extra {
            let waits = extra.minimum > 0 && incoming.order.filled == 0;
            extra.minimum = if waits {
                extra.minimum.min(incoming.order.leaves)
            } else {
                0
            };
            extra.shown = extra.display.min(incoming.order.leaves);
            extra.limit = 0;
            incoming.order.set_hidden(waits);
            if extra.display == 0 && extra.minimum == 0 && extra.expires == 0 {
                incoming.extra = None;
            }
        }
        let (id, side) = (incoming.order.id, incoming.order.side);
        let kind = LevelKind::book(side);
        let slot = self.keep(incoming);
        self.link(slot, kind, incoming.limit);
        if self.shared.orders.get(slot).is_hidden() {
            return;
        }
        let shown = self.shared.orders.shown(slot);
        self.emit_order(id, side, incoming.limit, shown, BookAction::Add);
        let level = self.shared.levels.get(self.shared.orders.get(slot).level);
        let (quantity, orders) = (level.quantity, level.orders);
        self.emit_level(side, incoming.limit, quantity, orders);
    }
}
