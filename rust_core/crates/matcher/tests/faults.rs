//! The process is killed, its disk fills up, its files are not what they should be.

mod common;

use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::Path,
    process::{Command, Stdio},
};

use cift_journal::Reader;
use cift_matcher::{RECORD_FORMAT, engine::replay::State};
use cift_proto::{
    common::v1::{ExecutionType, Side},
    matcher::v1::{self as pb, session_response::Response},
};
use common::{Sidecar, connect, flow, limit, order_id, spawn, start};
use tempfile::TempDir;

/// How often the process is killed; `CIFT_TEST_LONG=1` for the long variant.
fn rounds() -> u64 {
    if std::env::var_os("CIFT_TEST_LONG").is_some() {
        100
    } else {
        4
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What identifies a report; the rest follows from the same commands.
fn key(report: &pb::ExecutionReport) -> (String, i32, i64, String) {
    (
        report.execution_id.clone(),
        report.r#type,
        report.last_quantity_nanos,
        report.order_id.clone(),
    )
}

#[tokio::test]
async fn killed_under_load_it_has_every_acknowledged_command_once() {
    let seed = 20_261_122;
    let mut random = Random(seed);
    let dir = TempDir::new().unwrap();
    let arguments = ["--snapshot-commands", "3000", "--tape", "500"];
    let mut seen: Vec<(String, i32, i64, String)> = Vec::new();
    let mut unanswered: Vec<u64> = Vec::new();
    let mut next = 1;
    for round in 0..rounds() {
        let mut sidecar = start(dir.path(), &arguments).await;
        sidecar.put("AAPL").await;
        let mut session = sidecar.session(seen.len() as u64).await;
        for report in session.catch_up().await {
            assert_eq!(
                report.sequence,
                seen.len() as u64 + 1,
                "seed {seed} round {round}"
            );
            seen.push(key(&report));
        }
        // What was not answered is sent again, as a client must.
        let mut again: Vec<_> = std::mem::take(&mut unanswered);
        again.extend(next..next + 4_000);
        next += 4_000;
        let mut waiting: HashMap<String, u64> = again
            .iter()
            .map(|number| (order_id(*number), *number))
            .collect();
        let requests = session.requests.clone();
        let sender = tokio::spawn(async move {
            for chunk in again.chunks(50) {
                let commands = chunk.iter().map(|number| flow(*number, "AAPL")).collect();
                let commands = pb::session_request::Request::Commands(pb::Commands { commands });
                if requests
                    .send(common::session_request(commands))
                    .await
                    .is_err()
                {
                    return;
                }
            }
        });
        let kill_after = seen.len() as u64 + random.below(4_000);
        let mut killed = false;
        loop {
            if !killed && seen.len() as u64 > kill_after {
                sidecar.child.kill().unwrap();
                killed = true;
            }
            match session.next().await {
                Ok(Some(Response::Reports(reports))) => {
                    for report in reports.reports {
                        assert_eq!(
                            report.sequence,
                            seen.len() as u64 + 1,
                            "seed {seed} round {round}"
                        );
                        waiting.remove(&report.order_id);
                        seen.push(key(&report));
                    }
                }
                Ok(Some(Response::Refusal(refusal))) => {
                    assert_eq!(
                        refusal.reason, "DUPLICATE_ORDER",
                        "seed {seed} round {round}"
                    );
                    waiting.remove(&refusal.order_id);
                }
                Ok(other) => panic!("{other:?}"),
                Err(_) if killed => break,
                Err(status) => panic!("{status}"),
            }
            if waiting.is_empty() && !killed {
                sidecar.child.kill().unwrap();
                killed = true;
            }
        }
        sender.await.unwrap();
        unanswered.extend(waiting.values());
        unanswered.sort_unstable();
    }

    let mut sidecar = start(dir.path(), &arguments).await;
    let all: Vec<_> = sidecar
        .session(0)
        .await
        .catch_up()
        .await
        .iter()
        .map(key)
        .collect();
    assert_eq!(all[..seen.len()], seen, "seed {seed}");
    let mut orders = HashMap::new();
    for (_, kind, _, id) in all
        .iter()
        .filter(|report| report.1 == i32::from(ExecutionType::New))
    {
        assert_eq!(
            orders.insert(id.clone(), kind),
            None,
            "seed {seed}: {id} twice"
        );
    }
    let status = sidecar.status().await;
    assert_eq!(
        status.state_hash,
        hash_from_the_first_record(&dir.path().join("journal")),
        "seed {seed}"
    );
}

/// The state that the commands alone give, without any snapshot.
fn hash_from_the_first_record(journal: &Path) -> String {
    let reader = Reader::new(journal, RECORD_FORMAT);
    let venue = cift_core::Venue::new(cift_core::VenueConfig::default());
    let mut state = State { venue, record: 0 };
    state
        .advance(&reader, u64::MAX, |_, _| ControlFlow::Continue(()))
        .unwrap();
    state.venue.state_hash().to_string()
}

#[tokio::test]
async fn a_full_disk_refuses_until_there_is_space() {
    let dir = TempDir::new().unwrap();
    // A small file system of its own, seen by the sidecar alone; the test reaches it through /proc.
    let script = r#"mount -t tmpfs -o size=6500k cift "$1" && shift && exec "$@""#;
    let target = dir.path().join("journal");
    std::fs::create_dir(&target).unwrap();
    let program = common::command(
        dir.path(),
        &[
            "--segment-mib",
            "2",
            "--group",
            "64",
            "--snapshot-commands",
            "0",
        ],
    );
    let mut unshared = Command::new("unshare");
    unshared
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(&target);
    unshared
        .arg(program.get_program())
        .args(program.get_args())
        .stdin(Stdio::null());
    let mut probe = Command::new("unshare");
    probe
        .args(["--mount", "--map-root-user", "mount", "-t", "tmpfs", "cift"])
        .arg(&target)
        .stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: this machine lets no process mount a file system of its own");
        return;
    }
    let mut child = unshared.spawn().unwrap();
    let client = connect(dir.path(), &mut child).await;
    let mut sidecar = Sidecar { child, client };
    sidecar.put("AAPL").await;
    let inside = Path::new("/proc")
        .join(sidecar.child.id().to_string())
        .join("root")
        .join(target.strip_prefix("/").unwrap());
    let ballast = inside.join("ballast");
    std::fs::write(&ballast, vec![1; 1 << 20]).unwrap();

    let mut session = sidecar.session(0).await;
    session.catch_up().await;
    let (mut accepted, mut next, mut full) = (0_u64, 1, false);
    while !full {
        assert!(next < 100_000, "the disk does not fill up");
        assert!(
            session
                .send(
                    (next..next + 100)
                        .map(|number| limit(number, "AAPL", Side::Buy, 1, 9_000))
                        .collect()
                )
                .await
        );
        next += 100;
        let mut answered = 0;
        while answered < 100 {
            match session.next().await.unwrap() {
                Some(Response::Reports(reports)) => {
                    answered += reports.reports.len();
                    accepted += reports.reports.len() as u64;
                }
                Some(Response::Refusal(refusal)) => {
                    assert_eq!(refusal.reason, "DISK_FULL");
                    answered += 1;
                    full = true;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let status = sidecar.status().await;
    assert_eq!(
        (status.open_orders, status.last_sequence),
        (accepted, accepted)
    );

    std::fs::remove_file(ballast).unwrap();
    let answer = sidecar
        .execute(limit(next, "AAPL", Side::Buy, 1, 9_000))
        .await;
    assert_eq!(answer.refusal, None);
    assert_eq!(answer.reports[0].sequence, accepted + 1);
}

/// Starts a sidecar that cannot start, and gives what it said.
fn fails_to_start(dir: &Path) -> String {
    let mut command = common::command(dir, &[]);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn it_starts_with_a_torn_tail_and_not_with_damage_or_another_version() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    for number in 1..=20 {
        sidecar.execute(flow(number, "AAPL")).await;
    }
    let before = sidecar.status().await;
    drop(sidecar);
    let segment = dir
        .path()
        .join("journal")
        .join("00000000000000000001.journal");
    let whole = std::fs::read(&segment).unwrap();
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();

    let mut torn = whole.clone();
    torn[end + 200..end + 260].fill(0xab);
    std::fs::write(&segment, &torn).unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    assert_eq!(sidecar.status().await.state_hash, before.state_hash);
    drop(sidecar);

    let mut damaged = whole.clone();
    damaged[200] ^= 1;
    std::fs::write(&segment, &damaged).unwrap();
    let said = fails_to_start(dir.path());
    assert!(
        said.contains("damaged at byte") && said.contains(segment.to_str().unwrap()),
        "{said}"
    );

    let mut other = whole.clone();
    other[8] = 99;
    std::fs::write(&segment, &other).unwrap();
    let said = fails_to_start(dir.path());
    assert!(
        said.contains("journal version 99, this program reads journal version 1"),
        "{said}"
    );

    std::fs::write(&segment, &whole).unwrap();
    let mut child = spawn(dir.path(), &[]);
    let client = connect(dir.path(), &mut child).await;
    let mut sidecar = Sidecar { child, client };
    assert_eq!(sidecar.status().await.state_hash, before.state_hash);
}
