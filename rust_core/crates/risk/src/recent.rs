//! The latest accepted orders, for the duplicate rule: one ring for all, chained per cell.
//!
//! An entry is never needed once it is older than the longest window, so the ring overwrites its oldest
//! and grows only when the oldest is still young.

use cift_memory::{Table, prefetch_item};

use crate::order::{OrderKind, Prices, Side};

#[repr(align(64))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentOrder {
    /// The cell's entry before this one, plus one; 0: none.
    pub previous: u64,
    pub time_ns: i64,
    pub quantity_nanos: i64,
    pub prices: Prices,
    pub side: Side,
    pub kind: OrderKind,
}

impl RecentOrder {
    pub fn mark(&self) -> u64 {
        mark(self.quantity_nanos, &self.prices, self.side, self.kind)
    }
}

/// Marks are bits of the upper 48 of a word.
pub const MARK_SHIFT: u32 = 16;
pub const ALL_MARKS: u64 = u64::MAX << MARK_SHIFT;

/// Up to three bits, equal for equal orders.
#[inline(always)]
pub fn mark(quantity_nanos: i64, prices: &Prices, side: Side, kind: OrderKind) -> u64 {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = *prices;
    let shape = (side as u64) << 40 | (kind as u64) << 32 | u64::from(trail_bp);
    let folded = quantity_nanos as u64
        ^ (limit as u64).rotate_left(21)
        ^ (stop as u64).rotate_left(42)
        ^ (trail as u64).rotate_left(11)
        ^ shape;
    let hash = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bit = |part: u64| 1_u64 << (u64::from(MARK_SHIFT) + (((part & 0xffff) * 48) >> 16));
    bit(hash >> 48) | bit(hash >> 32) | bit(hash >> 16)
}

pub struct RecentOrders {
    ring: Table<Option<RecentOrder>>,
    /// Entries ever written; entry `n` sits at `n % ring.len()`.
    pub written: u64,
}

impl RecentOrders {
    pub fn new() -> Self {
        RecentOrders {
            ring: Table::filled(None, 1024),
            written: 0,
        }
    }

    /// A cell's entries from its newest on, as far back as they are kept.
    pub fn chain(&self, newest: u64) -> impl Iterator<Item = &RecentOrder> {
        let mut next = newest;
        std::iter::from_fn(move || {
            let kept = next != 0 && self.written - (next - 1) <= self.ring.len() as u64;
            let at = (next as usize).wrapping_sub(1) & (self.ring.len() - 1);
            let entry = self.ring[at].as_ref().filter(|_| kept)?;
            next = entry.previous;
            Some(entry)
        })
    }

    /// Appends and returns the entry's number plus one.
    #[inline(always)]
    pub fn push(&mut self, entry: RecentOrder, keep_since_ns: i64) -> u64 {
        let at = self.written as usize & (self.ring.len() - 1);
        if self.ring[at].is_some_and(|oldest| oldest.time_ns >= keep_since_ns) {
            self.grow();
        }
        let at = self.written as usize & (self.ring.len() - 1);
        self.ring[at] = Some(entry);
        self.written += 1;
        self.written
    }

    /// There will be another entry.
    #[inline(always)]
    pub fn expect(&self) {
        prefetch_item(&self.ring, self.written as usize & (self.ring.len() - 1));
    }

    #[cold]
    fn grow(&mut self) {
        let old = self.ring.len() as u64;
        let size = self.ring.len() * 2;
        let mut ring = Table::filled(None, size);
        for number in self.written.saturating_sub(old)..self.written {
            ring[number as usize & (size - 1)] = self.ring[number as usize & (size / 2 - 1)];
        }
        self.ring = ring;
    }

    pub fn entries(&self) -> impl Iterator<Item = &RecentOrder> {
        self.ring.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_cache_line() {
        assert_eq!(size_of::<Option<RecentOrder>>(), 64);
    }
}
