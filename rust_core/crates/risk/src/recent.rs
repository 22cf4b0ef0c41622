//! The latest accepted orders, for the duplicate rule: one ring for all, chained per cell.
//!
//! An entry is never needed once it is older than the longest window, so the ring overwrites its oldest
//! and grows only when the oldest is still young.

use crate::order::{OrderKind, Prices, Side};

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

pub struct RecentOrders {
    ring: Vec<Option<RecentOrder>>,
    /// Entries ever written; entry `n` sits at `n % ring.len()`.
    pub written: u64,
}

impl RecentOrders {
    pub fn new() -> Self {
        RecentOrders {
            ring: vec![None; 1024],
            written: 0,
        }
    }

    /// Is there an equal order of this cell at `since_ns` or later? `newest` is the cell's chain.
    #[inline(always)]
    pub fn contains(
        &self,
        newest: u64,
        since_ns: i64,
        same: impl Fn(&RecentOrder) -> bool,
    ) -> bool {
        let mut next = newest;
        while next != 0 && self.written - (next - 1) <= self.ring.len() as u64 {
            let Some(entry) = &self.ring[(next - 1) as usize & (self.ring.len() - 1)] else {
                return false;
            };
            if entry.time_ns < since_ns {
                return false;
            }
            if same(entry) {
                return true;
            }
            next = entry.previous;
        }
        false
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

    #[cold]
    fn grow(&mut self) {
        let old = self.ring.len() as u64;
        let size = self.ring.len() * 2;
        let mut ring = vec![None; size];
        for number in self.written.saturating_sub(old)..self.written {
            ring[number as usize & (size - 1)] = self.ring[number as usize & (size / 2 - 1)];
        }
        self.ring = ring;
    }

    pub fn entries(&self) -> impl Iterator<Item = &RecentOrder> {
        self.ring.iter().flatten()
    }
}
