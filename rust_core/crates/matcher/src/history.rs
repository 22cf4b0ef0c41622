//! Reports that are older than the tape, derived again.
//!
//! There is no event log beside the command journal: the same commands give the same events, so the nearest snapshot
//! and the commands behind it are enough. It costs a resume of old events a replay (millions of events a second), and
//! saves every live command a second write of several times its size.

use std::{ops::ControlFlow, sync::Arc};

use cift_core::{Event, OrderId, Report, ReportKind, Venue};
use cift_journal::Reader;
use cift_proto::Encoded;
use tokio::sync::mpsc::Sender;

use crate::{
    api,
    engine::replay::{self, Error},
    tape::{REPORTS_PER_MESSAGE, Stamped, Symbols},
};

/// The sequence before the first report that can be derived.
pub fn before(reader: &Reader) -> Result<u64, Error> {
    let first = reader.first_record()?;
    if first == 1 {
        return Ok(0);
    }
    let snapshots = reader.snapshots()?;
    let oldest = snapshots.iter().find(|name| name.record + 1 >= first);
    oldest
        .map(|name| name.mark)
        .ok_or_else(|| cift_journal::Error::NotKept { after: 0, first }.into())
}

/// Whether a report is about the order: its own, or the one by which another order took its place.
pub fn is_about(report: &Report, order_id: OrderId) -> bool {
    report.order_id == order_id
        || (report.kind == ReportKind::Replaced && report.original_order_id == order_id)
}

/// The last report about an order up to `sequence`, where the kept journal has one. Looks from the newest snapshot
/// backwards.
pub fn last_report(
    reader: &Reader,
    order_id: OrderId,
    sequence: u64,
) -> Result<Option<(Stamped, Symbols)>, Error> {
    let mut upto = u64::MAX;
    loop {
        let mut state = match replay::load(reader, |name| name.record < upto) {
            Err(Error::Journal(cift_journal::Error::NotKept { .. })) => return Ok(None),
            other => other?,
        };
        let from = state.record;
        let mut found = None;
        // What is behind `sequence` may be in the middle of being written.
        if state.venue.last_sequence() < sequence {
            state.advance(reader, upto, |venue, events| {
                for event in events {
                    if let Event::Report(report) = event
                        && report.sequence <= sequence
                        && is_about(&report, order_id)
                    {
                        found = Some((derived(&report), names(venue)));
                    }
                }
                if venue.last_sequence() >= sequence {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })?;
        }
        if found.is_some() || from == 0 {
            return Ok(found);
        }
        upto = from;
    }
}

fn derived(report: &Report) -> Stamped {
    Stamped {
        report: *report,
        venue_duration_ns: 0,
        match_duration_ns: 0,
    }
}

fn names(venue: &Venue) -> Symbols {
    venue
        .instruments()
        .iter()
        .map(|instrument| instrument.name)
        .collect()
}

/// Sends the reports `after + 1 ..= upto` to `client`; blocks while it does not take them, ends early when it is gone.
pub fn send(reader: &Reader, after: u64, upto: u64, client: &Sender<Encoded>) -> Result<(), Error> {
    let mut state = replay::load(reader, |name| name.mark <= after)?;
    let mut symbols: Symbols = Arc::new([]);
    let mut pending: Vec<Stamped> = Vec::with_capacity(REPORTS_PER_MESSAGE);
    let mut gone = false;
    state.advance(reader, u64::MAX, |venue, events| {
        if symbols.len() != venue.instruments().len() {
            symbols = names(venue);
        }
        for event in events {
            let Event::Report(report) = event else {
                continue;
            };
            if report.sequence > after && report.sequence <= upto {
                pending.push(derived(&report));
            }
        }
        let complete = venue.last_sequence() >= upto;
        if pending.len() >= REPORTS_PER_MESSAGE || complete {
            for chunk in pending.chunks(REPORTS_PER_MESSAGE) {
                let message = Encoded::from(&api::reports::response(chunk, &symbols));
                gone |= client.blocking_send(message).is_err();
            }
            pending.clear();
        }
        if complete || gone {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    if !gone && state.venue.last_sequence() < upto {
        return Err(Error::Diverged(format!(
            "the replay ends with sequence {}, {upto} was published",
            state.venue.last_sequence()
        )));
    }
    Ok(())
}
