//! Queues of orders: one per price and ladder, and those that have no price.

use super::NONE;
use super::orders::Orders;
use crate::order::Side;

/// Which queue of its book a level belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum LevelKind {
    Bids = 0,
    Asks = 1,
    BuyStops = 2,
    SellStops = 3,
    /// Auction-only orders before their auction.
    Waiting = 4,
    /// Market orders in an auction.
    MarketBuys = 5,
    MarketSells = 6,
}

impl LevelKind {
    pub(crate) const ALL: [LevelKind; 7] = [
        LevelKind::Bids,
        LevelKind::Asks,
        LevelKind::BuyStops,
        LevelKind::SellStops,
        LevelKind::Waiting,
        LevelKind::MarketBuys,
        LevelKind::MarketSells,
    ];
    /// Those that are ladders of prices; the others are single queues.
    pub(crate) const LADDERS: usize = 4;

    #[inline]
    pub(crate) fn book(side: Side) -> LevelKind {
        match side {
            Side::Buy => LevelKind::Bids,
            Side::Sell => LevelKind::Asks,
        }
    }

    pub(crate) fn stops(side: Side) -> LevelKind {
        match side {
            Side::Buy => LevelKind::BuyStops,
            Side::Sell => LevelKind::SellStops,
        }
    }

    pub(crate) fn market(side: Side) -> LevelKind {
        match side {
            Side::Buy => LevelKind::MarketBuys,
            Side::Sell => LevelKind::MarketSells,
        }
    }

    /// Is it one of the two sides that are shown?
    #[inline]
    pub(crate) fn is_book(self) -> bool {
        matches!(self, LevelKind::Bids | LevelKind::Asks)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub price: i64,
    /// Shown.
    pub quantity: i64,
    pub head: u32,
    pub tail: u32,
    /// Shown.
    pub orders: u32,
    pub symbol: u16,
    pub kind: LevelKind,
}

#[derive(Debug, Default)]
pub(crate) struct Levels {
    slots: Vec<Level>,
    free: Vec<u32>,
}

impl Levels {
    #[inline]
    pub(crate) fn get(&self, level: u32) -> &Level {
        &self.slots[level as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, level: u32) -> &mut Level {
        &mut self.slots[level as usize]
    }

    pub(crate) fn insert(&mut self, symbol: u16, kind: LevelKind, price: i64) -> u32 {
        let fresh = Level {
            price,
            quantity: 0,
            head: NONE,
            tail: NONE,
            orders: 0,
            symbol,
            kind,
        };
        match self.free.pop() {
            Some(level) => {
                self.slots[level as usize] = fresh;
                level
            }
            None => {
                self.slots.push(fresh);
                (self.slots.len() - 1) as u32
            }
        }
    }

    pub(crate) fn remove(&mut self, level: u32) {
        self.free.push(level);
    }

    /// Appends the order to the queue; `shown` is what the book shows of it.
    #[inline]
    pub(crate) fn push(&mut self, orders: &mut Orders, level: u32, slot: u32, shown: i64) {
        let queue = &mut self.slots[level as usize];
        queue.quantity += shown;
        queue.orders += u32::from(shown > 0);
        let tail = queue.tail;
        queue.tail = slot;
        if tail == NONE {
            queue.head = slot;
        } else {
            orders.get_mut(tail).next = slot;
        }
        let order = orders.get_mut(slot);
        order.prev = tail;
        order.next = NONE;
        order.level = level;
    }

    /// `gone` shown orders have left the front of the queue, `head` is the first now, `quantity` less is shown.
    #[inline]
    pub(crate) fn cut_front(
        &mut self,
        orders: &mut Orders,
        level: u32,
        head: u32,
        quantity: i64,
        gone: u32,
    ) {
        let queue = &mut self.slots[level as usize];
        queue.quantity -= quantity;
        queue.orders -= gone;
        queue.head = head;
        if head == NONE {
            queue.tail = NONE;
        } else {
            orders.get_mut(head).prev = NONE;
        }
    }

    /// Takes the order out of the queue that it is in, where `shown` was still shown of it; `counted`: it was one
    /// of the shown orders.
    #[inline]
    pub(crate) fn unlink(&mut self, orders: &mut Orders, slot: u32, shown: i64, counted: bool) {
        let &super::Order {
            level, prev, next, ..
        } = orders.get(slot);
        let queue = &mut self.slots[level as usize];
        queue.quantity -= shown;
        queue.orders -= u32::from(counted);
        if prev == NONE {
            queue.head = next;
        } else {
            orders.get_mut(prev).next = next;
        }
        if next == NONE {
            queue.tail = prev;
        } else {
            orders.get_mut(next).prev = prev;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_levels_share_a_cache_line() {
        assert_eq!(size_of::<Level>(), 32);
    }
}
