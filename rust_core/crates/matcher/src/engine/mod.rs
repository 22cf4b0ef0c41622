//! The writer: one thread that owns the venue and the journal's writing end.

mod group;
pub mod queue;
pub mod replay;
pub mod request;
mod start;

use std::{
    ops::Range,
    sync::{Arc, mpsc::Receiver},
    time::{Duration, Instant, SystemTime},
};

use cift_core::{Action, Command, Event, Events, Refusal, SymbolId, SymbolName, Venue};
use cift_journal::Journal;
use tracing::{error, info};

use self::{
    group::{Group, Place},
    replay::Error,
    request::{Execution, Incoming, Position, Refused, Request, Submission},
};
use crate::{
    metrics::Metrics,
    settings::Durability,
    snapshots::Snapshots,
    tape::{Batch, Stamped, Symbols, Tape},
    traces::{GroupSpan, Traces},
};

pub use start::{Started, start};

/// Quotes that nothing followed are flushed after so long.
const IDLE_FLUSH: Duration = Duration::from_secs(1);

pub struct Engine {
    venue: Venue,
    journal: Journal,
    tape: Arc<Tape>,
    metrics: Arc<Metrics>,
    snapshots: Snapshots,
    symbols: Symbols,
    group: Group,
    group_limit: usize,
    durability: Durability,
    traces: Option<Traces>,
    /// The disk has no space: commands are refused until there is.
    full: bool,
    /// Durations are told from here.
    epoch: Instant,
    events: Events,
    record: Vec<u8>,
}

impl Engine {
    /// Works until it is told to drain. After an error the state in memory and the journal may differ: end the process.
    pub fn run(mut self, requests: &Receiver<Request>) -> Result<(), Error> {
        loop {
            let Some(request) = self.wait(requests)? else {
                return Ok(());
            };
            self.begin()?;
            let mut draining = self.take(request)?;
            while !draining && self.group.commands() < self.group_limit {
                let Ok(request) = requests.try_recv() else {
                    break;
                };
                draining = self.take(request)?;
            }
            self.finish()?;
            if draining {
                return self.end();
            }
        }
    }

    fn wait(&mut self, requests: &Receiver<Request>) -> Result<Option<Request>, Error> {
        if self.journal.durable_record() < self.journal.last_record()
            && self.durability == Durability::Disk
        {
            if let Ok(request) = requests.recv_timeout(IDLE_FLUSH) {
                return Ok(Some(request));
            }
            self.journal.sync()?;
        }
        Ok(requests.recv().ok())
    }

    /// True: nothing is taken after it.
    fn take(&mut self, request: Request) -> Result<bool, Error> {
        match request {
            Request::Submit(Submission {
                commands,
                received,
                refusals,
                permit,
            }) => {
                let received = self.since_epoch(received);
                let mut commands = commands.into_iter();
                while let Some(incoming) = commands.next() {
                    self.look_ahead(commands.as_slice());
                    if self.group.commands() >= self.group_limit {
                        self.finish()?;
                        self.begin()?;
                    }
                    if let Err(refused) = self.carry_out(incoming, received) {
                        self.group.refuse(&refusals, refused);
                    }
                }
                self.group.hold(permit);
            }
            Request::Execute(Execution {
                command,
                caller,
                received,
                reply,
                permit,
            }) => {
                let received = self.since_epoch(received);
                let result = self.carry_out(command, received);
                self.group.trace(caller);
                self.group.executed(reply, result);
                self.group.hold(permit);
            }
            Request::Ask(question) => self.group.ask(question),
            Request::Flush(reply) => self.group.flush(reply),
            Request::Drain => return Ok(true),
        }
        Ok(false)
    }

    /// The memory of commands that come in the same batch is fetched while others are carried out.
    fn look_ahead(&self, coming: &[Incoming]) {
        let order_at = |ahead: usize| coming.get(ahead - 1).and_then(|it| order_id(&it.command));
        if let Some(id) = order_at(Venue::LATER) {
            self.venue.expect(id);
        }
        if let Some(id) = order_at(Venue::SOON) {
            self.venue.expect_soon(id);
        }
    }

    fn since_epoch(&self, instant: Instant) -> u64 {
        instant.saturating_duration_since(self.epoch).as_nanos() as u64
    }

    /// Space for a whole group is there before its first command is carried out.
    fn begin(&mut self) -> Result<(), Error> {
        match self.journal.reserve() {
            Ok(()) => {
                if self.full {
                    info!("the journal has space again");
                }
                self.full = false;
            }
            Err(error) if error.is_full() => {
                if !self.full {
                    error!(%error, "commands are refused until there is space");
                }
                self.full = true;
            }
            Err(error) => return Err(error.into()),
        }
        self.metrics.disk_full.set(i64::from(self.full));
        if self.traces.is_some() {
            self.group.begin(SystemTime::now());
        }
        Ok(())
    }

    /// Applies one command; its record and its reports wait in the group. Gives the place of the reports there.
    fn carry_out(&mut self, incoming: Incoming, received: u64) -> Place {
        let Incoming {
            client_sequence,
            mut command,
            symbol,
        } = incoming;
        self.group.count();
        let result = if self.full {
            Err((
                "DISK_FULL",
                "the journal's disk is full, try again later".to_owned(),
            ))
        } else {
            if let Some(name) = symbol {
                name_symbol(&self.venue, &mut command, &name);
            }
            self.apply(&command, received)
                .map_err(|refusal| (refusal.reason.as_str(), refusal.to_string()))
        };
        self.metrics.command(&command.action, result.is_ok());
        result.map_err(|(reason, message)| Refused {
            client_sequence,
            order_id: order_id(&command),
            reason,
            message,
        })
    }

