//! Stops: they wait in ladders of their own, are elected by the prices that the market shows, and are carried out
//! one after the other once the order that moved the market is through.

use super::{Desk, Incoming};
use crate::book::{Book, acceptable};
use crate::event::Phase;
use crate::order::{OrderType, Side};
use crate::store::{Extra, LevelKind, NONE};

impl Desk<'_> {
    /// Elects a stop at once where the market is there already, else lets it wait.
    pub(super) fn place_stop(&mut self, incoming: &mut Incoming) {
        let side = incoming.order.side;
        let reference = self.book.reference(side);
        let mut extra = incoming.extra.unwrap_or_default();
        extra.limit = incoming.limit;
        if incoming.order.order_type == OrderType::TrailingStop {
            if extra.watermark == 0 {
                extra.watermark = reference;
            }
            extra.stop = trailing_stop(self.book, side, &extra);
        }
        incoming.extra = Some(extra);
        let slot = self.keep(incoming);
        if incoming.order.order_type == OrderType::TrailingStop
            && !self.book.trailing.contains(&slot)
        {
            self.book.trailing.push(slot);
        }
        let reached = reference > 0 && is_reached(side, extra.stop, reference);
        if reached && self.phase() == Phase::Continuous {
            self.elect(slot);
        } else {
            self.link(slot, LevelKind::stops(side), extra.stop);
        }
    }

    /// The market traded at this price.
    #[inline(always)]
    pub(super) fn observe(&mut self, price: i64) {
        let [_, _, buys, sells] = &self.book.ladders;
        if buys.best() != NONE || sells.best() != NONE {
            self.observe_stops(price);
        }
    }

    #[cold]
    fn observe_stops(&mut self, price: i64) {
        self.observe_for(Side::Buy, price);
        self.observe_for(Side::Sell, price);
    }

    /// Stops of this side are told a price of the market.
    #[inline]
    pub(super) fn observe_for(&mut self, side: Side, price: i64) {
        let kind = LevelKind::stops(side);
        if self.book.ladder(kind).best() != NONE {
            self.elect_reached(side, price);
            self.trail(side, price);
        }
    }

    fn elect_reached(&mut self, side: Side, price: i64) {
        let kind = LevelKind::stops(side);
        loop {
            let level = self.book.ladder(kind).best();
            if level == NONE || !is_reached(side, self.shared.levels.get(level).price, price) {
                return;
            }
            let slot = self.shared.levels.head(level);
            self.unlink(slot);
            self.elect(slot);
        }
    }

    fn elect(&mut self, slot: u32) {
        let order = self.shared.orders.get(slot);
        let id = order.id;
        if order.order_type == OrderType::TrailingStop {
            self.book.trailing.retain(|&other| other != slot);
        }
        let stop = self.shared.orders.extra(slot).map_or(0, |extra| extra.stop);
        self.emit_trigger(id, stop);
        self.shared.elected.push_back(slot);
    }

    /// Moves the trailing stops of this side after a price that is better than any before.
    fn trail(&mut self, side: Side, price: i64) {
        for place in 0..self.book.trailing.len() {
            let slot = self.book.trailing[place];
            let order = self.shared.orders.get(slot);
            if order.side != side {
                continue;
            }
            let Some(extra) = self.shared.orders.extra(slot) else {
                continue;
            };
            let old = *extra;
            let better = match side {
                Side::Buy => price < old.watermark,
                Side::Sell => price > old.watermark,
            };
            if !better {
                continue;
            }
            let stop = trailing_stop(
                self.book,
                side,
                &Extra {
                    watermark: price,
                    ..old
                },
            );
            if let Some(extra) = self.shared.orders.extra_mut(slot) {
                (extra.watermark, extra.stop) = (price, stop);
            }
            if stop != old.stop {
                self.unlink(slot);
                self.link(slot, LevelKind::stops(side), stop);
            }
        }
    }

    /// Carries out what has been elected, and what that elects in turn.
    #[cold]
    #[inline(never)]
    pub(crate) fn fire_elected(&mut self) {
        while let Some(slot) = self.shared.elected.pop_front() {
            self.fire(slot);
        }
    }
}

fn is_reached(side: Side, stop: i64, price: i64) -> bool {
    acceptable(side.opposite(), price, stop)
}

/// Where a trailing stop stands for its watermark: at least a tick away, on the grid.
fn trailing_stop(book: &Book, side: Side, extra: &Extra) -> i64 {
    let tick = book.tick.divisor();
    let distance = if extra.trail > 0 {
        extra.trail
    } else {
        let part = i128::from(extra.watermark) * i128::from(extra.trail_bp) / 10_000;
        // The part of a price is no more than the price.
        (book.tick.quotient(part as i64) * tick).max(tick)
    };
    match side {
        Side::Buy => {
            let highest = book.tick.quotient(i64::MAX) * tick;
            extra
                .watermark
                .checked_add(distance)
                .map_or(highest, |stop| stop.min(highest))
        }
        Side::Sell => (extra.watermark - distance).max(tick),
    }
}
