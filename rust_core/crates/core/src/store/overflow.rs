//! The few entries of the id map whose line is full: open addressing, never more than half full.

const EMPTY: u64 = u64::MAX;

#[derive(Debug, Default)]
pub(super) struct Overflow {
    /// `fingerprint << 32 | place`.
    table: Vec<u64>,
    used: usize,
}

impl Overflow {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.used
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

    /// Of entries with this fingerprint. The table is not empty.
    pub(super) fn places(&self, fingerprint: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(self.home(fingerprint)), |&at| Some(self.next(at)))
            .map(|at| self.table[at])
            .take_while(|&entry| entry != EMPTY)
            .filter(move |entry| (entry >> 32) as u32 == fingerprint)
            .map(|entry| entry as u32)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.table
            .iter()
            .filter(|&&entry| entry != EMPTY)
            .map(|&entry| entry as u32)
    }

    #[cold]
    pub(super) fn insert(&mut self, fingerprint: u32, place: u32) {
        if (self.used + 1) * 2 > self.table.len() {
            let doubled = vec![EMPTY; (self.table.len() * 2).max(64)];
            for entry in std::mem::replace(&mut self.table, doubled) {
                if entry != EMPTY {
                    self.put(entry);
                }
            }
        }
        self.used += 1;
        self.put(u64::from(fingerprint) << 32 | u64::from(place));
    }

    fn put(&mut self, entry: u64) {
        let mut at = self.home((entry >> 32) as u32);
        while self.table[at] != EMPTY {
            at = self.next(at);
        }
        self.table[at] = entry;
    }

    /// The entry is there. Those behind it that it stood in the way of move up.
    #[cold]
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
