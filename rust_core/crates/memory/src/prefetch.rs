/// Asks for the first cache line of the element at this place. A hint: nothing is read, and a place beyond the end is
/// harmless.
#[inline(always)]
pub fn prefetch<T>(items: &[T], at: usize) {
    hint(items.as_ptr().wrapping_add(at).cast());
}

/// Asks for every cache line of an element that begins at one.
#[inline(always)]
pub fn prefetch_item<T>(items: &[T], at: usize) {
    let first = items.as_ptr().wrapping_add(at).cast::<u8>();
    let mut line = 0;
    while line < size_of::<T>() {
        hint(first.wrapping_add(line));
        line += 64;
    }
}

#[inline(always)]
#[allow(
    unsafe_code,
    reason = "the only way to the instruction, which reads nothing"
)]
fn hint(address: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: PREFETCHT0 is part of every x86-64, dereferences nothing, and never faults, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
