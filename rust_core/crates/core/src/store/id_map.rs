//! Order ids: which are open and where, and which have ended lately.
//!
//! Entries of 8 bytes lie in lines of eight, one cache line each: half an entry is a fingerprint, half says where the
//! full id is, in the order's slot or in the ring of ended ids. Ids that were counted up follow one another through
//! the lines, so that those in use stay in the cache; what lies above their low bits is hashed, so that random ids
//! spread. What finds its line full goes to a small table beside. The hash takes a seed: who must not be able to
//! make ids collide passes a secret one; nothing that the map answers depends on it.

use super::orders::Orders;
use super::overflow::Overflow;

const LINE: usize = 8;
/// Ids that agree above these bits lie beside one another.
const LOCAL_BITS: u32 = 24;
const DONE: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Unknown,
    /// The order's slot.
    Open(u32),
    Done,
}

/// Eight entries. A tag is half of a fingerprint, never zero; four lie in a word, so that a line is searched with a
/// few instructions.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line {
    tags: [u64; 2],
    /// A slot, or with the bit `DONE` an index of the ring.
    places: [u32; LINE],
}

const NO_PLACE: u32 = u32::MAX;
const EMPTY_LINE: Line = Line {
    tags: [0; 2],
    places: [NO_PLACE; LINE],
};
const LOW_BITS: u64 = 0x0001_0001_0001_0001;
const HIGH_BITS: u64 = 0x8000_8000_8000_8000;

#[inline]
fn tag(fingerprint: u32) -> u64 {
    u64::from(fingerprint >> 16 | 1)
}

/// The high bit of every lane that is zero, and perhaps of lanes above one that is.
#[inline]
fn zero_lanes(word: u64) -> u64 {
    word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS
}

impl Line {
    /// A bit for each entry that may have this fingerprint: all that have it, seldom others.
    #[inline]
    fn candidates(&self, fingerprint: u32) -> u64 {
        let pattern = tag(fingerprint) * LOW_BITS;
        zero_lanes(self.tags[0] ^ pattern) >> 15 | zero_lanes(self.tags[1] ^ pattern) >> 14
    }

    /// The entry of one of the bits of `candidates`.
    #[inline]
    fn entry_of(bit: u32) -> usize {
        (bit / 16 + bit % 16 * 4) as usize % LINE
    }

    #[inline]
    fn set_tag(&mut self, at: usize, tag: u64) {
        let shift = at % 4 * 16;
        let word = &mut self.tags[at / 4 % 2];
        *word = *word & !(0xffff << shift) | tag << shift;
    }

    /// Where this place is; `likely` is looked at first.
    #[inline]
    fn position(&self, place: u32, likely: usize) -> Option<usize> {
        if self.places[likely % LINE] == place {
            return Some(likely % LINE);
        }
        self.places.iter().position(|&other| other == place)
    }
}

#[derive(Debug)]
pub(crate) struct IdMap {
    seed: u64,
    lines: Vec<Line>,
    overflow: Overflow,
    /// Entries in the lines.
    used: usize,
    /// Ended ids; when it is full the oldest is forgotten.
    ring: Vec<u128>,
    ring_limit: usize,
    oldest: usize,
}

