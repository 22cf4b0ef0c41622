//! All cells, in an open-addressing table by account and symbol: the look-up lands on the cell itself.
//!
//! The hash is made of the ids as they came in, not of our numbers for them, so that the cell can be
//! fetched from memory while account and symbol are still being looked up. Cells are never removed.

use std::ops::{Index, IndexMut};

use cift_memory::{Table, prefetch};

use crate::cell::Cell;

const VACANT: u32 = u32::MAX;

pub struct CellTable {
    slots: Table<Cell>,
    mask: usize,
    len: usize,
}

/// Where cells went when the table grew: old slot → new slot.
pub struct Moves(Vec<u32>);

impl CellTable {
    pub fn with_capacity(capacity: usize) -> Self {
        let size = (capacity.max(8) * 5 / 3).next_power_of_two();
        CellTable {
            slots: Table::filled(Cell::new(VACANT, VACANT), size),
            mask: size - 1,
            len: 0,
        }
    }

    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The cell will be asked for.
    #[inline(always)]
    pub fn touch(&self, hash: u64) {
        prefetch(&self.slots, hash as usize & self.mask);
    }

    #[inline(always)]
    pub fn find(&self, hash: u64, account: u32, instrument: u32) -> Option<u32> {
        let mut at = hash as usize & self.mask;
        loop {
            let cell = &self.slots[at];
            if cell.account == account && cell.instrument == instrument {
                return Some(at as u32);
            }
            if cell.account == VACANT {
                return None;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Whether the next new cell needs [`CellTable::grow`] first.
    pub fn is_full(&self) -> bool {
        (self.len + 1) * 5 > self.slots.len() * 3
    }

    /// The caller has made sure that the cell is not there and that there is room.
    pub fn insert(&mut self, hash: u64, cell: Cell) -> u32 {
        let mut at = hash as usize & self.mask;
        while self.slots[at].account != VACANT {
            at = (at + 1) & self.mask;
        }
        self.slots[at] = cell;
        self.len += 1;
        at as u32
    }

    /// Doubles the table; every slot number that is kept elsewhere has to follow the moves.
    pub fn grow(&mut self, hash_of: impl Fn(&Cell) -> u64) -> Moves {
        let mut larger = CellTable {
            slots: Table::filled(Cell::new(VACANT, VACANT), self.slots.len() * 2),
            mask: self.slots.len() * 2 - 1,
            len: 0,
        };
        let place = |&cell: &Cell| match cell.account {
            VACANT => VACANT,
            _ => larger.insert(hash_of(&cell), cell),
        };
        let moves = self.slots.iter().map(place).collect();
        *self = larger;
        Moves(moves)
    }
}

impl Moves {
    pub fn follow(&self, slot: &mut u32) {
        *slot = self.0[*slot as usize];
    }

    /// The same for a vector that runs parallel to the table.
    pub fn carry<T: Clone + Default>(&self, values: &mut Vec<T>, size: usize) {
        let mut moved = vec![T::default(); size];
        for (value, &to) in values.drain(..).zip(&self.0) {
            if to != VACANT {
                moved[to as usize] = value;
            }
        }
        *values = moved;
    }
}

impl Index<u32> for CellTable {
    type Output = Cell;

    #[inline(always)]
    fn index(&self, slot: u32) -> &Cell {
        &self.slots[slot as usize]
    }
}

impl IndexMut<u32> for CellTable {
    #[inline(always)]
    fn index_mut(&mut self, slot: u32) -> &mut Cell {
        &mut self.slots[slot as usize]
    }
}
