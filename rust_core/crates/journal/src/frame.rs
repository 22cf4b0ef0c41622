//! One group of records as bytes.
//!
//! ```text
//!  0  magic     u32
//!  4  crc       u32   CRC32C of everything from byte 8 to the end of the payload
//!  8  first     u64   number of the first record
//! 16  durable   u64   every record up to this one was on disk when the frame was written
//! 24  count     u32
//! 28  length    u32   of the payload
//! 32  payload         count × (u32 length, bytes), then zeros up to a multiple of 8
//! ```
//! All little endian.

pub const HEADER: usize = 32;
pub const ALIGN: usize = 8;
const MAGIC: u32 = u32::from_le_bytes(*b"CJG1");

/// Collects the records of a group; its bytes are ready to write after [`Builder::seal`].
#[derive(Debug)]
pub struct Builder {
    bytes: Vec<u8>,
    count: u32,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            bytes: vec![0; HEADER],
            count: 0,
        }
    }
}

impl Builder {
    /// What `record` adds to a frame.
    pub fn cost(record: &[u8]) -> usize {
        4 + record.len()
    }

    pub fn push(&mut self, record: &[u8]) {
        self.bytes
            .extend_from_slice(&(record.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(record);
        self.count += 1;
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    /// The length that [`Builder::seal`] will give.
    pub fn length(&self) -> usize {
        self.bytes.len().next_multiple_of(ALIGN)
    }

    pub fn seal(&mut self, first: u64, durable: u64) -> &[u8] {
        let payload = (self.bytes.len() - HEADER) as u32;
        let end = self.bytes.len();
        self.bytes[..4].copy_from_slice(&MAGIC.to_le_bytes());
        self.bytes[8..16].copy_from_slice(&first.to_le_bytes());
        self.bytes[16..24].copy_from_slice(&durable.to_le_bytes());
        self.bytes[24..28].copy_from_slice(&self.count.to_le_bytes());
        self.bytes[28..32].copy_from_slice(&payload.to_le_bytes());
        let crc = crc32c::crc32c(&self.bytes[8..end]);
        self.bytes[4..8].copy_from_slice(&crc.to_le_bytes());
        self.bytes.resize(end.next_multiple_of(ALIGN), 0);
        &self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.truncate(HEADER);
        self.count = 0;
    }
}

/// A frame that checked out.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub first: u64,
    pub durable: u64,
    pub count: u32,
    payload: &'a [u8],
}

/// What stands at an offset.
#[derive(Debug)]
pub enum Parsed<'a> {
    Frame(Frame<'a>),
    /// Zeros to the end of the bytes: nothing was written here.
    End,
    /// Why it is no frame.
    Bad(&'static str),
}

impl<'a> Frame<'a> {
    /// Reads what `bytes` begins with.
    pub fn parse(bytes: &'a [u8]) -> Parsed<'a> {
        let Some(header) = bytes.get(..HEADER) else {
            return if bytes.iter().all(|byte| *byte == 0) {
                Parsed::End
            } else {
                Parsed::Bad("cut short")
            };
        };
        if u32_at(header, 0) != MAGIC {
            return if is_zero(bytes) {
                Parsed::End
            } else {
                Parsed::Bad("no frame begins here")
            };
        }
        let Some(payload) = bytes
            .get(HEADER..)
            .and_then(|rest| rest.get(..u32_at(header, 28) as usize))
        else {
            return Parsed::Bad("the frame is longer than the file");
        };
        let end = HEADER + payload.len();
        if crc32c::crc32c(&bytes[8..end]) != u32_at(header, 4) {
            return Parsed::Bad("checksum");
        }
        let frame = Self {
            first: u64_at(header, 8),
            durable: u64_at(header, 16),
            count: u32_at(header, 24),
            payload,
        };
        if frame.count == 0
            || frame.first == 0
            || frame.first.checked_add(u64::from(frame.count)).is_none()
        {
            return Parsed::Bad("record numbers");
        }
        if frame.records().count() != frame.count as usize {
            return Parsed::Bad("record lengths");
        }
        Parsed::Frame(frame)
    }

    /// Reads a frame at an offset where there need not be one, without looking for an end.
    pub fn parse_found(bytes: &'a [u8]) -> Option<Self> {
        if bytes.get(..4)? != MAGIC.to_le_bytes() {
            return None;
        }
        match Self::parse(bytes) {
            Parsed::Frame(frame) => Some(frame),
            Parsed::End | Parsed::Bad(_) => None,
        }
    }

    pub fn last(&self) -> u64 {
        self.first + u64::from(self.count) - 1
    }

    /// Bytes up to the next frame.
    pub fn size(&self) -> usize {
        (HEADER + self.payload.len()).next_multiple_of(ALIGN)
    }

    /// The records with their numbers.
    pub fn records(&self) -> impl Iterator<Item = (u64, &'a [u8])> + use<'a> {
        let mut rest = self.payload;
        (self.first..).map_while(move |number| {
            let length = u32_at(rest.get(..4)?, 0) as usize;
            let record = rest.get(4..)?.get(..length)?;
            rest = &rest[4 + length..];
            Some((number, record))
        })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn is_zero(bytes: &[u8]) -> bool {
    let (chunks, rest) = bytes.as_chunks::<64>();
    chunks.iter().all(|chunk| *chunk == [0; 64]) && rest.iter().all(|byte| *byte == 0)
}
