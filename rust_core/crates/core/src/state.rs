//! States and commands as bytes.

use std::fmt;

/// XXH3-128 of a venue's canonical state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateHash(pub u128);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Bytes that are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Written by another version.
    Version {
        found: u8,
        expected: u8,
    },
    /// Too short or too long for what they begin with.
    Length {
        found: usize,
        expected: usize,
    },
    UnknownKind(u8),
    /// A value that no encoder writes; the name of the field.
    Invalid(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Version { found, expected } => {
                write!(f, "version {found}, expected {expected}")
            }
            DecodeError::Length { found, expected } => {
                write!(f, "{found} bytes, expected {expected}")
            }
            DecodeError::UnknownKind(kind) => write!(f, "unknown kind {kind}"),
            DecodeError::Invalid(field) => write!(f, "invalid {field}"),
        }
    }
}

impl std::error::Error for DecodeError {}
