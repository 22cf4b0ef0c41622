//! Which order ids have been used, which of them are open, and where.
//!
//! The ids that came last, open or not, are in a ring by arrival. One table finds an id: lines of eight entries, one
//! cache line each. Ids that were counted up follow one another through the lines, so that checking a new one is mostly a
//! look at where the last one was; what lies above their low bits is hashed, so that random ids spread. What finds its
//! line full goes to a small table beside. An open order knows its entry, so that its end costs one store. The hash takes
//! a seed: who must not be able to make ids collide passes a secret one; nothing that the map answers depends on it.

use super::NONE;
use super::hashed::Hashed;
use super::orders::Orders;
use super::prefetch::prefetch;

/// Ids that agree above these bits lie beside one another.
const LOCAL_BITS: u32 = 24;
const LINE: usize = 8;
/// Entries are numbered with 32 bits.
const MAX_LINES: usize = 1 << 28;

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
    line: u64,
    fingerprint: u32,
}

/// Where an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// In the ring; `NONE`: forgotten there.
    place: u32,
    /// In the lines; `NONE`: in the table beside, or nowhere yet.
    entry: u32,
}

impl Seat {
    pub(crate) const NOWHERE: Seat = Seat {
        place: NONE,
        entry: NONE,
    };
}

/// What is known of an id: the slot of its open order, else its place in the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Value(u32);

impl Value {
    const FREE: Value = Value(u32::MAX);
    const OPEN: u32 = 1 << 31;

    #[inline(always)]
    fn open(slot: u32) -> Value {
        Value(slot | Value::OPEN)
    }

    #[inline(always)]
    fn done(place: u32) -> Value {
        Value(place)
    }

    /// The value is not `FREE`.
    #[inline(always)]
    fn slot(self) -> Option<u32> {
        if self.0 & Value::OPEN != 0 {
            Some(self.0 & !Value::OPEN)
        } else {
            None
        }
    }
}

/// Eight entries. A tag is half of a fingerprint, never zero; the eight of them are compared at once.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line {
    tags: [u16; LINE],
    values: [Value; LINE],
}

const EMPTY_LINE: Line = Line {
    tags: [0; LINE],
    values: [Value::FREE; LINE],
};

#[inline(always)]
fn tag(fingerprint: u32) -> u16 {
    (fingerprint >> 16) as u16 | 1
}

impl Line {
    /// False: no entry has this fingerprint.
    #[inline(always)]
    fn may_have(&self, fingerprint: u32) -> bool {
        let tag = tag(fingerprint);
        let same = |any: bool, &other: &u16| any | (other == tag);
        self.tags.iter().fold(false, same)
    }

    /// A bit for each entry that may have this fingerprint: all that have it, seldom others.
    #[inline(always)]
    fn candidates(&self, fingerprint: u32) -> u32 {
        let tag = tag(fingerprint);
        (0..LINE).fold(0, |bits, at| bits | u32::from(self.tags[at] == tag) << at)
    }

    /// The entry with this value; `likely` is looked at first.
    #[inline(always)]
    fn position(&self, value: Value, likely: usize) -> Option<usize> {
        if self.values[likely % LINE] == value {
            return Some(likely % LINE);
        }
        self.search(value)
    }

    #[cold]
    fn search(&self, value: Value) -> Option<usize> {
        self.values.iter().position(|&other| other == value)
    }
}

