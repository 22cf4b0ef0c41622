//! The bounded way to the engine thread.

use std::{
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use cift_core::Venue;
use opentelemetry::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc as session, oneshot};

use super::request::{Execution, Incoming, Outcome, Position, Refused, Request, Submission};

/// Why a request did not get to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The queue stayed full for as long as a request may wait.
    BackPressure,
    /// The engine takes nothing more.
    Draining,
}

/// Bounded by commands, not by requests: a request holds as many permits as it has commands.
#[derive(Debug, Clone)]
pub struct Queue {
    requests: mpsc::Sender<Request>,
    permits: Arc<Semaphore>,
    capacity: u32,
    wait: Duration,
}

impl Queue {
    pub fn new(capacity: u32, wait: Duration) -> (Self, mpsc::Receiver<Request>) {
        let (requests, receiver) = mpsc::channel();
        (
            Self {
                requests,
                permits: Arc::new(Semaphore::new(capacity as usize)),
                capacity,
                wait,
            },
            receiver,
        )
    }

    /// Commands that wait or are being carried out.
    pub fn depth(&self) -> usize {
        self.capacity as usize - self.permits.available_permits()
    }

    /// No command is taken from here on; those that wait are carried out.
    pub fn close(&self) {
        self.permits.close();
    }

    pub fn is_closed(&self) -> bool {
        self.permits.is_closed()
    }

    async fn permit(&self, commands: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let count = u32::try_from(commands)
            .unwrap_or(u32::MAX)
            .clamp(1, self.capacity);
        match tokio::time::timeout(self.wait, self.permits.clone().acquire_many_owned(count)).await
        {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Refusal::Draining),
            Err(_) => Err(Refusal::BackPressure),
        }
    }

    fn send(&self, request: Request) -> Result<(), Refusal> {
        self.requests.send(request).map_err(|_| Refusal::Draining)
    }

    /// Refusals by the engine go to `refusals`, events onto the tape. Gives the commands back where they are not taken.
    pub async fn submit(
        &self,
        commands: Vec<Incoming>,
        received: Instant,
        refusals: &session::Sender<Vec<Refused>>,
    ) -> Result<(), (Refusal, Vec<Incoming>)> {
        let permit = match self.permit(commands.len()).await {
            Ok(permit) => permit,
            Err(refusal) => return Err((refusal, commands)),
        };
        let submission = Submission {
            commands,
            received,
            refusals: refusals.clone(),
            permit,
        };
        self.requests
            .send(Request::Submit(submission))
            .map_err(|unsent| match unsent.0 {
                Request::Submit(submission) => (Refusal::Draining, submission.commands),
                _ => (Refusal::Draining, Vec::new()),
            })
    }

    /// Carries out one command and waits for what it came to.
    pub async fn execute(
        &self,
        command: Incoming,
        received: Instant,
        caller: Option<Context>,
    ) -> Result<Outcome, Refusal> {
        let permit = self.permit(1).await?;
        let (reply, outcome) = oneshot::channel();
        self.send(Request::Execute(Execution {
            command,
            caller,
            received,
            reply,
            permit,
        }))?;
        outcome.await.map_err(|_| Refusal::Draining)
    }

    /// Asks about the state between two groups.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Venue) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Ask(Box::new(move |venue| {
            // The asker may have gone.
            let _ = reply.send(question(venue));
        })))?;
        answer.await.map_err(|_| Refusal::Draining)
    }

    pub async fn flush(&self) -> Result<Position, Refusal> {
        let (reply, position) = oneshot::channel();
        self.send(Request::Flush(reply))?;
        position.await.map_err(|_| Refusal::Draining)
    }

    /// Lets the engine finish what waits and end.
    pub fn drain(&self) {
        self.close();
        // Where it has ended already there is nothing to tell it.
        let _ = self.requests.send(Request::Drain);
    }
}
