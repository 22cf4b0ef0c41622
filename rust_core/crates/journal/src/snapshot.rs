//! Snapshot files: the state after one record, opaque to the journal.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    error::{At, Error, Result},
    names,
};

const MAGIC: [u8; 8] = *b"CIFTSNAP";
const VERSION: u32 = 1;
const HEADER: usize = 64;

/// What a snapshot's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotName {
    /// The snapshot is the state after this record.
    pub record: u64,
    /// The caller's number.
    pub mark: u64,
}

#[derive(Debug)]
pub struct Snapshot {
    pub record: u64,
    pub mark: u64,
    pub body: Vec<u8>,
}

/// magic 8 · version 4 · record format 4 · record 8 · mark 8 · body length 8 · CRC32C of the body 4 ·
/// zeros 16 · CRC32C of the 60 before it.
fn encode_header(record_format: u32, record: u64, mark: u64, body: &[u8]) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&record_format.to_le_bytes());
    bytes[16..24].copy_from_slice(&record.to_le_bytes());
    bytes[24..32].copy_from_slice(&mark.to_le_bytes());
    bytes[32..40].copy_from_slice(&(body.len() as u64).to_le_bytes());
    bytes[40..44].copy_from_slice(&crc32c::crc32c(body).to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..60]);
    bytes[60..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

struct Header {
    name: SnapshotName,
    length: u64,
    crc: u32,
}

fn damaged(path: &Path, record: u64, reason: &str) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        offset: 0,
        record,
        reason: format!("snapshot: {reason}"),
    }
}

fn read_header(file: &mut File, path: &Path, record_format: u32, record: u64) -> Result<Header> {
    let mut bytes = [0; HEADER];
    file.read_exact(&mut bytes)
        .map_err(|_| damaged(path, record, "cut short"))?;
    let word =
        |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
    if bytes[..8] != MAGIC {
        return Err(damaged(path, record, "not a snapshot"));
    }
    let version = |what, found, expected| Error::Version {
        path: path.to_owned(),
        what,
        found,
        expected,
    };
    if word(8) != VERSION {
        return Err(version("snapshot version", word(8), VERSION));
    }
    if crc32c::crc32c(&bytes[..60]) != word(60) || long(16) != record {
        return Err(damaged(path, record, "checksum of the header"));
    }
    if word(12) != record_format {
        return Err(version("record format", word(12), record_format));
    }
    Ok(Header {
        name: SnapshotName {
            record,
            mark: long(24),
        },
        length: long(32),
        crc: word(40),
    })
}

fn open(dir: &Path, record: u64) -> Result<(File, PathBuf)> {
    let path = names::path(dir, record, names::SNAPSHOT);
    let file = File::open(&path).at(&path)?;
    Ok((file, path))
}

pub fn list(dir: &Path, record_format: u32) -> Result<Vec<SnapshotName>> {
    let mut snapshots = Vec::new();
    for record in names::list(dir, names::SNAPSHOT)? {
        let (mut file, path) = open(dir, record)?;
        match read_header(&mut file, &path, record_format, record) {
            Ok(header) => snapshots.push(header.name),
            Err(Error::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(snapshots)
}

pub fn load(dir: &Path, record_format: u32, record: u64) -> Result<Snapshot> {
    let (mut file, path) = open(dir, record)?;
    let header = read_header(&mut file, &path, record_format, record)?;
    let mut body = Vec::new();
    file.read_to_end(&mut body).at(&path)?;
    if body.len() as u64 != header.length || crc32c::crc32c(&body) != header.crc {
        return Err(damaged(&path, record, "checksum of the body"));
    }
    Ok(Snapshot {
        record,
        mark: header.name.mark,
        body,
    })
}

/// The file has its name only once it is whole and on disk.
pub fn write(
    dir: &Path,
    record_format: u32,
    record: u64,
    mark: u64,
    body: &[u8],
) -> Result<SnapshotName> {
    let part = dir.join(format!("snapshot-{record}.{}", names::PART));
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(&encode_header(record_format, record, mark, body))?;
        file.write_all(body)?;
        file.sync_all()
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&part);
        return Err(Error::Io {
            path: part,
            source: error,
        });
    }
    let path = names::path(dir, record, names::SNAPSHOT);
    fs::rename(&part, &path).at(&path)?;
    names::sync_dir(dir)?;
    Ok(SnapshotName { record, mark })
}
