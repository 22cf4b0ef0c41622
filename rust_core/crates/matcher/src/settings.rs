use std::{path::PathBuf, str::FromStr, time::Duration};

use clap::Parser;

/// Every setting is a flag and an environment variable; the flag counts.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "cift-matcher",
    version,
    args_override_self = true,
    about = "The paper venue: price-time matching of every symbol on one journal."
)]
pub struct Settings {
    /// Where to serve gRPC: unix:/path/to.sock or host:port. Once more for a second address.
    #[arg(
        long,
        env = "CIFT_MATCHER_ADDRESS",
        value_delimiter = ',',
        required = true
    )]
    pub listen: Vec<Listen>,

    /// TLS on host:port addresses, all three or none: the CA of our clients' certificates, which they must show, and our
    /// own certificate with its key (PEM files). Unix sockets stay without.
    #[arg(long, env = "CIFT_TLS_CA", requires_all = ["tls_certificate", "tls_key"])]
    pub tls_ca: Option<PathBuf>,

    #[arg(long, env = "CIFT_TLS_CERTIFICATE", requires_all = ["tls_ca", "tls_key"])]
    pub tls_certificate: Option<PathBuf>,

    #[arg(long, env = "CIFT_TLS_KEY", requires_all = ["tls_ca", "tls_certificate"])]
    pub tls_key: Option<PathBuf>,

    /// Folder of the journal and its snapshots; made where it is missing.
    #[arg(long, env = "CIFT_MATCHER_JOURNAL")]
    pub journal: PathBuf,

    /// Where to serve Prometheus metrics and /healthz: host:port.
    #[arg(long, env = "CIFT_METRICS_LISTEN")]
    pub metrics: Option<String>,

    /// What execution ids begin with. A venue that begins anew beside an older ledger needs a name of its own there.
    #[arg(long, env = "CIFT_MATCHER_VENUE", default_value = "PAPER")]
    pub venue: String,

    /// How long a group's bytes must survive before its events leave.
    #[arg(
        long,
        env = "CIFT_MATCHER_DURABILITY",
        value_enum,
        default_value = "disk"
    )]
    pub durability: Durability,

    /// Commands that may wait for the engine; beyond it they wait `queue-wait-ms`, then are refused with BACK_PRESSURE.
    #[arg(long, env = "CIFT_MATCHER_QUEUE", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1_024..=1 << 24))]
    pub queue: u32,

    #[arg(long, env = "CIFT_MATCHER_QUEUE_WAIT_MS", default_value_t = 50)]
    pub queue_wait_ms: u64,

    /// The largest group in commands: one write, one flush.
    #[arg(long, env = "CIFT_MATCHER_GROUP", default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub group: u32,

    /// Execution reports that are kept in memory for sessions to read.
    #[arg(long, env = "CIFT_MATCHER_TAPE", default_value_t = 131_072, value_parser = clap::value_parser!(u32).range(1..=1 << 24))]
    pub tape: u32,

    /// A session whose client takes nothing for so long is ended.
    #[arg(long, env = "CIFT_MATCHER_STALL_MS", default_value_t = 10_000)]
    pub stall_ms: u64,

    /// Size of a journal segment in MiB.
    #[arg(long, env = "CIFT_MATCHER_SEGMENT_MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=4_096))]
    pub segment_mib: u64,

    /// Old segments that a snapshot covers go while all of them together are larger, in MiB.
    #[arg(long, env = "CIFT_MATCHER_KEEP_MIB", default_value_t = 4_096)]
    pub keep_mib: u64,

    /// A snapshot is made after so many commands; 0: only when asked and at the end.
    #[arg(
        long,
        env = "CIFT_MATCHER_SNAPSHOT_COMMANDS",
        default_value_t = 1_000_000
    )]
    pub snapshot_commands: u64,

    /// How long sessions may take to read the last events when the matcher is told to stop.
    #[arg(long, env = "CIFT_MATCHER_DRAIN_MS", default_value_t = 5_000)]
    pub drain_ms: u64,

    #[arg(long, env = "CIFT_LOG_LEVEL", default_value = "info")]
    pub log_level: String,

    #[arg(long, env = "CIFT_LOG_FORMAT", value_enum, default_value = "json")]
    pub log_format: LogFormat,

    /// none, file:DIR (OTLP as JSON lines) or otlp:ENDPOINT.
    #[arg(long, env = "CIFT_TRACE_EXPORT", default_value = "none")]
    pub trace_export: TraceExport,

    /// Share of the command groups that are traced, 0 to 1.
    #[arg(long, env = "CIFT_TRACE_RATIO", default_value_t = 0.01)]
    pub trace_ratio: f64,
}

impl Settings {
    pub fn stall(&self) -> Duration {
        Duration::from_millis(self.stall_ms)
    }

    pub fn queue_wait(&self) -> Duration {
        Duration::from_millis(self.queue_wait_ms)
    }

    pub fn keep_bytes(&self) -> u64 {
        self.keep_mib << 20
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// Events leave after fdatasync: they outlive a power failure.
    Disk,
    /// Events leave after the write: they outlive the process, not the machine.
    Process,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Json,
    Console,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    Unix(PathBuf),
    Tcp(String),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err("a path is missing behind unix:".into())
            } else {
                Ok(Self::Unix(path.into()))
            };
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(text.to_owned()))
            }
            _ => Err(format!("{text:?} is neither unix:/path nor host:port")),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceExport {
    None,
    File(PathBuf),
    Otlp(String),
}

impl FromStr for TraceExport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("file", dir)) if !dir.is_empty() => Ok(Self::File(dir.into())),
            Some(("otlp", endpoint)) if !endpoint.is_empty() => Ok(Self::Otlp(endpoint.to_owned())),
            _ if text == "none" || text.is_empty() => Ok(Self::None),
            _ => Err(format!("{text:?} is none of none, file:DIR, otlp:ENDPOINT")),
        }
    }
}
