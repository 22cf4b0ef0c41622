//! Spans leave where and when they should: under the caller's trace, as JSON lines or to a collector.

mod common;

use cift_proto::{common::v1::Side, matcher::v1 as pb};
use common::{Sidecar, limit, start};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tonic::{Request, Response, Status};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// One order in a trace, one in none.
async fn trade(sidecar: &mut Sidecar) {
    sidecar.put("AAPL").await;
    let command = Some(limit(1, "AAPL", Side::Buy, 10, 10_000));
    let mut request = Request::new(pb::ExecuteRequest { command });
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    request
        .metadata_mut()
        .insert("traceparent", parent.parse().unwrap());
    sidecar.client.execute(request).await.unwrap();
    sidecar
        .execute(limit(2, "AAPL", Side::Buy, 10, 10_000))
        .await;
    sidecar.signal("TERM");
    assert!(sidecar.child.wait().unwrap().success());
}

/// The one span of the caller's trace.
fn check(requests: &[ExportTraceServiceRequest]) {
    let resources = requests.iter().flat_map(|request| &request.resource_spans);
    let spans: Vec<_> = resources
        .flat_map(|resource| &resource.scope_spans)
        .flat_map(|scope| &scope.spans)
        .collect();
    assert_eq!(spans.len(), 1, "{spans:?}");
    assert_eq!(spans[0].name, "matcher.group");
    let hex: String = spans[0]
        .trace_id
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hex, TRACE);
    assert!(spans[0].end_time_unix_nano > spans[0].start_time_unix_nano);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_traced_call_leaves_one_span_in_the_file() {
    let dir = TempDir::new().unwrap();
    let export = format!("file:{}", dir.path().join("traces").display());
    let mut sidecar = start(
        dir.path(),
        &["--trace-export", &export, "--trace-ratio", "0"],
    )
    .await;
    trade(&mut sidecar).await;
    let text = std::fs::read_to_string(dir.path().join("traces/matcher.jsonl")).unwrap();
    assert!(text.contains(TRACE), "ids are hex: {text}");
    check(
        &text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<_>>(),
    );
}

struct Collector(mpsc::UnboundedSender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.send(request.into_inner()).unwrap();
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_traced_call_reaches_a_collector() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let export = format!("otlp:http://{}", listener.local_addr().unwrap());
    let (give, mut received) = mpsc::unbounded_channel();
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    let service = TraceServiceServer::new(Collector(give));
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(incoming),
    );

    let dir = TempDir::new().unwrap();
    let mut sidecar = start(
        dir.path(),
        &["--trace-export", &export, "--trace-ratio", "0"],
    )
    .await;
    trade(&mut sidecar).await;
    check(&[received.recv().await.unwrap()]);
}
