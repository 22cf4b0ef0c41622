//! Makes the next segment's file ahead of need: every block written once and flushed, so that
//! later writes need no space and a flush touches no metadata.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, SyncSender, TryRecvError},
    thread::{self, JoinHandle},
};

use rustix::fs::{FallocateFlags, fallocate};

use crate::{
    error::{At, Error, Result},
    names,
};

#[derive(Debug)]
pub struct Preparer {
    path: PathBuf,
    bytes: u64,
    /// None: the thread is to end.
    order: Option<SyncSender<()>>,
    made: Receiver<Result<File>>,
    /// An order whose answer was not taken yet.
    pending: bool,
    thread: Option<JoinHandle<()>>,
}

/// Waits for the thread: who opens the journal next must not share `next.part` with it.
impl Drop for Preparer {
    fn drop(&mut self) {
        self.order = None;
        if let Some(thread) = self.thread.take() {
            // There is nobody left to tell of a panic.
            let _ = thread.join();
        }
    }
}

impl Preparer {
    /// Starts the thread and orders the first file.
    pub fn start(dir: &Path, bytes: u64) -> Result<Self> {
        let path = dir.join(format!("next.{}", names::PART));
        let (order, orders) = mpsc::sync_channel::<()>(1);
        let (give, made) = mpsc::sync_channel(1);
        let target = path.clone();
        let thread = thread::Builder::new()
            .name("journal-prepare".into())
            .spawn(move || {
                while orders.recv().is_ok() {
                    if give.send(make(&target, bytes)).is_err() {
                        return;
                    }
                }
            })
            .at(&path)?;
        let mut preparer = Self {
            path,
            bytes,
            order: Some(order),
            made,
            pending: false,
            thread: Some(thread),
        };
        preparer.order();
        Ok(preparer)
    }

    pub fn order(&mut self) {
        if !self.pending {
            let sent = self.order.as_ref().map(|order| order.send(()));
            self.pending = sent.is_some_and(|sent| sent.is_ok());
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that was ordered; waits for it. After an error the next call tries again.
    pub fn take(&mut self) -> Result<File> {
        // An answer from before may say "full" of a disk that has space now, so a stale error is tried again once.
        let stale = match self.made.try_recv() {
            Ok(Ok(file)) => {
                self.pending = false;
                return Ok(file);
            }
            Ok(Err(_)) => true,
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => false,
        };
        if stale {
            self.pending = false;
        }
        self.order();
        let made = self.made.recv().unwrap_or_else(|_| {
            Err(Error::Io {
                path: self.path.clone(),
                source: io::Error::other("the preparing thread ended"),
            })
        });
        self.pending = false;
        made
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// A file of `bytes` zeros, on disk.
pub fn make(path: &Path, bytes: u64) -> Result<File> {
    let made = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .and_then(|file| {
            // Says "full" at once instead of after filling what is left.
            match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
                Ok(()) | Err(rustix::io::Errno::OPNOTSUPP) => {}
                Err(error) => return Err(error.into()),
            }
            zero(&file, bytes)?;
            file.sync_all()?;
            Ok(file)
        });
    made.map_err(|source| {
        let _ = fs::remove_file(path);
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full {
                path: path.to_owned(),
                bytes,
            },
            _ => Error::Io {
                path: path.to_owned(),
                source,
            },
        }
    })
}

/// Writes `bytes` zeros from the file's position on.
pub fn zero(mut file: &File, bytes: u64) -> io::Result<()> {
    let zeros = vec![0; 1 << 20];
    let mut left = bytes;
    while left > 0 {
        let length = left.min(zeros.len() as u64);
        file.write_all(&zeros[..length as usize])?;
        left -= length;
    }
    Ok(())
}
