//! The matcher as clients meet it: a process behind a Unix socket; and its engine and recovery by themselves.
//!
//! Prints one line of JSON per measurement; `__main__.py` makes the table.

#[path = "../../rust_core/crates/matcher/tests/common/mod.rs"]
mod common;

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use cift_core::{
    AccountId, Action, Cancel, Command, NewOrder, OrderId, Price, PutInstrument, Qty, Side,
    SymbolId, TimeInForce,
};
use cift_matcher::{
    engine::{self, request::Incoming},
    metrics::Metrics,
    settings::Settings,
};
use cift_proto::matcher::v1::{self as pb, session_response::Response};
use clap::Parser;
use common::{Sidecar, flow, start};
use tokio::sync::Semaphore;

/// Orders that a streaming client has under way at most, and sends at a time.
const WINDOW: usize = 8_192;
const BATCH: usize = 256;

fn main() {
    // `cargo test --benches` runs benchmarks too, with this argument in place of `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let dir = match std::env::var_os("CIFT_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    }
    .expect("a folder for journals");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    flush_floor(dir.path());
    for durability in ["disk", "process"] {
        runtime.block_on(async {
            round_trips(&fresh(dir.path()), durability).await;
            stream(&fresh(dir.path()), durability).await;
        });
    }
    for durability in ["disk", "process"] {
        let journal = fresh(dir.path());
        runtime.block_on(engine_alone(&journal, durability));
        recovery(&journal);
    }
}

fn fresh(dir: &Path) -> PathBuf {
    tempfile::tempdir_in(dir).expect("a folder").keep()
}

/// What a group costs at least: a write of one record and a flush, into a file that is all there.
fn flush_floor(dir: &Path) {
    let file = File::options()
        .write(true)
        .create_new(true)
        .open(dir.join("floor"))
        .expect("a file");
    file.write_all_at(&vec![0; 8 << 20], 0)
        .and_then(|()| file.sync_all())
        .expect("space");
    let mut times = Vec::new();
    for round in 0..4_000 {
        let begun = Instant::now();
        file.write_all_at(&[7; 168], round * 168)
            .and_then(|()| file.sync_data())
            .expect("a flush");
        times.push(begun.elapsed());
    }
    print_times("floor: write + fdatasync of one record", "disk", times);
}

/// Processor time of all threads of a process that are alive, for figures that other load does not move.
fn cpu(process: &str) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("a process");
    let times =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
    let nanos = times.filter_map(|text| text.split(' ').next()?.parse::<u64>().ok());
    Duration::from_nanos(nanos.sum())
}

/// Of the thread that asks.
fn thread_cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a thread");
    let nanos = text.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanos.expect("nanoseconds"))
}

fn cpu_each(name: &str, used: Duration, count: u64) -> String {
    format!(
        r#", "{name}": {:.2}"#,
        used.as_nanos() as f64 / 1e3 / count as f64
    )
}

fn print_times(what: &str, durability: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at =
        |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_nanos() as f64 / 1e3;
    println!(
        r#"{{"what": "{what}", "durability": "{durability}", "p50_us": {:.1}, "p99_us": {:.1}, "p999_us": {:.1}}}"#,
        at(0.5),
        at(0.99),
        at(0.999)
    );
}

fn print_rate(what: &str, durability: &str, count: u64, unit: &str, elapsed: Duration, more: &str) {
    let rate = count as f64 / elapsed.as_secs_f64();
    println!(
        r#"{{"what": "{what}", "durability": "{durability}", "per_second": {rate:.0}, "unit": "{unit}"{more}}}"#
    );
}

async fn sidecar(dir: &Path, durability: &str) -> Sidecar {
    let mut sidecar = start(dir, &["--durability", durability, "--segment-mib", "64"]).await;
    sidecar.put("AAPL").await;
    sidecar
}

