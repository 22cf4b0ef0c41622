//! Order ids: which are open and where, and which have ended lately.
//!
//! One open-addressing table of 8-byte entries: half is a fingerprint, half says where the full id is, in the order's
//! slot or in the ring of ended ids. Ids that follow one another share a cache line (the low three bits choose the
//! place in it), so that counted ids, like random ones, find their place after a look or two. The table is never more
//! than half full, so every search ends. The hash takes a seed: who must not be able to make ids collide passes a secret one;
//! nothing that the map answers depends on it.

use super::orders::Orders;

const EMPTY: u64 = u64::MAX;
const DONE: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Unknown,
    /// The order's slot.
    Open(u32),
    Done,
}

#[derive(Debug)]
pub(crate) struct IdMap {
    seed: u64,
    /// `fingerprint << 32 | place`; `place` is a slot, or with the bit `DONE` an index of the ring.
    table: Vec<u64>,
    used: usize,
    /// Ended ids; when it is full the oldest is forgotten.
    ring: Vec<u128>,
    ring_limit: usize,
    oldest: usize,
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl IdMap {
    /// Remembers `remembered` ended ids; has room for `reserved` ids before it must grow.
    pub(crate) fn new(seed: u64, remembered: usize, reserved: usize) -> IdMap {
        assert!(remembered < DONE as usize, "ring places have 31 bits");
        let entries = (reserved * 2).next_power_of_two().max(64);
        let mut ring = Vec::new();
        if reserved > 0 {
            // Written to now, so that the pages are there before the first order.
            ring = vec![u128::MAX; reserved.min(remembered)];
            ring.clear();
        }
        IdMap {
            seed,
            table: vec![EMPTY; entries],
            used: 0,
            ring,
            ring_limit: remembered,
            oldest: 0,
        }
    }

    #[inline]
    fn fingerprint(&self, id: u128) -> u32 {
        let block = id >> 3;
        let low = fold(
            block as u64 ^ self.seed ^ 0x9e37_79b9_7f4a_7c15,
            0xa076_1d64_78bd_642f,
        );
        let mixed = fold(low ^ (block >> 64) as u64, 0xe703_7ed1_a0b4_28db);
        (mixed as u32) << 3 | (id as u32 & 7)
    }

    #[inline]
    fn mask(&self) -> usize {
        self.table.len() - 1
    }

    #[inline]
    pub(crate) fn find(&self, orders: &Orders, id: u128) -> Entry {
        let fingerprint = self.fingerprint(id);
        let mut at = fingerprint as usize & self.mask();
        loop {
            let entry = self.table[at];
            if entry == EMPTY {
                return Entry::Unknown;
            }
            if (entry >> 32) as u32 == fingerprint {
                let place = entry as u32;
                if place & DONE == 0 {
                    if orders.get(place).id == id {
                        return Entry::Open(place);
                    }
                } else if self.ring[(place & !DONE) as usize] == id {
                    return Entry::Done;
                }
            }
            at = (at + 1) & self.mask();
        }
    }

    /// The id is unknown.
    #[inline]
    pub(crate) fn insert_open(&mut self, id: u128, slot: u32) {
        self.insert(self.fingerprint(id), slot);
    }

    /// The id is unknown, or that of a slot in which another order is now.
    pub(crate) fn insert_done(&mut self, id: u128) {
        let place = self.remember(id);
        if let Some(place) = place {
            self.insert(self.fingerprint(id), place | DONE);
        }
    }

    /// The order in the slot has ended.
    #[inline]
    pub(crate) fn close(&mut self, id: u128, slot: u32) {
        let place = self.remember(id);
        let at = self.locate(self.fingerprint(id), slot);
        match place {
            Some(place) => {
                self.table[at] = self.table[at] & !u64::from(u32::MAX) | u64::from(place | DONE)
            }
            None => self.erase(at),
        }
    }

    /// Ended ids, oldest first.
    pub(crate) fn done(&self) -> impl ExactSizeIterator<Item = u128> + '_ {
        (0..self.ring.len()).map(|i| {
            let at = self.oldest + i;
            self.ring[if at < self.ring.len() {
                at
            } else {
                at - self.ring.len()
            }]
        })
    }

    #[inline]
    fn insert(&mut self, fingerprint: u32, place: u32) {
        if (self.used + 1) * 2 > self.table.len() {
            self.grow();
        }
        self.used += 1;
        self.put(fingerprint, place);
    }

