"""Traces as the services leave them on this machine: OTLP/JSON lines, a file a service; `jaeger` has the other way."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Span:
    """One span; times in nanoseconds since the epoch."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def duration_ns(self) -> int:
        return self.end_ns - self.start_ns


class TraceStore(Protocol):
    """Where traces are found. Empty: not traced, or not there yet."""

    def of_order(self, order_id: str) -> list[Span]:
        """The trace in which an order was submitted, by start time; `order_id` may be its beginning."""
        ...

    def of_trace(self, trace_id: str) -> list[Span]: ...


@dataclass(frozen=True)
class Files:
    folder: Path

    def of_order(self, order_id: str) -> list[Span]:
        return of_order(read(self.folder), order_id)

    def of_trace(self, trace_id: str) -> list[Span]:
        return of_trace(read(self.folder), trace_id)


def read(folder: Path) -> Iterator[Span]:
    """Every span of every file; a line that is not whole yet is left out."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as file:
            for line in file:
                try:
                    document = json.loads(line)
                except ValueError:
                    continue
                yield from parse(document)


def parse(document: dict[str, Any]) -> Iterator[Span]:
    """The spans of one line."""
    for resource in document.get("resourceSpans", ()):
        service = _attributes(resource.get("resource", {})).get("service.name", "")
        for scope in resource.get("scopeSpans", ()):
            for span in scope.get("spans", ()):
                yield Span(
                    trace_id=span["traceId"],
                    span_id=span["spanId"],
                    parent_id=span.get("parentSpanId", ""),
                    service=service,
                    name=span["name"],
                    start_ns=int(span["startTimeUnixNano"]),
                    end_ns=int(span["endTimeUnixNano"]),
                    attributes=_attributes(span),
                )


def _attributes(holder: dict[str, Any]) -> dict[str, str]:
    return {
        attribute["key"]: str(next(iter(attribute.get("value", {}).values()), ""))
        for attribute in holder.get("attributes", ())
    }


def of_order(spans: Iterable[Span], order_id: str) -> list[Span]:
    """The trace in which an order was submitted, by start time; `order_id` may be its beginning. Empty: not traced."""
    everything = list(spans)
    about = [span for span in everything if span.attributes.get("cift.order_id", "").startswith(order_id)]
    if not order_id or not about:
        return []
    trace_id = min(about, key=lambda span: span.start_ns).trace_id
    return of_trace(everything, trace_id)


def of_trace(spans: Iterable[Span], trace_id: str) -> list[Span]:
    return sorted((span for span in spans if span.trace_id == trace_id), key=lambda span: (span.start_ns, -span.end_ns))


def tree(spans: Sequence[Span]) -> list[tuple[int, Span]]:
    """(depth, span), each below the one that caused it."""
    known = {span.span_id for span in spans}
    below: dict[str, list[Span]] = {}
    for span in spans:
        below.setdefault(span.parent_id if span.parent_id in known else "", []).append(span)

    def walk(parent: str, depth: int) -> Iterator[tuple[int, Span]]:
        for span in below.get(parent, ()):
            yield depth, span
            yield from walk(span.span_id, depth + 1)

    return list(walk("", 0))


_PARTS = {
    "risk": ("risk.",),
    "database": ("postgres.",),
    # Sent to the venue until its first report is here; of what was traced afterwards: there, and back.
    "execution": ("matcher.session", "to the venue", "back from the venue"),
}


def parts(spans: Sequence[Span]) -> dict[str, int]:
    """Where an order's time went: risk, database, execution as far as they were traced, and all of it; nanoseconds.

    History is written in batches afterwards, and nobody waits for it.
    """
    sums = {
        part: sum(span.duration_ns for span in spans if span.name.startswith(names)) for part, names in _PARTS.items()
    }
    awaited = [span for span in spans if not span.name.startswith("questdb.")] or spans
    whole = max(span.end_ns for span in awaited) - min(span.start_ns for span in awaited)
    return {part: taken for part, taken in sums.items() if taken} | {"all": whole}


def brief(duration_ns: float) -> str:
    """`0.9 µs`, `0.31 ms`, `1.20 s`."""
    if duration_ns < 10_000:
        return f"{duration_ns / 1e3:.1f} µs"
    return f"{duration_ns / 1e6:.2f} ms" if duration_ns < 1e9 else f"{duration_ns / 1e9:.2f} s"
