//! The way of nearly all commands: a limit order without further attributes in continuous trading, its execution
//! against orders of the same kind, its cancel. It does what the general way would do, in fewer steps.

use super::emit::{Told, push_order, push_print, push_report};
use super::{Desk, Incoming, Shared};
use crate::book::{acceptable, index};
use crate::command::NewOrder;
use crate::event::{BookAction, ReportKind};
use crate::order::{OrderType, PostOnly, Side, TimeInForce};
use crate::reason::Reason;
use crate::store::{Home, LevelKind, NONE, Order};

/// Nothing but a price, a quantity and how long.
#[inline]
pub(crate) fn is_plain(new: &NewOrder) -> bool {
    const FORCES: u32 =
        1 << TimeInForce::Gtc as u32 | 1 << TimeInForce::Day as u32 | 1 << TimeInForce::Ioc as u32;
    let numbers =
        new.stop_price.0 | new.trail_price.0 | new.display_quantity.0 | new.minimum_quantity.0;
    let others = numbers
        | new.expires_at_ns
        | i64::from(new.trail_percent_bp)
        | i64::from(new.post_only.code());
    let force = FORCES >> new.time_in_force.code() & 1 == 1;
    // Not one branch for each.
    (others == 0) & (new.order_type == OrderType::Limit) & force
}

