//! Queues of orders: one per price and ladder, and those that have no price.
//!
//! The links are apart from the orders, eight bytes each, and every queue is a ring through its level: to put an order
//! in or take it out touches no other order and asks nothing.

use super::NONE;
use super::orders::Orders;
use super::prefetch::prefetch;
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

/// What a queue says of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub price: i64,
    /// Shown.
    pub quantity: i64,
    /// Its place in the ladder, where it is in one.
    pub rank: i64,
    /// Shown.
    pub orders: u32,
    pub symbol: u16,
    pub kind: LevelKind,
}

/// One of a ring: an order, whose number is even, or the level that the ring belongs to, whose number is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node(u32);

impl Node {
    #[inline(always)]
    pub(crate) fn of_order(slot: u32) -> Node {
        Node(slot.wrapping_shl(1))
    }

    #[inline(always)]
    pub(crate) fn of_level(level: u32) -> Node {
        Node(level << 1 | 1)
    }

    /// `None`: the ring's level, so the queue is at its end.
    #[inline(always)]
    pub(crate) fn order(self) -> Option<u32> {
        if self.0 & 1 == 0 {
            Some(self.0 >> 1)
        } else {
            None
        }
    }

    /// Of an order; any number otherwise.
    #[inline(always)]
    pub(crate) fn slot(self) -> u32 {
        self.0 >> 1
    }

    #[inline(always)]
    fn at(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug)]
struct Link {
    next: Node,
    prev: Node,
}

const UNLINKED: Link = Link {
    next: Node(1),
    prev: Node(1),
};

#[derive(Debug, Default)]
pub(crate) struct Levels {
    slots: Vec<Level>,
    free: Vec<u32>,
    links: Vec<Link>,
}

impl Levels {
    pub(crate) fn with_capacity(orders: usize) -> Levels {
        // Written to now, so that the pages are there before the first order.
        let mut links = vec![UNLINKED; orders * 2];
        links.clear();
        Levels {
            links,
            ..Levels::default()
        }
    }

    #[inline]
    pub(crate) fn get(&self, level: u32) -> &Level {
        &self.slots[level as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, level: u32) -> &mut Level {
        &mut self.slots[level as usize]
    }

    #[inline]
    pub(crate) fn insert(&mut self, symbol: u16, kind: LevelKind, price: i64, rank: i64) -> u32 {
        let fresh = Level {
            price,
            quantity: 0,
            rank,
            orders: 0,
            symbol,
            kind,
        };
        let level = match self.free.pop() {
            Some(level) => {
                self.slots[level as usize] = fresh;
                level
            }
            None => {
                self.slots.push(fresh);
                (self.slots.len() - 1) as u32
            }
        };
        let node = Node::of_level(level);
        self.make_room(node);
        self.links[node.at()] = Link {
            next: node,
            prev: node,
        };
        level
    }

    #[inline]
    pub(crate) fn remove(&mut self, level: u32) {
        self.free.push(level);
    }

    #[inline(always)]
    fn make_room(&mut self, node: Node) {
        if node.at() >= self.links.len() {
            self.grow(node);
        }
    }

    #[cold]
    fn grow(&mut self, node: Node) {
        self.links.resize(node.at() + 2, UNLINKED);
    }

    #[inline(always)]
    pub(crate) fn expect(&self, slot: u32) {
        prefetch(&self.links, Node::of_order(slot).at());
    }

    /// `NONE` where the queue is empty.
    #[inline]
    pub(crate) fn head(&self, level: u32) -> u32 {
        self.first(level).order().unwrap_or(NONE)
    }

    /// The level's own node where the queue is empty.
    #[inline(always)]
    pub(crate) fn first(&self, level: u32) -> Node {
        self.links[Node::of_level(level).at()].next
    }

    /// The order behind this one; `NONE` behind the last.
    #[inline]
    pub(crate) fn next(&self, slot: u32) -> u32 {
        self.after(slot).order().unwrap_or(NONE)
    }

    /// As [`Levels::next`]; the level's node behind the last.
    #[inline(always)]
    pub(crate) fn after(&self, slot: u32) -> Node {
        self.links[Node::of_order(slot).at()].next
    }

    #[inline]
    pub(crate) fn is_empty(&self, level: u32) -> bool {
        self.first(level) == Node::of_level(level)
    }

    /// Appends the order to the queue; `shown` is what the book shows of it.
    #[inline]
    pub(crate) fn push(&mut self, orders: &mut Orders, level: u32, slot: u32, shown: i64) {
        orders.get_mut(slot).level = level;
        let queue = &mut self.slots[level as usize];
        queue.quantity += shown;
        queue.orders += u32::from(shown > 0);
        self.link(level, slot);
    }

    /// As [`Levels::push`], of a shown order that knows its level. Returns what the level shows now: quantity, orders.
    #[inline(always)]
    pub(crate) fn append(&mut self, level: u32, slot: u32, shown: i64) -> (i64, u32) {
        self.link(level, slot);
        let queue = &mut self.slots[level as usize];
        let (quantity, orders) = (queue.quantity + shown, queue.orders + 1);
        (queue.quantity, queue.orders) = (quantity, orders);
        (quantity, orders)
    }

    /// The order becomes the last of the ring.
    #[inline(always)]
    fn link(&mut self, level: u32, slot: u32) {
        let (node, ring) = (Node::of_order(slot), Node::of_level(level));
        self.make_room(node);
        // A slice: the vector's own pointer and length would be read again after each store.
        let links = self.links.as_mut_slice();
        let last = std::mem::replace(&mut links[ring.at()].prev, node);
        links[last.at()].next = node;
        links[node.at()] = Link {
            next: ring,
            prev: last,
        };
    }

    /// `gone` shown orders have left the front of the queue, `first` is the first now, `quantity` less is shown.
    /// Returns what the level shows now: quantity, orders. (Whoever read them right after from the level would wait
    /// for these stores.)
    #[inline(always)]
    pub(crate) fn cut_front(
        &mut self,
        level: u32,
        first: Node,
        quantity: i64,
        gone: u32,
    ) -> (i64, u32) {
        let queue = &mut self.slots[level as usize];
        let left = (queue.quantity - quantity, queue.orders - gone);
        (queue.quantity, queue.orders) = left;
        let (ring, links) = (Node::of_level(level), self.links.as_mut_slice());
        links[ring.at()].next = first;
        links[first.at()].prev = ring;
        left
    }

    /// Takes the order out of the queue that it is in, where `shown` was still shown of it; `counted`: it was one
    /// of the shown orders.
    #[inline]
    pub(crate) fn unlink(&mut self, orders: &Orders, slot: u32, shown: i64, counted: bool) {
        self.unlink_from(orders.get(slot).level, slot, shown, counted);
    }

    /// As [`Levels::unlink`], of an order of this level. Returns what the level shows now: quantity, orders.
    #[inline(always)]
    pub(crate) fn unlink_from(
        &mut self,
        level: u32,
        slot: u32,
        shown: i64,
        counted: bool,
    ) -> (i64, u32) {
        let queue = &mut self.slots[level as usize];
        let left = (queue.quantity - shown, queue.orders - u32::from(counted));
        (queue.quantity, queue.orders) = left;
        let links = self.links.as_mut_slice();
        let Link { next, prev } = links[Node::of_order(slot).at()];
        links[prev.at()].next = next;
        links[next.at()].prev = prev;
        left
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
