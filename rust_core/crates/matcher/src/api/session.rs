//! One session: commands in, everything that happens out.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use cift_proto::{
    Encoded,
    matcher::v1::{self as pb, session_request::Request as Wire, session_response::Response},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use tokio_stream::Stream;
use tonic::{Code, Status, Streaming};
use tracing::info;

use super::{
    commands::parse,
    reports,
    service::Venue,
    status::{self, typed},
};
use crate::{
    engine::{queue, request::Refused},
    history,
    metrics::ReasonLabel,
};

/// Messages on their way to a client beside what HTTP/2 holds.
const OUTBOUND: usize = 4;
/// Lists of refusals that wait for a client.
const REFUSALS: usize = 1_024;
/// Batches taken from the tape at a time.
const BATCHES: usize = 64;

/// What a session sends: its messages, and at the end its status.
pub struct Outbound {
    messages: mpsc::Receiver<Encoded>,
    end: Arc<Mutex<Option<Status>>>,
}

impl Stream for Outbound {
    type Item = Result<Encoded, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.messages
            .poll_recv(context)
            .map(|message| match message {
                Some(message) => Some(Ok(message)),
                None => self
                    .end
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take()
                    .map(Err),
            })
    }
}

/// Why a session is over.
enum End {
    /// The client said so, and has everything.
    Done,
    /// The client is not there any more.
    Gone,
    Failed(&'static str, Status),
}

/// What the reading half tells the sending half.
enum Inbound {
    Began(u64),
    /// The client sends no more; it is owed everything up to this sequence.
    Finished(u64),
    Failed(&'static str, Status),
}

pub fn open(venue: Arc<Venue>, requests: Streaming<pb::SessionRequest>) -> Outbound {
    let (messages, receiver) = mpsc::channel(OUTBOUND);
    let end = Arc::new(Mutex::new(None));
    let outbound = Outbound {
        messages: receiver,
        end: end.clone(),
    };
    tokio::spawn(async move {
        venue.metrics.sessions.inc();
        let (refusals, refused) = mpsc::channel(REFUSALS);
        let (told, inbound) = mpsc::channel(4);
        let reader = tokio::spawn(read(venue.clone(), requests, told, refusals));
        let stopped = venue.stopped.clone();
        let sender = Sender {
            venue: &venue,
            messages,
            refused,
            inbound,
            stopped,
            finish_at: None,
        };
        let reason = match sender.run().await {
            End::Done => "DONE",
            End::Gone => "GONE",
            End::Failed(reason, status) => {
                *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
                reason
            }
        };
        // It may be waiting for a message that never comes.
        reader.abort();
        venue.metrics.sessions.dec();
        venue
            .metrics
            .sessions_ended
            .get_or_create(&ReasonLabel { reason })
            .inc();
        info!(reason, "session ended");
    });
    outbound
}

/// Takes what the client sends, until it stops or sends what cannot be.
async fn read(
    venue: Arc<Venue>,
    mut requests: Streaming<pb::SessionRequest>,
    told: mpsc::Sender<Inbound>,
    refusals: mpsc::Sender<Vec<Refused>>,
) {
    let mut begun = false;
    let last = loop {
        let request = match requests.message().await {
            Ok(Some(request)) => request.request,
            Ok(None) => match venue.queue.ask(cift_core::Venue::last_sequence).await {
                Ok(sequence) => break Inbound::Finished(sequence),
                Err(_) => break Inbound::Finished(venue.tape.last()),
            },
            Err(status) => break Inbound::Failed("INVALID_MESSAGE", of_client(status)),
        };
        match request {
            Some(Wire::Resume(resume)) if !begun => {
                begun = true;
                info!(
                    client = resume.client,
                    after_sequence = resume.after_sequence,
                    "session"
                );
                if told
                    .send(Inbound::Began(resume.after_sequence))
                    .await
                    .is_err()
                {
                    return;
                }
            }
            Some(Wire::Commands(commands)) if begun => {
                if submit(&venue, commands, &refusals).await.is_err() {
                    return;
                }
            }
            _ => {
                let message = "a session begins with one resume, then there are commands only";
                break Inbound::Failed(
                    "INVALID_MESSAGE",
                    typed(Code::InvalidArgument, "INVALID_MESSAGE", message, []),
                );
            }
        }
    };
    // The sending half may have ended for a reason of its own.
    let _ = told.send(last).await;
}

/// Bytes that are no message are the client's fault, not ours.
fn of_client(status: Status) -> Status {
    match status.code() {
        Code::Internal | Code::Unknown => typed(
            Code::InvalidArgument,
            "INVALID_MESSAGE",
            status.message(),
            [],
        ),
        _ => status,
    }
}

async fn submit(
    venue: &Venue,
    commands: pb::Commands,
    refusals: &mpsc::Sender<Vec<Refused>>,
) -> Result<(), mpsc::error::SendError<Vec<Refused>>> {
    let received = Instant::now();
    let mut refused = Vec::new();
    let mut accepted = Vec::with_capacity(commands.commands.len());
    for command in commands.commands {
        match parse(command) {
            Ok(command) => accepted.push(command),
            Err(refusal) => refused.push(refusal),
        }
    }
    if !accepted.is_empty()
        && let Err((refusal, commands)) = venue.queue.submit(accepted, received, refusals).await
    {
        refused.extend(
            commands
                .iter()
                .map(|command| super::service::refused(command, refusal)),
        );
    }
    for refusal in &refused {
        venue
            .metrics
            .edge_refusals
            .get_or_create(&ReasonLabel {
                reason: refusal.reason,
            })
            .inc();
    }
    if refused.is_empty() {
        Ok(())
    } else {
        refusals.send(refused).await
    }
}

struct Sender<'a> {
    venue: &'a Venue,
    messages: mpsc::Sender<Encoded>,
    refused: mpsc::Receiver<Vec<Refused>>,
    inbound: mpsc::Receiver<Inbound>,
    stopped: watch::Receiver<bool>,
    /// The client sends no more; the session is over after this sequence.
    finish_at: Option<u64>,
}

impl Sender<'_> {
    async fn run(mut self) -> End {
        match self.stream().await {
            Ok(()) => End::Done,
            Err(end) => end,
        }
    }