/// One at a time: a question without a flush, an order over the session, an order over a unary call.
async fn round_trips(dir: &Path, durability: &str) {
    const ROUNDS: u64 = 4_000;
    let mut sidecar = sidecar(dir, durability).await;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let request = pb::GetBookRequest {
            symbol: "AAPL".into(),
            depth: 1,
        };
        let begun = Instant::now();
        sidecar.client.get_book(request).await.expect("a book");
        times.push(begun.elapsed());
    }
    print_times(
        "floor: a unary call through the engine, no journal",
        durability,
        times,
    );

    let mut session = sidecar.session(0).await;
    session.catch_up().await;
    let (mut times, mut venue) = (Vec::new(), Vec::new());
    for number in 1..=ROUNDS {
        let command = vec![flow(number, "AAPL")];
        let begun = Instant::now();
        assert!(session.send(command).await);
        let Some(Response::Reports(reports)) = session.next().await.expect("a report") else {
            panic!("no report")
        };
        times.push(begun.elapsed());
        venue.push(Duration::from_nanos(
            reports.reports[0].venue_duration_ns as u64,
        ));
    }
    print_times("round trip of an order over the session", durability, times);
    print_times("of which in the sidecar until journaled", durability, venue);

    // Or its reports would be sent twice.
    drop(session);
    let mut times = Vec::new();
    for number in ROUNDS + 1..=2 * ROUNDS {
        let command = flow(number, "AAPL");
        let begun = Instant::now();
        sidecar.execute(command).await;
        times.push(begun.elapsed());
    }
    print_times("round trip of an order by Execute", durability, times);
}

/// As many orders as go through one session; each is counted when its own report is back.
async fn stream(dir: &Path, durability: &str) {
    const ORDERS: u64 = 1_000_000;
    let mut sidecar = sidecar(dir, durability).await;
    let mut session = sidecar.session(0).await;
    session.catch_up().await;
    let window = Arc::new(Semaphore::new(WINDOW));
    let batches: Vec<Vec<pb::Command>> = (1..=ORDERS)
        .collect::<Vec<_>>()
        .chunks(BATCH)
        .map(|chunk| chunk.iter().map(|number| flow(*number, "AAPL")).collect())
        .collect();
    let (requests, room) = (session.requests.clone(), window.clone());
    let child = sidecar.child.id().to_string();
    let (own_cpu, child_cpu) = (cpu("self"), cpu(&child));
    let begun = Instant::now();
    let sender = tokio::spawn(async move {
        for commands in batches {
            room.acquire_many(commands.len() as u32)
                .await
                .expect("the window stays")
                .forget();
            let commands = pb::session_request::Request::Commands(pb::Commands { commands });
            requests
                .send(common::session_request(commands))
                .await
                .expect("the session stays");
        }
    });
    let (mut orders, mut reports) = (0, 0);
    while orders < ORDERS {
        let Some(Response::Reports(more)) = session.next().await.expect("reports") else {
            panic!("refused")
        };
        reports += more.reports.len() as u64;
        let done = more
            .reports
            .iter()
            .filter(|report| report.r#type == 1)
            .count();
        orders += done as u64;
        window.add_permits(done);
    }
    let elapsed = begun.elapsed();
    sender.await.expect("all sent");
    let more = format!(
        r#", "reports_per_second": {:.0}{}{}"#,
        reports as f64 / elapsed.as_secs_f64(),
        cpu_each(
            "sidecar_cpu_us",
            cpu(&child).saturating_sub(child_cpu),
            ORDERS
        ),
        cpu_each("client_cpu_us", cpu("self").saturating_sub(own_cpu), ORDERS),
    );
    print_rate(
        "orders streamed over one session, journaled",
        durability,
        ORDERS,
        "orders",
        elapsed,
        &more,
    );
}

fn settings(dir: &Path, durability: &str) -> Settings {
    let journal = dir.join("journal");
    Settings::parse_from(
        [
            "cift-matcher",
            "--listen",
            "unix:/unused",
            "--snapshot-commands",
            "0",
        ]
        .map(String::from)
        .into_iter()
        .chain([
            "--journal".to_owned(),
            journal.display().to_string(),
            "--durability".to_owned(),
            durability.to_owned(),
        ]),
    )
}

/// 60 % resting orders, 30 % cancels, 10 % orders that take, as in the matching benchmark.
fn commands(count: u64) -> Vec<Incoming> {
    let symbol = SymbolId(0);
    let name = "AAPL".parse().ok();
    let put = PutInstrument {
        symbol,
        name: "AAPL".parse().expect("a name"),
        tick: Price(10_000_000),
        lot: Qty(1_000_000_000),
    };
    let mut commands = vec![incoming(0, put.into(), name)];
    let mut random = 1_u64;
    let mut below = |bound: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % bound
    };
    let mut resting = Vec::new();
    for number in 1..count {
        let kind = below(10);
        let (side, sign) = if below(2) == 0 {
            (Side::Buy, -1)
        } else {
            (Side::Sell, 1)
        };
        let quantity = Qty::from_units(1 + below(100) as i64, 0);
        let id = OrderId(u128::from(number) << 64 | 9);
        let account = AccountId(1 + u128::from(below(1_000)));
        if kind < 3 && !resting.is_empty() {
            let at = below(resting.len() as u64) as usize;
            let order_id = resting.swap_remove(at);
            commands.push(incoming(number, Cancel { order_id }.into(), None));
            continue;
        }
        let distance = if kind == 9 { -5 } else { 1 + below(500) as i64 };
        let price = Price((100_000 + sign * distance) * 10_000_000);
        let order = NewOrder::limit(id, account, symbol, side, quantity, price);
        let time_in_force = if kind == 9 {
            TimeInForce::Ioc
        } else {
            TimeInForce::Gtc
        };
        if kind != 9 {
            resting.push(id);
        }
        commands.push(incoming(
            number,
            NewOrder {
                time_in_force,
                ..order
            }
            .into(),
            name,
        ));
    }
    commands
}

