use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use crate::{
    error::{At, Error, Result},
    frame::{Builder, HEADER},
    header, names,
    prepare::{self, Preparer},
    reader::Reader,
    recovery::{self, Recovery},
    retention,
};

/// How a journal is laid out.
#[derive(Debug, Clone)]
pub struct Options {
    /// Size that a segment's file is made with.
    pub segment_bytes: u64,
    /// The largest group, as a frame.
    pub group_bytes: usize,
    /// The caller's version of what a record is; a journal with another one is refused.
    pub record_format: u32,
}

impl Options {
    pub fn new(record_format: u32) -> Self {
        Self {
            segment_bytes: 64 << 20,
            group_bytes: 1 << 20,
            record_format,
        }
    }
}

/// The writing end. One at a time per folder, which a lock makes sure of.
///
/// ```text
/// reserve → append … append → write → sync → tell the world
/// ```
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    options: Options,
    segment: Segment,
    preparer: Preparer,
    group: Builder,
    /// The last record that was written to the file, and the last that was flushed.
    written: u64,
    durable: u64,
    _lock: File,
}

#[derive(Debug)]
struct Segment {
    file: File,
    path: PathBuf,
    offset: u64,
    capacity: u64,
}

impl Journal {
    /// Opens the journal in `dir`, makes it where there is none, and cuts a torn tail.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Version`], [`Error::Damaged`], [`Error::Full`], [`Error::Io`].
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Recovery)> {
        fs::create_dir_all(dir).at(dir)?;
        let lock = lock(dir)?;
        names::remove_parts(dir)?;
        let tail = recovery::find_tail(dir, options.record_format)?;
        let (segment, next, cut) = match tail {
            Some(tail) => {
                let capacity = tail.file.metadata().at(&tail.path)?.len();
                // What a crash of the process left written may not have been flushed, and a reader trusts it now.
                tail.file.sync_data().at(&tail.path)?;
                (
                    Segment {
                        file: tail.file,
                        path: tail.path,
                        offset: tail.offset,
                        capacity,
                    },
                    tail.next,
                    tail.cut,
                )
            }
            None => {
                let part = dir.join(format!("first.{}", names::PART));
                let file = prepare::make(&part, options.segment_bytes)?;
                (
                    Segment::begin(
                        dir,
                        file,
                        &part,
                        options.segment_bytes,
                        1,
                        options.record_format,
                    )?,
                    1,
                    None,
                )
            }
        };
        let preparer = Preparer::start(dir, options.segment_bytes)?;
        let last_record = next - 1;
        let journal = Self {
            dir: dir.to_owned(),
            options,
            segment,
            preparer,
            group: Builder::default(),
            written: last_record,
            durable: last_record,
            _lock: lock,
        };
        Ok((journal, Recovery { last_record, cut }))
    }

    /// Makes sure that a whole group fits, beginning the next segment where it must.
    /// Nothing changes if it fails.
    ///
    /// # Errors
    /// [`Error::Full`] where the disk has no space for a segment; a later call tries again.
    pub fn reserve(&mut self) -> Result<()> {
        if self.segment.offset + self.options.group_bytes as u64 <= self.segment.capacity {
            return Ok(());
        }
        let file = self.preparer.take()?;
        // A segment that is followed by another is whole on disk: recovery relies on it.
        self.sync()?;
        let next = Segment::begin(
            &self.dir,
            file,
            self.preparer.path(),
            self.preparer.bytes(),
            self.written + 1,
            self.options.record_format,
        )?;
        let full = std::mem::replace(&mut self.segment, next);
        full.file.set_len(full.offset).at(&full.path)?;
        self.preparer.order();
        Ok(())
    }

    /// Whether a record of `bytes` still fits into the group.
    pub fn fits(&self, bytes: usize) -> bool {
        (self.group.length() + 4 + bytes).next_multiple_of(8) <= self.options.group_bytes
    }

    /// Adds a record to the group and gives its number. It is nowhere but in memory until [`Journal::write`].
    ///
    /// # Errors
    /// [`Error::RecordTooLarge`] where it does not fit into the group, see [`Journal::fits`].
    pub fn append(&mut self, record: &[u8]) -> Result<u64> {
        if !self.fits(record.len()) {
            let limit = self
                .options
                .group_bytes
                .saturating_sub(HEADER + Builder::cost(&[]));
            return Err(Error::RecordTooLarge {
                bytes: record.len(),
                limit,
            });
        }
        self.group.push(record);
        Ok(self.written + u64::from(self.group.count()))
    }

    /// Writes the group. It outlives this process from here on, a power failure only after [`Journal::sync`].
    /// [`Journal::reserve`] must have succeeded since the last write.
    pub fn write(&mut self) -> Result<()> {
        if self.group.count() == 0 {
            return Ok(());
        }
        let count = u64::from(self.group.count());
        let frame = self.group.seal(self.written + 1, self.durable);
        self.segment
            .file
            .write_all_at(frame, self.segment.offset)
            .at(&self.segment.path)?;
        self.segment.offset += frame.len() as u64;
        self.written += count;
        self.group.clear();
        Ok(())
    }

    /// Flushes what was written to the disk. After an error nothing is known of the disk: end the process.
    pub fn sync(&mut self) -> Result<()> {
        if self.durable < self.written {
            self.segment.file.sync_data().at(&self.segment.path)?;
            self.durable = self.written;
        }
        Ok(())
    }

    /// The last record that was written.
    pub fn last_record(&self) -> u64 {
        self.written
    }

    /// The last record that is on disk.
    pub fn durable_record(&self) -> u64 {
        self.durable
    }

    /// Bytes of all segments, the unused rest of the last one left out.
    pub fn bytes(&self) -> Result<u64> {
        let mut total = self.segment.offset;
        for first in names::list(&self.dir, names::SEGMENT)? {
            let path = names::path(&self.dir, first, names::SEGMENT);
            if path != self.segment.path {
                total += fs::metadata(&path).at(&path)?.len();
            }
        }
        Ok(total)
    }

    pub fn reader(&self) -> Reader {
        Reader::new(&self.dir, self.options.record_format)
    }
}

impl Reader {
    /// Deletes the oldest segments that a snapshot covers while all segments are larger than `keep_bytes`,
    /// and the snapshots that are of no more use. Gives the number of files deleted.
    pub fn retain(&self, keep_bytes: u64) -> Result<usize> {
        retention::apply(self.dir(), self.record_format(), keep_bytes)
    }
}

impl Segment {
    /// Gives a prepared file its header and its name, both on disk when this returns.
    fn begin(
        dir: &Path,
        file: File,
        part: &Path,
        capacity: u64,
        first: u64,
        record_format: u32,
    ) -> Result<Self> {
        let path = names::path(dir, first, names::SEGMENT);
        file.write_all_at(&header::encode(first, record_format), 0)
            .at(part)?;
        file.sync_data().at(part)?;
        fs::rename(part, &path).at(&path)?;
        names::sync_dir(dir)?;
        Ok(Self {
            file,
            path,
            offset: header::LENGTH as u64,
            capacity,
        })
    }
}

fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .at(&path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(Error::Locked { path }),
        Err(error) => Err(Error::Io {
            path,
            source: io::Error::from(error),
        }),
    }
}
