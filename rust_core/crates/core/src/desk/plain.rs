//! The way of nearly all commands: a limit order without further attributes in continuous trading, its execution
//! against orders of the same kind, its cancel. It does what the general way would do, in fewer steps.

use super::{Desk, Incoming, Shared};
use crate::book::{acceptable, index};
use crate::command::NewOrder;
use crate::event::{BookAction, ReportKind};
use crate::events::{Canceled, Entered, Filled, Record, Rested};
use crate::id::{AccountId, OrderId};
use crate::number::{Price, Qty};
use crate::order::{OrderType, PostOnly, SelfTrade, TimeInForce};
use crate::reason::Reason;
use crate::store::{LevelKind, NONE, Node, Order, Seat};

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

/// How the walk through the opposite side ended.
enum Taken {
    /// Nothing is left to trade with, or nothing to trade.
    All,
    /// An order of another kind is next; at its level so many orders were shown before.
    Meets(Option<u32>),
}

impl Desk<'_> {
    /// The order is plain, its form has been checked, its id is new; `ticks` is its price.
    #[inline(always)]
    pub(crate) fn enter_plain(&mut self, new: &NewOrder, seat: Seat, ticks: i64) {
        let (side, limit, quantity) = (new.side, new.limit_price.0, new.quantity.0);
        let book = &*self.book;
        let quote = book.quote[index(side.opposite())];
        let stands = self.shared.halted | book.halted | book.auction.is_some();
        let bounded = (book.lower_band | book.upper_band) != 0;
        let meets_quote = quote.quantity > 0 && acceptable(side, quote.price, limit);
        if stands | bounded | meets_quote {
            return self.enter(new, seat);
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
        order.leaves = quantity;
        order.seat = seat;
        // The sign saves a jump that would be guessed wrong half of the time.
        let rank = ticks * (index(side) as i64 * 2 - 1);
        let opposite = &book.ladders[index(side.opposite())];
        if opposite.best_rank() > -rank && new.time_in_force != TimeInForce::Ioc {
            self.rest_plain(order, limit, rank);
        } else {
            self.execute_plain(order, limit, -rank);
        }
    }

    /// Puts a plain order that crosses nothing into its side of the book.
    #[inline(always)]
    fn rest_plain(&mut self, mut order: Order, limit: i64, rank: i64) {
        let (side, quantity) = (order.side, order.leaves);
        let Shared {
            orders,
            levels,
            ids,
            sequence,
            now,
            ..
        } = &mut *self.shared;
        let book = &mut *self.book;
        let kind = LevelKind::book(side);
        let ladder = &mut book.ladders[index(side)];
        let mut level = ladder.get(rank);
        if level == NONE {
            level = levels.insert(book.symbol.0 as u16, kind, limit, rank);
            ladder.insert(rank, level);
        }
        order.level = level;
        let slot = orders.insert_plain(order);
        ids.open_fresh(orders, slot, order.seat);
        levels.link(level, slot);
        let state = levels.get_mut(level);
        state.quantity += quantity;
        state.orders += 1;
        *sequence += 1;
        self.out.record(Record::Rested(Rested {
            sequence: *sequence,
            book_sequence: book.sequence + 1,
            order_id: OrderId(order.id),
            account_id: AccountId(order.account),
            price: Price(limit),
            quantity: Qty(quantity),
            time_ns: *now,
            level_quantity: Qty(state.quantity),
            level_orders: state.orders,
            symbol: book.symbol,
            side,
        }));
        book.sequence += 2;
        book.open_quantity += quantity;
    }

    /// A plain order that takes what it can up to `worst`, a rank of the opposite side.
    #[inline(never)]
    fn execute_plain(&mut self, mut order: Order, limit: i64, worst: i64) {
        self.shared.sequence += 1;
        self.out.record(Record::Entered(Entered {
            sequence: self.shared.sequence,
            order_id: OrderId(order.id),
            account_id: AccountId(order.account),
            price: Price(limit),
            quantity: Qty(order.leaves),
            time_ns: self.shared.now,
            symbol: self.book.symbol,
            side: order.side,
        }));
        self.book.open_quantity += order.leaves;
        let taken = self.take_plain(&mut order, worst);
        let meets = matches!(taken, Taken::Meets(_));
        if !meets && order.leaves == 0 {
            return;
        }
        if !meets && order.time_in_force == TimeInForce::Ioc {
            self.book.open_quantity -= order.leaves;
            return self.report(&order, limit, 0, ReportKind::Canceled, Reason::IocRemainder);
        }
        let begun = match taken {
            Taken::Meets(begun) => begun,
            Taken::All => None,
        };
        self.execute(&mut Incoming {
            order,
            limit,
            extra: None,
            slot: NONE,
            begun,
        });
    }

    /// Trades with plain orders, best first.
    #[inline(always)]
    fn take_plain(&mut self, taker: &mut Order, worst: i64) -> Taken {
        let own = match taker.self_trade() {
            SelfTrade::Allow => 0,
            // No account is zero.
            _ => taker.account,
        };
        let opposite = index(taker.side.opposite());
        loop {
            let ladder = &self.book.ladders[opposite];
            if ladder.best_rank() > worst {
                return Taken::All;
            }
            let level = ladder.best();
            let counted = self.shared.levels.get(level).orders;
            let (first, gone) = self.take_front(taker, level, own);
            if taker.leaves > 0
                && let Some(slot) = first.order()
            {
                debug_assert!(self.shared.orders.get(slot).has_extra() || own != 0);
                return Taken::Meets((gone > 0).then_some(counted));
            }
            let Shared { levels, .. } = &mut *self.shared;
            let state = *levels.get(level);
            self.emit_level(
                taker.side.opposite(),
                state.price,
                state.quantity,
                state.orders,
            );
            if first.order().is_none() {
                self.book.ladders[opposite].remove(state.rank);
                self.shared.levels.remove(level);
            }
            self.observe(state.price);
            if taker.leaves == 0 {
                return Taken::All;
            }
        }
    }

    /// Trades with the plain orders at the front of a level, until one of another kind, or one of `own` account, comes.
    /// The queue is put right once, at the end. Returns what is first in it now, and how many orders are gone.
    #[inline(always)]
    fn take_front(&mut self, taker: &mut Order, level: u32, own: u128) -> (Node, u32) {
        let Shared {
            orders,
            levels,
            ids,
            sequence,
            trade_id,
            ..
        } = &mut *self.shared;
        let book = &mut *self.book;
        let price = Price(levels.get(level).price);
        let (mut taken, mut gone) = (0, 0);
        let mut first = levels.first(level);
        while taker.leaves > 0
            && let Some(slot) = first.order()
        {
            let maker = orders.get_mut(slot);
            if maker.has_extra() || maker.account == own {
                break;
            }
            let quantity = maker.leaves.min(taker.leaves);
            maker.leaves -= quantity;
            maker.filled += quantity;
            taker.leaves -= quantity;
            taken += quantity;
            *trade_id += 1;
            let left = maker.leaves;
            self.out.record(Record::Filled(Filled {
                sequence: *sequence + 1,
                book_sequence: book.sequence + 1,
                trade_id: *trade_id,
                order_id: OrderId(maker.id),
                account_id: AccountId(maker.account),
                price,
                quantity: Qty(quantity),
                cumulative_quantity: Qty(maker.filled),
                leaves_quantity: Qty(left),
                taker_leaves: Qty(taker.leaves),
            }));
            *sequence += 2;
            book.sequence += 2;
            if left > 0 {
                break;
            }
            first = levels.after(slot);
            ids.close(orders, slot);
            orders.remove_plain(slot);
            gone += 1;
        }
        taker.filled += taken;
        levels.cut_front(level, first, taken, gone);
        book.open_quantity -= 2 * taken;
        if taken > 0 {
            book.last_trade = price.0;
        }
        (first, gone)
    }

    /// Trades with an order that has no extra.
    #[inline]
    pub(super) fn trade_plain(&mut self, incoming: &mut Incoming, slot: u32, price: i64) {
        let maker = self.shared.orders.get_mut(slot);
        let quantity = maker.leaves.min(incoming.order.leaves);
        let left = maker.leaves - quantity;
        maker.leaves = left;
        maker.filled += quantity;
        let maker = *maker;
        incoming.order.leaves -= quantity;
        incoming.order.filled += quantity;
        self.book.open_quantity -= 2 * quantity;
        self.print_trade(price, quantity, Some(incoming.order.side));
        self.report_trade(&maker, price, price, quantity, true);
        if left == 0 {
            self.shared
                .levels
                .unlink(&self.shared.orders, slot, quantity, true);
            self.emit_order(maker.id, maker.side, price, 0, BookAction::Delete);
            self.shared.ids.close(&self.shared.orders, slot);
            self.shared.orders.remove_plain(slot);
        } else {
            self.shared.levels.get_mut(maker.level).quantity -= quantity;
            self.emit_order(maker.id, maker.side, price, left, BookAction::Change);
        }
        self.report_trade(&incoming.order, incoming.limit, price, quantity, false);
    }

    /// Ends an order because its owner wants it.
    #[inline(always)]
    pub(crate) fn cancel(&mut self, slot: u32) {
        let Shared {
            orders,
            levels,
            ids,
            sequence,
            now,
            ..
        } = &mut *self.shared;
        let order = orders.get(slot);
        let level = order.level;
        let state = levels.get(level);
        if order.has_extra() || !state.kind.is_book() {
            return self.end(slot, ReportKind::Canceled, Reason::CancelRequested);
        }
        let book = &mut *self.book;
        *sequence += 1;
        let (side, leaves) = (order.side, order.leaves);
        self.out.record(Record::Canceled(Canceled {
            sequence: *sequence,
            book_sequence: book.sequence + 1,
            order_id: OrderId(order.id),
            account_id: AccountId(order.account),
            price: Price(state.price),
            cumulative_quantity: Qty(order.filled),
            time_ns: *now,
            level_quantity: Qty(state.quantity - leaves),
            level_orders: state.orders - 1,
            symbol: book.symbol,
            side,
        }));
        book.sequence += 2;
        book.open_quantity -= leaves;
        let rank = state.rank;
        levels.unlink(orders, slot, leaves, true);
        ids.close(orders, slot);
        orders.remove_plain(slot);
        if levels.is_empty(level) {
            book.ladders[index(side)].remove(rank);
            levels.remove(level);
        }
    }
}
