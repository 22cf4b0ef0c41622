//! What one client sees: commands, refusals, queries, health, the end.

mod common;

use std::collections::HashMap;

use cift_proto::{
    common::v1::Side,
    matcher::v1::{self as pb, command::Command as Wire, session_response::Response},
};
use common::{CENT, SHARE, free_port, get, limit, order_id, put_instrument, quote, start, wire};
use tempfile::TempDir;
use tonic::Code;
use tonic_types::StatusExt;

fn reason(answer: &pb::ExecuteResponse) -> &str {
    assert!(answer.reports.is_empty());
    &answer.refusal.as_ref().expect("a refusal").reason
}

#[tokio::test]
async fn a_venue_of_another_name_gives_ids_of_its_own_and_says_that_it_lives() {
    let dir = TempDir::new().unwrap();
    let port = free_port();
    let metrics = format!("127.0.0.1:{port}");
    let arguments = ["--venue", "PAPER-copy", "--metrics", &metrics];
    let mut sidecar = start(dir.path(), &arguments).await;
    sidecar.put("AAPL").await;
    let answer = sidecar
        .execute(limit(1, "AAPL", Side::Buy, 10, 10_002))
        .await;
    assert_eq!(answer.reports[0].execution_id, "PAPER-copy-AAPL-1");
    let alive = get(port, "/healthz").await;
    assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
}

