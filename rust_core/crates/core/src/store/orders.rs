//! Open orders: 64 bytes each, what only some orders have apart.

use super::NONE;
use super::id_map::Seat;
use super::prefetch::prefetch;
use crate::order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce};

/// One cache line. Prices and quantities in nanos.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Order {
    pub id: u128,
    pub account: u128,
    pub leaves: i64,
    pub filled: i64,
    /// Of a free slot: the next free one.
    pub level: u32,
    /// Where its id is among the remembered ones and in their table.
    pub seat: Seat,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    flags: u8,
}

const SELF_TRADE: u8 = 0b0000_0111;
const POST_ONLY: u8 = 0b0001_1000;
const POST_ONLY_SHIFT: u32 = 3;
const EXTRA: u8 = 0b0010_0000;
const HIDDEN: u8 = 0b0100_0000;

/// What icebergs, stops, minimum quantities, auction-only and good-till-date orders have besides. Zero: not this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    /// Where it is not the level's: of stops and of orders that wait for their auction.
    pub limit: i64,
    pub stop: i64,
    pub trail: i64,
    pub trail_bp: u32,
    /// Trailing: the best price seen since the order came.
    pub watermark: i64,
    pub display: i64,
    /// Iceberg: what is shown now.
    pub shown: i64,
    pub minimum: i64,
    pub expires: i64,
}

impl Order {
    const VACANT: Order = Order {
        id: 0,
        account: 0,
        leaves: 0,
        filled: 0,
        level: NONE,
        seat: Seat::NOWHERE,
        side: Side::Buy,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Day,
        flags: 0,
    };

    pub(crate) fn new(
        id: u128,
        account: u128,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        self_trade: SelfTrade,
        post_only: PostOnly,
    ) -> Order {
        Order {
            id,
            account,
            leaves: 0,
            filled: 0,
            level: NONE,
            seat: Seat::NOWHERE,
            side,
            order_type,
            time_in_force,
            flags: self_trade.code() | post_only.code() << POST_ONLY_SHIFT,
        }
    }

    /// A limit order without further attributes.
    #[inline(always)]
    pub(crate) fn set_plain(
        &mut self,
        side: Side,
        time_in_force: TimeInForce,
        self_trade: SelfTrade,
    ) {
        self.side = side;
        self.order_type = OrderType::Limit;
        self.time_in_force = time_in_force;
        self.flags = self_trade.code();
    }

    pub(crate) fn self_trade(&self) -> SelfTrade {
        SelfTrade::from_code(self.flags & SELF_TRADE).unwrap_or(SelfTrade::Allow)
    }

    pub(crate) fn post_only(&self) -> PostOnly {
        PostOnly::from_code((self.flags & POST_ONLY) >> POST_ONLY_SHIFT).unwrap_or(PostOnly::Off)
    }

    #[inline]
    pub(crate) fn has_extra(&self) -> bool {
        self.flags & EXTRA != 0
    }

    /// Waits for its minimum quantity and is not shown.
    #[inline]
    pub(crate) fn is_hidden(&self) -> bool {
        self.flags & HIDDEN != 0
    }

    pub(crate) fn set_hidden(&mut self, hidden: bool) {
        self.flags = if hidden {
            self.flags | HIDDEN
        } else {
            self.flags & !HIDDEN
        };
    }
}

#[derive(Debug, Default)]
pub(crate) struct Orders {
    slots: Vec<Order>,
    /// Head of the free slots, chained by `level`.
    free: u32,
    open: usize,
    /// By slot: the place of its extra.
    extra_of: Vec<u32>,
    extras: Vec<Extra>,
    free_extras: Vec<u32>,
}

impl Orders {
    pub(crate) fn with_capacity(orders: usize) -> Orders {
        // Written to now, so that the pages are there before the first order.
        let (mut slots, mut extra_of) = (vec![Order::VACANT; orders], vec![NONE; orders]);
        slots.clear();
        extra_of.clear();
        Orders {
            slots,
            free: NONE,
            open: 0,
            extra_of,
            extras: Vec::new(),
            free_extras: Vec::new(),
        }
    }

