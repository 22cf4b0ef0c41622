//! Ids: UUIDs as `u128`.

/// A UUID in its usual text form (hyphenated or 32 hex digits).
pub fn parse_uuid(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let hyphenated = bytes.len() == 36;
    if !hyphenated && bytes.len() != 32 {
        return None;
    }
    let mut value: u128 = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if hyphenated && matches!(at, 8 | 13 | 18 | 23) {
            if byte != b'-' {
                return None;
            }
            continue;
        }
        let digit = HEX[byte as usize];
        if digit > 15 {
            return None;
        }
        value = value << 4 | u128::from(digit);
    }
    Some(value)
}

/// The hyphenated lower-case form.
pub fn format_uuid(id: u128) -> String {
    let hex = format!("{id:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

const HEX: [u8; 256] = {
    let mut table = [255_u8; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        table[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_go_both_ways() {
        let text = "0192f0c4-7a3b-7c1d-8e2f-0123456789ab";
        assert_eq!(parse_uuid(text).map(format_uuid).as_deref(), Some(text));
        assert_eq!(
            parse_uuid(&text.replace('-', "").to_uppercase()),
            parse_uuid(text)
        );
        for bad in [
            "",
            "x",
            "0192f0c4-7a3b-7c1d-8e2f-0123456789ag",
            "0192f0c47-a3b-7c1d-8e2f-0123456789ab",
        ] {
            assert_eq!(parse_uuid(bad), None, "{bad}");
        }
    }
}
