//! A hash table of places by fingerprint: open addressing, never more than half full. Who asks knows the full keys.

const EMPTY: u64 = u64::MAX;

#[derive(Debug, Default)]
pub(super) struct Hashed {
    /// `fingerprint << 32 | place`.
    table: Vec<u64>,
    used: usize,
}

impl Hashed {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    #[inline]
    fn home(&self, fingerprint: u32) -> usize {
        let mixed = u64::from(fingerprint).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.table.len() - 1)
    }

    #[inline]
    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.table.len() - 1)
    }

    /// All of them, in no order that means anything.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> + '_ {
        let taken = self.table.iter().filter(|&&entry| entry != EMPTY);
        taken.map(|&entry| entry as u32)
    }

    /// The place with this fingerprint that `is_it`.
    #[inline]
    pub(super) fn find(&self, fingerprint: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.used == 0 {
            return None;
        }
        let mut at = self.home(fingerprint);
        loop {
            let entry = self.table[at];
            if entry == EMPTY {
                return None;
            }
            if (entry >> 32) as u32 == fingerprint && is_it(entry as u32) {
                return Some(entry as u32);
            }
            at = self.next(at);
        }
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, fingerprint: u32, place: u32) {
        if (self.used + 1) * 2 > self.table.len() {
            self.grow();
        }
        self.used += 1;
        self.put(u64::from(fingerprint) << 32 | u64::from(place));
    }

    #[cold]
    fn grow(&mut self) {
        let doubled = vec![EMPTY; (self.table.len() * 2).max(64)];
        for entry in std::mem::replace(&mut self.table, doubled) {
            if entry != EMPTY {
                self.put(entry);
            }
        }
    }

    #[inline]
    fn put(&mut self, entry: u64) {
        let mut at = self.home((entry >> 32) as u32);
        while self.table[at] != EMPTY {
            at = self.next(at);
        }
        self.table[at] = entry;
    }

    /// The entry is there. Those behind it that it stood in the way of move up.
    #[inline(always)]
    pub(super) fn remove(&mut self, fingerprint: u32, place: u32) {
        let wanted = u64::from(fingerprint) << 32 | u64::from(place);
        let mut hole = self.home(fingerprint);
        while self.table[hole] != wanted {
            hole = self.next(hole);
        }
        self.used -= 1;
        let mask = self.table.len() - 1;
        let mut next = self.next(hole);
        while self.table[next] != EMPTY {
            let home = self.home((self.table[next] >> 32) as u32);
            // How far the entry has come from home, and how far the hole is behind it.
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                self.table[hole] = self.table[next];
                hole = next;
            }
            next = self.next(next);
        }
        self.table[hole] = EMPTY;
    }
}