    pub(crate) fn open(&self) -> usize {
        self.open
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Order {
        &self.slots[slot as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Order {
        &mut self.slots[slot as usize]
    }

    /// Which slot the next insertion takes.
    #[inline]
    pub(crate) fn insert(&mut self, mut order: Order, extra: Option<&Extra>) -> u32 {
        self.open += 1;
        order.flags &= !EXTRA;
        let slot = if self.free == NONE {
            self.slots.push(order);
            self.extra_of.push(NONE);
            (self.slots.len() - 1) as u32
        } else {
            let slot = self.free;
            let place = &mut self.slots[slot as usize];
            self.free = place.level;
            *place = order;
            slot
        };
        if let Some(extra) = extra {
            self.put_extra(slot, extra);
        }
        slot
    }

    #[inline(always)]
    pub(crate) fn expect(&self, slot: u32) {
        prefetch(&self.slots, slot as usize);
    }

    /// A slot for a new order, which the caller fills in.
    #[inline(always)]
    pub(crate) fn take_slot(&mut self) -> (u32, &mut Order) {
        self.open += 1;
        let slot = self.free;
        if slot as usize >= self.slots.len() {
            return self.append();
        }
        let place = &mut self.slots[slot as usize];
        self.free = place.level;
        (slot, place)
    }

    /// A slot that there was not before.
    #[cold]
    #[inline(never)]
    fn append(&mut self) -> (u32, &mut Order) {
        let slot = self.slots.len();
        self.slots.push(Order::VACANT);
        self.extra_of.push(NONE);
        (slot as u32, &mut self.slots[slot])
    }

    /// Puts another order, of the same id, into a slot that is taken.
    pub(crate) fn replace(&mut self, slot: u32, mut order: Order, extra: Option<&Extra>) {
        if self.get(slot).has_extra() {
            self.free_extras.push(self.extra_of[slot as usize]);
        }
        order.flags &= !EXTRA;
        order.seat = self.get(slot).seat;
        self.slots[slot as usize] = order;
        if let Some(extra) = extra {
            self.put_extra(slot, extra);
        }
    }

    fn put_extra(&mut self, slot: u32, extra: &Extra) {
        let place = match self.free_extras.pop() {
            Some(place) => {
                self.extras[place as usize] = *extra;
                place
            }
            None => {
                self.extras.push(*extra);
                (self.extras.len() - 1) as u32
            }
        };
        self.extra_of[slot as usize] = place;
        self.slots[slot as usize].flags |= EXTRA;
    }

    #[inline]
    pub(crate) fn extra(&self, slot: u32) -> Option<&Extra> {
        if !self.get(slot).has_extra() {
            return None;
        }
        Some(&self.extras[self.extra_of[slot as usize] as usize])
    }

    #[inline]
    pub(crate) fn extra_mut(&mut self, slot: u32) -> Option<&mut Extra> {
        if !self.get(slot).has_extra() {
            return None;
        }
        Some(&mut self.extras[self.extra_of[slot as usize] as usize])
    }

    #[inline]
    pub(crate) fn remove(&mut self, slot: u32) {
        self.open -= 1;
        if self.get(slot).has_extra() {
            self.free_extras.push(self.extra_of[slot as usize]);
        }
        self.slots[slot as usize].level = self.free;
        self.free = slot;
    }

    /// As [`Orders::remove`], of an order without an extra.
    #[inline]
    pub(crate) fn remove_plain(&mut self, slot: u32) {
        self.open -= 1;
        self.slots[slot as usize].level = self.free;
        self.free = slot;
    }

    /// What the book shows of the order.
    #[inline]
    pub(crate) fn shown(&self, slot: u32) -> i64 {
        let order = self.get(slot);
        if !order.has_extra() {
            return order.leaves;
        }
        if order.is_hidden() {
            return 0;
        }
        match self.extra(slot) {
            Some(extra) if extra.display > 0 => extra.shown,
            _ => order.leaves,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_cache_line() {
        assert_eq!(size_of::<Order>(), 64);
    }
}
