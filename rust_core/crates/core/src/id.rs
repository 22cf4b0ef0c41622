//! Names of orders, accounts and symbols.

use std::fmt;
use std::str::FromStr;

/// A UUID as a number. Zero is no id. An id is never used twice.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u128);

/// A UUID as a number. Zero is no id.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u128);

/// A symbol's place in the order in which the venue's instruments were put: 0, 1, 2, …
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

impl OrderId {
    pub const NONE: OrderId = OrderId(0);
}

impl fmt::Debug for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderId({:#x})", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({:#x})", self.0)
    }
}

/// What people call a symbol, e.g. `BRK.B`: 1 to 23 printable ASCII characters without spaces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolName {
    bytes: [u8; SymbolName::MAX_LEN],
    len: u8,
}

/// A text that cannot name a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSymbolName;

impl fmt::Display for InvalidSymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a symbol is 1 to {} printable ASCII characters without spaces",
            SymbolName::MAX_LEN
        )
    }
}

impl std::error::Error for InvalidSymbolName {}

impl SymbolName {
    pub const MAX_LEN: usize = 23;

    /// Fails where the text is empty, too long, or not printable ASCII.
    pub fn from_bytes(text: &[u8]) -> Result<SymbolName, InvalidSymbolName> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        if !fits || !text.iter().all(u8::is_ascii_graphic) {
            return Err(InvalidSymbolName);
        }
        let mut bytes = [0; Self::MAX_LEN];
        bytes[..text.len()].copy_from_slice(text);
        Ok(SymbolName {
            bytes,
            len: text.len() as u8,
        })
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl FromStr for SymbolName {
    type Err = InvalidSymbolName;

    fn from_str(text: &str) -> Result<SymbolName, InvalidSymbolName> {
        SymbolName::from_bytes(text.as_bytes())
    }
}

impl fmt::Display for SymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
