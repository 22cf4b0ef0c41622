//! The ids that came last, in a ring, and where in it each is.
//!
//! Lines of eight entries, one cache line each. Ids that were counted up follow one another through the lines, so that
//! checking a new one is mostly a look at where the last one was; what lies above their low bits is hashed, so that random
//! ids spread. What finds its line full goes to a small table beside.

use super::hashed::Hashed;
use super::id_map::{Home, home};

const LINE: usize = 8;

/// Eight entries. A tag is half of a fingerprint, never zero; four lie in a word, so that a line is searched with a
/// few instructions.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line {
    tags: [u64; 2],
    /// Indexes of the ring.
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

    /// An entry that is free; `likely` is looked at first.
    #[inline]
    fn free(&self, likely: usize) -> Option<usize> {
        self.position(NO_PLACE, likely)
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
pub(super) struct Seen {
    lines: Vec<Line>,
    overflow: Hashed,
    /// Entries in the lines.
    used: usize,
    /// When it is full the oldest id is forgotten.
    ring: Vec<u128>,
    limit: usize,
    oldest: usize,
}

impl Seen {
    /// Room for `limit` ids in the end and for `reserved` now.
    pub(super) fn new(limit: usize, reserved: usize) -> Seen {
        assert!(limit < NO_PLACE as usize, "places have 32 bits");
        let lines = (reserved * 2 / LINE).next_power_of_two().max(8);
        // Written to now, so that the pages are there before the first order.
        let mut ring = vec![u128::MAX; reserved];
        ring.clear();
        Seen {
            lines: vec![EMPTY_LINE; lines],
            overflow: Hashed::default(),
            used: 0,
            ring,
            limit,
            oldest: 0,
        }
    }

    #[inline]
    fn line_of(&self, home: Home) -> usize {
        home.line as usize & (self.lines.len() - 1)
    }

    /// Has any id been forgotten?
    #[inline]
    pub(super) fn has_forgotten(&self) -> bool {
        self.ring.len() >= self.limit
    }

    #[inline(always)]
    pub(super) fn contains(&self, home: Home, id: u128) -> bool {
        let line = &self.lines[self.line_of(home)];
        let mut bits = line.candidates(home.fingerprint);
        while bits != 0 {
            let place = line.places[Line::entry_of(bits.trailing_zeros())];
            if place != NO_PLACE && self.ring[place as usize] == id {
                return true;
            }
            bits &= bits - 1;
        }
        !self.overflow.is_empty()
            && self
                .overflow
                .find(home.fingerprint, |place| self.ring[place as usize] == id)
                .is_some()
    }

    /// The id is new.
    #[inline]
    pub(super) fn insert(&mut self, seed: u64, at: Home, id: u128) {
        if self.ring.len() < self.limit {
            self.ring.push(id);
            if self.used * 2 >= self.lines.len() * LINE {
                self.grow(seed);
            } else {
                self.put(at, id, (self.ring.len() - 1) as u32);
            }
        } else if self.limit > 0 {
            let place = self.oldest;
            let forgotten = self.ring[place];
            self.erase(home(seed, forgotten), forgotten, place as u32);
            self.ring[place] = id;
            self.oldest = if place + 1 == self.limit {
                0
            } else {
                place + 1
            };
            self.put(at, id, place as u32);
        }
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = u128> + '_ {
        (0..self.ring.len()).map(|i| {
            let at = self.oldest + i;
            self.ring[if at < self.ring.len() {
                at
            } else {
                at - self.ring.len()
            }]
        })
    }

    /// Takes the entry of the line that the low bits name, else any, else one in the overflow.
    #[inline]
    fn put(&mut self, home: Home, id: u128, place: u32) {
        let line = self.line_of(home);
        let line = &mut self.lines[line];
        match line.free(id as usize) {
            Some(at) => {
                line.set_tag(at, tag(home.fingerprint));
                line.places[at] = place;
                self.used += 1;
            }
            None => self.overflow.insert(home.fingerprint, place),
        }
    }

    /// The entry is there.
    fn erase(&mut self, home: Home, id: u128, place: u32) {
        let line = self.line_of(home);
        let line = &mut self.lines[line];
        match line.position(place, id as usize) {
            Some(at) => {
                line.places[at] = NO_PLACE;
                line.set_tag(at, 0);
                self.used -= 1;
            }
            None => self.overflow.remove(home.fingerprint, place),
        }
    }

    #[cold]
    fn grow(&mut self, seed: u64) {
        self.lines = vec![EMPTY_LINE; self.lines.len() * 2];
        self.overflow = Hashed::default();
        self.used = 0;
        for place in 0..self.ring.len() {
            let id = self.ring[place];
            self.put(home(seed, id), id, place as u32);
        }
    }
}
