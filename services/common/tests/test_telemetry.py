"""The file of spans says what OTLP's own protobuf encoding says."""

import base64
import json
from pathlib import Path

from cift_common.telemetry import OtlpFileExporter
from google.protobuf.json_format import MessageToDict, ParseDict
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


def some_spans() -> tuple[ReadableSpan, ...]:
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "trading"}))
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracer = provider.get_tracer("orders")
    with tracer.start_as_current_span("POST /v2/orders", kind=trace.SpanKind.SERVER) as parent:
        parent.set_attributes({"retries": 2**40, "ratio": 0.5, "traced": True, "symbols": ("AAPL", "MSFT")})
        with provider.get_tracer("store").start_as_current_span("commit", kind=trace.SpanKind.CLIENT) as child:
            child.add_event("retried", {"error": "serialization"})
            child.set_status(trace.StatusCode.ERROR, "gone")
    return kept.get_finished_spans()


def test_a_line_is_what_the_protobuf_encoding_says(tmp_path: Path) -> None:
    spans = some_spans()
    exporter = OtlpFileExporter(tmp_path / "trading.jsonl")
    exporter.export(spans)
    line = json.loads((tmp_path / "trading.jsonl").read_text())
    for scope in line["resourceSpans"][0]["scopeSpans"]:
        for span in scope["spans"]:
            # OTLP/JSON writes ids in hex, protobuf's own JSON mapping in base64.
            for key in ("traceId", "spanId", "parentSpanId"):
                if key in span:
                    span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
    ours = MessageToDict(ParseDict(line, ExportTraceServiceRequest()))
    theirs = MessageToDict(encode_spans(spans))
    for document in (ours, theirs):
        for scope in document["resourceSpans"][0]["scopeSpans"]:
            for span in scope["spans"]:
                span.pop("flags", None)
                if not span.get("status"):
                    span.pop("status", None)
    assert ours == theirs
