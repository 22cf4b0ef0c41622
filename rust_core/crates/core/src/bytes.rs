//! Reading and writing the bytes of a state.

use crate::book::Book;
use crate::state::DecodeError;
use xxhash_rust::xxh3::Xxh3;

pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for Xxh3 {
    fn put(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader {
            bytes,
            total: bytes.len(),
        }
    }

    pub(crate) fn slice(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, rest)) = self.bytes.split_at_checked(len) else {
            let expected = self.total - self.bytes.len() + len;
            return Err(DecodeError::Length {
                found: self.total,
                expected,
            });
        };
        self.bytes = rest;
        Ok(head)
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut field = [0; N];
        field.copy_from_slice(self.slice(N)?);
        Ok(field)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take::<1>()?[0])
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    /// A number that was counted up to: there is always room for more.
    pub(crate) fn sequence(&mut self, field: &'static str) -> Result<u64, DecodeError> {
        let sequence = self.u64()?;
        if sequence > i64::MAX as u64 {
            Err(DecodeError::Invalid(field))
        } else {
            Ok(sequence)
        }
    }

    pub(crate) fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_le_bytes(self.take()?))
    }

    pub(crate) fn u128(&mut self) -> Result<u128, DecodeError> {
        Ok(u128::from_le_bytes(self.take()?))
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Result<bool, DecodeError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::Invalid(field)),
        }
    }

    /// A number of things that follow.
    pub(crate) fn count(
        &mut self,
        limit: usize,
        field: &'static str,
    ) -> Result<usize, DecodeError> {
        let count = self.u32()? as usize;
        if count > limit {
            Err(DecodeError::Invalid(field))
        } else {
            Ok(count)
        }
    }

    /// Zero or on the tick.
    pub(crate) fn price(&mut self, book: &Book, field: &'static str) -> Result<i64, DecodeError> {
        let price = self.i64()?;
        if price < 0 || !book.tick.divides(price) {
            Err(DecodeError::Invalid(field))
        } else {
            Ok(price)
        }
    }

    /// Zero or on the lot.
    pub(crate) fn quantity(
        &mut self,
        book: &Book,
        field: &'static str,
    ) -> Result<i64, DecodeError> {
        let quantity = self.i64()?;
        if quantity < 0 || !book.lot.divides(quantity) {
            Err(DecodeError::Invalid(field))
        } else {
            Ok(quantity)
        }
    }

    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        let left = self.bytes.len();
        if left == 0 {
            Ok(())
        } else {
            Err(DecodeError::Length {
                found: self.total,
                expected: self.total - left,
            })
        }
    }
}
