//! `ops.bin` and what is expected of it.

use std::fs;
use std::io;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OpKind {
    Add,
    Cancel,
    Ioc,
}

#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub kind: OpKind,
    pub is_buy: bool,
    pub quantity: u32,
    pub id: u64,
    /// In ticks.
    pub price: i64,
}

/// What the trades come to; the hash depends on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub trades: u64,
    pub volume: u64,
    pub notional: u64,
    pub maker_hash: u64,
}

impl Tally {
    #[inline]
    pub fn trade(&mut self, maker: u64, quantity: u64, price: u64) {
        self.trades += 1;
        self.volume += quantity;
        self.notional += quantity * price;
        let hash = self.maker_hash.wrapping_mul(1_099_511_628_211);
        self.maker_hash = hash.wrapping_add(maker * 31 + quantity);
    }
}

pub struct Workload {
    pub preload: Vec<Op>,
    pub ops: Vec<Op>,
    pub expected: Tally,
    pub max_id: u64,
}

const RECORD: usize = 24;

impl Workload {
    /// Reads `ops.bin` and, beside it, `ops.expected.json`.
    pub fn load(path: &Path) -> io::Result<Workload> {
        let bytes = fs::read(path)?;
        let invalid = |what: &str| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {what}", path.display()),
            )
        };
        let header = bytes.get(..24).ok_or_else(|| invalid("too short"))?;
        if &header[..8] != b"CIFTOPS1" {
            return Err(invalid("not an operations file"));
        }
        let (preload, ops) = (number(header, 8) as usize, number(header, 16) as usize);
        let records: Vec<Op> = bytes[24..]
            .chunks_exact(RECORD)
            .map(op)
            .collect::<Option<_>>()
            .ok_or_else(|| invalid("unknown operation"))?;
        if records.len() != preload + ops {
            return Err(invalid("cut short"));
        }
        let expected = fs::read_to_string(path.with_extension("expected.json"))?;
        let field = |name: &str| json_number(&expected, name).ok_or_else(|| invalid(name));
        Ok(Workload {
            expected: Tally {
                trades: field("trades")?,
                volume: field("volume")?,
                notional: field("notional")?,
                maker_hash: field("maker_hash")?,
            },
            max_id: field("max_id")?,
            ops: records[preload..].to_vec(),
            preload: records[..preload].to_vec(),
        })
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    let mut field = [0; 8];
    field.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(field)
}

fn op(record: &[u8]) -> Option<Op> {
    let kind = match record[0] {
        0 => OpKind::Add,
        1 => OpKind::Cancel,
        2 => OpKind::Ioc,
        _ => return None,
    };
    Some(Op {
        kind,
        is_buy: record[1] == 0,
        quantity: (number(record, 0) >> 32) as u32,
        id: number(record, 8),
        price: number(record, 16) as i64,
    })
}

fn json_number(text: &str, name: &str) -> Option<u64> {
    let key = format!("\"{name}\":");
    let rest = text[text.find(&key)? + key.len()..].trim_start();
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}
