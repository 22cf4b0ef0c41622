//! The gRPC service.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cift_core::{AccountId, DepthLevel, OrderId, OrderState, OrderView, Side, SymbolName};
use cift_journal::Reader;
use cift_proto::matcher::v1::{self as pb, server::MatcherService};
use tokio::sync::{Semaphore, watch};
use tonic::{Code, Request, Response, Status, Streaming};

use super::{
    commands, reports,
    session::{self, Outbound, queue_reason},
    status::{self, typed},
};
use crate::{
    engine::{
        order_id,
        queue::{self, Queue},
        request::{Incoming, Refused},
    },
    history,
    metrics::{Metrics, ReasonLabel},
    snapshots::Snapshots,
    tape::Tape,
    traces,
};

const DEFAULT_DEPTH: usize = 10;
const MAX_DEPTH: usize = 10_000;

/// The way to the venue that all calls share.
pub struct Venue {
    pub queue: Queue,
    pub tape: Arc<Tape>,
    pub reader: Reader,
    pub snapshots: Snapshots,
    pub metrics: Arc<Metrics>,
    /// A client that takes nothing for so long is too slow.
    pub stall: Duration,
    /// Bounds the replays for resumes that run at once.
    pub replays: Semaphore,
    /// True once the engine has ended and nothing will be published any more.
    pub stopped: watch::Receiver<bool>,
}

pub struct Service {
    venue: Arc<Venue>,
}

impl Service {
    pub fn new(venue: Arc<Venue>) -> Self {
        Self { venue }
    }
}

/// A command that the queue did not take.
pub(super) fn refused(command: &Incoming, refusal: queue::Refusal) -> Refused {
    let (reason, message) = queue_reason(refusal);
    Refused {
        client_sequence: command.client_sequence,
        order_id: order_id(&command.command),
        reason,
        message: message.to_owned(),
    }
}

fn unknown_symbol(symbol: &str) -> Status {
    let symbol: String = symbol.chars().take(48).collect();
    typed(
        Code::NotFound,
        "UNKNOWN_SYMBOL",
        format!("symbol: {symbol:?} is not an instrument of this venue"),
        [("field", "symbol".to_owned())],
    )
}

#[tonic::async_trait]
impl MatcherService for Service {
    type SessionStream = Outbound;

    async fn session(
        &self,
        request: Request<Streaming<pb::SessionRequest>>,
    ) -> Result<Response<Outbound>, Status> {
        if self.venue.queue.is_closed() {
            return Err(status::draining());
        }
        Ok(Response::new(session::open(
            self.venue.clone(),
            request.into_inner(),
        )))
    }

    async fn execute(
        &self,
        request: Request<pb::ExecuteRequest>,
    ) -> Result<Response<pb::ExecuteResponse>, Status> {
        let received = Instant::now();
        let caller = traces::caller(request.metadata());
        let Some(command) = request.into_inner().command else {
            return Err(typed(
                Code::InvalidArgument,
                "INVALID_COMMAND",
                "command: missing",
                [],
            ));
        };
        let answer = |refused: Refused| {
            Response::new(pb::ExecuteResponse {
                reports: Vec::new(),
                refusal: Some(reports::refusal(refused)),
            })
        };
        let at_edge = |refused: Refused| {
            self.venue
                .metrics
                .edge_refusals
                .get_or_create(&ReasonLabel {
                    reason: refused.reason,
                })
                .inc();
            Ok(answer(refused))
        };
        let command = match commands::parse(command) {
            Ok(command) => command,
            Err(refusal) => return at_edge(refusal),
        };
        match self
            .venue
            .queue
            .execute(command.clone(), received, caller)
            .await
        {
            Err(refusal) => at_edge(refused(&command, refusal)),
            Ok(Err(refused)) => Ok(answer(refused)),
            Ok(Ok((stamped, symbols))) => {
                let reports = stamped
                    .iter()
                    .map(|stamped| reports::report(stamped, &symbols))
                    .collect();
                Ok(Response::new(pb::ExecuteResponse {
                    reports,
                    refusal: None,
                }))
            }
        }
    }

    async fn get_order(
        &self,
        request: Request<pb::GetOrderRequest>,
    ) -> Result<Response<pb::GetOrderResponse>, Status> {
        let text = request.into_inner().order_id;
        let Some(id) = commands::query_order_id(&text) else {
            return Err(typed(
                Code::InvalidArgument,
                "INVALID_ID",
                "order_id: not a UUID",
                [("field", "order_id".to_owned())],
            ));
        };
        let (state, symbols, sequence) = self
            .ask(move |venue| (venue.order(id), names(venue), venue.last_sequence()))
            .await?;
        let last = self.last_report(id, state, sequence).await?;
        match reports::order(id, &state, &symbols, last) {
            Some(order) => Ok(Response::new(pb::GetOrderResponse { order: Some(order) })),
            None => Err(typed(
                Code::NotFound,
                "UNKNOWN_ORDER",
                format!("order_id: {text} is not known to the venue"),
                [("field", "order_id".to_owned())],
            )),
        }
    }

    async fn get_book(
        &self,
        request: Request<pb::GetBookRequest>,
    ) -> Result<Response<pb::GetBookResponse>, Status> {
        let pb::GetBookRequest { symbol, depth } = request.into_inner();
        let depth = if depth == 0 {
            DEFAULT_DEPTH
        } else {
            (depth as usize).min(MAX_DEPTH)
        };
        let name: SymbolName = symbol.parse().map_err(|_| unknown_symbol(&symbol))?;
        let book = self
            .ask(move |venue| {
                let id = venue.symbol_id(&name)?;
                Some((
                    venue.depth(id, Side::Buy, depth),
                    venue.depth(id, Side::Sell, depth),
                    venue.last_sequence(),
                ))
            })
            .await?;
        let (bids, asks, sequence) = book.ok_or_else(|| unknown_symbol(&symbol))?;
        Ok(Response::new(pb::GetBookResponse {
            bids: levels(&bids),
            asks: levels(&asks),
            sequence,
        }))
    }