fn incoming(
    client_sequence: u64,
    action: Action,
    symbol: Option<cift_core::SymbolName>,
) -> Incoming {
    Incoming {
        client_sequence,
        command: Command {
            time_ns: client_sequence as i64,
            action,
        },
        symbol,
    }
}

/// The engine thread and its journal, fed without gRPC.
async fn engine_alone(dir: &Path, durability: &str) {
    const COMMANDS: u64 = 4_000_000;
    let settings = settings(dir, durability);
    let started =
        engine::start(&settings, &Arc::new(Metrics::default()), None).expect("an empty journal");
    let (queue, requests, engine) = (started.queue, started.requests, started.engine);
    let thread = std::thread::spawn(move || {
        let result = engine.run(&requests);
        (result, thread_cpu())
    });
    let (refusals, mut refused) = tokio::sync::mpsc::channel(1 << 20);
    let batches: Vec<Vec<Incoming>> = commands(COMMANDS)
        .chunks(1_024)
        .map(<[_]>::to_vec)
        .collect();
    let begun = Instant::now();
    for batch in batches {
        let mut batch = batch;
        while let Err((_, back)) = queue.submit(batch, Instant::now(), &refusals).await {
            batch = back;
        }
    }
    // Answered behind the last group, which is on disk by then.
    let asked = queue.ask(cift_core::Venue::last_sequence).await;
    asked.expect("the engine works");
    let elapsed = begun.elapsed();
    drop(refusals);
    let mut count = 0;
    while let Some(list) = refused.recv().await {
        count += list.len();
    }
    // Ends without the snapshot that draining writes, so that the start has everything to replay.
    drop(queue);
    let (result, engine_cpu) = thread.join().expect("the engine ends");
    result.expect("the journal is whole");
    let more = format!(
        r#", "refused": {count}{}"#,
        cpu_each("engine_cpu_us", engine_cpu, COMMANDS)
    );
    print_rate(
        "commands journaled in groups, engine alone",
        durability,
        COMMANDS,
        "commands",
        elapsed,
        &more,
    );
}

fn recovery(dir: &Path) {
    let settings = settings(dir, "disk");
    let (begun, begun_cpu) = (Instant::now(), thread_cpu());
    let started = engine::start(&settings, &Arc::new(Metrics::default()), None).expect("recovers");
    let (elapsed, used) = (begun.elapsed(), thread_cpu() - begun_cpu);
    let reports = started.tape.last();
    let mut events = 0;
    let mut state = engine::replay::load(&started.reader, |_| true).expect("a state");
    state
        .advance(&started.reader, u64::MAX, |_, more| {
            events += more.len() as u64;
            std::ops::ControlFlow::Continue(())
        })
        .expect("replays");
    let more = format!(
        r#", "commands_per_second": {:.0}, "reports_per_second": {:.0}{}"#,
        state.record as f64 / elapsed.as_secs_f64(),
        reports as f64 / elapsed.as_secs_f64(),
        cpu_each("cpu_us", used, events)
    );
    print_rate(
        "recovery from the journal alone",
        "",
        events,
        "events",
        elapsed,
        &more,
    );
}
