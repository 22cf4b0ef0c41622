//! The matching workload and the harness that drives one engine through it.
//!
//! The workload's format and the printed line are described in `benchmarks/matching/README.md`. Any engine that
//! implements [`Engine`] is measured the same way: throughput and latency in separate passes, each round on a fresh
//! book, every round's trades checked against those of an independent book.

mod harness;
mod workload;

pub use harness::{Engine, run};
pub use workload::{Op, OpKind, Tally, Workload};
