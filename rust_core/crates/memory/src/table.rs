use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

const HUGE_PAGE: usize = 2 << 20;
const CACHE_LINE: usize = 64;
/// Smaller tables would waste more of a huge page than they win by it.
const HUGE_FROM: usize = 256 << 10;

/// A fixed number of elements that begin at a cache line, on huge pages where the table is large and the system has
/// some. Used as a slice.
#[derive(Debug)]
pub struct Table<T: Copy> {
    items: NonNull<T>,
    len: usize,
}

impl<T: Copy> Table<T> {
    /// `len` times this element.
    #[allow(unsafe_code, reason = "memory of an alignment that Vec does not give")]
    pub fn filled(item: T, len: usize) -> Table<T> {
        let layout = Table::<T>::layout(len);
        if layout.size() == 0 {
            return Table {
                items: NonNull::dangling(),
                len,
            };
        }
        // SAFETY: the layout's size is not zero.
        let start = unsafe { alloc(layout) };
        let Some(items) = NonNull::new(start.cast::<T>()) else {
            handle_alloc_error(layout);
        };
        if layout.align() == HUGE_PAGE {
            advise(start, layout.size());
        }
        for at in 0..len {
            // SAFETY: `layout` has room for `len` elements and is aligned for them; this is one of them, and
            // nobody else knows of the memory yet.
            unsafe { items.as_ptr().add(at).write(item) };
        }
        Table { items, len }
    }

    fn layout(len: usize) -> Layout {
        let room = Layout::array::<T>(len).expect("a table fits into the address space");
        let align = if room.size() >= HUGE_FROM {
            HUGE_PAGE
        } else {
            CACHE_LINE
        };
        let aligned = room.align_to(align).expect("alignments are powers of two");
        aligned.pad_to_align()
    }
}

/// Says that this memory, which nobody has touched yet, had better be on huge pages. A system that has none says no, and
/// nothing else changes.
#[allow(unsafe_code, reason = "the call takes an address")]
fn advise(start: *mut u8, size: usize) {
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        use rustix::mm::{Advice, madvise};
        // SAFETY: the range is ours, begins at a page and ends at one, and MADV_HUGEPAGE changes no content.
        let _ = unsafe { madvise(start.cast(), size, Advice::LinuxHugepage) };
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = (start, size);
}

impl<T: Copy> Drop for Table<T> {
    #[allow(unsafe_code, reason = "gives back what `filled` took")]
    fn drop(&mut self) {
        let layout = Table::<T>::layout(self.len);
        if layout.size() > 0 {
            // SAFETY: `filled` took it with this layout, and `Copy` elements need no drop of their own.
            unsafe { dealloc(self.items.as_ptr().cast(), layout) };
        }
    }
}

impl<T: Copy> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    #[allow(unsafe_code, reason = "from pointer and length to a slice")]
    fn deref(&self) -> &[T] {
        // SAFETY: `filled` wrote `len` elements from `items` on, and they live as long as the table.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }
}

impl<T: Copy> DerefMut for Table<T> {
    #[inline(always)]
    #[allow(unsafe_code, reason = "from pointer and length to a slice")]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`, and whoever has the table for himself has its elements for himself.
        unsafe { std::slice::from_raw_parts_mut(self.items.as_ptr(), self.len) }
    }
}

// SAFETY: a table owns its elements as a Vec does and hands them out by the rules of borrowing only.
#[allow(unsafe_code, reason = "a pointer is neither, but what it owns is")]
unsafe impl<T: Copy + Send> Send for Table<T> {}
// SAFETY: as above.
#[allow(unsafe_code, reason = "a pointer is neither, but what it owns is")]
unsafe impl<T: Copy + Sync> Sync for Table<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_table_is_a_slice(len in 0_usize..1_000, writes in prop::collection::vec((0_usize..1_000, any::<u64>()), 0..50)) {
            let (mut table, mut model) = (Table::filled(7_u64, len), vec![7_u64; len]);
            for (at, value) in writes.into_iter().filter(|&(at, _)| at < len) {
                (table[at], model[at]) = (value, value);
            }
            prop_assert_eq!(&*table, &*model);
        }
    }

    #[test]
    fn large_tables_begin_at_a_huge_page_and_all_at_a_cache_line() {
        for (len, align) in [
            (1, CACHE_LINE),
            (HUGE_FROM, HUGE_PAGE),
            (5 * HUGE_PAGE + 1, HUGE_PAGE),
        ] {
            let table = Table::filled(3_u8, len);
            assert_eq!(table.as_ptr() as usize % align, 0, "{len}");
            assert!(table.iter().all(|&item| item == 3));
        }
        assert!(Table::filled((), 5).len() == 5 && Table::filled(1_u8, 0).is_empty());
    }
}
