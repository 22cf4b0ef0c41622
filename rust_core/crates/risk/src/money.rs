//! Units: nanos at the edge, attos (price nanos × quantity nanos) inside; decimal text for both.

/// Nanos in one unit of price, quantity or money.
pub const NANO: i64 = 1_000_000_000;
/// Attos in one nano of money.
pub const ATTOS_PER_NANO: i128 = 1_000_000_000;

/// Prices above this (10⁸ units) are refused as nonsense: it keeps every product far inside `i128`.
pub const MAX_PRICE_NANOS: i64 = 100_000_000 * NANO;
/// Quantities, positions and the open quantity of one account in one symbol stay below this (10⁹ units).
pub const MAX_QUANTITY_NANOS: i64 = 1_000_000_000 * NANO;

/// No account's sum goes beyond this, in attos (5 × 10¹⁸ units of money): several of them can be added
/// without overflow.
pub const MAX_SUM: i128 = 1 << 122;

/// Price × quantity, exact, in attos.
#[inline(always)]
pub fn notional(price_nanos: i64, quantity_nanos: i64) -> i128 {
    price_nanos as i128 * quantity_nanos as i128
}

/// Attos to nanos, towards zero.
pub fn attos_to_nanos(attos: i128) -> i128 {
    attos / ATTOS_PER_NANO
}

/// A decimal such as `-1234.5` in nanos; `None` if it is not one, has more than nine decimal places or
/// is out of range.
pub fn parse_nanos(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if (whole.is_empty() && fraction.is_empty()) || fraction.len() > 9 {
        return None;
    }
    let mut value: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value
            .checked_mul(10)?
            .checked_add(i128::from(byte - b'0'))?;
    }
    value = value.checked_mul(10_i128.pow(9 - fraction.len() as u32))?;
    Some(if negative { -value } else { value })
}

/// Nanos as a decimal with at least `places` places: `9471.00`.
pub fn format_nanos(nanos: i128, places: usize) -> String {
    let magnitude = nanos.unsigned_abs();
    let (whole, fraction) = (magnitude / NANO as u128, magnitude % NANO as u128);
    let mut text = format!("{fraction:09}");
    while text.len() > places && text.ends_with('0') {
        text.pop();
    }
    let sign = if nanos < 0 { "-" } else { "" };
    if text.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_go_both_ways() {
        for (text, nanos) in [
            ("1", 1_000_000_000),
            ("-0.5", -500_000_000),
            ("1.10", 1_100_000_000),
            (".25", 250_000_000),
        ] {
            assert_eq!(parse_nanos(text), Some(nanos), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1e3",
            "NaN",
            "1.0000000001",
            "1,5",
            "+1",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(parse_nanos(text), None, "{text}");
        }
        assert_eq!(format_nanos(9_471_000_000_000, 2), "9471.00");
        assert_eq!(format_nanos(-1_500_000_001, 2), "-1.500000001");
        assert_eq!(format_nanos(10 * NANO as i128, 0), "10");
    }
}
