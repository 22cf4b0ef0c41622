//! Price-time matching of one incoming order.

use super::{Desk, Incoming};
use crate::book::{acceptable, better, index};
use crate::event::{BookAction, ReportKind};
use crate::order::{OrderType, SelfTrade, Side, TimeInForce};
use crate::reason::Reason;
use crate::store::{LevelKind, NONE, Order};

/// How the walk through one level ended.
#[derive(PartialEq, Eq)]
enum Walk {
    /// The incoming order is used up, or nothing is left here that it can trade with.
    Done,
    /// Self-trade prevention ends the incoming order.
    Ended,
}

impl Desk<'_> {
    /// Trades what can be traded now; the remainder rests or ends.
    #[inline(never)]
    pub(super) fn execute(&mut self, incoming: &mut Incoming) {
        let immediate = incoming.order.time_in_force;
        if immediate == TimeInForce::Fok && self.available(incoming) < incoming.order.leaves {
            return self.end_incoming(incoming, ReportKind::Canceled, Reason::FokNotFilled);
        }
        let ended = self.take(incoming);
        if ended {
            return self.end_incoming(incoming, ReportKind::Canceled, Reason::SelfTrade);
        }
        if incoming.order.leaves == 0 {
            return self.forget(incoming);
        }
        if immediate.is_immediate() {
            return self.end_incoming(incoming, ReportKind::Canceled, Reason::IocRemainder);
        }
        if incoming.order.order_type == OrderType::Market {
            let beyond = incoming.limit > 0 && self.touch(incoming.order.side) > 0;
            let reason = if beyond {
                Reason::PriceProtection
            } else {
                Reason::NoLiquidity
            };
            return self.end_incoming(incoming, ReportKind::Canceled, reason);
        }
        self.rest(incoming);
    }

    /// The worst price that the order takes.
    #[inline]
    fn bound(&self, incoming: &Incoming) -> i64 {
        if incoming.limit > 0 {
            incoming.limit
        } else {
            self.book.market_bound(incoming.order.side)
        }
    }

    /// Trades the order against the opposite side. True: self-trade prevention ends it.
    #[inline]
    fn take(&mut self, incoming: &mut Incoming) -> bool {
        let side = incoming.order.side;
        let bound = self.bound(incoming);
        let kind = LevelKind::book(side.opposite());
        let mut level = self.book.best(side.opposite());
        loop {
            if incoming.order.leaves == 0 {
                return false;
            }
            let quote = self.book.quote[index(side.opposite())];
            let price = if level == NONE {
                0
            } else {
                self.shared.levels.get(level).price
            };
            if quote.quantity > 0 && (level == NONE || better(side, quote.price, price)) {
                if !acceptable(side, quote.price, bound) {
                    return false;
                }
                self.take_quote(incoming, quote.price, quote.quantity);
                continue;
            }
            if level == NONE || !acceptable(side, price, bound) {
                return false;
            }
            let rank = self.shared.levels.get(level).rank;
            let walk = self.take_level(incoming, level, price);
            if walk == Walk::Ended {
                return true;
            }
            if incoming.order.leaves > 0 {
                level = self
                    .book
                    .ladder(kind)
                    .after(rank)
                    .map_or(NONE, |(_, level)| level);
            }
        }
    }

    fn take_quote(&mut self, incoming: &mut Incoming, price: i64, available: i64) {
        let quantity = available.min(incoming.order.leaves);
        self.book.quote[index(incoming.order.side.opposite())].quantity -= quantity;
        self.book.open_quantity -= quantity;
        incoming.order.leaves -= quantity;
        incoming.order.filled += quantity;
        self.print_trade(price, quantity, Some(incoming.order.side));
        self.report_trade(&incoming.order, incoming.limit, price, quantity, false);
        self.emit_quote();
        self.observe(price);
    }

    fn take_level(&mut self, incoming: &mut Incoming, level: u32, price: i64) -> Walk {
        // What traded before this was taken over is told with the rest.
        let begun = incoming.begun.take();
        let counted = begun.unwrap_or(self.shared.levels.get(level).orders);
        let guarded = incoming.order.self_trade() != SelfTrade::Allow;
        let trades_before = self.shared.trade_id;
        // No account is zero.
        let own = if guarded { incoming.order.account } else { 0 };
        let mut touched = begun.is_some();
        let (mut slot, mut ended) = (self.shared.levels.head(level), false);
        while slot != NONE && incoming.order.leaves > 0 && !ended {
            let maker = self.shared.orders.get(slot);
            let next = self.shared.levels.next(slot);
            let special = maker.has_extra();
            let own = maker.account == own;
            if special && self.is_too_small(incoming, slot) {
                slot = next;
                continue;
            }
            touched = true;
            slot = if own {
                ended = self.prevent_self_trade(incoming, slot, price);
                next
            } else if special {
                self.trade(incoming, slot, level, price)
            } else {
                self.trade_plain(incoming, slot, price);
                next
            };
        }
        if touched {
            self.tell_level(level, counted);
        }
        if begun.is_some() || self.shared.trade_id != trades_before {
            self.observe(price);
        }
        if ended { Walk::Ended } else { Walk::Done }
    }

    #[cold]
    fn is_too_small(&self, incoming: &Incoming, slot: u32) -> bool {
        let minimum = self
            .shared
            .orders
            .extra(slot)
            .map_or(0, |extra| extra.minimum);
        minimum > incoming.order.leaves
    }

    /// Trades with an iceberg's piece, a hidden order, or one with an end date. Returns the slot to go on with.
    #[cold]
    fn trade(&mut self, incoming: &mut Incoming, slot: u32, level: u32, price: i64) -> u32 {
        let quantity = self.piece(slot).min(incoming.order.leaves);
        incoming.order.leaves -= quantity;
        incoming.order.filled += quantity;
        self.book.open_quantity -= quantity;
        self.print_trade(price, quantity, Some(incoming.order.side));
        let next = self.reduce_maker(slot, level, price, quantity);
        self.report_trade(&incoming.order, incoming.limit, price, quantity, false);
        next
    }

    /// What one execution can take of a resting order.
    #[inline]
    pub(super) fn piece(&self, slot: u32) -> i64 {
        let order = self.shared.orders.get(slot);
        if order.is_hidden() {
            order.leaves
        } else {
            self.shared.orders.shown(slot)
        }
    }

    /// A resting order has executed: its report, its place in the queue. Returns the slot to go on with.
    #[inline]
    pub(super) fn reduce_maker(&mut self, slot: u32, level: u32, price: i64, quantity: i64) -> u32 {
        let shown = self.shared.orders.shown(slot);
        self.book.open_quantity -= quantity;
        let resting = self.shared.orders.get_mut(slot);
        resting.leaves -= quantity;
        resting.filled += quantity;
        let maker = *resting;
        let next = self.shared.levels.next(slot);
        self.report_trade(&maker, price, price, quantity, true);
        if shown > quantity {
            if let Some(extra) = self.shared.orders.extra_mut(slot) {
                extra.shown = if extra.display > 0 {
                    shown - quantity
                } else {
                    0
                };
            }
            self.shared.levels.get_mut(level).quantity -= quantity;
            self.emit_order(
                maker.id,
                maker.side,
                price,
                shown - quantity,
                BookAction::Change,
            );
            return next;
        }
        self.shared
            .levels
            .unlink(&self.shared.orders, slot, shown, shown > 0);
        if shown > 0 {
            self.emit_order(maker.id, maker.side, price, 0, BookAction::Delete);
        }
        if maker.leaves == 0 {
            self.free(slot);
        } else if maker.is_hidden() {
            self.reveal(slot, price);
        } else {
            self.show_next_piece(slot, level, price);
            return if next == NONE { slot } else { next };
        }
        next
    }

    /// The next piece of an iceberg goes to the end of the queue.
    #[cold]
    fn show_next_piece(&mut self, slot: u32, level: u32, price: i64) {
        let order = *self.shared.orders.get(slot);
        if let Some(extra) = self.shared.orders.extra_mut(slot) {
            extra.shown = extra.display.min(order.leaves);
        }
        let shown = self.shared.orders.shown(slot);
        self.shared
            .levels
            .push(&mut self.shared.orders, level, slot, shown);
        self.emit_order(order.id, order.side, price, shown, BookAction::Add);
    }

    /// What is left of a hidden order enters the book anew, once the order that met it is through: others too
    /// small for it may rest at its price by now.
    #[cold]
    fn reveal(&mut self, slot: u32, price: i64) {
        self.shared.orders.get_mut(slot).set_hidden(false);
        if let Some(extra) = self.shared.orders.extra_mut(slot) {
            (extra.minimum, extra.limit) = (0, price);
        }
        self.shared.elected.push_back(slot);
    }

    /// The incoming order has met one of its own account. True: it ends.
    #[cold]
    fn prevent_self_trade(&mut self, incoming: &mut Incoming, slot: u32, price: i64) -> bool {
        let mode = incoming.order.self_trade();
        match mode {
            SelfTrade::Allow => false,
            SelfTrade::CancelNewest => true,
            SelfTrade::CancelOldest | SelfTrade::CancelBoth => {
                self.end_quietly(slot, ReportKind::Canceled, Reason::SelfTrade);
                mode == SelfTrade::CancelBoth
            }
            SelfTrade::Decrement => self.decrement(incoming, slot, price),
        }
    }

    fn decrement(&mut self, incoming: &mut Incoming, slot: u32, price: i64) -> bool {
        let leaves = self.shared.orders.get(slot).leaves;
        let quantity = leaves.min(incoming.order.leaves);
        if quantity == leaves {
            self.end_quietly(slot, ReportKind::Canceled, Reason::SelfTrade);
        } else {
            let shown_before = self.shared.orders.shown(slot);
            let maker = self.shrink(slot, leaves - quantity);
            self.report_replaced(&maker, maker.id, price, Reason::SelfTrade);
            let shown = self.shared.orders.shown(slot);
            if shown != shown_before {
                self.emit_order(maker.id, maker.side, price, shown, BookAction::Change);
            }
        }
        incoming.order.leaves -= quantity;
        self.book.open_quantity -= quantity;
        if incoming.order.leaves == 0 {
            return true;
        }
        let order = incoming.order;
        self.report_replaced(&order, order.id, incoming.limit, Reason::SelfTrade);
        false
    }

    /// Makes an order that is in a queue smaller, in its place.
    pub(super) fn shrink(&mut self, slot: u32, leaves: i64) -> Order {
        let shown_before = self.shared.orders.shown(slot);
        let order = self.shared.orders.get_mut(slot);
        self.book.open_quantity -= order.leaves - leaves;
        order.leaves = leaves;
        if let Some(extra) = self.shared.orders.extra_mut(slot) {
            extra.shown = extra.shown.min(leaves);
            extra.minimum = extra.minimum.min(leaves);
        }
        let shown = self.shared.orders.shown(slot);
        let order = *self.shared.orders.get(slot);
        let level = self.shared.levels.get_mut(order.level);
        if level.kind.is_book() {
            level.quantity -= shown_before - shown;
        }
        order
    }

    /// How much the order would execute now, up to its leaves: [`Desk::execute`] without doing it.
    pub(super) fn available(&self, incoming: &Incoming) -> i64 {
        let (side, bound) = (incoming.order.side, self.bound(incoming));
        let quote = self.book.quote[index(side.opposite())];
        let self_trade = incoming.order.self_trade();
        let mut left = incoming.order.leaves;
        let mut quote_left = if acceptable(side, quote.price, bound) {
            quote.quantity
        } else {
            0
        };
        for level in self.book.ladders[LevelKind::book(side.opposite()) as usize].iter() {
            let head = self.shared.levels.head(level);
            let level = self.shared.levels.get(level);
            if quote_left > 0 && better(side, quote.price, level.price) {
                left -= left.min(quote_left);
                quote_left = 0;
            }
            if left == 0 || !acceptable(side, level.price, bound) {
                break;
            }
            let (mut slot, mut later_pieces) = (head, 0);
            while slot != NONE && left > 0 {
                let maker = self.shared.orders.get(slot);
                let minimum = self
                    .shared
                    .orders
                    .extra(slot)
                    .map_or(0, |extra| extra.minimum);
                let piece = if minimum > 0 {
                    maker.leaves
                } else {
                    self.shared.orders.shown(slot)
                };
                slot = self.shared.levels.next(slot);
                if minimum > left {
                    continue;
                }
                if maker.account == incoming.order.account && self_trade != SelfTrade::Allow {
                    if self_trade == SelfTrade::CancelOldest {
                        continue;
                    }
                    return incoming.order.leaves - left;
                }
                left -= left.min(piece);
                later_pieces += maker.leaves - piece;
            }
            left -= left.min(later_pieces);
        }
        left -= left.min(quote_left);
        incoming.order.leaves - left
    }

    /// The price at which an order of this side begins to take; zero: nothing is there.
    pub(super) fn touch(&self, taker: Side) -> i64 {
        let quote = self.book.quote[index(taker.opposite())];
        let level = self.book.best(taker.opposite());
        if level == NONE {
            return if quote.quantity > 0 { quote.price } else { 0 };
        }
        let price = self.shared.levels.get(level).price;
        if quote.quantity > 0 && better(taker, quote.price, price) {
            quote.price
        } else {
            price
        }
    }

    /// Would an order of this side and price take something? Zero: at any price.
    pub(super) fn crosses(&self, taker: Side, limit: i64) -> bool {
        let touch = self.touch(taker);
        let bound = if limit > 0 {
            limit
        } else {
            self.book.market_bound(taker)
        };
        touch > 0 && acceptable(taker, touch, bound)
    }

    /// Carries out a stop that was reached, or what is left of a hidden order.
    pub(super) fn fire(&mut self, slot: u32) {
        let mut incoming = Incoming::from_slot(&self.shared.orders, slot, 0);
        if let Some(extra) = &mut incoming.extra {
            incoming.limit = extra.limit;
            (extra.stop, extra.trail, extra.trail_bp, extra.watermark) = (0, 0, 0, 0);
        }
        incoming.order.order_type = if incoming.limit > 0 {
            OrderType::Limit
        } else {
            OrderType::Market
        };
        // The slot says so too, or it would be looked for among the trailing ones when it ends.
        self.shared.orders.get_mut(slot).order_type = incoming.order.order_type;
        if incoming.limit > 0
            && self
                .book
                .is_outside_bands(incoming.order.side, incoming.limit)
        {
            return self.end_incoming(&incoming, ReportKind::Canceled, Reason::PriceBand);
        }
        self.execute(&mut incoming);
    }
}
