"""Traces: OpenTelemetry, W3C trace context in gRPC metadata and NATS headers.

Locally spans go to a file of OTLP/JSON lines a service (`file:DIRECTORY`); elsewhere to an OTLP endpoint.
"""

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cift_common import late
from cift_common.allowance import Allowance
from cift_common.settings import ServiceSettings

_PROPAGATOR = TraceContextTextMapPropagator()
_FILE_SIZE_MAX = 16 * 2**20
TRACES_PER_SECOND = 2
"""An order has two dozen spans, and together they cost a good part of what the order itself does. 2 a second tell as
much as 20, and what is slow or fails is traced in any case."""
_ratio = 0.0
_chosen = Allowance(TRACES_PER_SECOND)


class OtlpFileExporter(SpanExporter):
    """Appends batches as OTLP/JSON lines; keeps one older file of 16 MiB.

    Written here by hand: protobuf's JSON mapping holds the interpreter for longer, and the order path waits meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if not spans:
            return SpanExportResult.SUCCESS
        scopes: dict[str, list[dict[str, Any]]] = {}
        for span in spans:
            name = span.instrumentation_scope.name if span.instrumentation_scope else ""
            scopes.setdefault(name, []).append(_otlp(span))
        resource = {"attributes": _attributes(spans[0].resource.attributes)}
        found = [{"scope": {"name": name}, "spans": group} for name, group in scopes.items()]
        line = {"resourceSpans": [{"resource": resource, "scopeSpans": found}]}
        try:
            if self._path.exists() and self._path.stat().st_size > _FILE_SIZE_MAX:
                self._path.replace(self._path.with_suffix(".1.jsonl"))
            with self._path.open("a") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


def _otlp(span: ReadableSpan) -> dict[str, Any]:
    """A span in the JSON mapping of OTLP: ids in hex, 64-bit numbers as strings."""
    context = span.get_span_context()
    assert context is not None
    found: dict[str, Any] = {
        "traceId": format(context.trace_id, "032x"),
        "spanId": format(context.span_id, "016x"),
        "name": span.name,
        # The SDK counts kinds from 0, OTLP from 1.
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
    }
    if span.parent is not None:
        found["parentSpanId"] = format(span.parent.span_id, "016x")
    if span.attributes:
        found["attributes"] = _attributes(span.attributes)
    if span.events:
        found["events"] = [
            {"name": event.name, "timeUnixNano": str(event.timestamp), "attributes": _attributes(event.attributes)}
            for event in span.events
        ]
    if span.status.status_code is not trace.StatusCode.UNSET:
        found["status"] = {"code": span.status.status_code.value, "message": span.status.description or ""}
    return found


def _attributes(attributes: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in (attributes or {}).items()]


def _value(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case None:
            return {}
        case _:
            return {"arrayValue": {"values": [_value(item) for item in value]}}


def configure(service: str, settings: ServiceSettings) -> None:
    """Sets the global tracer provider; call once, at start."""
    kind, _, target = settings.trace_export.partition(":")
    if kind == "none":
        return
    global _ratio
    _ratio = settings.trace_ratio
    late.configure(settings.trace_slow_seconds)
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "cift"}),
        # Traces begin at the edge, which asks `begins` before it makes a span; all others follow their parent.
        sampler=ParentBased(ALWAYS_ON),
        id_generator=late.IDS,
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


def begins() -> bool:
    """Whether a request that brings no trace gets one: the share of them that the settings say, and no more than
    `TRACES_PER_SECOND`; all of them where the share is 1."""
    if _ratio >= 1:
        return True
    return random.random() < _ratio and _chosen.take(time.monotonic())


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
