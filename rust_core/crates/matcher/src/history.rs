//! Reports that are older than the tape, derived again.
//!
//! There is no event log beside the command journal: the same commands give the same events, so the nearest snapshot
//! and the commands behind it are enough. It costs a resume of old events a replay (millions of events a second), and
//! saves every live command a second write of several times its size.

use std::{ops::ControlFlow, sync::Arc};

use cift_core::{Event, SymbolName};
use cift_journal::Reader;
use cift_proto::Encoded;
use tokio::sync::mpsc::Sender;

use crate::{
    api,
    engine::replay::{self, Error},
    tape::{REPORTS_PER_MESSAGE, Stamped},
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

/// Sends the reports `after + 1 ..= upto` to `client`; blocks while it does not take them, ends early when it is gone.
pub fn send(reader: &Reader, after: u64, upto: u64, client: &Sender<Encoded>) -> Result<(), Error> {
    let mut state = replay::load(reader, |name| name.mark <= after)?;
    let mut symbols: Arc<[SymbolName]> = Arc::new([]);
    let mut pending: Vec<Stamped> = Vec::with_capacity(REPORTS_PER_MESSAGE);
    let mut gone = false;
    state.advance(reader, u64::MAX, |venue, events| {
        if symbols.len() != venue.instruments().len() {
            symbols = venue
                .instruments()
                .iter()
                .map(|instrument| instrument.name)
                .collect();
        }
        for event in events {
            let Event::Report(report) = event else {
                continue;
            };
            if report.sequence > after && report.sequence <= upto {
                pending.push(Stamped {
                    report: *report,
                    venue_duration_ns: 0,
                    match_duration_ns: 0,
                });
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
