//! An open-addressing index from a hash to a slot of some slab: eight bytes an entry, eight entries a
//! cache line, so that a look-up costs one miss here and one in the slab it points into.
//!
//! An entry holds 32 bits of the hash as a tag and the slot. The caller confirms a tag match against
//! the slab, which it is about to read anyway. Removal shifts entries back, so there are no tombstones.

use cift_memory::{Table, prefetch};

const EMPTY: u64 = u64::MAX;

/// At most every third entry is taken: most look-ups then end where they begin, which the processor
/// can foresee.
const SPARSITY: usize = 3;

/// Where an entry may be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacancy(usize);

pub struct SlotIndex {
    entries: Table<u64>,
    len: usize,
}

impl SlotIndex {
    pub fn with_capacity(capacity: usize) -> Self {
        let size = (capacity.max(8) * SPARSITY).next_power_of_two();
        SlotIndex {
            entries: Table::filled(EMPTY, size),
            len: 0,
        }
    }

    /// The hash will be asked for.
    #[inline(always)]
    pub fn touch(&self, hash: u64) {
        prefetch(
            &self.entries,
            hash as u32 as usize & (self.entries.len() - 1),
        );
    }

    /// Most probably the slot, if there is one.
    #[inline(always)]
    pub fn guess(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    #[inline(always)]
    pub fn find(&self, hash: u64, same: impl FnMut(u32) -> bool) -> Option<u32> {
        self.probe(hash, same).ok()
    }

    /// The slot, or the vacancy where it would go.
    #[inline(always)]
    pub fn probe(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Result<u32, Vacancy> {
        let mask = self.entries.len() - 1;
        let tag = hash as u32;
        let mut at = tag as usize & mask;
        loop {
            let entry = self.entries[at];
            if entry == EMPTY {
                return Err(Vacancy(at));
            }
            if (entry >> 32) as u32 == tag && same(entry as u32) {
                return Ok(entry as u32);
            }
            at = (at + 1) & mask;
        }
    }

    /// The caller has made sure that the key is not there.
    pub fn insert(&mut self, hash: u64, slot: u32) {
        if let Err(vacancy) = self.probe(hash, |_| false) {
            self.insert_at(vacancy, hash, slot);
        }
    }

    /// Into a vacancy that nothing was put into since it was found.
    #[inline(always)]
    pub fn insert_at(&mut self, vacancy: Vacancy, hash: u64, slot: u32) {
        debug_assert!(slot != u32::MAX);
        let entry = u64::from(hash as u32) << 32 | u64::from(slot);
        self.entries[vacancy.0] = entry;
        self.len += 1;
        if self.len * SPARSITY > self.entries.len() {
            self.grow();
        }
    }

    #[inline(always)]
    pub fn remove(&mut self, hash: u64, slot: u32) -> bool {
        let mask = self.entries.len() - 1;
        let wanted = u64::from(hash as u32) << 32 | u64::from(slot);
        let mut at = hash as u32 as usize & mask;
        loop {
            match self.entries[at] {
                EMPTY => return false,
                entry if entry == wanted => break,
                _ => at = (at + 1) & mask,
            }
        }
        let mut hole = at;
        loop {
            at = (at + 1) & mask;
            let entry = self.entries[at];
            if entry == EMPTY {
                break;
            }
            let home = (entry >> 32) as usize & mask;
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.entries[hole] = entry;
                hole = at;
            }
        }
        self.entries[hole] = EMPTY;
        self.len -= 1;
        true
    }

    fn place(&mut self, entry: u64) {
        let mask = self.entries.len() - 1;
        let mut at = (entry >> 32) as usize & mask;
        while self.entries[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.entries[at] = entry;
    }

    #[cold]
    fn grow(&mut self) {
        let size = self.entries.len() * 2;
        let old = std::mem::replace(&mut self.entries, Table::filled(EMPTY, size));
        for &entry in old.iter().filter(|&&entry| entry != EMPTY) {
            self.place(entry);
        }
    }
}

#[inline(always)]
pub fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xa076_1d64_78bd_642f);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
pub fn hash_id(id: u128) -> u64 {
    mix(id as u64, (id >> 64) as u64)
}

/// Of the hashes of an account's id and a symbol.
#[inline(always)]
pub fn hash_pair(account: u64, symbol: u64) -> u64 {
    mix(account, symbol)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn behaves_like_a_hash_map(steps in prop::collection::vec((0_u8..3, 0_u128..40), 0..400)) {
            let mut slab: Vec<u128> = Vec::new();
            let mut index = SlotIndex::with_capacity(1);
            let mut model: HashMap<u128, u32> = HashMap::new();
            for (step, key) in steps {
                // A poor hash on purpose: it makes long probe chains.
                let hash = (key % 7) as u64;
                let found = index.find(hash, |slot| slab[slot as usize] == key);
                prop_assert_eq!(found, model.get(&key).copied());
                match (step, found) {
                    (0, None) => {
                        slab.push(key);
                        index.insert(hash, slab.len() as u32 - 1);
                        model.insert(key, slab.len() as u32 - 1);
                    }
                    (1, Some(slot)) => {
                        prop_assert!(index.remove(hash, slot));
                        model.remove(&key);
                    }
                    _ => {}
                }
            }
        }
    }
}
