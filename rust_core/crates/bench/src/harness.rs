//! Drives an engine on one thread and prints one line.

use cift_core::Venue;

use crate::workload::{Op, OpKind, Tally, Workload};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

pub const SOON: usize = Venue::SOON;
pub const LATER: usize = Venue::LATER;

pub trait Engine {
    /// A book for orders with ids 1 to `max_id`.
    fn new(max_id: u64) -> Self;
    /// A limit order that rests.
    fn add(&mut self, op: &Op, tally: &mut Tally);
    fn cancel(&mut self, op: &Op);
    /// An operation about this order comes in [`SOON`] operations. Clients send batches, so that an engine may look ahead.
    fn expect_soon(&mut self, _id: u64) {}
    /// The same, [`LATER`].
    fn expect_later(&mut self, _id: u64) {}
    /// A limit order of which nothing rests.
    fn ioc(&mut self, op: &Op, tally: &mut Tally);
}

#[inline]
fn step<E: Engine>(engine: &mut E, op: &Op, tally: &mut Tally) {
    match op.kind {
        OpKind::Add => engine.add(op, tally),
        OpKind::Cancel => engine.cancel(op),
        OpKind::Ioc => engine.ioc(op, tally),
    }
}

/// The operation at this place, as one of a batch.
#[inline(always)]
fn step_in_batch<E: Engine>(engine: &mut E, ops: &[Op], at: usize, tally: &mut Tally) {
    if let Some(op) = ops.get(at + LATER) {
        engine.expect_later(op.id);
    }
    if let Some(op) = ops.get(at + SOON) {
        engine.expect_soon(op.id);
    }
    step(engine, &ops[at], tally);
}

/// `PROGRAM ops.bin ROUNDS`
pub fn run<E: Engine>(name: &str) -> ExitCode {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap_or_else(|| "ops.bin".to_owned());
    let rounds: usize = args
        .next()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(5)
        .max(1);
    let workload = match Workload::load(Path::new(&path)) {
        Ok(workload) => workload,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut rates = Vec::new();
    let mut rows = Vec::new();
    let mut correct = true;
    for _ in 0..rounds {
        let (rate, tally) = throughput::<E>(&workload);
        rates.push(rate);
        correct &= check(name, &tally, &workload);
        let (row, tally) = latency::<E>(&workload);
        rows.push(row);
        correct &= check(name, &tally, &workload);
    }
    print_line(name, &mut rates, &rows, correct);
    if correct {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn check(name: &str, tally: &Tally, workload: &Workload) -> bool {
    if *tally != workload.expected {
        eprintln!("{name}: {tally:?}, expected {:?}", workload.expected);
    }
    *tally == workload.expected
}

fn preloaded<E: Engine>(workload: &Workload) -> (E, Tally) {
    let (mut engine, mut tally) = (E::new(workload.max_id), Tally::default());
    for op in &workload.preload {
        step(&mut engine, op, &mut tally);
    }
    (engine, tally)
}

/// In operations a second.
fn throughput<E: Engine>(workload: &Workload) -> (f64, Tally) {
    let (mut engine, mut tally) = preloaded::<E>(workload);
    let start = Instant::now();
    for at in 0..workload.ops.len() {
        step_in_batch(&mut engine, &workload.ops, at, &mut tally);
    }
    (
        workload.ops.len() as f64 / start.elapsed().as_secs_f64(),
        tally,
    )
}

/// Nanoseconds: p50, p99, p99.9 and the worst of all, then p50 and p99 by kind.
type Row = [u32; 10];

fn latency<E: Engine>(workload: &Workload) -> (Row, Tally) {
    let (mut engine, mut tally) = preloaded::<E>(workload);
    let mut all = vec![0u32; workload.ops.len()];
    for (at, taken) in all.iter_mut().enumerate() {
        let start = Instant::now();
        step_in_batch(&mut engine, &workload.ops, at, &mut tally);
        *taken = u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX);
    }
    let mut row = [0; 10];
    for (at, kind) in [OpKind::Add, OpKind::Cancel, OpKind::Ioc]
        .into_iter()
        .enumerate()
    {
        let of_kind = workload
            .ops
            .iter()
            .zip(&all)
            .filter(|(op, _)| op.kind == kind);
        let mut taken: Vec<u32> = of_kind.map(|(_, &taken)| taken).collect();
        taken.sort_unstable();
        row[4 + 2 * at] = quantile(&taken, 0.5);
        row[5 + 2 * at] = quantile(&taken, 0.99);
    }
    all.sort_unstable();
    for (at, q) in [0.5, 0.99, 0.999, 1.0].into_iter().enumerate() {
        row[at] = quantile(&all, q);
    }
    (row, tally)
}

fn quantile(sorted: &[u32], q: f64) -> u32 {
    let at = ((sorted.len() as f64 * q) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(0)
}

fn clock_cost() -> u32 {
    let mut taken: Vec<u32> = (0..1_000_000)
        .map(|_| {
            let start = Instant::now();
            start.elapsed().as_nanos() as u32
        })
        .collect();
    taken.sort_unstable();
    quantile(&taken, 0.5)
}

fn print_line(name: &str, rates: &mut [f64], rows: &[Row], correct: bool) {
    rates.sort_by(f64::total_cmp);
    let best = rates.last().copied().unwrap_or(0.0) / 1e6;
    let median = rates[rates.len() / 2] / 1e6;
    let mut m = [0; 10];
    for (at, value) in m.iter_mut().enumerate() {
        let mut column: Vec<u32> = rows.iter().map(|row| row[at]).collect();
        column.sort_unstable();
        *value = column[column.len() / 2];
    }
    let verdict = if correct { "OK" } else { "FAIL" };
    println!(
        "{name:<24} ops/s best={best:.2}M med={median:.2}M | ns/op p50={} p99={} p99.9={} max={} | \
         add {}/{} cancel {}/{} ioc {}/{} | clock={} check={verdict}",
        m[0],
        m[1],
        m[2],
        m[3],
        m[4],
        m[5],
        m[6],
        m[7],
        m[8],
        m[9],
        clock_cost(),
    );
}
