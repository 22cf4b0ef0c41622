//! Auctions: orders collect, then all that can trade does, at one price.

use super::entry::takes_part;
use super::{Desk, Incoming};
use crate::book::{QuoteSide, better, index};
use crate::command::AuctionKind;
use crate::cross::{Interest, Rules, clearing};
use crate::event::{BookAction, ReportKind};
use crate::order::Side;
use crate::reason::Reason;
use crate::store::{LevelKind, NONE};

impl Desk<'_> {
    /// Orders of the book stay where they are; the auction's own join behind them.
    pub(crate) fn begin_auction(&mut self, kind: AuctionKind) {
        self.book.auction = Some(kind);
        self.emit_phase();
        let mut joining = Vec::new();
        self.slots(|queue, slot| {
            if queue == LevelKind::Waiting
                && takes_part(kind, self.shared.orders.get(slot).time_in_force)
            {
                joining.push(slot);
            }
        });
        for slot in joining {
            let limit = self.limit_of(slot);
            self.unlink(slot);
            let mut incoming = Incoming::from_slot(&self.shared.orders, slot, limit);
            if limit > 0 && self.book.is_outside_bands(incoming.order.side, limit) {
                self.end_incoming(&incoming, ReportKind::Canceled, Reason::PriceBand);
            } else {
                self.join_auction(&mut incoming);
            }
        }
    }

    pub(super) fn join_auction(&mut self, incoming: &mut Incoming) {
        if incoming.limit > 0 {
            return self.rest(incoming);
        }
        incoming.extra = None;
        let slot = self.keep(incoming);
        self.link(slot, LevelKind::market(incoming.order.side), 0);
    }

    /// The cross, the end of what was for it alone, and continuous trading again.
    pub(crate) fn end_auction(&mut self, reference: i64) {
        let (buys, sells) = (self.interests(Side::Buy), self.interests(Side::Sell));
        let rules = Rules {
            tick: self.book.tick.divisor(),
            lower: self.book.lower_band,
            upper: self.book.upper_band,
            reference: if reference > 0 {
                reference
            } else {
                self.book.last_trade
            },
        };
        if let Some(cross) = clearing(&buys, &sells, &rules) {
            self.pair(buys, sells, cross.price, cross.volume);
            self.observe(cross.price);
        }
        self.book.auction = None;
        self.sweep(
            ReportKind::Expired,
            Reason::AuctionRemainder,
            |queue, order, _| order.time_in_force.is_auction_only() && queue != LevelKind::Waiting,
        );
        self.emit_phase();
        self.resume_quote();
    }

    /// Who takes part on one side, first come first: market orders, then by price, the outside quote behind the orders of
    /// its own price. Hidden orders stay out.
    fn interests(&self, side: Side) -> Vec<Interest> {
        let mut found = Vec::new();
        let quote = self.book.quote[index(side)];
        let outside = Interest {
            slot: NONE,
            limit: quote.price,
            quantity: quote.quantity,
        };
        let mut outside = (quote.quantity > 0).then_some(outside);
        self.slots(|queue, slot| {
            let order = self.shared.orders.get(slot);
            let takes_part = queue == LevelKind::market(side) || queue == LevelKind::book(side);
            if !takes_part || order.is_hidden() {
                return;
            }
            found.push(Interest {
                slot,
                limit: self.limit_of(slot),
                quantity: order.leaves,
            });
        });
        found.sort_by_key(|interest| interest.limit > 0);
        if let Some(outside) = outside.take() {
            let is_worse =
                |other: &Interest| other.limit > 0 && better(side, other.limit, outside.limit);
            let place = found.iter().position(is_worse).unwrap_or(found.len());
            found.insert(place, outside);
        }
        found
    }

    fn pair(&mut self, buys: Vec<Interest>, sells: Vec<Interest>, price: i64, mut volume: i128) {
        let (mut buys, mut sells) = (buys.into_iter(), sells.into_iter());
        let (mut buy, mut sell) = (buys.next(), sells.next());
        while let (Some(b), Some(s)) = (&mut buy, &mut sell)
            && volume > 0
        {
            let left = i64::try_from(volume).unwrap_or(i64::MAX);
            let quantity = b.quantity.min(s.quantity).min(left);
            volume -= i128::from(quantity);
            if b.slot != NONE || s.slot != NONE {
                self.print_trade(price, quantity, None);
                self.fill_in_cross(b.slot, Side::Buy, price, quantity);
                self.fill_in_cross(s.slot, Side::Sell, price, quantity);
            }
            b.quantity -= quantity;
            s.quantity -= quantity;
            if b.quantity == 0 {
                buy = buys.next();
            }
            if s.quantity == 0 {
                sell = sells.next();
            }
        }
    }

    fn fill_in_cross(&mut self, slot: u32, side: Side, price: i64, quantity: i64) {
        if slot == NONE {
            let QuoteSide { quantity: left, .. } = &mut self.book.quote[index(side)];
            *left -= quantity;
            return self.emit_quote();
        }
        let limit = self.limit_of(slot);
        let level = self.shared.orders.get(slot).level;
        let counted = self.shared.levels.get(level).orders;
        let order = self.shared.orders.get(slot);
        let left = order.leaves - quantity;
        let shown_before = self.shared.orders.shown(slot);
        self.shared.orders.get_mut(slot).filled += quantity;
        if left == 0 {
            let mut filled = *self.shared.orders.get(slot);
            filled.leaves = 0;
            self.report_trade(&filled, limit, price, quantity, false);
            self.book.open_quantity -= quantity;
            self.unlink(slot);
            return self.free(slot);
        }
        let order = self.shrink(slot, left);
        self.report_trade(&order, limit, price, quantity, false);
        let shown = self.shared.orders.shown(slot);
        if shown != shown_before && self.shared.levels.get(level).kind.is_book() {
            self.emit_order(order.id, order.side, limit, shown, BookAction::Change);
            self.tell_level(level, counted);
        }
    }
}
