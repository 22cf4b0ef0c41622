//! What Prometheus reads.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use cift_core::Action;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types)]
enum Kind {
    put_instrument,
    new_order,
    cancel_order,
    replace_order,
    set_quote,
    set_halt,
    mass_cancel,
    expire,
    set_auction,
    set_bands,
}

const KINDS: [Kind; 10] = [
    Kind::put_instrument,
    Kind::new_order,
    Kind::cancel_order,
    Kind::replace_order,
    Kind::set_quote,
    Kind::set_halt,
    Kind::mass_cancel,
    Kind::expire,
    Kind::set_auction,
    Kind::set_bands,
];

const fn kind(action: &Action) -> Kind {
    match action {
        Action::PutInstrument(_) => Kind::put_instrument,
        Action::NewOrder(_) => Kind::new_order,
        Action::Cancel(_) => Kind::cancel_order,
        Action::Replace(_) => Kind::replace_order,
        Action::SetQuote(_) => Kind::set_quote,
        Action::SetHalt(_) => Kind::set_halt,
        Action::MassCancel(_) => Kind::mass_cancel,
        Action::Expire(_) => Kind::expire,
        Action::SetAuction(_) => Kind::set_auction,
        Action::SetBands(_) => Kind::set_bands,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types)]
enum Outcome {
    accepted,
    refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CommandLabels {
    kind: Kind,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ReasonLabel {
    pub reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct BookLabels {
    pub symbol: String,
    pub side: &'static str,
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// By kind, accepted and refused: looked up once, not per command.
    commands: [[Counter; 2]; KINDS.len()],
    /// Refused before the engine saw them.
    pub edge_refusals: Family<ReasonLabel, Counter>,
    pub reports: Counter,
    pub group_commands: Histogram,
    pub flush_seconds: Histogram,
    pub open_orders: Gauge,
    pub book_orders: Family<BookLabels, Gauge>,
    pub journal_record: Gauge,
    pub journal_bytes: Gauge,
    pub journal_cut_bytes: Counter,
    pub disk_full: Gauge,
    pub queue_depth: Gauge,
    pub sessions: Gauge,
    pub sessions_ended: Family<ReasonLabel, Counter>,
    pub recovery_seconds: Gauge<f64, AtomicU64>,
    snapshot_seconds: Histogram,
    snapshots: Counter,
    snapshot_failures: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("cift_matcher");
        let commands = Family::<CommandLabels, Counter>::default();
        let counters = KINDS.map(|kind| {
            [Outcome::refused, Outcome::accepted].map(|outcome| {
                commands
                    .get_or_create(&CommandLabels { kind, outcome })
                    .clone()
            })
        });
        registry.register("commands", "Commands by kind and outcome", commands);
        macro_rules! register {
            ($name:literal, $help:literal, $metric:expr) => {{
                let metric = $metric;
                registry.register($name, $help, metric.clone());
                metric
            }};
        }
        Self {
            commands: counters,
            edge_refusals: register!(
                "edge_refusals",
                "Commands refused before they reached the engine, by reason",
                Family::default()
            ),
            reports: register!("reports", "Execution reports", Counter::default()),
            group_commands: register!(
                "group_commands",
                "Commands per journal group",
                Histogram::new(exponential_buckets(1.0, 4.0, 8))
            ),
            flush_seconds: register!(
                "journal_flush_seconds",
                "Time of one journal flush",
                Histogram::new(exponential_buckets(16e-6, 2.0, 14))
            ),
            open_orders: register!("open_orders", "Orders that rest or wait", Gauge::default()),
            book_orders: register!(
                "book_orders",
                "Open orders by symbol and side",
                Family::default()
            ),
            journal_record: register!(
                "journal_record",
                "Number of the last journal record",
                Gauge::default()
            ),
            journal_bytes: register!(
                "journal_bytes",
                "Bytes of all journal segments",
                Gauge::default()
            ),
            journal_cut_bytes: register!(
                "journal_cut_bytes",
                "Bytes cut from a torn tail",
                Counter::default()
            ),
            disk_full: register!(
                "disk_full",
                "1 while commands are refused for want of space",
                Gauge::default()
            ),
            queue_depth: register!(
                "queue_depth",
                "Commands that wait for the engine",
                Gauge::default()
            ),
            sessions: register!("sessions", "Open sessions", Gauge::default()),
            sessions_ended: register!(
                "sessions_ended",
                "Sessions that ended, by reason",
                Family::default()
            ),
            recovery_seconds: register!(
                "recovery_seconds",
                "Time that the last start took to recover",
                Gauge::default()
            ),
            snapshot_seconds: register!(
                "snapshot_seconds",
                "Time to make a snapshot",
                Histogram::new(exponential_buckets(1e-3, 4.0, 9))
            ),
            snapshots: register!("snapshots", "Snapshots made", Counter::default()),
            snapshot_failures: register!(
                "snapshot_failures",
                "Snapshots that failed",
                Counter::default()
            ),
            registry,
        }
    }
}

impl Metrics {
    pub fn command(&self, action: &Action, accepted: bool) {
        self.commands[kind(action) as usize][usize::from(accepted)].inc();
    }

    pub fn snapshot(&self, made: bool, elapsed: Duration) {
        self.snapshot_seconds.observe(elapsed.as_secs_f64());
        if made {
            &self.snapshots
        } else {
            &self.snapshot_failures
        }
        .inc();
    }

    /// In the OpenMetrics text format.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

pub type Refresh =
    Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Serves `/metrics`; `refresh` sets the gauges that are read rather than counted.
pub async fn serve(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    refresh: Refresh,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/metrics", get(scrape))
        // For whoever cannot ask gRPC's health service, which may be on a socket: it answers from the end of recovery on.
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state((metrics, refresh));
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}

async fn scrape(State((metrics, refresh)): State<(Arc<Metrics>, Refresh)>) -> impl IntoResponse {
    refresh().await;
    (
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        metrics.encode(),
    )
}
