//! A symbol's text as two words, so that looking one up neither loops nor follows a pointer.

use crate::slot_index::mix;

/// For texts of up to 16 bytes the key is the text; of longer ones it is a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymbolKey {
    head: u64,
    tail: u64,
    length: u64,
}

fn word4(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)))
}

fn word8(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

impl SymbolKey {
    #[inline(always)]
    pub fn of(text: &str) -> SymbolKey {
        let bytes = text.as_bytes();
        let length = bytes.len();
        // Head and tail overlap in texts between the sizes; with the length they say it all.
        let (head, tail) = match length {
            0..=3 => (
                bytes
                    .iter()
                    .fold(0, |word, &byte| word << 8 | u64::from(byte)),
                0,
            ),
            4..=8 => (word4(bytes, 0), word4(bytes, length - 4)),
            9..=16 => (word8(bytes, 0), word8(bytes, length - 8)),
            _ => hash_long(bytes),
        };
        SymbolKey {
            head,
            tail,
            length: length as u64,
        }
    }

    /// Equal keys may be of different texts.
    pub fn is_hashed(&self) -> bool {
        self.length > 16
    }

    #[inline(always)]
    pub fn hash(&self) -> u64 {
        mix(self.head ^ self.length << 56, self.tail)
    }
}

#[cold]
fn hash_long(bytes: &[u8]) -> (u64, u64) {
    let tail = word8(bytes, bytes.len() - 8);
    let head = bytes.chunks(8).fold(0, |hash, chunk| {
        let word = chunk
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        mix(hash, word)
    });
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_keys_are_the_text(one in "[AB]{0,16}", other in "[AB]{0,16}") {
            prop_assert_eq!(SymbolKey::of(&one) == SymbolKey::of(&other), one == other);
        }
    }

    #[test]
    fn long_keys_tell_most_texts_apart() {
        let keys = [
            "AAPL  260116C00150000",
            "AAPL  260116P00150000",
            "AAPL  260116C001500000",
        ]
        .map(SymbolKey::of);
        assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[0].is_hashed());
    }
}
