"""Spans for the few orders that are traced; for all others every call here is one comparison."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cift_common import telemetry
from opentelemetry import context as otel_context
from opentelemetry import trace

Trace = otel_context.Context | None
"""Where the spans of an order hang; None where it is not traced."""

_tracer = telemetry.tracer("cift_trading")


def current() -> Trace:
    """The trace of the call that is running."""
    return otel_context.get_current() if trace.get_current_span().get_span_context().trace_flags.sampled else None


def of_message(headers: Mapping[str, str] | None) -> Trace:
    """The trace that a message carries."""
    return telemetry.extract(headers) if headers and "traceparent" in headers else None


def headers(where: Trace) -> dict[str, str]:
    """The trace as headers of a message."""
    carrier: dict[str, str] = {}
    if where is not None:
        telemetry.inject(carrier, where)
    return carrier


def exemplar(where: Trace) -> dict[str, str] | None:
    """What links a measurement to its trace; None where it has none."""
    if where is None:
        return None
    return {"trace_id": format(trace.get_current_span(where).get_span_context().trace_id, "032x")}


@contextmanager
def span(name: str, where: Trace, order_id: str) -> Iterator[None]:
    if where is None:
        yield
        return
    with _tracer.start_as_current_span(name, context=where, attributes={"cift.order_id": order_id}):
        yield


def record(name: str, where: Trace, order_id: str, started_ns: int, **attributes: int | str) -> None:
    """A span from `started_ns` (`time.time_ns()`) until now, for work that many orders shared."""
    if where is not None:
        span = _tracer.start_span(
            name, context=where, start_time=started_ns, attributes={"cift.order_id": order_id, **attributes}
        )
        span.end(time.time_ns())
