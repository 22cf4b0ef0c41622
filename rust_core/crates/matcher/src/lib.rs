//! The matcher sidecar: the paper venue behind gRPC.
//!
//! ```text
//!  sessions ──┐ bounded   ┌─ engine (one thread) ──────────────────────────┐        ┌── sessions
//!  Execute ───┼─ queue ──▶│ apply a group · write and flush it · publish   │─ tape ─┼── Execute
//!  queries ───┘           └──────────────┬─────────────────────────────────┘        └── GetOrder
//!                                     journal ──▶ snapshots, resumes older than the tape
//! ```
//!
//! - `engine`: the writer thread; the only owner of the [`cift_core::Venue`] and of the journal's writing end.
//! - `tape`: the newest reports in memory, in order, encoded once for all sessions.
//! - `history`: older reports, derived again by replaying the journal.
//! - `snapshots`: made beside the engine from the files, so that matching never stops for one.
//! - `api`: proto ↔ domain and the gRPC service; nothing is decided there.

#![forbid(unsafe_code)]

pub mod api;
pub mod engine;
pub mod history;
pub mod metrics;
pub mod settings;
pub mod snapshots;
pub mod tape;
pub mod telemetry;
pub mod traces;

/// Of the bytes that a journal record and a snapshot hold; a journal of another one is refused.
pub const RECORD_FORMAT: u32 = 1;