    async fn stream(&mut self) -> Result<(), End> {
        let mut cursor = match self.inbound.recv().await {
            Some(Inbound::Began(after)) => after,
            Some(Inbound::Failed(reason, status)) => return Err(End::Failed(reason, status)),
            Some(Inbound::Finished(_)) | None => return Err(End::Gone),
        };
        let mut watch = self.venue.tape.watch();
        let began_at = *watch.borrow_and_update();
        if cursor > began_at {
            let message = format!(
                "after_sequence: {cursor} is ahead of the venue, whose last sequence is {began_at}"
            );
            let metadata = [("last_sequence", began_at.to_string())];
            let status = typed(
                Code::FailedPrecondition,
                "SEQUENCE_AHEAD",
                message,
                metadata,
            );
            return Err(End::Failed("SEQUENCE_AHEAD", status));
        }
        let mut caught_up = false;
        loop {
            while let Ok(refused) = self.refused.try_recv() {
                self.refuse(refused).await?;
            }
            match self.venue.tape.read(cursor, BATCHES) {
                Ok(batches) => {
                    for batch in batches {
                        for message in batch.messages(cursor) {
                            self.send(message).await?;
                        }
                        cursor = batch.last();
                    }
                }
                // Also for a client that reads, but slower than the venue trades: it misses nothing, only later.
                Err(fell_off) => {
                    self.derive(cursor, fell_off.first - 1).await?;
                    cursor = fell_off.first - 1;
                }
            }
            if !caught_up && cursor >= began_at {
                caught_up = true;
                let complete = pb::ResumeComplete {
                    last_sequence: cursor,
                };
                self.send(Encoded::from(&reports::session(Response::ResumeComplete(
                    complete,
                ))))
                .await?;
            }
            if cursor == self.venue.tape.last() {
                if self.finish_at.is_some_and(|sequence| cursor >= sequence)
                    && self.refused.is_empty()
                {
                    return Ok(());
                }
                if *self.stopped.borrow() {
                    return Err(End::Failed("DRAINING", status::draining()));
                }
                self.wait(&mut watch).await?;
            }
        }
    }

    /// Until something happened.
    async fn wait(&mut self, watch: &mut watch::Receiver<u64>) -> Result<(), End> {
        tokio::select! {
            biased;
            _ = watch.changed() => Ok(()),
            Some(refused) = self.refused.recv() => self.refuse(refused).await,
            Some(inbound) = self.inbound.recv() => match inbound {
                Inbound::Finished(sequence) => {
                    self.finish_at = Some(sequence);
                    Ok(())
                }
                Inbound::Failed(reason, status) => Err(End::Failed(reason, status)),
                Inbound::Began(_) => Ok(()),
            },
            _ = self.stopped.changed() => Ok(()),
            () = self.messages.closed() => Err(End::Gone),
        }
    }

    async fn refuse(&self, refused: Vec<Refused>) -> Result<(), End> {
        for refused in refused {
            self.send(Encoded::from(&reports::session(Response::Refusal(
                reports::refusal(refused),
            ))))
            .await?;
        }
        Ok(())
    }

    async fn send(&self, message: Encoded) -> Result<(), End> {
        match timeout(self.venue.stall, self.messages.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(self.too_slow()),
        }
    }

    fn too_slow(&self) -> End {
        let message =
            "the client does not read as fast as the venue trades; connect again and resume";
        End::Failed(
            "SLOW_CONSUMER",
            typed(Code::ResourceExhausted, "SLOW_CONSUMER", message, []),
        )
    }

    /// Sends reports that are no longer on the tape. One replay at a time: each holds a whole state.
    async fn derive(&self, after: u64, upto: u64) -> Result<(), End> {
        let _turn = self.venue.replays.acquire().await.map_err(|_| End::Gone)?;
        let reader = self.venue.reader.clone();
        let (give, mut derived) = mpsc::channel(OUTBOUND);
        let (done, result) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let _ = done.send(history::send(&reader, after, upto, &give));
        });
        while let Some(message) = derived.recv().await {
            self.send(message).await?;
        }
        match result.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Failed("RESUME_FAILED", status::from_replay(&error))),
            Err(_) => Err(End::Gone),
        }
    }
}

/// A refusal by the queue, as the session and `Execute` tell it.
pub fn queue_reason(refusal: queue::Refusal) -> (&'static str, &'static str) {
    match refusal {
        queue::Refusal::BackPressure => (
            "BACK_PRESSURE",
            "the matcher's queue is full; send less at a time",
        ),
        queue::Refusal::Draining => (
            "DRAINING",
            "the matcher is stopping; connect again and send it again",
        ),
    }
}
