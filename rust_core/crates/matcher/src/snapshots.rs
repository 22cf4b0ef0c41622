//! Snapshots without stopping: a thread beside the engine loads the last one, replays the journal up to a record that
//! is on disk, and writes the state. The engine goes on meanwhile, and every snapshot proves the replay.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Sender},
    },
    thread,
    time::Instant,
};

use cift_core::StateHash;
use cift_journal::Reader;
use tokio::sync::oneshot;
use tracing::{error, info};

use crate::{
    engine::{
        replay::{self, Error},
        request::Position,
    },
    metrics::Metrics,
    settings::Settings,
};

struct Job {
    record: u64,
    sequence: u64,
    /// What the engine had there, where it was asked.
    expected: Option<StateHash>,
    reply: Option<oneshot::Sender<Result<Position, Error>>>,
}

#[derive(Clone)]
pub struct Snapshots {
    shared: Arc<Shared>,
    jobs: Sender<Job>,
}

struct Shared {
    reader: Reader,
    keep_bytes: u64,
    every: u64,
    metrics: Arc<Metrics>,
    /// The record of the newest snapshot, or of the job that will make it.
    newest: AtomicU64,
    busy: AtomicBool,
}

impl Snapshots {
    /// `record`: where the journal stands; the next snapshot is due so many commands later.
    pub fn start(
        reader: Reader,
        settings: &Settings,
        metrics: Arc<Metrics>,
        record: u64,
    ) -> io::Result<Self> {
        let newest = reader
            .snapshots()
            .ok()
            .and_then(|names| names.last().map(|name| name.record));
        let shared = Arc::new(Shared {
            reader,
            keep_bytes: settings.keep_bytes(),
            every: settings.snapshot_commands,
            metrics,
            newest: AtomicU64::new(newest.unwrap_or(0).min(record)),
            busy: AtomicBool::new(false),
        });
        let (jobs, orders) = mpsc::channel::<Job>();
        let worker = shared.clone();
        thread::Builder::new()
            .name("snapshots".into())
            .spawn(move || {
                while let Ok(job) = orders.recv() {
                    worker.work(job);
                }
            })?;
        Ok(Self { shared, jobs })
    }

    /// So many commands came since the last one, and none is being made.
    pub fn is_due(&self, record: u64) -> bool {
        let shared = &self.shared;
        shared.every > 0
            && record.saturating_sub(shared.newest.load(Ordering::Relaxed)) >= shared.every
            && !shared.busy.load(Ordering::Relaxed)
    }

    /// Orders one at a record that is on disk; `sequence` is that of the last report then.
    pub fn order(&self, record: u64, sequence: u64) {
        self.shared.busy.store(true, Ordering::Relaxed);
        self.shared.newest.fetch_max(record, Ordering::Relaxed);
        // The thread ends with the process only.
        let _ = self.jobs.send(Job {
            record,
            sequence,
            expected: None,
            reply: None,
        });
    }

    /// Makes one at `position`, which must be on disk, and checks that it comes to the same state.
    pub async fn make(&self, position: Position) -> Result<Position, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Job {
            record: position.record,
            sequence: position.sequence,
            expected: Some(position.state_hash),
            reply: Some(reply),
        };
        let ended = || Error::Diverged("the snapshot thread ended".to_owned());
        self.jobs.send(job).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// Writes a state that the caller encoded.
    pub fn write(&self, record: u64, sequence: u64, body: &[u8]) -> Result<(), Error> {
        self.shared.write(record, sequence, body)
    }
}

impl Shared {
    fn work(&self, job: Job) {
        let begun = Instant::now();
        let made = self.make(&job);
        self.metrics.snapshot(made.is_ok(), begun.elapsed());
        match &made {
            Ok(position) => info!(
                record = position.record, sequence = position.sequence, state_hash = %position.state_hash,
                seconds = begun.elapsed().as_secs_f64(), "snapshot written"
            ),
            Err(error) => {
                error!(%error, record = job.record, "no snapshot could be made; the journal is kept")
            }
        }
        match job.reply {
            Some(reply) => drop(reply.send(made)),
            None => self.busy.store(false, Ordering::Relaxed),
        }
    }

    fn make(&self, job: &Job) -> Result<Position, Error> {
        let mut state = replay::load(&self.reader, |name| name.record <= job.record)?;
        state.advance(&self.reader, job.record, |_, _| {
            std::ops::ControlFlow::Continue(())
        })?;
        let position = Position {
            record: state.record,
            sequence: state.venue.last_sequence(),
            state_hash: state.venue.state_hash(),
        };
        let same = job
            .expected
            .is_none_or(|expected| expected == position.state_hash);
        if (position.record, position.sequence) != (job.record, job.sequence) || !same {
            return Err(Error::Diverged(format!(
                "the replay came to record {} sequence {} state {}, the venue to record {} sequence {} state {}",
                position.record,
                position.sequence,
                position.state_hash,
                job.record,
                job.sequence,
                job.expected
                    .map_or_else(|| "unknown".to_owned(), |hash| hash.to_string()),
            )));
        }
        let mut body = Vec::new();
        state.venue.encode_state(&mut body);
        self.write(position.record, position.sequence, &body)?;
        Ok(position)
    }

    fn write(&self, record: u64, sequence: u64, body: &[u8]) -> Result<(), Error> {
        self.reader.write_snapshot(record, sequence, body)?;
        self.newest.fetch_max(record, Ordering::Relaxed);
        self.reader.retain(self.keep_bytes)?;
        Ok(())
    }
}
