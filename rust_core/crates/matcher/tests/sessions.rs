//! Sessions: resume, slow and broken clients, a full queue.

mod common;

use std::collections::{HashMap, HashSet};

use cift_proto::{
    common::v1::Side,
    matcher::v1::{
        self as pb, session_request::Request as SessionWire, session_response::Response,
    },
};
use common::{Session, flow, free_port, limit, metric, order_id, session_request, start};
use tempfile::TempDir;
use tonic::Code;
use tonic_types::StatusExt;

/// Sends `numbers` in one session and gives every report up to the last.
async fn trade(
    session: &mut Session,
    numbers: std::ops::RangeInclusive<u64>,
) -> Vec<pb::ExecutionReport> {
    let mut left: HashSet<String> = numbers.clone().map(order_id).collect();
    let commands: Vec<_> = numbers.map(|number| flow(number, "AAPL")).collect();
    for chunk in commands.chunks(500) {
        assert!(session.send(chunk.to_vec()).await);
    }
    let mut reports = Vec::new();
    while !left.is_empty() {
        let Some(Response::Reports(more)) = session.next().await.unwrap() else {
            panic!("no reports")
        };
        for report in more.reports {
            left.remove(&report.order_id);
            reports.push(report);
        }
    }
    reports
}

/// What does not depend on when it was measured.
fn plain(report: &pb::ExecutionReport) -> pb::ExecutionReport {
    pb::ExecutionReport {
        venue_duration_ns: 0,
        match_duration_ns: 0,
        ..report.clone()
    }
}

#[tokio::test]
async fn a_resume_has_no_gap_and_no_double_wherever_it_begins() {
    let dir = TempDir::new().unwrap();
    let arguments = ["--tape", "300", "--snapshot-commands", "900"];
    let mut sidecar = start(dir.path(), &arguments).await;
    sidecar.put("AAPL").await;
    let mut live = sidecar.session(0).await;
    assert!(live.catch_up().await.is_empty());
    let mut seen = trade(&mut live, 1..=2_500).await;

    for restarted in [false, true] {
        if restarted {
            drop(sidecar);
            sidecar = start(dir.path(), &arguments).await;
            live = sidecar.session(seen.len() as u64).await;
            assert!(live.catch_up().await.is_empty());
            seen.extend(trade(&mut live, 2_501..=3_000).await);
        }
        let last = seen.len() as u64;
        assert!(
            seen.iter()
                .zip(1..)
                .all(|(report, sequence)| report.sequence == sequence)
        );
        for after in [
            0,
            1,
            777,
            last - 301,
            last - 300,
            last - 299,
            last - 1,
            last,
        ] {
            let mut session = sidecar.session(after).await;
            let resumed = session.catch_up().await;
            let expected: Vec<_> = seen[after as usize..].iter().map(plain).collect();
            assert_eq!(
                resumed.iter().map(plain).collect::<Vec<_>>(),
                expected,
                "after {after}"
            );
        }
    }

    let mut ahead = sidecar.session(1 << 40).await;
    let status = ahead.next().await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap().clone();
    assert_eq!(
        (
            info.reason.as_str(),
            info.metadata["last_sequence"].as_str()
        ),
        ("SEQUENCE_AHEAD", &*seen.len().to_string())
    );
}

#[tokio::test]
async fn a_resume_before_what_is_kept_is_refused() {
    let dir = TempDir::new().unwrap();
    let arguments = [
        "--tape",
        "1000",
        "--snapshot-commands",
        "0",
        "--segment-mib",
        "1",
        "--keep-mib",
        "2",
        "--group",
        "64",
    ];
    let mut sidecar = start(dir.path(), &arguments).await;
    sidecar.put("AAPL").await;
    let mut live = sidecar.session(0).await;
    live.catch_up().await;
    let mut reports = 0;
    for round in 0..4_u64 {
        reports += trade(&mut live, round * 6_000 + 1..=(round + 1) * 6_000)
            .await
            .len() as u64;
        let made = sidecar
            .client
            .snapshot(pb::SnapshotRequest {})
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            (made.sequence, made.state_hash),
            (reports, sidecar.status().await.state_hash)
        );
    }
    let first = sidecar.status().await.first_sequence;
    assert!(first > 1);
    let kept = sidecar.session(first - 1).await.catch_up().await;
    assert_eq!(
        (kept[0].sequence, kept.last().unwrap().sequence),
        (first, reports)
    );
    let status = sidecar.session(0).await.next().await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "SEQUENCE_NOT_KEPT"
    );
}

#[tokio::test]
async fn a_client_that_stops_reading_is_cut_off_and_others_are_not() {
    let dir = TempDir::new().unwrap();
    let port = free_port();
    let metrics = format!("127.0.0.1:{port}");
    let arguments = ["--tape", "2000", "--stall-ms", "200", "--metrics", &metrics];
    let mut sidecar = start(dir.path(), &arguments).await;
    sidecar.put("AAPL").await;
    let mut slow = sidecar.session(0).await;
    slow.catch_up().await;
    let mut live = sidecar.session(0).await;
    live.catch_up().await;
    let mut reports = 0;
    // Its session ends while it still does not read; what it was sent by then is what fits on the way.
    for round in 0.. {
        assert!(
            round < 500,
            "a session that is not read goes on after {reports} reports"
        );
        reports += trade(&mut live, round * 1_000 + 1..=(round + 1) * 1_000)
            .await
            .len();
        if metric(
            port,
            r#"cift_matcher_sessions_ended_total{reason="SLOW_CONSUMER"}"#,
        )
        .await
            > 0.0
        {
            break;
        }
    }
    assert_eq!(metric(port, "cift_matcher_sessions").await, 1.0);
    let (received, status) = loop_to_end(&mut slow).await;
    assert!(
        received < reports,
        "what it did not read was not kept for it"
    );
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "SLOW_CONSUMER"
    );
    // It connects again and misses nothing.
    let rest = sidecar.session(received as u64).await.catch_up().await;
    assert_eq!(rest.len(), reports - received);
}

