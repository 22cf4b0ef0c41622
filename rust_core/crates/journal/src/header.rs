//! The first 64 bytes of a segment.

use std::path::Path;

use crate::error::{Error, Result};

pub const LENGTH: usize = 64;
pub const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"CIFTJRNL";

/// magic 8 · version 4 · record format 4 · first record 8 · zeros 36 · CRC32C of the 60 before it.
pub fn encode(first: u64, record_format: u32) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&record_format.to_le_bytes());
    bytes[16..24].copy_from_slice(&first.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..60]);
    bytes[60..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// Checks that `bytes` are a segment's that begins with record `first`.
pub fn check(path: &Path, bytes: &[u8], first: u64, record_format: u32) -> Result<()> {
    let damaged = |reason: &str| Error::Damaged {
        path: path.to_owned(),
        offset: 0,
        record: first,
        reason: format!("segment header: {reason}"),
    };
    let Some(header) = bytes.get(..LENGTH) else {
        return Err(damaged("cut short"));
    };
    let word = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    if header[..8] != MAGIC {
        return Err(damaged("not a journal"));
    }
    let version = |what, found, expected| Error::Version {
        path: path.to_owned(),
        what,
        found,
        expected,
    };
    if word(8) != VERSION {
        return Err(version("journal version", word(8), VERSION));
    }
    if crc32c::crc32c(&header[..60]) != word(60) {
        return Err(damaged("checksum"));
    }
    if word(12) != record_format {
        return Err(version("record format", word(12), record_format));
    }
    if header[16..24] != first.to_le_bytes() {
        return Err(damaged("first record differs from the file's name"));
    }
    Ok(())
}
