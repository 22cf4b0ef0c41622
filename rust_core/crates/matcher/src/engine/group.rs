//! What one group came to, kept until its records are on disk.

use std::{ops::Range, time::SystemTime};

use cift_core::Venue;
use opentelemetry::Context;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::request::{Outcome, Position, Question, Refused};
use crate::tape::{Stamped, Symbols};

/// Where a command's reports are in the group.
pub type Place = Result<Range<usize>, Refused>;

#[derive(Default)]
pub struct Group {
    commands: usize,
    must_flush: bool,
    /// Until [`Group::tell`], `venue_duration_ns` holds when the command was received.
    reports: Vec<Stamped>,
    refusals: Vec<(mpsc::Sender<Vec<Refused>>, Vec<Refused>)>,
    executions: Vec<(oneshot::Sender<Outcome>, Place)>,
    questions: Vec<Question>,
    flushes: Vec<oneshot::Sender<Position>>,
    permits: Vec<OwnedSemaphorePermit>,
    /// The spans of the callers that are traced.
    callers: Vec<Context>,
    /// Kept only where groups are traced.
    begun: Option<SystemTime>,
}

impl Group {
    /// Commands that were tried, refused ones included.
    pub fn commands(&self) -> usize {
        self.commands
    }

    pub fn reports(&self) -> usize {
        self.reports.len()
    }

    /// Quotes that caused no report wait for the next flush: nobody was told anything that rests on them.
    pub fn must_flush(&self) -> bool {
        self.must_flush
    }

    pub fn count(&mut self) {
        self.commands += 1;
    }

    /// Gives the place of the command's reports.
    pub fn accept(
        &mut self,
        reports: impl Iterator<Item = Stamped>,
        is_quote: bool,
    ) -> Range<usize> {
        let start = self.reports.len();
        self.reports.extend(reports);
        self.must_flush |= !is_quote || self.reports.len() > start;
        start..self.reports.len()
    }

    pub fn refuse(&mut self, session: &mpsc::Sender<Vec<Refused>>, refused: Refused) {
        match self.refusals.last_mut() {
            Some((last, list)) if last.same_channel(session) => list.push(refused),
            _ => self.refusals.push((session.clone(), vec![refused])),
        }
    }

    pub fn executed(&mut self, reply: oneshot::Sender<Outcome>, place: Place) {
        self.executions.push((reply, place));
    }

    pub fn begin(&mut self, now: SystemTime) {
        self.begun = Some(now);
    }

    pub fn begun(&self) -> SystemTime {
        self.begun.unwrap_or(SystemTime::UNIX_EPOCH)
    }

    pub fn trace(&mut self, caller: Option<Context>) {
        self.callers.extend(caller);
    }

    pub fn callers(&mut self) -> Vec<Context> {
        std::mem::take(&mut self.callers)
    }

    pub fn ask(&mut self, question: Question) {
        self.questions.push(question);
    }

    pub fn flush(&mut self, reply: oneshot::Sender<Position>) {
        self.flushes.push(reply);
    }

    pub fn wants_position(&self) -> bool {
        !self.flushes.is_empty()
    }

    /// Keeps a submission's place in the queue until the group is done.
    pub fn hold(&mut self, permit: OwnedSemaphorePermit) {
        self.permits.push(permit);
    }

    /// The group is on disk: stamps its reports with `now` and hands out everything but them; they are given back.
    /// Whoever no longer listens is passed over.
    pub fn tell(
        &mut self,
        now: u64,
        symbols: &Symbols,
        position: Option<Position>,
        venue: &Venue,
    ) -> Vec<Stamped> {
        for stamped in &mut self.reports {
            stamped.venue_duration_ns = now.saturating_sub(stamped.venue_duration_ns);
        }
        for (reply, place) in self.executions.drain(..) {
            let _ = reply.send(place.map(|range| (self.reports[range].to_vec(), symbols.clone())));
        }
        for (session, refused) in self.refusals.drain(..) {
            // A session that does not take its refusals does not take its reports either, and is ended for that.
            let _ = session.try_send(refused);
        }
        for question in self.questions.drain(..) {
            question(venue);
        }
        if let Some(position) = position {
            for reply in self.flushes.drain(..) {
                let _ = reply.send(position);
            }
        }
        self.permits.clear();
        self.callers.clear();
        self.commands = 0;
        self.must_flush = false;
        std::mem::take(&mut self.reports)
    }
}