/// The number of reports and the status at the end.
async fn loop_to_end(session: &mut Session) -> (usize, tonic::Status) {
    let mut reports = 0;
    loop {
        match session.next().await {
            Ok(Some(Response::Reports(more))) => reports += more.reports.len(),
            Ok(other) => panic!("{other:?}"),
            Err(status) => return (reports, status),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_and_every_command_is_answered_once() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &["--queue", "1024", "--queue-wait-ms", "0"]).await;
    sidecar.put("AAPL").await;
    let mut sessions = Vec::new();
    for client in 0..4_u64 {
        let mut session = sidecar.session(0).await;
        session.catch_up().await;
        sessions.push(tokio::spawn(async move {
            let numbers = client * 100_000 + 1..=client * 100_000 + 20_000;
            let mut answers: HashMap<u64, &str> = HashMap::new();
            let ids: HashMap<String, u64> = numbers
                .clone()
                .map(|number| (order_id(number), number))
                .collect();
            let (requests, commands) = (
                session.requests.clone(),
                numbers
                    .map(|number| limit(number, "AAPL", Side::Buy, 1, 9_000 + number as i64 % 500)),
            );
            let commands: Vec<_> = commands.collect();
            let sender = tokio::spawn(async move {
                for chunk in commands.chunks(1_000) {
                    let commands = pb::Commands {
                        commands: chunk.to_vec(),
                    };
                    requests
                        .send(session_request(SessionWire::Commands(commands)))
                        .await
                        .unwrap();
                }
            });
            while answers.len() < ids.len() {
                match session.next().await.unwrap() {
                    Some(Response::Reports(more)) => {
                        for number in more
                            .reports
                            .iter()
                            .filter_map(|report| ids.get(&report.order_id))
                        {
                            assert_eq!(answers.insert(*number, "accepted"), None);
                        }
                    }
                    Some(Response::Refusal(refusal)) => {
                        assert_eq!(refusal.reason, "BACK_PRESSURE");
                        assert_eq!(ids[&refusal.order_id], refusal.client_sequence);
                        assert_eq!(answers.insert(refusal.client_sequence, "refused"), None);
                    }
                    other => panic!("{other:?}"),
                }
            }
            sender.await.unwrap();
            answers
                .values()
                .filter(|answer| **answer == "refused")
                .count()
        }));
    }
    let mut refused = 0;
    for session in sessions {
        refused += session.await.unwrap();
    }
    assert!(refused > 0, "nothing was refused");
    assert_eq!(
        sidecar.status().await.open_orders as usize,
        80_000 - refused
    );
}

#[tokio::test]
async fn bytes_that_are_no_message_end_that_session_only() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    let mut other = sidecar.session(0).await;
    other.catch_up().await;

    // A varint where a session request has a message.
    let endpoint = format!("unix:{}", dir.path().join("m.sock").display());
    let channel = tonic::transport::Endpoint::try_from(endpoint)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let mut raw = tonic::client::Grpc::new(channel);
    raw.ready().await.unwrap();
    let codec =
        tonic_prost::ProstCodec::<pb::get_book_response::Level, pb::SessionResponse>::default();
    let garbage = tokio_stream::once(pb::get_book_response::Level {
        price_nanos: 7,
        ..Default::default()
    });
    let path = "/cift.matcher.v1.MatcherService/Session".parse().unwrap();
    let answer = raw
        .streaming(tonic::Request::new(garbage), path, codec)
        .await
        .unwrap();
    let status = answer.into_inner().message().await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "INVALID_MESSAGE"
    );

    // Commands before the resume.
    let mut eager = Session::open(&mut sidecar.client, 0).await;
    eager
        .requests
        .send(session_request(SessionWire::Resume(pb::Resume::default())))
        .await
        .unwrap();
    eager.catch_up().await;
    assert_eq!(
        eager.next().await.unwrap_err().code(),
        Code::InvalidArgument
    );

    assert_eq!(trade(&mut other, 1..=10).await[0].sequence, 1);
}

#[tokio::test]
async fn a_client_that_ends_gets_everything_it_caused_first() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    let session = sidecar.session(0).await;
    assert!(
        session
            .send((1..=2_000).map(|number| flow(number, "AAPL")).collect())
            .await
    );
    let Session {
        requests,
        mut responses,
    } = session;
    drop(requests);
    let mut ids = HashSet::new();
    while let Some(message) = responses.message().await.unwrap() {
        if let Some(Response::Reports(reports)) = message.response {
            ids.extend(reports.reports.into_iter().map(|report| report.order_id));
        }
    }
    assert_eq!(ids.len(), 2_000);
}
