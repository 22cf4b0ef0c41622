//! From files to states: a snapshot, and the commands behind it.

use std::ops::ControlFlow;

use cift_core::{Command, DecodeError, Events, Refusal, Venue, VenueConfig};
use cift_journal::{Reader, SnapshotName};
use tracing::warn;

/// Why files do not give a state.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Journal(#[from] cift_journal::Error),
    #[error("snapshot of record {record}: {error}")]
    Snapshot { record: u64, error: DecodeError },
    #[error("journal record {record}: {error}")]
    Record { record: u64, error: DecodeError },
    #[error(
        "journal record {record} was accepted when it was written and is refused now ({refusal}): this program decides differently"
    )]
    Refused { record: u64, refusal: Refusal },
    #[error("{0}")]
    Diverged(String),
}

/// A state and the record that it is after.
pub struct State {
    pub venue: Venue,
    pub record: u64,
}

/// The newest snapshot that `fits`; the empty venue where there is none and the journal begins with its first record.
/// One that is damaged is passed over with a warning: an older one and more of the journal give the same state.
pub fn load(reader: &Reader, fits: impl Fn(&SnapshotName) -> bool) -> Result<State, Error> {
    for name in reader.snapshots()?.iter().rev().filter(|name| fits(name)) {
        match reader.load(name) {
            Ok(snapshot) => {
                let venue =
                    Venue::decode_state(&snapshot.body).map_err(|error| Error::Snapshot {
                        record: name.record,
                        error,
                    })?;
                return Ok(State {
                    venue,
                    record: snapshot.record,
                });
            }
            Err(error @ cift_journal::Error::Damaged { .. }) => {
                warn!(%error, "passed over a damaged snapshot")
            }
            Err(error) => return Err(error.into()),
        }
    }
    let first = reader.first_record()?;
    if first > 1 {
        return Err(cift_journal::Error::NotKept { after: 0, first }.into());
    }
    Ok(State {
        venue: Venue::new(VenueConfig::default()),
        record: 0,
    })
}

impl State {
    /// Carries out the records up to `upto`; `visit` sees the events of each.
    pub fn advance(
        &mut self,
        reader: &Reader,
        upto: u64,
        mut visit: impl FnMut(&Venue, &Events) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut events = Events::new();
        let mut failed = None;
        let venue = &mut self.venue;
        let record = reader.replay(self.record, upto, |record, bytes| {
            events.clear();
            let applied = match Command::decode(bytes) {
                Ok(command) => venue
                    .apply(&command, &mut events)
                    .map_err(|refusal| Error::Refused { record, refusal }),
                Err(error) => Err(Error::Record { record, error }),
            };
            match applied {
                Ok(()) => visit(venue, &events),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        self.record = record;
        failed.map_or(Ok(()), Err)
    }
}
