//! Levels by rank, the best one at hand: a window of ranks with a bitmap, and an ordered map for what lies outside.
//!
//! A *rank* is a price in ticks, negated where the higher price is the better one, so that the lowest rank is always
//! the best. The window moves and grows only after many misses, in proportion to what a move costs, so no sequence
//! of prices makes it slower than the ordered map by more than a constant factor. Where the window lies is never seen from
//! outside.

use super::NONE;
use std::collections::BTreeMap;

const FIRST_WINDOW: usize = 256;
const LAST_WINDOW: usize = 8192;
const EMPTY: i64 = i64::MAX;

#[derive(Debug)]
pub(crate) struct Ladder {
    best_rank: i64,
    best_level: u32,
    /// The rank of `window[0]`.
    base: i64,
    window: Vec<u32>,
    bits: Vec<u64>,
    /// The best rank outside of the window.
    far_best: i64,
    far: BTreeMap<i64, u32>,
    misses: usize,
}

impl Default for Ladder {
    fn default() -> Ladder {
        Ladder {
            best_rank: EMPTY,
            best_level: NONE,
            base: 0,
            window: Vec::new(),
            bits: Vec::new(),
            far_best: EMPTY,
            far: BTreeMap::new(),
            misses: 0,
        }
    }
}

impl Ladder {
    /// `NONE` where the ladder is empty.
    #[inline]
    pub(crate) fn best(&self) -> u32 {
        self.best_level
    }

    /// `i64::MAX` where the ladder is empty.
    #[inline]
    pub(crate) fn best_rank(&self) -> i64 {
        self.best_rank
    }

    #[inline]
    fn place(&self, rank: i64) -> Option<usize> {
        let place = rank.wrapping_sub(self.base) as u64;
        if place < self.window.len() as u64 {
            Some(place as usize)
        } else {
            None
        }
    }

    /// `NONE` where the rank has no level.
    #[inline]
    pub(crate) fn get(&self, rank: i64) -> u32 {
        match self.place(rank) {
            Some(place) => self.window[place],
            None => self.far.get(&rank).copied().unwrap_or(NONE),
        }
    }

    /// The rank has no level yet.
    #[inline]
    pub(crate) fn insert(&mut self, rank: i64, level: u32) {
        match self.place(rank) {
            Some(place) => {
                self.window[place] = level;
                self.bits[place / 64] |= 1 << (place % 64);
            }
            None => self.insert_far(rank, level),
        }
        if rank < self.best_rank {
            self.best_rank = rank;
            self.best_level = level;
        }
    }

    #[cold]
    fn insert_far(&mut self, rank: i64, level: u32) {
        self.far.insert(rank, level);
        self.far_best = self.far_best.min(rank);
        self.misses += 1;
        if self.misses > self.window.len() / 4 {
            self.recenter();
        }
    }

    /// The rank has a level.
    #[inline]
    pub(crate) fn remove(&mut self, rank: i64) {
        match self.place(rank) {
            Some(place) => {
                self.window[place] = NONE;
                self.bits[place / 64] &= !(1 << (place % 64));
            }
            None => self.remove_far(rank),
        }
        if rank == self.best_rank {
            (self.best_rank, self.best_level) = self.after(rank).unwrap_or((EMPTY, NONE));
        }
    }

    #[cold]
    fn remove_far(&mut self, rank: i64) {
        self.far.remove(&rank);
        if rank == self.far_best {
            self.far_best = self.far.first_key_value().map_or(EMPTY, |(&rank, _)| rank);
        }
    }

    /// The next worse level.
    #[inline]
    pub(crate) fn after(&self, rank: i64) -> Option<(i64, u32)> {
        let near = self.after_in_window(rank);
        if near.map_or(EMPTY, |(rank, _)| rank) <= self.far_best {
            return near;
        }
        self.after_with_far(rank, near)
    }

    #[cold]
    fn after_with_far(&self, rank: i64, near: Option<(i64, u32)>) -> Option<(i64, u32)> {
        let far = self
            .far
            .range(rank.saturating_add(1)..)
            .next()
            .map(|(&rank, &level)| (rank, level));
        match (near, far) {
            (Some(near), Some(far)) => Some(near.min(far)),
            (near, far) => near.or(far),
        }
    }

    #[inline]
    fn after_in_window(&self, rank: i64) -> Option<(i64, u32)> {
        let first = if rank < self.base {
            0
        } else {
            self.place(rank)? + 1
        };
        let mut word = first / 64;
        let mut bits = self.bits.get(word)? & (u64::MAX << (first % 64));
        while bits == 0 {
            word += 1;
            bits = *self.bits.get(word)?;
        }
        let place = word * 64 + bits.trailing_zeros() as usize;
        Some((self.base + place as i64, self.window[place]))
    }

    /// Best first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let first = (self.best_level != NONE).then_some((self.best_rank, self.best_level));
        std::iter::successors(first, |&(rank, _)| self.after(rank)).map(|(_, level)| level)
    }

    /// Lays the window around the best level, with a quarter of it for better ones.
    fn recenter(&mut self) {
        self.misses = 0;
        for place in 0..self.window.len() {
            if self.window[place] != NONE {
                self.far
                    .insert(self.base + place as i64, self.window[place]);
            }
        }
        let size = (self.window.len() * 4).clamp(FIRST_WINDOW, LAST_WINDOW);
        self.window.clear();
        self.window.resize(size, NONE);
        self.bits.clear();
        self.bits.resize(size / 64, 0);
        let Some((&best, _)) = self.far.first_key_value() else {
            return;
        };
        self.base = best
            .saturating_sub(size as i64 / 4)
            .min(i64::MAX - size as i64);
        let end = self.base + size as i64;
        while let Some(entry) = self.far.first_entry() {
            if *entry.key() >= end {
                break;
            }
            let (rank, level) = entry.remove_entry();
            let place = (rank - self.base) as usize;
            self.window[place] = level;
            self.bits[place / 64] |= 1 << (place % 64);
        }
        self.far_best = self.far.first_key_value().map_or(EMPTY, |(&rank, _)| rank);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rank() -> impl Strategy<Value = i64> {
        prop_oneof![4 => 0..200i64, 3 => -20_000..20_000i64, 1 => any::<i64>().prop_map(|rank| rank.min(i64::MAX - 1))]
    }

    proptest! {
        #[test]
        fn a_ladder_is_an_ordered_map(ranks in prop::collection::vec(rank(), 0..1_500)) {
            let (mut ladder, mut model) = (Ladder::default(), BTreeMap::new());
            for (level, &rank) in (0..).zip(&ranks) {
                if model.remove(&rank).is_some() {
                    ladder.remove(rank);
                } else {
                    model.insert(rank, level);
                    ladder.insert(rank, level);
                }
                prop_assert_eq!(ladder.best(), model.first_key_value().map_or(NONE, |(_, &level)| level));
                prop_assert_eq!(ladder.get(rank), model.get(&rank).copied().unwrap_or(NONE));
            }
            prop_assert_eq!(ladder.iter().collect::<Vec<_>>(), model.values().copied().collect::<Vec<_>>());
        }
    }
}
