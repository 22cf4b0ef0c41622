//! The start is the recovery.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::{Arc, mpsc::Receiver},
    time::Instant,
};

use cift_core::{Command, Event, Events};
use cift_journal::{Journal, Options, Reader};
use tracing::{info, warn};

use super::{
    Engine,
    group::Group,
    queue::Queue,
    replay::{self, Error},
    request::Request,
    symbols,
};
use crate::{
    RECORD_FORMAT,
    metrics::Metrics,
    settings::Settings,
    snapshots::Snapshots,
    tape::{Batch, Stamped, Tape},
    traces::Traces,
};

/// What the rest of the process needs of the engine.
pub struct Started {
    pub engine: Engine,
    pub requests: Receiver<Request>,
    pub queue: Queue,
    pub tape: Arc<Tape>,
    pub reader: Reader,
    pub snapshots: Snapshots,
}

/// Opens the journal and brings the venue to where it ended; the newest reports are on the tape again.
pub fn start(
    settings: &Settings,
    metrics: &Arc<Metrics>,
    traces: Option<Traces>,
) -> Result<Started, Error> {
    let begun = Instant::now();
    let group_limit = settings.group as usize;
    let options = Options {
        segment_bytes: settings.segment_mib << 20,
        // A record's length and its bytes, and the frame around them.
        group_bytes: (group_limit * (4 + Command::MAX_ENCODED_LEN) + 64).next_multiple_of(8),
        record_format: RECORD_FORMAT,
    };
    let (journal, recovery) = Journal::open(&settings.journal, options)?;
    if let Some(cut) = &recovery.cut {
        warn!(
            segment = %cut.segment.display(), offset = cut.offset, bytes = cut.bytes, reason = cut.reason,
            kept = %cut.kept.display(), last_record = recovery.last_record,
            "cut the journal's torn tail: a group that was never flushed, of which nobody was told"
        );
        metrics.journal_cut_bytes.inc_by(cut.bytes);
    }

    let reader = journal.reader();
    let mut state = replay::load(&reader, |_| true)?;
    let (from_record, from_sequence) = (state.record, state.venue.last_sequence());
    let capacity = settings.tape as usize;
    let mut newest = VecDeque::new();
    state.advance(&reader, recovery.last_record, |_, events| {
        for event in events {
            if let Event::Report(report) = event {
                if newest.len() == capacity {
                    newest.pop_front();
                }
                newest.push_back(Stamped {
                    report,
                    venue_duration_ns: 0,
                    match_duration_ns: 0,
                });
            }
        }
        ControlFlow::Continue(())
    })?;
    if state.record != recovery.last_record {
        return Err(Error::Diverged(format!(
            "the journal ends with record {}, its replay with {}",
            recovery.last_record, state.record
        )));
    }

    let venue = state.venue;
    let symbols = symbols(&venue);
    let before = newest
        .front()
        .map_or(venue.last_sequence(), |stamped| stamped.report.sequence - 1);
    let tape = Arc::new(Tape::new(before, capacity));
    for chunk in newest
        .make_contiguous()
        .chunks(crate::tape::REPORTS_PER_MESSAGE)
    {
        tape.publish(Arc::new(Batch::new(chunk.to_vec(), symbols.clone())));
    }
    let elapsed = begun.elapsed().as_secs_f64();
    metrics.recovery_seconds.set(elapsed);
    info!(
        snapshot_record = from_record, record = state.record, sequence = venue.last_sequence(),
        replayed_reports = venue.last_sequence() - from_sequence, open_orders = venue.open_orders(),
        seconds = elapsed, state_hash = %venue.state_hash(), "recovered"
    );

    let snapshots = Snapshots::start(reader.clone(), settings, metrics.clone(), state.record)
        .map_err(|source| cift_journal::Error::Io {
            path: settings.journal.clone(),
            source,
        })?;
    let (queue, requests) = Queue::new(settings.queue, settings.queue_wait());
    let engine = Engine {
        venue,
        journal,
        tape: tape.clone(),
        metrics: metrics.clone(),
        snapshots: snapshots.clone(),
        symbols,
        group: Group::default(),
        group_limit,
        durability: settings.durability,
        traces,
        full: false,
        epoch: begun,
        events: Events::new(),
        record: Vec::with_capacity(Command::MAX_ENCODED_LEN),
    };
    Ok(Started {
        engine,
        requests,
        queue,
        tape,
        reader,
        snapshots,
    })
}
