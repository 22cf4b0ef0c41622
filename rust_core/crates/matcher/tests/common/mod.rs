//! A real sidecar process, and what tests say to it. The benchmark uses it too.
#![allow(dead_code)]

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use cift_proto::{
    common::v1 as common,
    matcher::v1::{
        self as pb, command::Command as Wire, matcher_service_client::MatcherServiceClient,
        session_request::Request as SessionWire, session_response::Response,
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Streaming,
    transport::{Channel, Endpoint},
};

pub type Client = MatcherServiceClient<Channel>;

pub const CENT: i64 = 10_000_000;
pub const SHARE: i64 = 1_000_000_000;

/// Killed when dropped.
pub struct Sidecar {
    pub child: Child,
    pub client: Client,
}

/// Starts a sidecar in `dir` and waits until it answers.
pub async fn start(dir: &Path, arguments: &[&str]) -> Sidecar {
    let mut sidecar = spawn(dir, arguments);
    let client = connect(dir, &mut sidecar).await;
    Sidecar {
        child: sidecar,
        client,
    }
}

pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cift-matcher"));
    command
        .arg("--listen")
        .arg(format!("unix:{}", dir.join("m.sock").display()))
        .arg("--journal")
        .arg(dir.join("journal"))
        .args([
            "--segment-mib",
            "4",
            "--log-level",
            "warn",
            "--log-format",
            "console",
        ])
        .args(arguments)
        .stdin(Stdio::null());
    command
}

pub fn spawn(dir: &Path, arguments: &[&str]) -> Child {
    command(dir, arguments).spawn().expect("the sidecar starts")
}

pub async fn connect(dir: &Path, child: &mut Child) -> Client {
    let endpoint = Endpoint::try_from(format!("unix:{}", dir.join("m.sock").display())).unwrap();
    loop {
        if let Ok(channel) = endpoint.connect().await {
            let mut client = MatcherServiceClient::new(channel).max_decoding_message_size(64 << 20);
            if client.get_status(pb::GetStatusRequest {}).await.is_ok() {
                return client;
            }
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "the sidecar ended instead of serving"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl Sidecar {
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    pub async fn execute(&mut self, command: pb::Command) -> pb::ExecuteResponse {
        let request = pb::ExecuteRequest {
            command: Some(command),
        };
        self.client.execute(request).await.unwrap().into_inner()
    }

    pub async fn status(&mut self) -> pb::GetStatusResponse {
        self.client
            .get_status(pb::GetStatusRequest {})
            .await
            .unwrap()
            .into_inner()
    }

    pub async fn put(&mut self, symbol: &str) {
        let answer = self.execute(put_instrument(symbol)).await;
        assert_eq!(answer.refusal, None);
    }

    pub async fn session(&mut self, after_sequence: u64) -> Session {
        Session::open(&mut self.client, after_sequence).await
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// What the metrics port answers to GET, with its head.
pub async fn get(port: u16, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

/// A metric's value as Prometheus reads it; 0 where it is not there yet.
pub async fn metric(port: u16, name: &str) -> f64 {
    let text = get(port, "/metrics").await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

pub struct Session {
    pub requests: mpsc::Sender<pb::SessionRequest>,
    pub responses: Streaming<pb::SessionResponse>,
}

impl Session {
    pub async fn open(client: &mut Client, after_sequence: u64) -> Self {
        let (requests, receiver) = mpsc::channel(1_024);
        let resume = pb::Resume {
            after_sequence,
            client: "test".into(),
        };
        requests
            .send(session_request(SessionWire::Resume(resume)))
            .await
            .unwrap();
        let responses = client
            .session(ReceiverStream::new(receiver))
            .await
            .unwrap()
            .into_inner();
        Self {
            requests,
            responses,
        }
    }

    /// False where the session is over.
    pub async fn send(&self, commands: Vec<pb::Command>) -> bool {
        self.requests
            .send(session_request(SessionWire::Commands(pb::Commands {
                commands,
            })))
            .await
            .is_ok()
    }

    pub async fn next(&mut self) -> Result<Option<Response>, tonic::Status> {
        Ok(self
            .responses
            .message()
            .await?
            .and_then(|message| message.response))
    }

    /// Reads up to `ResumeComplete` and gives the reports before it.
    pub async fn catch_up(&mut self) -> Vec<pb::ExecutionReport> {
        let mut reports = Vec::new();
        loop {
            match self.next().await.unwrap() {
                Some(Response::Reports(more)) => reports.extend(more.reports),
                Some(Response::ResumeComplete(_)) => return reports,
                other => panic!("not while resuming: {other:?}"),
            }
        }
    }
}

pub fn session_request(request: SessionWire) -> pb::SessionRequest {
    pb::SessionRequest {
        request: Some(request),
    }
}

pub fn wire(client_sequence: u64, command: Wire) -> pb::Command {
    pb::Command {
        client_sequence,
        time_ns: 1_000 + client_sequence as i64,
        command: Some(command),
    }
}

pub fn put_instrument(symbol: &str) -> pb::Command {
    let instrument = common::Instrument {
        symbol: symbol.into(),
        tick_size_nanos: CENT,
        lot_size_nanos: SHARE,
        ..Default::default()
    };
    wire(0, Wire::PutInstrument(instrument))
}

pub fn order_id(number: u64) -> String {
    uuid::Uuid::from_u128(u128::from(number) | 7 << 120).to_string()
}

/// A day order of one account per four numbers; `price` in cents.
pub fn limit(
    number: u64,
    symbol: &str,
    side: common::Side,
    shares: i64,
    price: i64,
) -> pb::Command {
    let order = pb::NewOrder {
        order_id: order_id(number),
        account_id: uuid::Uuid::from_u128(1 + u128::from(number % 4)).to_string(),
        symbol: symbol.into(),
        side: side.into(),
        r#type: common::OrderType::Limit.into(),
        time_in_force: common::TimeInForce::Day.into(),
        quantity_nanos: shares * SHARE,
        limit_price_nanos: price * CENT,
        ..Default::default()
    };
    wire(number, Wire::NewOrder(order))
}

pub fn quote(symbol: &str, bid: i64, ask: i64, shares: i64) -> pb::Command {
    let quote = common::Quote {
        symbol: symbol.into(),
        bid_price_nanos: bid * CENT,
        bid_quantity_nanos: shares * SHARE,
        ask_price_nanos: ask * CENT,
        ask_quantity_nanos: shares * SHARE,
        ..Default::default()
    };
    wire(0, Wire::SetQuote(pb::SetQuote { quote: Some(quote) }))
}

/// A flow that rests, trades and replaces: orders around 100.00 of both sides, deterministic by number.
pub fn flow(number: u64, symbol: &str) -> pb::Command {
    let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let (side, price) = if hash & 1 == 0 {
        (common::Side::Buy, 9_990 + (hash >> 1) as i64 % 12)
    } else {
        (common::Side::Sell, 9_999 + (hash >> 1) as i64 % 12)
    };
    limit(number, symbol, side, 1 + (hash >> 8) as i64 % 9, price)
}
