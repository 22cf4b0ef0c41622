//! The processor's hint that memory will be needed soon.

/// Asks for the element at this place. A hint: nothing is read, and a place beyond the end is harmless.
#[inline(always)]
#[allow(
    unsafe_code,
    reason = "the only way to the instruction, which reads nothing"
)]
pub(super) fn prefetch<T>(items: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = items.as_ptr().wrapping_add(at);
        // SAFETY: PREFETCHT0 is part of every x86-64, dereferences nothing, and never faults, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, at);
}
