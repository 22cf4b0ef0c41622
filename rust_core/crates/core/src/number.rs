//! Fixed-point numbers: nine decimal places in an `i64`, never a float.

use std::fmt;

/// One unit (one dollar, one share) in nanos.
pub const NANOS: i64 = 1_000_000_000;

/// A price in nanos of the quote currency. `Price(0)` means "none" wherever a price is optional.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(pub i64);

/// A quantity in nanos of the traded thing. `Qty(0)` means "none" wherever a quantity is optional.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qty(pub i64);

impl Price {
    pub const ZERO: Price = Price(0);

    /// `units` and `nanos` of a unit; panics where the sum does not fit (for literals, not for input).
    pub const fn from_units(units: i64, nanos: i64) -> Price {
        Price(units * NANOS + nanos)
    }
}

impl Qty {
    pub const ZERO: Qty = Qty(0);

    /// `units` and `nanos` of a unit; panics where the sum does not fit (for literals, not for input).
    pub const fn from_units(units: i64, nanos: i64) -> Qty {
        Qty(units * NANOS + nanos)
    }
}

fn write_nanos(value: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (
        value.unsigned_abs() / NANOS as u64,
        value.unsigned_abs() % NANOS as u64,
    );
    if part == 0 {
        return write!(f, "{sign}{whole}");
    }
    let digits = format!("{part:09}");
    write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_nanos(self.0, f)
    }
}

impl fmt::Debug for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_nanos(self.0, f)
    }
}

impl fmt::Display for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_nanos(self.0, f)
    }
}

impl fmt::Debug for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_nanos(self.0, f)
    }
}

/// Divides by one fixed number with a multiplication; grid checks happen on every order and a division is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Divider {
    divisor: i64,
    multiplier: u64,
    shift: u32,
}

impl Divider {
    /// `divisor` > 0.
    pub(crate) fn new(divisor: i64) -> Divider {
        assert!(divisor > 0, "a divisor is positive");
        // For n < 2^63: n / d = n * ceil(2^(63+l) / d) >> (63+l), where 2^l >= d. With 2n in place of n the first 64
        // bits of the shift are the product's lower half.
        let shift = 64 - (divisor as u64 - 1).leading_zeros();
        let multiplier = (1u128 << (63 + shift)).div_ceil(divisor as u128) as u64;
        Divider {
            divisor,
            multiplier,
            shift,
        }
    }

    pub(crate) fn divisor(self) -> i64 {
        self.divisor
    }

    /// `n` ≥ 0: the quotient, rounded down.
    #[inline]
    pub(crate) fn quotient(self, n: i64) -> i64 {
        let product = u128::from((n as u64) << 1) * u128::from(self.multiplier);
        ((product >> 64) as u64 >> self.shift) as i64
    }

    /// `n` ≥ 0: does it lie on the grid?
    #[inline]
    pub(crate) fn divides(self, n: i64) -> bool {
        self.quotient(n) * self.divisor == n
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn divider_agrees_with_division(n in 0..=i64::MAX, d in 1..=i64::MAX, small in 1i64..1_000_000) {
            prop_assert_eq!(Divider::new(d).quotient(n), n / d);
            prop_assert_eq!(Divider::new(small).quotient(n), n / small);
        }
    }

    #[test]
    fn divider_at_the_edges() {
        for d in [1, 2, 3, 1 << 62, (1 << 62) + 1, i64::MAX] {
            for n in [0, 1, d - 1, d, i64::MAX - 1, i64::MAX] {
                assert_eq!(Divider::new(d).quotient(n), n / d, "{n} / {d}");
            }
        }
    }

    #[test]
    fn numbers_are_written_without_trailing_zeros() {
        assert_eq!(Price::from_units(189, 420_000_000).to_string(), "189.42");
        assert_eq!(Qty(-1).to_string(), "-0.000000001");
        assert_eq!(Price(i64::MIN).to_string(), "-9223372036.854775808");
    }
}