/// Where an id belongs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Home {
    line: usize,
    fingerprint: u32,
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl IdMap {
    /// Remembers `remembered` ended ids; has room for `reserved` ids before it must grow.
    pub(crate) fn new(seed: u64, remembered: usize, reserved: usize) -> IdMap {
        assert!(remembered < DONE as usize, "ring places have 31 bits");
        let lines = (reserved * 2 / LINE).next_power_of_two().max(8);
        let mut ring = Vec::new();
        if reserved > 0 {
            // Written to now, so that the pages are there before the first order.
            ring = vec![u128::MAX; reserved.min(remembered)];
            ring.clear();
        }
        IdMap {
            seed,
            lines: vec![EMPTY_LINE; lines],
            overflow: Overflow::default(),
            used: 0,
            ring,
            ring_limit: remembered,
            oldest: 0,
        }
    }

    #[inline]
    pub(crate) fn home(&self, id: u128) -> Home {
        let (low, high) = (id as u64, (id >> 64) as u64);
        let mixed = fold(
            (low >> LOCAL_BITS) ^ self.seed ^ 0x9e37_79b9_7f4a_7c15,
            0xa076_1d64_78bd_642f,
        );
        let hash = fold(mixed ^ high, 0xe703_7ed1_a0b4_28db);
        let local = id as u32 & ((1 << LOCAL_BITS) - 1);
        let line = (hash as usize).wrapping_add(local as usize / LINE) & (self.lines.len() - 1);
        let fingerprint = (hash >> 32) as u32 ^ local.wrapping_mul(0x9e37_79b1);
        Home { line, fingerprint }
    }

    #[inline]
    pub(crate) fn find(&self, orders: &Orders, id: u128) -> Entry {
        self.find_at(self.home(id), orders, id)
    }

    #[inline(always)]
    pub(crate) fn find_at(&self, home: Home, orders: &Orders, id: u128) -> Entry {
        let line = &self.lines[home.line];
        let mut bits = line.candidates(home.fingerprint);
        while bits != 0 {
            let place = line.places[Line::entry_of(bits.trailing_zeros())];
            if place != NO_PLACE
                && let Some(found) = self.verify(orders, id, place)
            {
                return found;
            }
            bits &= bits - 1;
        }
        if self.overflow.is_empty() {
            return Entry::Unknown;
        }
        self.find_in_overflow(orders, id, home.fingerprint)
    }

    #[cold]
    fn find_in_overflow(&self, orders: &Orders, id: u128, fingerprint: u32) -> Entry {
        let mut places = self.overflow.places(fingerprint);
        places
            .find_map(|place| self.verify(orders, id, place))
            .unwrap_or(Entry::Unknown)
    }

    #[inline]
    fn verify(&self, orders: &Orders, id: u128, place: u32) -> Option<Entry> {
        if place & DONE == 0 {
            (orders.get(place).id == id).then_some(Entry::Open(place))
        } else {
            (self.ring[(place & !DONE) as usize] == id).then_some(Entry::Done)
        }
    }

    /// The id is unknown; `home` is its home.
    #[inline]
    pub(crate) fn insert_open(&mut self, home: Home, orders: &Orders, id: u128, slot: u32) {
        self.insert(home, orders, id, slot);
    }

    /// The id is unknown; `home` is its home.
    #[inline]
    pub(crate) fn insert_done(&mut self, home: Home, orders: &Orders, id: u128) {
        if let Some(place) = self.remember(id) {
            self.insert(home, orders, id, place | DONE);
        }
    }

    /// The order in the slot has ended.
    #[inline(always)]
    pub(crate) fn close(&mut self, id: u128, slot: u32) {
        match self.remember(id) {
            Some(place) => self.replace(id, slot, place | DONE),
            None => self.erase(id, slot),
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

    #[inline(always)]
    fn insert(&mut self, home: Home, orders: &Orders, id: u128, place: u32) {
        if self.used * 2 < self.lines.len() * LINE {
            return self.put(home, id, place);
        }
        self.grow(orders);
        self.put(self.home(id), id, place);
    }

    /// Takes the entry of the line that the low bits name, else any, else one in the overflow.
    #[inline]
    fn put(&mut self, home: Home, id: u128, place: u32) {
        let line = &mut self.lines[home.line];
        match line.position(NO_PLACE, id as usize) {
            Some(at) => {
                line.set_tag(at, tag(home.fingerprint));
                line.places[at] = place;
                self.used += 1;
            }
            None => self.overflow.insert(home.fingerprint, place),
        }
    }

    /// The id's entry, which is there, gets another place.
    #[inline]
    fn replace(&mut self, id: u128, old: u32, new: u32) {
        let home = self.home(id);
        let line = &mut self.lines[home.line];
        match line.position(old, id as usize) {
            Some(at) => line.places[at] = new,
            None => {
                self.overflow.remove(home.fingerprint, old);
                self.overflow.insert(home.fingerprint, new);
            }
        }
    }

    /// The id's entry is there.
    fn erase(&mut self, id: u128, place: u32) {
        let home = self.home(id);
        let line = &mut self.lines[home.line];
        match line.position(place, id as usize) {
            Some(at) => {
                line.places[at] = NO_PLACE;
                line.set_tag(at, 0);
                self.used -= 1;
            }
            None => self.overflow.remove(home.fingerprint, place),
        }
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
        self.erase(self.ring[place], place as u32 | DONE);
        self.ring[place] = id;
        self.oldest = if place + 1 == self.ring_limit {
            0
        } else {
            place + 1
        };
        Some(place as u32)
    }

    #[cold]
    fn grow(&mut self, orders: &Orders) {
        let doubled = vec![EMPTY_LINE; self.lines.len() * 2];
        let lines = std::mem::replace(&mut self.lines, doubled);
        let overflow = std::mem::take(&mut self.overflow);
        self.used = 0;
        let places = lines
            .iter()
            .flat_map(|line| line.places)
            .filter(|&place| place != NO_PLACE);
        for place in places.chain(overflow.all()) {
            let id = if place & DONE == 0 {
                orders.get(place).id
            } else {
                self.ring[(place & !DONE) as usize]
            };
            self.put(self.home(id), id, place);
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
            steps in prop::collection::vec((0..3u8, 0..400u128, 0..3u8), 0..1_500),
            remembered in 0..200usize,
            seed in any::<u64>(),
        ) {
            let (mut ids, mut orders) = (IdMap::new(seed, remembered, 0), Orders::with_capacity(0));
            let mut open: HashMap<u128, u32> = HashMap::new();
            let mut done: VecDeque<u128> = VecDeque::new();
            for (kind, id, spread) in steps {
                let id = match spread {
                    0 => id + 1,
                    1 => (id + 1) << 90 | id << 3,
                    // All in one line of a table of its first size.
                    _ => (id + 1) << 9,
                };
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
                        ids.insert_done(ids.home(id), &orders, id);
                        done.push_back(id);
                        forget(&mut done);
                    }
                    (2, None) if !done.contains(&id) => {
                        let slot = orders.insert(order(id), None);
                        ids.insert_open(ids.home(id), &orders, id, slot);
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
            prop_assert_eq!(ids.used + ids.overflow.len(), open.len() + done.len());
        }
    }
}
