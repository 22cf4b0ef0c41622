"""Traces: OpenTelemetry, W3C trace context in gRPC metadata and NATS headers.

Locally spans go to a file of OTLP/JSON lines a service (`file:DIRECTORY`); elsewhere to an OTLP endpoint.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cift_common.settings import ServiceSettings

_PROPAGATOR = TraceContextTextMapPropagator()
_FILE_SIZE_MAX = 16 * 2**20


class OtlpFileExporter(SpanExporter):
    """Appends batches as OTLP/JSON lines; keeps one older file of 16 MiB."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        line = MessageToDict(encode_spans(spans))
        for resource in line.get("resourceSpans", ()):
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    _ids_as_hex(span)
        try:
            if self._path.exists() and self._path.stat().st_size > _FILE_SIZE_MAX:
                self._path.replace(self._path.with_suffix(".1.jsonl"))
            with self._path.open("a") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def _ids_as_hex(span: dict[str, Any]) -> None:
    # OTLP/JSON writes ids in hex, protobuf's own JSON mapping in base64.
    for part in (span, *span.get("links", ())):
        for key in ("traceId", "spanId", "parentSpanId"):
            if key in part:
                part[key] = base64.b64decode(part[key]).hex()


def configure(service: str, settings: ServiceSettings) -> None:
    """Sets the global tracer provider; call once, at start."""
    kind, _, target = settings.trace_export.partition(":")
    if kind == "none":
        return
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "cift"}),
        sampler=ParentBased(TraceIdRatioBased(settings.trace_ratio)),
    )
    exporter: SpanExporter
    if kind == "file":
        exporter = OtlpFileExporter(Path(target) / f"{service}.jsonl")
    elif kind == "otlp":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter(endpoint=target, insecure=not target.startswith("https"))
    else:
        raise ValueError(
            f"CIFT_TRACE_EXPORT must be none, file:DIRECTORY or otlp:ENDPOINT, not {settings.trace_export}"
        )
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)


def shutdown() -> None:
    """Sends what is left."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


def tracer(name: str) -> trace.Tracer:
    return trace.get_tracer(name)


def headers() -> dict[str, str]:
    """The current trace context, for NATS headers; empty where the current span is not sampled."""
    carrier: dict[str, str] = {}
    if trace.get_current_span().get_span_context().trace_flags.sampled:
        _PROPAGATOR.inject(carrier)
    return carrier


def headers_of(span: trace.Span) -> dict[str, str]:
    """The trace context that continues under this span."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, context=trace.set_span_in_context(span))
    return carrier


def metadata() -> tuple[tuple[str, str], ...]:
    """The current trace context, for gRPC metadata."""
    return tuple(headers().items())


def inject(carrier: dict[str, str], context: otel_context.Context) -> None:
    """Writes a trace context into the headers of a message."""
    _PROPAGATOR.inject(carrier, context)


def extract(carrier: Mapping[str, str] | None) -> otel_context.Context | None:
    """The context that a message carries; None where it carries none."""
    if not carrier or "traceparent" not in carrier:
        return None
    return _PROPAGATOR.extract(carrier)


@contextmanager
def continued(carrier: Mapping[str, str] | None) -> Iterator[None]:
    """Makes the trace that a message carries the current one."""
    extracted = extract(carrier)
    if extracted is None:
        yield
        return
    token = otel_context.attach(extracted)
    try:
        yield
    finally:
        otel_context.detach(token)
