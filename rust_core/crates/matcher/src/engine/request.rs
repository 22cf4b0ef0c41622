//! What the engine thread is asked to do.

use std::{fmt, time::Instant};

use cift_core::{Command, OrderId, StateHash, SymbolName, Venue};
use opentelemetry::Context;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::tape::{Stamped, Symbols};

/// A command whose symbol still has its name: ids are the engine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub client_sequence: u64,
    pub command: Command,
    pub symbol: Option<SymbolName>,
}

/// A command that was not carried out; no event follows and no state changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub client_sequence: u64,
    pub order_id: Option<OrderId>,
    pub reason: &'static str,
    pub message: String,
}

/// What one command came to.
pub type Outcome = Result<(Vec<Stamped>, Symbols), Refused>;

/// Commands of one session, in order.
pub struct Submission {
    pub commands: Vec<Incoming>,
    pub received: Instant,
    pub refusals: mpsc::Sender<Vec<Refused>>,
    /// Held until the engine is done with them: it bounds the queue.
    pub permit: OwnedSemaphorePermit,
}

pub struct Execution {
    pub command: Incoming,
    /// The caller's span, where it is traced.
    pub caller: Option<Context>,
    pub received: Instant,
    pub reply: oneshot::Sender<Outcome>,
    pub permit: OwnedSemaphorePermit,
}

/// Where the engine stands: everything up to it is on disk.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    pub record: u64,
    pub sequence: u64,
    pub state_hash: StateHash,
}

/// A question about the venue's state, answered between two groups.
pub type Question = Box<dyn FnOnce(&Venue) + Send>;

pub enum Request {
    Submit(Submission),
    Execute(Execution),
    Ask(Question),
    /// Flush everything and tell where that is.
    Flush(oneshot::Sender<Position>),
    /// Flush, write a snapshot, end.
    Drain,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submit(_) => "Submit",
            Self::Execute(_) => "Execute",
            Self::Ask(_) => "Ask",
            Self::Flush(_) => "Flush",
            Self::Drain => "Drain",
        })
    }
}
