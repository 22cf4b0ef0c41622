//! Spans of command groups, in OpenTelemetry's protocol to a collector or as JSON lines to a file.
//!
//! A group is traced where one of its callers is (`Execute` with a sampled `traceparent`), and beside that by chance.
//! An order that came over a session carries its own measured times in its reports, so its spans are its sender's to write.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Span, SpanBuilder, SpanKind, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_proto::{
    tonic::collector::trace::v1::ExportTraceServiceRequest,
    transform::{
        common::tonic::ResourceAttributesWithSchema,
        trace::tonic::group_spans_by_resource_and_scope,
    },
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracer, SdkTracerProvider, SpanData},
};
use tonic::metadata::MetadataMap;

use crate::settings::{Settings, TraceExport};

/// A file of spans is put aside when it is larger; one older file is kept.
const LARGEST_FILE: u64 = 16 << 20;

#[derive(Debug, Clone)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    /// Groups are traced by chance too.
    roots: bool,
}

/// What a group's span tells.
#[derive(Debug, Clone, Copy)]
pub struct GroupSpan {
    pub begun: SystemTime,
    pub commands: usize,
    pub reports: usize,
    pub flush_ns: u64,
}

impl Traces {
    /// None where nothing is exported. Needs a running runtime.
    pub fn start(
        settings: &Settings,
    ) -> Result<Option<Self>, Box<dyn std::error::Error + Send + Sync>> {
        let resource = Resource::builder_empty()
            .with_attributes([
                KeyValue::new("service.name", "matcher"),
                KeyValue::new("service.namespace", "cift"),
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            ])
            .build();
        let builder = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                settings.trace_ratio,
            ))))
            .with_resource(resource);
        let builder = match &settings.trace_export {
            TraceExport::None => return Ok(None),
            TraceExport::File(dir) => builder.with_batch_exporter(FileExporter::new(dir)?),
            TraceExport::Otlp(endpoint) => {
                let endpoint = if endpoint.contains("://") {
                    endpoint.clone()
                } else {
                    format!("http://{endpoint}")
                };
                builder.with_batch_exporter(
                    SpanExporter::builder()
                        .with_tonic()
                        .with_endpoint(endpoint)
                        .build()?,
                )
            }
        };
        let provider = builder.build();
        let tracer = provider.tracer("cift-matcher");
        Ok(Some(Self {
            provider,
            tracer,
            roots: settings.trace_ratio > 0.0,
        }))
    }

    /// One span under each traced caller; one of its own, by chance, where there is none.
    pub fn group(&self, callers: &[Context], group: GroupSpan) {
        let root = Context::new();
        let parents = if callers.is_empty() && self.roots {
            std::slice::from_ref(&root)
        } else {
            callers
        };
        for parent in parents {
            let builder = SpanBuilder::from_name("matcher.group")
                .with_kind(SpanKind::Server)
                .with_start_time(group.begun)
                .with_attributes([
                    KeyValue::new("cift.group.commands", group.commands as i64),
                    KeyValue::new("cift.group.reports", group.reports as i64),
                    KeyValue::new("cift.journal.flush_ns", group.flush_ns as i64),
                ]);
            self.tracer.build_with_context(builder, parent).end();
        }
    }

    /// Sends what is left.
    pub fn shutdown(&self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The caller's span, where its call is traced.
pub fn caller(metadata: &MetadataMap) -> Option<Context> {
    struct Headers<'a>(&'a MetadataMap);
    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key)?.to_str().ok()
        }

        fn keys(&self) -> Vec<&str> {
            Vec::new()
        }
    }
    metadata.get("traceparent")?;
    let context =
        TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(metadata));
    context
        .span()
        .span_context()
        .is_sampled()
        .then_some(context)
}

#[derive(Debug)]
struct FileExporter {
    path: PathBuf,
    resource: ResourceAttributesWithSchema,
}

impl FileExporter {
    fn new(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self {
            path: dir.join("matcher.jsonl"),
            resource: ResourceAttributesWithSchema::default(),
        })
    }

    fn write(&self, spans: Vec<SpanData>) -> io::Result<()> {
        let resource_spans = group_spans_by_resource_and_scope(spans, &self.resource);
        let line = serde_json::to_string(&ExportTraceServiceRequest { resource_spans })?;
        if fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() > LARGEST_FILE) {
            fs::rename(&self.path, self.path.with_extension("1.jsonl"))?;
        }
        let mut file = File::options().create(true).append(true).open(&self.path)?;
        writeln!(file, "{line}")
    }
}

impl opentelemetry_sdk::trace::SpanExporter for FileExporter {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        self.write(spans)
            .map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = ResourceAttributesWithSchema::from(resource);
    }
}
