use std::ops::{Deref, DerefMut};

use crate::Table;

/// A [`Table`] that grows at its end as a `Vec` does.
#[derive(Debug)]
pub struct List<T: Copy> {
    table: Table<T>,
    len: usize,
}

impl<T: Copy> List<T> {
    /// Empty, with room for so many. Any element does: the room must hold something.
    pub fn with_capacity(any: T, capacity: usize) -> List<T> {
        List {
            table: Table::filled(any, capacity),
            len: 0,
        }
    }

    #[inline(always)]
    pub fn push(&mut self, item: T) {
        if self.len == self.table.len() {
            self.grow(item);
        }
        self.table[self.len] = item;
        self.len += 1;
    }

    #[cold]
    fn grow(&mut self, any: T) {
        let mut larger = Table::filled(any, (self.len * 2).max(8));
        larger[..self.len].copy_from_slice(&self.table);
        self.table = larger;
    }
}

impl<T: Copy> Deref for List<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.table[..self.len]
    }
}

impl<T: Copy> DerefMut for List<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.table[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_is_a_vec(items in prop::collection::vec(any::<u32>(), 0..500), capacity in 0_usize..100) {
            let mut list = List::with_capacity(0, capacity);
            items.iter().for_each(|&item| list.push(item));
            prop_assert_eq!(&*list, &*items);
        }
    }
}