#[tokio::test]
async fn orders_trade_and_can_be_looked_up() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    sidecar.execute(quote("AAPL", 10_000, 10_002, 500)).await;

    let answer = sidecar
        .execute(limit(1, "AAPL", Side::Buy, 10, 10_002))
        .await;
    let kinds: Vec<_> = answer
        .reports
        .iter()
        .map(|report| (report.sequence, report.r#type()))
        .collect();
    use cift_proto::common::v1::ExecutionType::{New, Trade};
    assert_eq!(kinds, [(1, New), (2, Trade)]);
    let trade = &answer.reports[1];
    assert_eq!(trade.execution_id, "PAPER-AAPL-2");
    assert_eq!(
        (trade.last_price_nanos, trade.last_quantity_nanos),
        (10_002 * CENT, 10 * SHARE)
    );
    assert!(trade.venue_duration_ns >= trade.match_duration_ns && trade.match_duration_ns > 0);

    // The same order again changes nothing, and its fate can be asked for.
    let hash = sidecar.status().await.state_hash;
    let answer = sidecar
        .execute(limit(1, "AAPL", Side::Buy, 10, 10_002))
        .await;
    assert_eq!(reason(&answer), "DUPLICATE_ORDER");
    assert_eq!(sidecar.status().await.state_hash, hash);
    let request = pb::GetOrderRequest {
        order_id: order_id(1),
    };
    let order = sidecar
        .client
        .get_order(request)
        .await
        .unwrap()
        .into_inner()
        .order
        .unwrap();
    assert!(!order.open);
    assert_eq!(
        (
            order.quantity_nanos,
            order.leaves_quantity_nanos,
            order.last_sequence
        ),
        (10 * SHARE, 0, 2)
    );
    assert_eq!(order.last_report.unwrap().r#type(), Trade);

    let answer = sidecar.execute(limit(2, "AAPL", Side::Buy, 5, 9_999)).await;
    assert_eq!(answer.reports[0].leaves_quantity_nanos, 5 * SHARE);
    let orders = sidecar
        .client
        .list_orders(pb::ListOrdersRequest::default())
        .await
        .unwrap()
        .into_inner()
        .orders;
    assert_eq!(
        orders
            .iter()
            .map(|order| order.order_id.clone())
            .collect::<Vec<_>>(),
        [order_id(2)]
    );
    let request = pb::GetBookRequest {
        symbol: "AAPL".into(),
        depth: 5,
    };
    let book = sidecar.client.get_book(request).await.unwrap().into_inner();
    let bids: Vec<_> = book
        .bids
        .iter()
        .map(|level| (level.price_nanos / CENT, level.quantity_nanos / SHARE))
        .collect();
    assert_eq!(bids, [(10_000, 500), (9_999, 5)]);
    assert_eq!(book.asks[0].quantity_nanos, 490 * SHARE);
    assert_eq!(book.sequence, 3);
}

#[tokio::test]
async fn a_listed_order_names_the_sequence_of_its_last_report() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    for command in [
        limit(1, "AAPL", Side::Buy, 10, 10_000),
        limit(2, "AAPL", Side::Buy, 5, 10_000),
        // Reports 3 to 5: new, the resting order's fill, its own.
        limit(3, "AAPL", Side::Sell, 4, 10_000),
        wire(
            4,
            Wire::ReplaceOrder(pb::ReplaceOrder {
                order_id: order_id(2),
                new_order_id: order_id(20),
                quantity_nanos: 3 * SHARE,
                limit_price_nanos: 10_000 * CENT,
                ..Default::default()
            }),
        ),
    ] {
        assert_eq!(sidecar.execute(command).await.refusal, None);
    }
    let listed = sidecar
        .client
        .list_orders(pb::ListOrdersRequest::default())
        .await
        .unwrap()
        .into_inner()
        .orders;
    let last: HashMap<_, _> = listed
        .iter()
        .map(|order| (order.order_id.clone(), order.last_sequence))
        .collect();
    assert_eq!(last, HashMap::from([(order_id(1), 4), (order_id(20), 6)]));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_field_and_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    let hash = sidecar.status().await.state_hash;
    let order = |change: fn(&mut pb::NewOrder)| {
        let mut command = limit(1, "AAPL", Side::Buy, 10, 10_000);
        let Some(Wire::NewOrder(order)) = &mut command.command else {
            unreachable!()
        };
        change(order);
        command
    };
    let cancel = pb::CancelOrder {
        order_id: order_id(99),
        symbol: "AAPL".into(),
    };
    let cases = [
        (
            order(|order| order.symbol = "MSFT".into()),
            "UNKNOWN_SYMBOL",
            "symbol",
        ),
        (
            order(|order| order.symbol = "🦀".repeat(10_0000)),
            "UNKNOWN_SYMBOL",
            "symbol",
        ),
        (
            order(|order| order.order_id = "1".into()),
            "INVALID_ID",
            "order_id",
        ),
        (
            order(|order| order.account_id = String::new()),
            "INVALID_ID",
            "account_id",
        ),
        (order(|order| order.side = 9), "INVALID_COMMAND", "side"),
        (order(|order| order.r#type = 0), "INVALID_COMMAND", "type"),
        (
            order(|order| order.time_in_force = -1),
            "INVALID_TIME_IN_FORCE",
            "time_in_force",
        ),
        (
            order(|order| order.trail_percent_bp = -1),
            "INVALID_TRAIL",
            "trail_percent_bp",
        ),
        (
            order(|order| order.quantity_nanos = 0),
            "INVALID_QUANTITY",
            "quantity_nanos",
        ),
        (
            order(|order| order.quantity_nanos = i64::MIN),
            "INVALID_QUANTITY",
            "quantity_nanos",
        ),
        (
            order(|order| order.quantity_nanos = 1),
            "OFF_LOT",
            "quantity_nanos",
        ),
        (
            order(|order| order.limit_price_nanos += 1),
            "OFF_TICK",
            "limit_price_nanos",
        ),
        (
            wire(1, Wire::CancelOrder(cancel)),
            "UNKNOWN_ORDER",
            "order_id",
        ),
        (
            wire(1, Wire::SetQuote(pb::SetQuote { quote: None })),
            "INVALID_COMMAND",
            "quote",
        ),
        (
            pb::Command {
                client_sequence: 1,
                ..Default::default()
            },
            "INVALID_COMMAND",
            "command",
        ),
    ];
    for (command, expected, field) in cases {
        let answer = sidecar.execute(command).await;
        assert_eq!(reason(&answer), expected);
        let refusal = answer.refusal.unwrap();
        assert!(
            refusal.message.contains(field) && refusal.message.len() < 400,
            "{}",
            refusal.message
        );
        assert_eq!(refusal.client_sequence, 1);
    }
    assert_eq!(sidecar.status().await.state_hash, hash);

    let unknown = pb::GetBookRequest {
        symbol: "MSFT".into(),
        depth: 0,
    };
    let status = sidecar.client.get_book(unknown).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "UNKNOWN_SYMBOL"
    );
    let unknown = pb::GetOrderRequest {
        order_id: order_id(5),
    };
    assert_eq!(
        sidecar.client.get_order(unknown).await.unwrap_err().code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn sigterm_hands_out_every_event_writes_a_snapshot_and_ends_well() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    let mut session = sidecar.session(0).await;
    session.catch_up().await;
    let orders =
        (1..=3_000).map(|number| limit(number, "AAPL", Side::Buy, 1, 9_000 + number as i64 % 100));
    assert!(session.send(orders.collect()).await);
    // The first report tells that the whole message was taken.
    let Some(Response::Reports(mut reports)) = session.next().await.unwrap() else {
        panic!("no reports")
    };
    sidecar.signal("TERM");
    let status = loop {
        match session.next().await {
            Ok(Some(Response::Reports(more))) => reports.reports.extend(more.reports),
            Ok(other) => panic!("{other:?}"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.get_details_error_info().unwrap().reason, "DRAINING");
    assert_eq!(reports.reports.len(), 3_000);
    assert!(sidecar.child.wait().unwrap().success());

    let records = std::fs::read_dir(dir.path().join("journal")).unwrap();
    let names: Vec<_> = records
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names.contains(&"00000000000000003001.snapshot".to_owned()),
        "{names:?}"
    );
    let mut sidecar = start(dir.path(), &[]).await;
    let status = sidecar.status().await;
    assert_eq!((status.last_sequence, status.open_orders), (3_000, 3_000));
    // What happened before the snapshot can still be read, also of one order.
    let cancel = pb::CancelOrder {
        order_id: order_id(7),
        symbol: "AAPL".into(),
    };
    sidecar.execute(wire(0, Wire::CancelOrder(cancel))).await;
    sidecar
        .client
        .snapshot(pb::SnapshotRequest {})
        .await
        .unwrap();
    drop(sidecar);
    let mut sidecar = start(dir.path(), &["--snapshot-commands", "0"]).await;
    let request = pb::GetOrderRequest {
        order_id: order_id(7),
    };
    let order = sidecar.client.get_order(request).await.unwrap();
    let order = order.into_inner().order.unwrap();
    assert_eq!((order.open, order.last_sequence), (false, 3_001));
    assert_eq!(sidecar.session(2_990).await.catch_up().await.len(), 11);
}

#[tokio::test]
async fn health_and_reflection_answer() {
    use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let dir = TempDir::new().unwrap();
    let _sidecar = start(dir.path(), &[]).await;
    let endpoint = format!("unix:{}", dir.path().join("m.sock").display());
    let channel = tonic::transport::Endpoint::try_from(endpoint)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let health = HealthClient::new(channel.clone())
        .check(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(health.status, 1);
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::once(request))
        .await;
    let answer = answers
        .unwrap()
        .into_inner()
        .message()
        .await
        .unwrap()
        .unwrap();
    let Some(MessageResponse::ListServicesResponse(services)) = answer.message_response else {
        panic!("{answer:?}")
    };
    assert!(
        services
            .service
            .iter()
            .any(|service| service.name == "cift.matcher.v1.MatcherService")
    );
}

#[tokio::test]
async fn the_same_instrument_again_is_accepted() {
    let dir = TempDir::new().unwrap();
    let mut sidecar = start(dir.path(), &[]).await;
    sidecar.put("AAPL").await;
    sidecar.put("MSFT").await;
    sidecar.put("AAPL").await;
    let answer = sidecar.execute(put_instrument("")).await;
    assert_eq!(reason(&answer), "UNKNOWN_SYMBOL");
}