    fn apply(&mut self, command: &Command, received: u64) -> Result<Range<usize>, Refusal> {
        self.events.clear();
        let begun = Instant::now();
        self.venue.apply(command, &mut self.events)?;
        let match_duration_ns = begun.elapsed().as_nanos() as u64;
        self.record.clear();
        command.encode(&mut self.record);
        // `start` lays the journal out for groups of `group_limit` records of the greatest length.
        self.journal
            .append(&self.record)
            .expect("a group within its limit fits");
        if matches!(command.action, Action::PutInstrument(_)) {
            self.symbols = symbols(&self.venue);
        }
        let reports = self.events.iter().filter_map(|event| match event {
            Event::Report(report) => Some(Stamped {
                report,
                venue_duration_ns: received,
                match_duration_ns,
            }),
            _ => None,
        });
        Ok(self
            .group
            .accept(reports, matches!(command.action, Action::SetQuote(_))))
    }

    /// Journal before publish: the group is written and flushed, then everyone is told.
    fn finish(&mut self) -> Result<(), Error> {
        let (commands, reports) = (self.group.commands(), self.group.reports());
        let mut flush = Duration::ZERO;
        self.journal.write()?;
        let snapshot = self.snapshots.is_due(self.journal.last_record());
        // A snapshot must never know more than the disk.
        let must_flush = self.group.wants_position() || snapshot;
        if must_flush || (self.group.must_flush() && self.durability == Durability::Disk) {
            let begun = Instant::now();
            self.journal.sync()?;
            flush = begun.elapsed();
            self.metrics.flush_seconds.observe(flush.as_secs_f64());
        }
        if let Some(traces) = &self.traces
            && commands > 0
        {
            let (begun, flush_ns) = (self.group.begun(), flush.as_nanos() as u64);
            let group = GroupSpan {
                begun,
                commands,
                reports,
                flush_ns,
            };
            traces.group(&self.group.callers(), group);
        }
        let now = self.since_epoch(Instant::now());
        let position = self.group.wants_position().then(|| self.position());
        let reports = self.group.tell(now, &self.symbols, position, &self.venue);
        if !reports.is_empty() {
            self.metrics.reports.inc_by(reports.len() as u64);
            self.tape
                .publish(Arc::new(Batch::new(reports, self.symbols.clone())));
        }
        if commands > 0 {
            self.metrics.group_commands.observe(commands as f64);
            self.metrics
                .open_orders
                .set(self.venue.open_orders() as i64);
            self.metrics
                .journal_record
                .set(self.journal.last_record() as i64);
        }
        if snapshot {
            self.snapshots
                .order(self.journal.last_record(), self.venue.last_sequence());
        }
        Ok(())
    }

    fn position(&self) -> Position {
        Position {
            record: self.journal.last_record(),
            sequence: self.venue.last_sequence(),
            state_hash: self.venue.state_hash(),
        }
    }

    /// The last thing it does: the next start has nothing to replay.
    fn end(mut self) -> Result<(), Error> {
        self.journal.sync()?;
        let (record, sequence) = (self.journal.last_record(), self.venue.last_sequence());
        let mut body = Vec::new();
        self.venue.encode_state(&mut body);
        match self.snapshots.write(record, sequence, &body) {
            Ok(()) => info!(record, sequence, "drained; snapshot written"),
            // Nothing is lost: the next start replays more.
            Err(error) => error!(%error, record, "drained; no snapshot could be written"),
        }
        Ok(())
    }
}

fn symbols(venue: &Venue) -> Symbols {
    venue
        .instruments()
        .iter()
        .map(|instrument| instrument.name)
        .collect()
}

/// Puts a symbol's id where the action names one; an unknown name gets an id that the venue refuses.
fn name_symbol(venue: &Venue, command: &mut Command, name: &SymbolName) {
    let known = venue.symbol_id(name);
    let id = known.unwrap_or(UNKNOWN);
    match &mut command.action {
        Action::PutInstrument(action) => {
            action.symbol = known.unwrap_or(SymbolId(venue.instruments().len() as u32));
        }
        Action::NewOrder(action) => action.symbol = id,
        Action::SetQuote(action) => action.symbol = id,
        Action::SetAuction(action) => action.symbol = id,
        Action::SetBands(action) => action.symbol = id,
        Action::SetHalt(action) => action.symbol = Some(id),
        Action::MassCancel(action) => action.symbol = Some(id),
        Action::Cancel(_) | Action::Replace(_) | Action::Expire(_) => {}
    }
}

/// No instrument has it.
const UNKNOWN: SymbolId = SymbolId(u32::MAX - 1);

/// The order that a command is about.
pub fn order_id(command: &Command) -> Option<cift_core::OrderId> {
    match &command.action {
        Action::NewOrder(action) => Some(action.order_id),
        Action::Cancel(action) => Some(action.order_id),
        Action::Replace(action) => Some(action.order_id),
        _ => None,
    }
}