    #[inline]
    fn put(&mut self, fingerprint: u32, place: u32) {
        let mut at = fingerprint as usize & self.mask();
        while self.table[at] != EMPTY {
            at = (at + 1) & self.mask();
        }
        self.table[at] = u64::from(fingerprint) << 32 | u64::from(place);
    }

    /// Where the entry with this place is; it must be there.
    #[inline]
    fn locate(&self, fingerprint: u32, place: u32) -> usize {
        let wanted = u64::from(fingerprint) << 32 | u64::from(place);
        let mut at = fingerprint as usize & self.mask();
        while self.table[at] != wanted {
            at = (at + 1) & self.mask();
        }
        at
    }

    /// Puts the id into the ring; `None` where nothing is remembered.
    #[inline]
    fn remember(&mut self, id: u128) -> Option<u32> {
        if self.ring.len() < self.ring_limit {
            self.ring.push(id);
            return Some((self.ring.len() - 1) as u32);
        }
        if self.ring_limit == 0 {
            return None;
        }
        let place = self.oldest;
        let at = self.locate(self.fingerprint(self.ring[place]), place as u32 | DONE);
        self.erase(at);
        self.ring[place] = id;
        self.oldest = if place + 1 == self.ring_limit {
            0
        } else {
            place + 1
        };
        Some(place as u32)
    }

    /// Removes an entry and moves up those behind it that it stood in the way of.
    fn erase(&mut self, at: usize) {
        self.used -= 1;
        let mask = self.mask();
        let (mut hole, mut next) = (at, (at + 1) & mask);
        while self.table[next] != EMPTY {
            let home = (self.table[next] >> 32) as usize & mask;
            // How far the entry has come from home, and how far the hole is behind it.
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                self.table[hole] = self.table[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        self.table[hole] = EMPTY;
    }

    #[cold]
    fn grow(&mut self) {
        let doubled = vec![EMPTY; self.table.len() * 2];
        let old = std::mem::replace(&mut self.table, doubled);
        for entry in old.into_iter().filter(|&entry| entry != EMPTY) {
            self.put((entry >> 32) as u32, entry as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce};
    use crate::store::Order;
    use proptest::prelude::*;
    use std::collections::{HashMap, VecDeque};

    fn order(id: u128) -> Order {
        let (kind, force) = (OrderType::Limit, TimeInForce::Gtc);
        Order::new(
            id,
            1,
            Side::Buy,
            kind,
            force,
            SelfTrade::Allow,
            PostOnly::Off,
        )
    }

    proptest! {
        #[test]
        fn agrees_with_a_hash_map(
            steps in prop::collection::vec((0..3u8, 0..400u128, any::<bool>()), 0..1_500),
            remembered in 0..200usize,
            seed in any::<u64>(),
        ) {
            let (mut ids, mut orders) = (IdMap::new(seed, remembered, 0), Orders::with_capacity(0));
            let mut open: HashMap<u128, u32> = HashMap::new();
            let mut done: VecDeque<u128> = VecDeque::new();
            for (kind, id, spread) in steps {
                let id = if spread { (id + 1) << 90 | id << 3 } else { id + 1 };
                let forget = |done: &mut VecDeque<u128>| while done.len() > remembered { done.pop_front(); };
                match (kind, open.get(&id).copied()) {
                    (0, Some(slot)) => {
                        ids.close(id, slot);
                        orders.remove(slot);
                        open.remove(&id);
                        done.push_back(id);
                        forget(&mut done);
                    }
                    (1, None) if !done.contains(&id) => {
                        ids.insert_done(id);
                        done.push_back(id);
                        forget(&mut done);
                    }
                    (2, None) if !done.contains(&id) => {
                        let slot = orders.insert(order(id), None);
                        ids.insert_open(id, slot);
                        open.insert(id, slot);
                    }
                    _ => {}
                }
                let expected = match open.get(&id) {
                    Some(&slot) => Entry::Open(slot),
                    None if done.contains(&id) => Entry::Done,
                    None => Entry::Unknown,
                };
                prop_assert_eq!(ids.find(&orders, id), expected);
            }
            for (&id, &slot) in &open {
                prop_assert_eq!(ids.find(&orders, id), Entry::Open(slot));
            }
            prop_assert_eq!(ids.done().collect::<Vec<_>>(), done.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(ids.used, open.len() + done.len());
        }
    }
}
