"""Traces of orders that turned out slow or wrong, made when that is known.

Most orders carry no trace, because it costs them time. One that is slow or fails gets its spans afterwards, from the
times that are known anyway. Its trace has the order's own id, so that services need not tell one another: the gateway's
span is the root, and its id follows from the order's as well.
"""

import random
import time
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from cift_common.allowance import Allowance

SPANS_PER_SECOND = 50
"""More tells nothing new, and a flood of bad orders must not cost the good ones."""
_SPAN_ID = 2**64 - 1


class Part(NamedTuple):
    """A step within a span; times in nanoseconds since the epoch."""

    name: str
    started_ns: int
    ended_ns: int


class Ids(RandomIdGenerator):
    """Random ids; for the root of a late trace the order's."""

    def __init__(self) -> None:
        self.root: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        return self.root[0] if self.root else super().generate_trace_id()

    def generate_span_id(self) -> int:
        return self.root[1] if self.root else super().generate_span_id()


IDS = Ids()
_tracer = trace.get_tracer("cift_common.late")
_slow_ns = 2**63
_room = Allowance(SPANS_PER_SECOND)


def configure(slow_seconds: float) -> None:
    """From how long on an order is slow. Without it none is."""
    global _slow_ns
    _slow_ns = round(slow_seconds * 1e9)


def is_slow(duration_ns: float) -> bool:
    return duration_ns >= _slow_ns


def record(
    name: str,
    order_id: str,
    started_ns: int,
    ended_ns: int,
    *,
    root: bool = False,
    parts: Iterable[Part] = (),
    error: str = "",
    attributes: dict[str, str | int] | None = None,
) -> None:
    """A span of an order's late trace; without an order id a trace of its own. Bounded in number."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider) or not _room.take(time.monotonic()):
        return
    kept: dict[str, str | int] = {"cift.late": "error" if error else "slow", **(attributes or {})}
    if order_id:
        kept["cift.order_id"] = order_id
    ids = _ids(order_id)
    parent = otel_context.Context() if root or not order_id else _below(*ids)
    if root and order_id:
        IDS.root = ids
    try:
        span = _tracer.start_span(name, context=parent, start_time=started_ns, attributes=kept)
    finally:
        IDS.root = None
    here = trace.set_span_in_context(span)
    for part in parts:
        _tracer.start_span(part.name, context=here, start_time=part.started_ns).end(part.ended_ns)
    if error:
        span.set_status(trace.StatusCode.ERROR, error)
    span.end(ended_ns)


def _ids(order_id: str) -> tuple[int, int]:
    """Trace and root span; random where there is no order."""
    number = uuid.UUID(order_id).int if order_id else random.getrandbits(128)
    return number, number & _SPAN_ID or 1


def _below(trace_id: int, span_id: int) -> otel_context.Context:
    sampled = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    root = trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=sampled)
    return trace.set_span_in_context(trace.NonRecordingSpan(root), otel_context.Context())
