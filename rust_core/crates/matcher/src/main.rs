//! Wiring: settings, recovery, the engine thread, the servers, and the end.

#![forbid(unsafe_code)]

use std::{
    error::Error, fs, io, os::unix::fs::FileTypeExt, path::Path, process::ExitCode, sync::Arc,
    thread, time::Duration,
};

use cift_matcher::{
    api::{
        reports,
        service::{Service, Venue},
    },
    engine,
    metrics::{self, Metrics},
    settings::{Listen, Settings},
    telemetry,
    traces::Traces,
};
use cift_proto::matcher::v1::server::MatcherServiceServer;
use clap::Parser;
use tokio::{
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::{
    Certificate, Identity, Server, ServerTlsConfig,
    server::{Router, TcpIncoming},
};
use tracing::{error, info, warn};

/// Replays for resumes that may run at once; each holds a whole state.
const REPLAYS: usize = 2;
/// Beyond so many open orders a scrape does not count them by book.
const COUNTED_ORDERS: usize = 100_000;
const LARGEST_MESSAGE: usize = 16 << 20;

type AnyError = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let settings = Settings::parse();
    telemetry::start(&settings);
    match run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(%error, "the matcher stops");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(settings: Settings) -> Result<(), AnyError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    reports::name_venue(settings.venue.clone());
    let metrics = Arc::new(Metrics::default());
    let traces = Traces::start(&settings)?;
    let mut listeners = Vec::new();
    for listen in &settings.listen {
        listeners.push(bind(listen).await?);
    }
    let tls = if listeners.iter().any(Listener::is_tcp) {
        tls(&settings)?
    } else {
        None
    };
    let metrics_listener = match &settings.metrics {
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .map_err(|error| format!("metrics {address}: {error}"))?,
        ),
        None => None,
    };

    let started = {
        let (settings, metrics) = (settings.clone(), metrics.clone());
        let traces = traces.clone();
        tokio::task::spawn_blocking(move || engine::start(&settings, &metrics, traces)).await??
    };
    let (stop, stopped) = watch::channel(false);
    let venue = Arc::new(Venue {
        queue: started.queue.clone(),
        tape: started.tape,
        reader: started.reader,
        snapshots: started.snapshots,
        metrics: metrics.clone(),
        stall: settings.stall(),
        replays: Semaphore::new(REPLAYS),
        stopped: stopped.clone(),
    });

    let (engine_ended, mut engine_end) = tokio::sync::mpsc::channel(1);
    let (engine, requests) = (started.engine, started.requests);
    thread::Builder::new()
        .name("engine".into())
        .spawn(move || {
            let result =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| engine.run(&requests)));
            let result = match result {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => {
                    Err("the engine panicked; a restart recovers what was published".to_owned())
                }
            };
            let _ = engine_ended.blocking_send(result);
        })?;

    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status("", tonic_health::ServingStatus::Serving)
        .await;
    let service = MatcherServiceServer::new(Service::new(venue.clone()))
        .max_decoding_message_size(LARGEST_MESSAGE);
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(cift_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    let mut servers = JoinSet::new();
    for listener in listeners {
        let mut server = Server::builder()
            .tcp_nodelay(true)
            .http2_keepalive_interval(Some(Duration::from_secs(20)))
            .http2_keepalive_timeout(Some(Duration::from_secs(20)))
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20);
        if let Some(tls) = tls.as_ref().filter(|_| listener.is_tcp()) {
            server = server.tls_config(tls.clone())?;
        }
        let router = server
            .add_service(health_service.clone())
            .add_service(reflection.clone())
            .add_service(service.clone());
        servers.spawn(serve(router, listener, stopped.clone()));
    }
    if let Some(listener) = metrics_listener {
        info!(address = %listener.local_addr()?, "metrics");
        let venue = venue.clone();
        let refresh: metrics::Refresh = Arc::new(move || {
            let venue = venue.clone();
            Box::pin(async move { refresh(&venue).await })
        });
        let mut stopped = stopped.clone();
        servers.spawn(async move {
            let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
            metrics::serve(listener, metrics, refresh, stop)
                .await
                .map_err(AnyError::from)
        });
    }
    info!(listen = ?settings.listen, "serving");

    let outcome = tokio::select! {
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
        Some(result) = engine_end.recv() => Some(result),
        Some(result) = servers.join_next() => Some(result?.map_err(|error| error.to_string())),
    };
    health
        .set_service_status("", tonic_health::ServingStatus::NotServing)
        .await;
    let outcome = match outcome {
        Some(Err(error)) => Err(error.into()),
        Some(Ok(())) => Err("a server ended".into()),
        None => {
            info!("draining");
            venue.queue.drain();
            engine_end
                .recv()
                .await
                .unwrap_or(Ok(()))
                .map_err(AnyError::from)
        }
    };
    // Sessions send what they have not sent and end; whoever does not read is cut off.
    stop.send_replace(true);
    let end = tokio::time::timeout(Duration::from_millis(settings.drain_ms), async {
        while servers.join_next().await.is_some() {}
    });
    if end.await.is_err() {
        warn!("some clients did not take their last events in time");
    }
    if let Some(traces) = traces {
        tokio::task::spawn_blocking(move || traces.shutdown()).await?;
    }
    for listen in &settings.listen {
        if let Listen::Unix(path) = listen {
            let _ = fs::remove_file(path);
        }
    }
    outcome
}

enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    fn is_tcp(&self) -> bool {
        matches!(self, Listener::Tcp(_))
    }
}

/// Clients must show a certificate of the CA.
fn tls(settings: &Settings) -> Result<Option<ServerTlsConfig>, AnyError> {
    let (Some(ca), Some(certificate), Some(key)) = (
        &settings.tls_ca,
        &settings.tls_certificate,
        &settings.tls_key,
    ) else {
        return Ok(None);
    };
    let read = |path: &Path| {
        fs::read(path).map_err(|error| AnyError::from(format!("{}: {error}", path.display())))
    };
    Ok(Some(
        ServerTlsConfig::new()
            .identity(Identity::from_pem(read(certificate)?, read(key)?))
            .client_ca_root(Certificate::from_pem(read(ca)?)),
    ))
}

async fn bind(listen: &Listen) -> Result<Listener, AnyError> {
    match listen {
        Listen::Tcp(address) => {
            let listener = TcpListener::bind(address)
                .await
                .map_err(|error| format!("{address}: {error}"))?;
            info!(address = %listener.local_addr()?, "listening");
            Ok(Listener::Tcp(listener))
        }
        Listen::Unix(path) => {
            remove_stale(path)
                .await
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let listener =
                UnixListener::bind(path).map_err(|error| format!("{}: {error}", path.display()))?;
            info!(path = %path.display(), "listening");
            Ok(Listener::Unix(listener))
        }
    }
}

/// A killed process leaves its socket's name behind.
async fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if !metadata.file_type().is_socket() => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file of this name that is no socket",
        )),
        Ok(_) => match tokio::net::UnixStream::connect(path).await {
            Ok(_) => Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another process serves this socket",
            )),
            Err(_) => fs::remove_file(path),
        },
    }
}

async fn serve(
    router: Router,
    listener: Listener,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), AnyError> {
    let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
    match listener {
        Listener::Unix(listener) => {
            router
                .serve_with_incoming_shutdown(UnixListenerStream::new(listener), stop)
                .await?;
        }
        Listener::Tcp(listener) => {
            let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
            router.serve_with_incoming_shutdown(incoming, stop).await?;
        }
    }
    Ok(())
}

/// Sets the gauges that are read at a scrape.
async fn refresh(venue: &Venue) {
    venue.metrics.queue_depth.set(venue.queue.depth() as i64);
    if let Ok(bytes) = venue.reader.bytes() {
        venue.metrics.journal_bytes.set(bytes as i64);
    }
    let books = venue.queue.ask(|venue| {
        // Counting stops the engine for about 10 ns an order.
        if venue.open_orders() > COUNTED_ORDERS {
            return (Vec::new(), Vec::new());
        }
        let mut counts = vec![[0_i64; 2]; venue.instruments().len()];
        venue.for_each_order(&mut |order| {
            counts[order.symbol.0 as usize][usize::from(order.side.code() == 2)] += 1
        });
        let names: Vec<_> = venue
            .instruments()
            .iter()
            .map(|instrument| instrument.name)
            .collect();
        (names, counts)
    });
    let Ok((names, counts)) = books.await else {
        return;
    };
    for (name, counts) in names.iter().zip(counts) {
        for (side, count) in ["buy", "sell"].into_iter().zip(counts) {
            let labels = metrics::BookLabels {
                symbol: name.to_string(),
                side,
            };
            venue.metrics.book_orders.get_or_create(&labels).set(count);
        }
    }
}
