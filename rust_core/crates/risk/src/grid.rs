//! Is a number a multiple of the tick or lot? By multiplication: a division is slow, and every order asks.

/// Packed, so that two of them and a little more share a cache line.
#[repr(C, packed(4))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub step: i64,
    /// The inverse of the step's odd part modulo 2⁶⁴.
    inverse: u64,
    /// The largest quotient that a number below 2⁶³ can have.
    limit: u64,
    shift: u32,
}

impl Grid {
    /// `step` > 0.
    pub fn new(step: i64) -> Grid {
        assert!(step > 0, "a step is above zero");
        let shift = step.trailing_zeros();
        let odd = (step as u64) >> shift;
        // Newton's iteration doubles the correct bits: 5, 10, 20, 40, 80.
        let mut inverse = odd.wrapping_mul(3) ^ 2;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        Grid {
            step,
            inverse,
            shift,
            limit: (i64::MAX / step) as u64,
        }
    }

    /// `value` ≥ 0. Multiples of the step, and only they, come out as their quotient; all others as more
    /// than any quotient.
    #[inline(always)]
    pub fn holds(&self, value: i64) -> bool {
        (value as u64)
            .wrapping_mul(self.inverse)
            .rotate_right(self.shift)
            <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_division(value in 0..=i64::MAX, step in 1..=i64::MAX, small in 1_i64..10_000, times in 0_i64..1_000_000) {
            for (value, step) in [(value, step), (value, small), (times * small, small), (times * small + 1, small)] {
                prop_assert_eq!(Grid::new(step).holds(value), value % step == 0, "{} in {}", value, step);
            }
        }
    }

    #[test]
    fn agrees_at_the_edges() {
        for step in [1, 2, 3, 10_000_000, 1_000_000_000, 1 << 62, i64::MAX] {
            for value in [0, 1, step - 1, step, i64::MAX - 1, i64::MAX] {
                assert_eq!(
                    Grid::new(step).holds(value),
                    value % step == 0,
                    "{value} in {step}"
                );
            }
        }
    }
}