#[derive(Debug)]
pub(crate) struct IdMap {
    seeds: [u64; 2],
    lines: Vec<Line>,
    overflow: Hashed,
    /// Entries in the lines.
    used: usize,
    /// When it is full the oldest id is forgotten.
    ring: Vec<u128>,
    limit: usize,
    oldest: usize,
}

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl IdMap {
    /// Remembers the last `remembered` ids; has room for `reserved` of them before it must grow.
    pub(crate) fn new(seed: u64, remembered: usize, reserved: usize) -> IdMap {
        assert!(remembered < Value::OPEN as usize, "places have 31 bits");
        let reserved = reserved.min(remembered);
        let lines = (reserved * 2 / LINE).next_power_of_two().max(8);
        // Written to now, so that the pages are there before the first order.
        let mut ring = vec![u128::MAX; reserved];
        ring.clear();
        IdMap {
            seeds: [
                fold(seed ^ 0x9e37_79b9_7f4a_7c15, 0xa076_1d64_78bd_642f),
                fold(seed ^ 0x8ebc_6af0_9c88_c6e3, 0xe703_7ed1_a0b4_28db) | 1,
            ],
            lines: vec![EMPTY_LINE; lines],
            overflow: Hashed::default(),
            used: 0,
            ring,
            limit: remembered,
            oldest: 0,
        }
    }

    #[inline(always)]
    pub(crate) fn home(&self, id: u128) -> Home {
        let (low, high) = (id as u64, (id >> 64) as u64);
        let [low_seed, high_seed] = self.seeds;
        let hash = fold((low >> LOCAL_BITS) ^ low_seed, high ^ high_seed);
        let local = id as u32 & ((1 << LOCAL_BITS) - 1);
        let line = hash.wrapping_add(u64::from(local / 8));
        let fingerprint = (hash >> 32) as u32 ^ local.wrapping_mul(0x9e37_79b1);
        Home { line, fingerprint }
    }

    #[inline(always)]
    fn line_of(&self, home: Home) -> usize {
        home.line as usize & (self.lines.len() - 1)
    }

    /// The id will be asked for.
    #[inline(always)]
    pub(crate) fn expect(&self, id: u128) {
        prefetch(&self.lines, self.line_of(self.home(id)));
    }

    /// Where the open order with this id probably is, if there is one; any number if not.
    #[inline(always)]
    pub(crate) fn guess(&self, id: u128) -> u32 {
        self.lines[self.line_of(self.home(id))].values[id as usize % LINE].0 & !Value::OPEN
    }

    #[inline(always)]
    fn is(&self, value: Value, orders: &Orders, id: u128) -> bool {
        match value.slot() {
            _ if value == Value::FREE => false,
            Some(slot) => orders.get(slot).id == id,
            None => self.ring[value.0 as usize] == id,
        }
    }

    #[inline(never)]
    fn search(&self, home: Home, orders: &Orders, id: u128) -> Option<Value> {
        let line = &self.lines[self.line_of(home)];
        let mut bits = line.candidates(home.fingerprint);
        while bits != 0 {
            let value = line.values[bits.trailing_zeros() as usize % LINE];
            if self.is(value, orders, id) {
                return Some(value);
            }
            bits &= bits - 1;
        }
        let is_it = |place| self.is(Value(place), orders, id);
        self.overflow.find(home.fingerprint, is_it).map(Value)
    }

    #[inline(always)]
    pub(crate) fn find(&self, orders: &Orders, id: u128) -> Entry {
        let home = self.home(id);
        // Where an id that was counted up is.
        let likely = self.lines[self.line_of(home)].values[id as usize % LINE];
        if likely != Value::FREE
            && let Some(slot) = likely.slot()
            && orders.get(slot).id == id
        {
            return Entry::Open(slot);
        }
        match self.search(home, orders, id).map(Value::slot) {
            Some(Some(slot)) => Entry::Open(slot),
            Some(None) => Entry::Done,
            None => Entry::Unknown,
        }
    }

    pub(crate) fn is_known(&self, home: Home, orders: &Orders, id: u128) -> bool {
        self.search(home, orders, id).is_some()
    }

    /// [`IdMap::remember`], unless the id is known.
    #[inline(always)]
    pub(crate) fn claim(&mut self, orders: &mut Orders, id: u128) -> Option<Seat> {
        let home = self.home(id);
        let line = &self.lines[self.line_of(home)];
        if line.may_have(home.fingerprint) || !self.overflow.is_empty() {
            return self.claim_slowly(orders, home, id);
        }
        Some(self.remember(orders, home, id))
    }

    #[cold]
    #[inline(never)]
    fn claim_slowly(&mut self, orders: &mut Orders, home: Home, id: u128) -> Option<Seat> {
        if self.is_known(home, orders, id) {
            return None;
        }
        Some(self.remember(orders, home, id))
    }

    /// The id, which is unknown, has been used. Whoever opens an order under it needs the seat.
    #[inline(always)]
    pub(crate) fn remember(&mut self, orders: &mut Orders, home: Home, id: u128) -> Seat {
        let Some(place) = self.arrive(orders, id) else {
            return Seat::NOWHERE;
        };
        if self.used * 2 >= self.lines.len() * LINE {
            self.grow(orders);
        }
        let entry = self.put(home, id, Value::done(place));
        Seat { place, entry }
    }

    /// The id's place in the ring, if it has any.
    #[inline(always)]
    fn arrive(&mut self, orders: &mut Orders, id: u128) -> Option<u32> {
        if self.ring.len() < self.limit {
            self.ring.push(id);
            return Some((self.ring.len() - 1) as u32);
        }
        if self.limit == 0 {
            return None;
        }
        let place = self.oldest;
        self.forget(orders, place as u32);
        self.ring[place] = id;
        self.oldest = if place + 1 == self.limit {
            0
        } else {
            place + 1
        };
        Some(place as u32)
    }

    /// The id at this place of the ring is no longer there. While its order is open it can still be found.
    #[inline]
    fn forget(&mut self, orders: &mut Orders, place: u32) {
        let id = self.ring[place as usize];
        let home = self.home(id);
        let line = self.line_of(home);
        if let Some(at) = self.lines[line].position(Value::done(place), id as usize) {
            self.clear(line, at);
            return;
        }
        match self.search(home, orders, id).and_then(Value::slot) {
            Some(slot) => orders.get_mut(slot).seat.place = NONE,
            None => self.overflow.remove(home.fingerprint, place),
        }
    }

    #[inline(always)]
    fn clear(&mut self, line: usize, at: usize) {
        let line = &mut self.lines[line];
        line.values[at] = Value::FREE;
        line.tags[at] = 0;
        self.used -= 1;
    }

    /// Takes the entry of the line that the low bits name, else any, else one beside (`NONE`).
    #[inline(always)]
    fn put(&mut self, home: Home, id: u128, value: Value) -> u32 {
        let at_line = self.line_of(home);
        let line = &mut self.lines[at_line];
        match line.position(Value::FREE, id as usize) {
            Some(at) => {
                line.tags[at] = tag(home.fingerprint);
                line.values[at] = value;
                self.used += 1;
                (at_line * LINE + at) as u32
            }
            None => {
                self.overflow.insert(home.fingerprint, value.0);
                NONE
            }
        }
    }

    /// The order with this id, which `seat` is of, is in this slot.
    #[inline(always)]
    pub(crate) fn open(&mut self, orders: &mut Orders, slot: u32, seat: Seat) {
        orders.get_mut(slot).seat = seat;
        self.open_fresh(orders, slot, seat);
    }

    /// As [`IdMap::open`], where the slot knows the seat already.
    #[inline(always)]
    pub(crate) fn open_fresh(&mut self, orders: &mut Orders, slot: u32, seat: Seat) {
        if seat.entry != NONE {
            self.set(seat.entry, Value::open(slot));
        } else {
            self.open_beside(orders, slot, seat);
        }
    }

    #[cold]
    fn open_beside(&mut self, orders: &mut Orders, slot: u32, seat: Seat) {
        let home = self.home(orders.get(slot).id);
        if seat.place == NONE {
            return self.adopt(orders, slot);
        }
        self.overflow.remove(home.fingerprint, seat.place);
        self.overflow.insert(home.fingerprint, Value::open(slot).0);
    }

    /// Makes the order in this slot known, though the ring does not know its id.
    pub(crate) fn adopt(&mut self, orders: &mut Orders, slot: u32) {
        if self.used * 2 >= self.lines.len() * LINE {
            self.grow(orders);
        }
        let id = orders.get(slot).id;
        let entry = self.put(self.home(id), id, Value::open(slot));
        orders.get_mut(slot).seat = Seat { place: NONE, entry };
    }

    /// Puts an id, of an open order or of none, at the end of the ring. False: it is there already.
    pub(crate) fn recall(&mut self, orders: &mut Orders, id: u128) -> bool {
        let home = self.home(id);
        match self.search(home, orders, id).map(Value::slot) {
            None => {
                self.remember(orders, home, id);
                true
            }
            Some(Some(slot)) if orders.get(slot).seat.place == NONE => {
                if let Some(place) = self.arrive(orders, id) {
                    orders.get_mut(slot).seat.place = place;
                }
                true
            }
            Some(_) => false,
        }
    }

    #[inline(always)]
    fn set(&mut self, entry: u32, value: Value) {
        self.lines[entry as usize / LINE].values[entry as usize % LINE] = value;
    }

    /// The order in the slot has ended.
    #[inline(always)]
    pub(crate) fn close(&mut self, orders: &Orders, slot: u32) {
        self.close_at(orders, slot, orders.get(slot).seat);
    }

    /// As [`IdMap::close`], where the order's seat is at hand.
    #[inline(always)]
    pub(crate) fn close_at(&mut self, orders: &Orders, slot: u32, seat: Seat) {
        if seat.entry != NONE && seat.place != NONE {
            self.set(seat.entry, Value::done(seat.place));
        } else {
            self.close_slowly(orders, slot);
        }
    }

    #[cold]
    fn close_slowly(&mut self, orders: &Orders, slot: u32) {
        let Seat { place, entry } = orders.get(slot).seat;
        if entry != NONE {
            return self.clear(entry as usize / LINE, entry as usize % LINE);
        }
        let home = self.home(orders.get(slot).id);
        self.overflow.remove(home.fingerprint, Value::open(slot).0);
        if place != NONE {
            self.overflow.insert(home.fingerprint, place);
        }
    }

    /// Ids that are remembered, oldest first.
    pub(crate) fn seen(&self) -> impl ExactSizeIterator<Item = u128> + '_ {
        (0..self.ring.len()).map(|i| {
            let at = self.oldest + i;
            self.ring[if at < self.ring.len() {
                at
            } else {
                at - self.ring.len()
            }]
        })
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, orders: &mut Orders) {
        if self.lines.len() >= MAX_LINES {
            return;
        }
        let doubled = vec![EMPTY_LINE; self.lines.len() * 2];
        let old = std::mem::replace(&mut self.lines, doubled);
        let beside = std::mem::take(&mut self.overflow);
        self.used = 0;
        let in_lines = old.iter().flat_map(|line| line.values);
        for value in in_lines.chain(beside.places().map(Value)) {
            if value == Value::FREE {
                continue;
            }
            let slot = value.slot();
            let id = match slot {
                Some(slot) => orders.get(slot).id,
                // The place of the id for which room is being made has no entry yet.
                None => self.ring[value.0 as usize],
            };
            let entry = self.put(self.home(id), id, value);
            if let Some(slot) = slot {
                orders.get_mut(slot).seat.entry = entry;
            }
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

    /// What a snapshot keeps: the open orders, then the ring.
    fn rebuilt(ids: &IdMap, open: &HashMap<u128, u32>, remembered: usize) -> (IdMap, Orders) {
        let (mut other, mut orders) = (IdMap::new(99, remembered, 0), Orders::with_capacity(0));
        for &id in open.keys() {
            let slot = orders.insert(order(id), None);
            other.adopt(&mut orders, slot);
        }
        for id in ids.seen() {
            assert!(other.recall(&mut orders, id));
        }
        (other, orders)
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
                        ids.close(&orders, slot);
                        orders.remove(slot);
                        open.remove(&id);
                    }
                    (1 | 2, None) if !known => {
                        let seat = ids.remember(&mut orders, home, id);
                        seen.push_back(id);
                        while seen.len() > remembered {
                            seen.pop_front();
                        }
                        if kind == 2 {
                            let slot = orders.insert(order(id), None);
                            ids.open(&mut orders, slot, seat);
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
            let (other, others) = rebuilt(&ids, &open, remembered);
            for &id in open.keys() {
                prop_assert!(matches!(other.find(&others, id), Entry::Open(_)));
            }
            prop_assert_eq!(other.seen().collect::<Vec<_>>(), ids.seen().collect::<Vec<_>>());
        }
    }
}
