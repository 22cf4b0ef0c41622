"""Spans inside a request; where the request is not traced they cost nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from cift_common import telemetry
from opentelemetry import trace

_tracer = telemetry.tracer(__name__)


@contextmanager
def span(name: str) -> Iterator[trace.Span | None]:
    """None where nothing is recorded."""
    if not trace.get_current_span().is_recording():
        yield None
        return
    with _tracer.start_as_current_span(name) as current:
        yield current
