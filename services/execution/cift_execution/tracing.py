"""The spans of an order in this service. Only an order whose message carries a sampled trace costs anything."""

from dataclasses import dataclass

from cift_common import telemetry
from cift_common.ids import Clock
from cift_proto.matcher.v1 import matcher_pb2
from opentelemetry import context as otel_context
from opentelemetry import trace

from cift_execution.domain.request import Key

_tracer = telemetry.tracer(__name__)
# Orders that rest long are traced on when they fill; beyond so many the oldest are not.
TRACED_MAX = 4096


@dataclass(slots=True)
class OrderTrace:
    context: otel_context.Context
    session: trace.Span | None = None


class Traces:
    def __init__(self) -> None:
        self._traces: dict[str, OrderTrace] = {}

    def begin(self, key: Key, parent: otel_context.Context) -> None:
        with _tracer.start_as_current_span(
            f"nats.consume order.{key.kind.value}",
            context=parent,
            kind=trace.SpanKind.CONSUMER,
            attributes={"cift.order_id": key.order_id},
        ) as span:
            self._traces.setdefault(key.order_id, OrderTrace(trace.set_span_in_context(span)))
        while len(self._traces) > TRACED_MAX:
            del self._traces[next(iter(self._traces))]

    def sent(self, key: Key, now_ns: int) -> None:
        found = self._traces.get(key.order_id)
        if found is not None and found.session is None:
            found.session = _tracer.start_span(
                "matcher.session",
                context=found.context,
                kind=trace.SpanKind.CLIENT,
                start_time=now_ns,
                attributes={"cift.order_id": key.order_id},
            )
            found.context = trace.set_span_in_context(found.session)

    def reported(self, report: matcher_pb2.ExecutionReport, key: Key, clock: Clock) -> OrderTrace | None:
        """The trace of the order that a report is about; its first report ends the span of the session."""
        found = self._traces.get(report.order_id)
        if found is None:
            return None
        session = found.session
        if session is not None and session.is_recording():
            now_ns = clock()
            session.set_attribute("cift.venue_duration_ns", report.venue_duration_ns)
            session.set_attribute("cift.match_duration_ns", report.match_duration_ns)
            self._venue_spans(report, found.context, now_ns)
            session.end(now_ns)
        if report.leaves_quantity_nanos == 0:
            # The matcher ends an order with leaves 0; further reports of it are not traced.
            self._traces.pop(report.order_id, None)
        return found

    @staticmethod
    def _venue_spans(report: matcher_pb2.ExecutionReport, context: otel_context.Context, now_ns: int) -> None:
        """What the venue measured, laid to the end of the session's time; the way back is not known apart."""
        start_ns = now_ns - report.venue_duration_ns
        venue = _tracer.start_span(
            "matcher.venue", context=context, start_time=start_ns, attributes={"cift.order_id": report.order_id}
        )
        match = _tracer.start_span("matcher.match", trace.set_span_in_context(venue), start_time=start_ns)
        match.end(start_ns + report.match_duration_ns)
        venue.end(now_ns)
