//! Reading a journal, while it is written or not.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use crate::{
    error::{At, Error, Result},
    frame::{ALIGN, Frame, Parsed},
    header, names,
    snapshot::{self, Snapshot, SnapshotName},
};

/// Reads segments and snapshots of a folder; as many as one likes, from any thread.
#[derive(Debug, Clone)]
pub struct Reader {
    dir: PathBuf,
    record_format: u32,
}

impl Reader {
    pub fn new(dir: &Path, record_format: u32) -> Self {
        Self {
            dir: dir.to_owned(),
            record_format,
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn record_format(&self) -> u32 {
        self.record_format
    }

    /// The first record that is kept, 1 where there is no journal yet.
    pub fn first_record(&self) -> Result<u64> {
        Ok(names::list(&self.dir, names::SEGMENT)?
            .first()
            .copied()
            .unwrap_or(1))
    }

    /// Bytes of all segments on disk, the last one as it was preallocated.
    pub fn bytes(&self) -> Result<u64> {
        let mut total = 0;
        for first in names::list(&self.dir, names::SEGMENT)? {
            let path = names::path(&self.dir, first, names::SEGMENT);
            total += fs::metadata(&path).at(&path)?.len();
        }
        Ok(total)
    }

    /// The snapshots that are there, oldest first.
    ///
    /// # Errors
    /// [`Error::Version`] if one was written by another version. One that is damaged is left out.
    pub fn snapshots(&self) -> Result<Vec<SnapshotName>> {
        snapshot::list(&self.dir, self.record_format)
    }

    pub fn load(&self, name: &SnapshotName) -> Result<Snapshot> {
        snapshot::load(&self.dir, self.record_format, name.record)
    }

    /// Writes a snapshot of the state after `record`, which must be on disk.
    /// `mark` is a number of the caller's that [`Reader::snapshots`] gives back without loading.
    pub fn write_snapshot(&self, record: u64, mark: u64, body: &[u8]) -> Result<SnapshotName> {
        snapshot::write(&self.dir, self.record_format, record, mark, body)
    }

    /// Visits the records `after + 1 ..= upto` that are there, in order; gives the last one's number.
    ///
    /// # Errors
    /// [`Error::NotKept`] if the journal begins later, [`Error::Damaged`] if a record is missing
    /// or does not check out.
    pub fn replay(
        &self,
        after: u64,
        upto: u64,
        mut visit: impl FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<u64> {
        let segments = names::list(&self.dir, names::SEGMENT)?;
        let mut last = after;
        if after >= upto {
            return Ok(last);
        }
        let Some(start) = segments
            .partition_point(|first| *first <= after + 1)
            .checked_sub(1)
        else {
            return Err(Error::NotKept {
                after,
                first: segments.first().copied().unwrap_or(1),
            });
        };
        for (position, first) in segments.iter().copied().enumerate().skip(start) {
            if first > upto {
                break;
            }
            let path = names::path(&self.dir, first, names::SEGMENT);
            let bytes = fs::read(&path).at(&path)?;
            header::check(&path, &bytes, first, self.record_format)?;
            let mut stopped = false;
            let scan = scan(&bytes, Scan::start(first), |frame| {
                for (number, record) in frame.records() {
                    if number > upto {
                        return ControlFlow::Break(());
                    }
                    if number > after {
                        if visit(number, record).is_break() {
                            stopped = true;
                            return ControlFlow::Break(());
                        }
                        last = number;
                    }
                }
                if frame.last() >= upto {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            if stopped || last >= upto {
                break;
            }
            let damaged = |reason| Error::Damaged {
                path: path.clone(),
                offset: scan.offset as u64,
                record: scan.next,
                reason,
            };
            if let Some(reason) = scan.bad {
                return Err(damaged(reason.to_owned()));
            }
            if let Some(following) = segments.get(position + 1)
                && *following != scan.next
            {
                return Err(damaged(format!(
                    "the next segment begins with record {following}"
                )));
            }
        }
        Ok(last)
    }
}

/// Where a walk over a segment's frames is.
#[derive(Debug, Clone, Copy)]
pub struct Scan {
    /// Of the byte after the last frame that checked out.
    pub offset: usize,
    /// The number that the next record has.
    pub next: u64,
    /// Why what stands there is no frame; none where nothing was written or the visitor had enough.
    pub bad: Option<&'static str>,
}

impl Scan {
    /// Before the frames of the segment that begins with record `first`.
    pub fn start(first: u64) -> Self {
        Self {
            offset: header::LENGTH,
            next: first,
            bad: None,
        }
    }
}

/// Walks the frames of a segment whose header was checked. Frames must follow one another without gaps.
pub fn scan(bytes: &[u8], from: Scan, mut visit: impl FnMut(&Frame) -> ControlFlow<()>) -> Scan {
    let mut scan = from;
    loop {
        match Frame::parse(bytes.get(scan.offset..).unwrap_or_default()) {
            Parsed::Frame(frame) if frame.first == scan.next => {
                if visit(&frame).is_break() {
                    return scan;
                }
                scan.offset += frame.size();
                scan.next = frame.last() + 1;
            }
            Parsed::Frame(_) => scan.bad = Some("a frame is missing"),
            Parsed::Bad(reason) => scan.bad = Some(reason),
            Parsed::End => return scan,
        }
        if scan.bad.is_some() {
            return scan;
        }
    }
}

/// Whether a frame behind the end of `scan` proves that record `scan.next` had been on disk.
pub fn was_durable(bytes: &[u8], scan: &Scan) -> bool {
    (scan.offset..bytes.len()).step_by(ALIGN).any(|offset| {
        matches!(Frame::parse_found(&bytes[offset..]), Some(frame) if frame.durable >= scan.next)
    })
}
