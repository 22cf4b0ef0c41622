//! Which order ids are open, and where, and which have been used.
//!
//! Two parts, because most commands need only one of them. Open ids are in a table that is as small as the open orders
//! are few. The ids that came last, open or not, are in a ring by arrival, found through [`Seen`]. The hash takes a
//! seed: who must not be able to make ids collide passes a secret one; nothing that the map answers depends on it.

use super::hashed::Hashed;
use super::orders::Orders;
use super::seen::Seen;

/// Ids that agree above these bits lie beside one another in [`Seen`].
const LOCAL_BITS: u32 = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Unknown,
    /// The order's slot.
    Open(u32),
    /// Used, and not open any more.
    Done,
}

/// Where an id belongs: its fingerprint, and what the ids beside it have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Home {
    pub(super) line: u64,
    pub(super) fingerprint: u32,
}

#[derive(Debug)]
pub(crate) struct IdMap {
    seed: u64,
    open: Hashed,
    seen: Seen,
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline]
pub(super) fn home(seed: u64, id: u128) -> Home {
    let (low, high) = (id as u64, (id >> 64) as u64);
    let mixed = fold(
        (low >> LOCAL_BITS) ^ seed ^ 0x9e37_79b9_7f4a_7c15,
        0xa076_1d64_78bd_642f,
    );
    let hash = fold(mixed ^ high, 0xe703_7ed1_a0b4_28db);
    let local = id as u32 & ((1 << LOCAL_BITS) - 1);
    let line = hash.wrapping_add(u64::from(local / 8));
    let fingerprint = (hash >> 32) as u32 ^ local.wrapping_mul(0x9e37_79b1);
    Home { line, fingerprint }
}

impl IdMap {
    /// Remembers the last `remembered` ids; has room for `reserved` of them before it must grow.
    pub(crate) fn new(seed: u64, remembered: usize, reserved: usize) -> IdMap {
        let seen = Seen::new(remembered, reserved.min(remembered));
        IdMap {
            seed,
            open: Hashed::default(),
            seen,
        }
    }

    #[inline]
    pub(crate) fn home(&self, id: u128) -> Home {
        home(self.seed, id)
    }

    #[inline]
    pub(crate) fn find(&self, orders: &Orders, id: u128) -> Entry {
        let home = self.home(id);
        match self.slot(home, orders, id) {
            Some(slot) => Entry::Open(slot),
            None if self.seen.contains(home, id) => Entry::Done,
            None => Entry::Unknown,
        }
    }

    #[inline(always)]
    pub(crate) fn is_known(&self, home: Home, orders: &Orders, id: u128) -> bool {
        // An open id may have been forgotten by the ring.
        self.seen.contains(home, id)
            || self.seen.has_forgotten() && self.slot(home, orders, id).is_some()
    }

    /// Is it among the remembered ones?
    pub(crate) fn is_seen(&self, home: Home, id: u128) -> bool {
        self.seen.contains(home, id)
    }

    #[inline]
    fn slot(&self, home: Home, orders: &Orders, id: u128) -> Option<u32> {
        self.open
            .find(home.fingerprint, |slot| orders.get(slot).id == id)
    }

    /// The id, which is unknown, has been used.
    #[inline]
    pub(crate) fn remember(&mut self, home: Home, id: u128) {
        self.seen.insert(self.seed, home, id);
    }

    /// The order with this id is in this slot.
    #[inline]
    pub(crate) fn open(&mut self, home: Home, slot: u32) {
        self.open.insert(home.fingerprint, slot);
    }

    /// The order in the slot has ended.
    #[inline]
    pub(crate) fn close(&mut self, id: u128, slot: u32) {
        self.open.remove(self.home(id).fingerprint, slot);
    }

    /// Ids that are remembered, oldest first.
    pub(crate) fn seen(&self) -> impl ExactSizeIterator<Item = u128> + '_ {
        self.seen.iter()
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
            steps in prop::collection::vec((0..3u8, 0..400u128, 0..3u8), 0..1_500),
            remembered in 0..200usize,
            seed in any::<u64>(),
        ) {
            let (mut ids, mut orders) = (IdMap::new(seed, remembered, 0), Orders::with_capacity(0));
            let mut open: HashMap<u128, u32> = HashMap::new();
            let mut seen: VecDeque<u128> = VecDeque::new();
            for (kind, id, spread) in steps {
                let id = match spread {
                    0 => id + 1,
                    1 => (id + 1) << 90 | id << 3,
                    // All in one line of a table of its first size.
                    _ => (id + 1) << 9,
                };
                let home = ids.home(id);
                let known = open.contains_key(&id) || seen.contains(&id);
                prop_assert_eq!(ids.is_known(home, &orders, id), known);
                match (kind, open.get(&id).copied()) {
                    (0, Some(slot)) => {
                        ids.close(id, slot);
                        orders.remove(slot);
                        open.remove(&id);
                    }
                    (1 | 2, None) if !known => {
                        ids.remember(home, id);
                        seen.push_back(id);
                        while seen.len() > remembered {
                            seen.pop_front();
                        }
                        if kind == 2 {
                            let slot = orders.insert(order(id), None);
                            ids.open(home, slot);
                            open.insert(id, slot);
                        }
                    }
                    _ => {}
                }
                let expected = match open.get(&id) {
                    Some(&slot) => Entry::Open(slot),
                    None if seen.contains(&id) => Entry::Done,
                    None => Entry::Unknown,
                };
                prop_assert_eq!(ids.find(&orders, id), expected);
            }
            for (&id, &slot) in &open {
                prop_assert_eq!(ids.find(&orders, id), Entry::Open(slot));
            }
            prop_assert_eq!(ids.seen().collect::<Vec<_>>(), seen.iter().copied().collect::<Vec<_>>());
        }
    }
}
