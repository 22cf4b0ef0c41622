//! The way of nearly all commands: a limit order without further attributes in continuous trading, its execution
//! against orders of the same kind, its cancel. It does what the general way would do, in fewer steps.

use super::{Desk, Incoming, Shared};
use crate::book::{acceptable, index, other};
use crate::command::NewOrder;
use crate::event::{BookAction, ReportKind};
use crate::events::{Canceled, Entered, Filled, Record, Rested};
use crate::id::{AccountId, OrderId};
use crate::number::{Price, Qty};
use crate::order::{OrderType, PostOnly, SelfTrade, TimeInForce};
use crate::reason::{Field, Reason, Refusal};
use crate::store::{LevelKind, NONE, Node, Order, Seat};

/// Nothing but a price, a quantity and how long.
#[inline(always)]
fn is_plain(new: &NewOrder) -> bool {
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
    /// The price in ticks of an order that is plain and in form, in a book in which nothing else is to be looked at.
    #[inline(always)]
    pub(crate) fn is_plain(&self, new: &NewOrder) -> Option<i64> {
        let (book, price, quantity) = (&*self.book, new.limit_price.0, new.quantity.0);
        let named = new.order_id.0 != 0 && new.account_id.0 != 0;
        if !named || !is_plain(new) || price <= 0 || quantity <= 0 {
            return None;
        }
        let ticks = book.tick.quotient(price);
        let on_grid = ticks * book.tick.divisor() == price && book.lot.divides(quantity);
        let fits = book.open_quantity.checked_add(quantity).is_some();
        let stands = self.shared.halted | book.halted | book.auction.is_some();
        let bounded = (book.lower_band | book.upper_band) != 0;
        if !on_grid || !fits || stands | bounded {
            return None;
        }
        let quote = book.quote[other(new.side)];
        if quote.quantity > 0 && acceptable(new.side, quote.price, price) {
            return None;
        }
        Some(ticks)
    }

    /// See [`Desk::is_plain`].
    #[inline(always)]
    pub(crate) fn enter_plain(
        &mut self,
        new: &NewOrder,
        now: i64,
        ticks: i64,
    ) -> Result<(), Refusal> {
        let Shared { orders, ids, .. } = &mut *self.shared;
        let Some(seat) = ids.claim(orders, new.order_id.0) else {
            return Err(Refusal::new(Reason::DuplicateOrder, Field::OrderId));
        };
        self.shared.now = now;
        // The sign saves a jump that would be guessed wrong half of the time.
        let rank = ticks * (index(new.side) as i64 * 2 - 1);
        let opposite = &self.book.ladders[other(new.side)];
        if opposite.best_rank() > -rank && new.time_in_force != TimeInForce::Ioc {
            self.rest_plain(new, seat, rank);
        } else {
            self.execute_plain(new, seat, -rank);
        }
        Ok(())
    }

    /// Puts a plain order that crosses nothing into its side of the book.
    #[inline(always)]
    fn rest_plain(&mut self, new: &NewOrder, seat: Seat, rank: i64) {
        let (side, quantity, price) = (new.side, new.quantity, new.limit_price);
        let Shared {
            orders,
            levels,
            ids,
            sequence,
            now,
            ..
        } = &mut *self.shared;
        let book = &mut *self.book;
        let ladder = &mut book.ladders[index(side)];
        let mut level = ladder.get(rank);
        if level == NONE {
            let kind = LevelKind::book(side);
            level = levels.insert(book.symbol.0 as u16, kind, price.0, rank);
            ladder.insert(rank, level);
        }
        let (slot, order) = orders.take_slot();
        order.id = new.order_id.0;
        order.account = new.account_id.0;
        order.leaves = quantity.0;
        order.filled = 0;
        order.level = level;
        order.seat = seat;
        order.set_plain(side, new.time_in_force, new.self_trade);
        ids.open_fresh(orders, slot, seat);
        let (level_quantity, level_orders) = levels.append(level, slot, quantity.0);
        *sequence += 1;
        book.sequence += 2;
        book.open_quantity += quantity.0;
        self.out.record(Record::Rested(Rested {
            sequence: *sequence,
            book_sequence: book.sequence - 1,
            order_id: new.order_id,
            account_id: new.account_id,
            price,
            quantity,
            time_ns: *now,
            level_quantity: Qty(level_quantity),
            level_orders,
            symbol: new.symbol,
            side,
        }));
    }

    /// A plain order that takes what it can up to `worst`, a rank of the opposite side.
    #[inline(never)]
    fn execute_plain(&mut self, new: &NewOrder, seat: Seat, worst: i64) {
        self.shared.sequence += 1;
        self.out.record(Record::Entered(Entered {
            sequence: self.shared.sequence,
            order_id: new.order_id,
            account_id: new.account_id,
            price: new.limit_price,
            quantity: new.quantity,
            time_ns: self.shared.now,
            symbol: new.symbol,
            side: new.side,
        }));
        self.book.open_quantity += new.quantity.0;
        let mut leaves = new.quantity.0;
        let taken = self.take_plain(new, worst, &mut leaves);
        if leaves > 0 || !matches!(taken, Taken::All) {
            self.go_on(new, seat, leaves, taken);
        }
        if !self.shared.elected.is_empty() {
            self.fire_elected();
        }
    }

    /// What becomes of a plain order that could not be executed as one.
    #[inline(never)]
    fn go_on(&mut self, new: &NewOrder, seat: Seat, leaves: i64, taken: Taken) {
        let mut order = Order::new(
            new.order_id.0,
            new.account_id.0,
            new.side,
            OrderType::Limit,
            new.time_in_force,
            new.self_trade,
            PostOnly::Off,
        );
        (order.leaves, order.filled) = (leaves, new.quantity.0 - leaves);
        order.seat = seat;
        let begun = match taken {
            Taken::Meets(begun) => begun,
            Taken::All => None,
        };
        self.execute(&mut Incoming {
            order,
            limit: new.limit_price.0,
            extra: None,
            slot: NONE,
            begun,
        });
    }

    /// Trades with plain orders, best first.
    #[inline(always)]
    fn take_plain(&mut self, new: &NewOrder, worst: i64, leaves: &mut i64) -> Taken {
        let own = match new.self_trade {
            SelfTrade::Allow => 0,
            // No account is zero.
            _ => new.account_id.0,
        };
        let (maker_side, opposite) = (new.side.opposite(), other(new.side));
        loop {
            let ladder = &self.book.ladders[opposite];
            if ladder.best_rank() > worst {
                return Taken::All;
            }
            let level = ladder.best();
            let counted = self.shared.levels.get(level).orders;
            let (first, gone, shown) = self.take_front(leaves, level, own);
            if *leaves > 0
                && let Some(slot) = first.order()
            {
                debug_assert!(self.shared.orders.get(slot).has_extra() || own != 0);
                return Taken::Meets((gone > 0).then_some(counted));
            }
            let state = self.shared.levels.get(level);
            let (price, rank, (quantity, orders)) = (state.price, state.rank, shown);
            self.emit_level(maker_side, price, quantity, orders);
            if first.order().is_none() {
                self.book.ladders[opposite].remove(rank);
                self.shared.levels.remove(level);
            }
            self.observe(price);
            if *leaves == 0 {
                return Taken::All;
            }
        }
    }

    /// Trades with the plain orders at the front of a level, until one of another kind, or one of `own` account, comes.
    /// The queue is put right once, at the end. Returns what is first in it now, how many orders are gone, and what the
    /// level shows now: quantity, orders.
    #[inline(always)]
    fn take_front(&mut self, leaves: &mut i64, level: u32, own: u128) -> (Node, u32, (i64, u32)) {
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
        while *leaves > 0
            && let Some(slot) = first.order()
        {
            let next = levels.after(slot);
            orders.expect(next.slot());
            let maker = orders.get_mut(slot);
            if maker.has_extra() || maker.account == own {
                break;
            }
            let quantity = maker.leaves.min(*leaves);
            maker.leaves -= quantity;
            maker.filled += quantity;
            *leaves -= quantity;
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
                taker_leaves: Qty(*leaves),
            }));
            *sequence += 2;
            book.sequence += 2;
            if left > 0 {
                break;
            }
            first = next;
            let seat = maker.seat;
            ids.close_at(orders, slot, seat);
            orders.remove_plain(slot);
            gone += 1;
        }
        let shown = levels.cut_front(level, first, taken, gone);
        book.open_quantity -= 2 * taken;
        if taken > 0 {
            book.last_trade = price.0;
        }
        (first, gone, shown)
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
        let (side, leaves, seat) = (order.side, order.leaves, order.seat);
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
        levels.unlink_from(level, slot, leaves, true);
        ids.close_at(orders, slot, seat);
        orders.remove_plain(slot);
        if levels.is_empty(level) {
            book.ladders[index(side)].remove(rank);
            levels.remove(level);
        }
    }
}