    async fn list_orders(
        &self,
        request: Request<pb::ListOrdersRequest>,
    ) -> Result<Response<pb::ListOrdersResponse>, Status> {
        let pb::ListOrdersRequest { symbol, account_id } = request.into_inner();
        let name: Option<SymbolName> = match symbol.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| unknown_symbol(text))?),
        };
        let account = match account_id.as_str() {
            "" => None,
            text => Some(AccountId(
                commands::query_order_id(text)
                    .map(|id| id.0)
                    .ok_or_else(|| {
                        typed(
                            Code::InvalidArgument,
                            "INVALID_ID",
                            "account_id: not a UUID",
                            [("field", "account_id".to_owned())],
                        )
                    })?,
            )),
        };
        let found = self
            .ask(move |venue| {
                let wanted = match name {
                    None => None,
                    Some(name) => Some(venue.symbol_id(&name)?),
                };
                let mut orders = Vec::new();
                venue.for_each_order(&mut |order: &OrderView| {
                    if wanted.is_none_or(|symbol| symbol == order.symbol)
                        && account.is_none_or(|account| account == order.account_id)
                    {
                        orders.push(*order);
                    }
                });
                Some((orders, names(venue), venue.last_sequence()))
            })
            .await?;
        let (orders, symbols, sequence) = found.ok_or_else(|| unknown_symbol(&symbol))?;
        self.published(sequence).await?;
        let venue = self.venue.clone();
        let orders = tokio::task::spawn_blocking(move || {
            let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
            let last = venue.tape.last_sequences(&ids, sequence);
            let last = |order: &OrderView| last.get(&order.order_id).copied().unwrap_or(0);
            orders
                .iter()
                .map(|order| reports::open_order(order, &symbols, last(order)))
                .collect()
        })
        .await
        .map_err(|error| Status::internal(error.to_string()))?;
        Ok(Response::new(pb::ListOrdersResponse { orders }))
    }

    async fn get_status(
        &self,
        _: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::GetStatusResponse>, Status> {
        let (last_sequence, state_hash, open_orders) = self
            .ask(|venue| {
                (
                    venue.last_sequence(),
                    venue.state_hash(),
                    venue.open_orders(),
                )
            })
            .await?;
        let reader = self.venue.reader.clone();
        let files =
            tokio::task::spawn_blocking(move || Ok((history::before(&reader)?, reader.bytes()?)))
                .await
                .map_err(|error| Status::internal(error.to_string()))?;
        let (before, journal_bytes) = files.map_err(|error| status::from_replay(&error))?;
        Ok(Response::new(pb::GetStatusResponse {
            last_sequence,
            first_sequence: before + 1,
            state_hash: state_hash.to_string(),
            open_orders: open_orders as u64,
            journal_bytes,
            draining: self.venue.queue.is_closed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }))
    }

    async fn snapshot(
        &self,
        _: Request<pb::SnapshotRequest>,
    ) -> Result<Response<pb::SnapshotResponse>, Status> {
        let position = self.venue.queue.flush().await.map_err(status::from_queue)?;
        let made = self
            .venue
            .snapshots
            .make(position)
            .await
            .map_err(|error| status::from_replay(&error))?;
        Ok(Response::new(pb::SnapshotResponse {
            sequence: made.sequence,
            state_hash: made.state_hash.to_string(),
        }))
    }
}

impl Service {
    /// The last report about an order as of `sequence`, from memory; of an order that has ended, from the journal too.
    async fn last_report(
        &self,
        id: OrderId,
        state: OrderState,
        sequence: u64,
    ) -> Result<Option<pb::ExecutionReport>, Status> {
        self.published(sequence).await?;
        let venue = self.venue.clone();
        let on_tape = tokio::task::spawn_blocking(move || venue.tape.last_report(id, sequence))
            .await
            .map_err(|error| Status::internal(error.to_string()))?;
        let found = match on_tape {
            None if state == OrderState::Done => {
                let _turn = self
                    .venue
                    .replays
                    .acquire()
                    .await
                    .map_err(|_| status::draining())?;
                let reader = self.venue.reader.clone();
                tokio::task::spawn_blocking(move || history::last_report(&reader, id, sequence))
                    .await
                    .map_err(|error| Status::internal(error.to_string()))?
                    .map_err(|error| status::from_replay(&error))?
            }
            found => found,
        };
        Ok(found.map(|(stamped, symbols)| reports::report(&stamped, &symbols)))
    }

    /// Questions are answered right before the same group's reports are published.
    async fn published(&self, sequence: u64) -> Result<(), Status> {
        let mut published = self.venue.tape.watch();
        match published.wait_for(|last| *last >= sequence).await {
            Ok(_) => Ok(()),
            Err(_) => Err(status::draining()),
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&cift_core::Venue) -> T + Send + 'static,
    ) -> Result<T, Status> {
        self.venue
            .queue
            .ask(question)
            .await
            .map_err(status::from_queue)
    }
}

fn names(venue: &cift_core::Venue) -> Vec<SymbolName> {
    venue
        .instruments()
        .iter()
        .map(|instrument| instrument.name)
        .collect()
}

fn levels(levels: &[DepthLevel]) -> Vec<pb::get_book_response::Level> {
    levels
        .iter()
        .map(|level| pb::get_book_response::Level {
            price_nanos: level.price.0,
            quantity_nanos: level.quantity.0,
            orders: level.orders,
        })
        .collect()
}