impl Desk<'_> {
    /// The order is plain, its form has been checked, its id is new; `ticks` is its price.
    #[inline]
    pub(crate) fn enter_plain(&mut self, new: &NewOrder, home: Home, ticks: i64) {
        let (side, limit) = (new.side, new.limit_price.0);
        let stands = self.shared.halted || self.book.halted || self.book.auction.is_some();
        if stands || self.book.is_outside_bands(side, limit) {
            return self.enter(new, home);
        }
        let mut order = Order::new(
            new.order_id.0,
            new.account_id.0,
            side,
            OrderType::Limit,
            new.time_in_force,
            new.self_trade,
            PostOnly::Off,
        );
        order.leaves = new.quantity.0;
        self.book.open_quantity += new.quantity.0;
        self.report(&order, limit, order.leaves, ReportKind::New, Reason::None);

        let quote = self.book.quote[index(side.opposite())];
        let (rank, opposite_rank) = if side == Side::Buy {
            (-ticks, ticks)
        } else {
            (ticks, -ticks)
        };
        let crosses = self.book.ladders[LevelKind::book(side.opposite()) as usize].best_rank()
            <= opposite_rank
            || (quote.quantity > 0 && acceptable(side, quote.price, limit));
        if crosses || new.time_in_force == TimeInForce::Ioc {
            let mut incoming = Incoming {
                order,
                limit,
                extra: None,
                slot: NONE,
                home,
            };
            return self.execute(&mut incoming);
        }
        self.rest_plain(&order, limit, rank, home);
    }

    /// Puts a plain order that crosses nothing into its side of the book.
    #[inline]
    fn rest_plain(&mut self, order: &Order, limit: i64, rank: i64, home: Home) {
        let (id, side, leaves) = (order.id, order.side, order.leaves);
        let kind = LevelKind::book(side);
        let slot = self.shared.orders.insert(*order, None);
        self.shared.ids.open(home, slot);
        let level = self.level_at(kind, limit, rank);
        self.shared
            .levels
            .push(&mut self.shared.orders, level, slot, leaves);
        self.emit_order(id, side, limit, leaves, BookAction::Add);
        let state = self.shared.levels.get(level);
        let (quantity, orders) = (state.quantity, state.orders);
        self.emit_level(side, limit, quantity, orders);
    }

    /// Trades with an order that has no extra.
    #[inline]
    pub(super) fn trade_plain(&mut self, incoming: &mut Incoming, slot: u32, price: i64) {
        let maker = self.shared.orders.get_mut(slot);
        let quantity = maker.leaves.min(incoming.order.leaves);
        let left = maker.leaves - quantity;
        maker.leaves = left;
        maker.filled += quantity;
        let (id, side, level) = (maker.id, maker.side, maker.level);
        incoming.order.leaves -= quantity;
        incoming.order.filled += quantity;
        self.book.open_quantity -= 2 * quantity;
        self.print_trade(price, quantity, Some(incoming.order.side));
        self.report_fill(slot, price, quantity);
        if left == 0 {
            self.shared
                .levels
                .unlink(&mut self.shared.orders, slot, quantity, true);
            self.emit_order(id, side, price, 0, BookAction::Delete);
            self.shared.orders.remove_plain(slot);
            self.shared.ids.close(id, slot);
        } else {
            self.shared.levels.get_mut(level).quantity -= quantity;
            self.emit_order(id, side, price, left, BookAction::Change);
        }
        self.report_trade(&incoming.order, incoming.limit, price, quantity, false);
    }

    /// Trades with the plain orders at the front of a level, until one of another kind, or one of `own` account, comes.
    /// The queue is put right once, at the end. Returns whether anything was traded.
    #[inline]
    pub(super) fn take_front(
        &mut self,
        incoming: &mut Incoming,
        level: u32,
        price: i64,
        own: u128,
    ) -> bool {
        let Shared {
            orders,
            levels,
            ids,
            sequence,
            trade_id,
            now,
            ..
        } = &mut *self.shared;
        let (book, out) = (&mut *self.book, &mut *self.out);
        let (symbol, limit) = (book.symbol, incoming.limit);
        let taker = &mut incoming.order;
        let maker_side = taker.side.opposite();
        let mut slot = levels.get(level).head;
        let (mut taken, mut gone) = (0, 0);
        while slot != NONE && taker.leaves > 0 {
            let maker = orders.get_mut(slot);
            if maker.has_extra() || maker.account == own {
                break;
            }
            let quantity = maker.leaves.min(taker.leaves);
            let left = maker.leaves - quantity;
            maker.leaves = left;
            maker.filled += quantity;
            taker.leaves -= quantity;
            taker.filled += quantity;
            taken += quantity;
            *trade_id += 1;
            let told = |leaves, limit, maker| {
                Told::trade(leaves, limit, price, quantity, maker, *trade_id)
            };
            push_print(
                &mut book.sequence,
                out,
                symbol,
                *trade_id,
                price,
                quantity,
                Some(taker.side),
            );
            push_report(sequence, out, *now, symbol, maker, &told(left, price, true));
            let action = if left == 0 {
                BookAction::Delete
            } else {
                BookAction::Change
            };
            push_order(
                &mut book.sequence,
                out,
                symbol,
                maker.id,
                maker_side,
                price,
                left,
                action,
            );
            push_report(
                sequence,
                out,
                *now,
                symbol,
                taker,
                &told(taker.leaves, limit, false),
            );
            if left > 0 {
                break;
            }
            let (id, next) = (maker.id, maker.next);
            orders.remove_plain(slot);
            ids.close(id, slot);
            gone += 1;
            slot = next;
        }
        if taken == 0 {
            return false;
        }
        levels.cut_front(orders, level, slot, taken, gone);
        book.open_quantity -= 2 * taken;
        book.last_trade = price;
        true
    }

    /// Ends an order because its owner wants it.
    #[inline]
    pub(crate) fn cancel(&mut self, slot: u32) {
        let order = self.shared.orders.get(slot);
        let (level, special) = (order.level, order.has_extra());
        let state = self.shared.levels.get(level);
        let (counted, price) = (state.orders, state.price);
        if special || !state.kind.is_book() {
            return self.end(slot, ReportKind::Canceled, Reason::CancelRequested);
        }
        self.report_slot(
            slot,
            price,
            0,
            ReportKind::Canceled,
            Reason::CancelRequested,
        );
        let order = self.shared.orders.get(slot);
        let (id, side, leaves) = (order.id, order.side, order.leaves);
        self.book.open_quantity -= leaves;
        self.shared
            .levels
            .unlink(&mut self.shared.orders, slot, leaves, true);
        self.emit_order(id, side, price, 0, BookAction::Delete);
        self.shared.orders.remove_plain(slot);
        self.shared.ids.close(id, slot);
        self.tell_level(level, counted);
    }
}
