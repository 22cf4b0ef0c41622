//! The newest execution reports, in memory, in order.
//!
//! One writer appends batches; every session reads at its own place and holds nothing but its sequence number. So a
//! session that reads slowly costs no memory, and one that falls off the old end is known to have.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use cift_core::{OrderId, Report, SymbolName};
use cift_proto::Encoded;
use tokio::sync::watch;

use crate::{api, history};

/// Reports that a message to a client holds at most, so that none outgrows a client's message limit.
pub const REPORTS_PER_MESSAGE: usize = 1_024;

/// A report with what it took; the times are measured, no part of the venue's state, and zero when derived again.
#[derive(Debug, Clone, Copy)]
pub struct Stamped {
    pub report: Report,
    pub venue_duration_ns: u64,
    pub match_duration_ns: u64,
}

/// Names by symbol id; shared by all batches until the next instrument is put.
pub type Symbols = Arc<[SymbolName]>;

/// The reports of one group.
#[derive(Debug)]
pub struct Batch {
    pub reports: Vec<Stamped>,
    pub symbols: Symbols,
    messages: OnceLock<Vec<Encoded>>,
}

impl Batch {
    /// `reports` are consecutive and at least one.
    pub fn new(reports: Vec<Stamped>, symbols: Symbols) -> Self {
        Self {
            reports,
            symbols,
            messages: OnceLock::new(),
        }
    }

    pub fn first(&self) -> u64 {
        self.reports
            .first()
            .map_or(0, |stamped| stamped.report.sequence)
    }

    pub fn last(&self) -> u64 {
        self.reports
            .last()
            .map_or(0, |stamped| stamped.report.sequence)
    }

    /// Session messages with the reports behind `after`; encoded once where that is all of them.
    pub fn messages(&self, after: u64) -> Vec<Encoded> {
        if after < self.first() {
            return self
                .messages
                .get_or_init(|| self.encode(&self.reports))
                .clone();
        }
        self.encode(
            &self.reports[self
                .reports
                .partition_point(|stamped| stamped.report.sequence <= after)..],
        )
    }

    fn encode(&self, reports: &[Stamped]) -> Vec<Encoded> {
        reports
            .chunks(REPORTS_PER_MESSAGE)
            .map(|chunk| Encoded::from(&api::reports::response(chunk, &self.symbols)))
            .collect()
    }
}

/// The reports asked for are no longer on the tape, which begins at `first`.
#[derive(Debug, PartialEq, Eq)]
pub struct FellOff {
    pub first: u64,
}

#[derive(Debug)]
pub struct Tape {
    batches: Mutex<Batches>,
    last: watch::Sender<u64>,
    capacity: usize,
}

#[derive(Debug)]
struct Batches {
    queue: VecDeque<Arc<Batch>>,
    reports: usize,
    /// The sequence before the first batch.
    before: u64,
}

impl Tape {
    /// An empty tape that goes on behind sequence `last` and holds about `capacity` reports.
    pub fn new(last: u64, capacity: usize) -> Self {
        Self {
            batches: Mutex::new(Batches {
                queue: VecDeque::new(),
                reports: 0,
                before: last,
            }),
            last: watch::Sender::new(last),
            capacity,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Batches> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what follows the last report and wakes the readers.
    pub fn publish(&self, batch: Arc<Batch>) {
        let last = batch.last();
        let mut dropped = Vec::new();
        {
            let mut batches = self.lock();
            batches.reports += batch.reports.len();
            batches.queue.push_back(batch);
            while batches.reports > self.capacity && batches.queue.len() > 1 {
                if let Some(oldest) = batches.queue.pop_front() {
                    batches.reports -= oldest.reports.len();
                    batches.before = oldest.last();
                    dropped.push(oldest);
                }
            }
        }
        self.last.send_replace(last);
    }

    /// The sequence of the last report.
    pub fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// The sequence before the first report that is here.
    pub fn before(&self) -> u64 {
        self.lock().before
    }

    /// Tells when [`Tape::last`] changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Up to `limit` batches, the first of them holding the report behind `after`.
    pub fn read(&self, after: u64, limit: usize) -> Result<Vec<Arc<Batch>>, FellOff> {
        let batches = self.lock();
        if after < batches.before {
            return Err(FellOff {
                first: batches.before + 1,
            });
        }
        let start = batches.queue.partition_point(|batch| batch.last() <= after);
        Ok(batches
            .queue
            .iter()
            .skip(start)
            .take(limit)
            .cloned()
            .collect())
    }

    /// The last report about an order up to `sequence`, where it is still here.
    pub fn last_report(&self, order_id: OrderId, sequence: u64) -> Option<(Stamped, Symbols)> {
        self.newest_first(sequence, |batch, stamped| {
            if history::is_about(&stamped.report, order_id) {
                ControlFlow::Break((*stamped, batch.symbols.clone()))
            } else {
                ControlFlow::Continue(())
            }
        })
    }

    /// The sequence of the last report about each of these orders up to `sequence`, where it is still here.
    pub fn last_sequences(&self, orders: &[OrderId], sequence: u64) -> HashMap<OrderId, u64> {
        let mut wanted: HashSet<OrderId> = orders.iter().copied().collect();
        let mut found = HashMap::with_capacity(wanted.len());
        if wanted.is_empty() {
            return found;
        }
        self.newest_first(sequence, |_, Stamped { report, .. }| {
            for order_id in [report.order_id, report.original_order_id] {
                if history::is_about(report, order_id) && wanted.remove(&order_id) {
                    found.insert(order_id, report.sequence);
                }
            }
            if wanted.is_empty() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        found
    }

    /// Shows the reports up to `sequence`, newest first, until `visit` breaks off.
    fn newest_first<T>(
        &self,
        sequence: u64,
        mut visit: impl FnMut(&Batch, &Stamped) -> ControlFlow<T>,
    ) -> Option<T> {
        // In pieces: the writer must never wait for a search over everything.
        const PIECE: usize = 512;
        let mut upto = sequence.saturating_add(1);
        loop {
            let piece: Vec<_> = {
                let batches = self.lock();
                let end = batches.queue.partition_point(|batch| batch.first() < upto);
                batches
                    .queue
                    .range(end.saturating_sub(PIECE)..end)
                    .rev()
                    .cloned()
                    .collect()
            };
            for batch in &piece {
                let reports = batch.reports.iter().rev();
                for stamped in reports.filter(|stamped| stamped.report.sequence <= sequence) {
                    if let ControlFlow::Break(found) = visit(batch, stamped) {
                        return Some(found);
                    }
                }
            }
            upto = piece.last()?.first();
        }
    }
}
