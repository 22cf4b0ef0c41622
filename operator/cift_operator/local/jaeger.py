"""Traces that Jaeger keeps: the same answers as the files give (`traces`)."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

from cift_operator.local import traces
from cift_operator.local.problem import Problem
from cift_operator.local.traces import Span

_SERVICE = "trading"
_EARLIER_SECONDS = 3600
_TRACES_MAX = 200
_TIMEOUT_SECONDS = 10
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Jaeger:
    """`address` is that of its pages and its query API."""

    def __init__(self, address: str) -> None:
        self._address = address

    def of_order(self, order_id: str) -> list[Span]:
        """The trace in which an order was submitted, by start time. Empty: not traced."""
        tags = {"cift.order_id": order_id} if _is_whole(order_id) else {}
        found = self._get(
            "/api/traces", service=_SERVICE, limit=_TRACES_MAX, start=_since_us(order_id), tags=json.dumps(tags)
        )
        candidates: list[list[Span]] = []
        for trace_id in {trace["traceID"] for trace in found["data"] if _speaks_of(trace, order_id)}:
            spans = self.of_trace(trace_id)
            if submitted := traces.of_order(spans, order_id):
                candidates.append(submitted)
        return min(candidates, key=lambda spans: spans[0].start_ns, default=[])

    def of_trace(self, trace_id: str) -> list[Span]:
        try:
            return traces.of_trace(traces.parse(self._get(f"/api/v3/traces/{trace_id}")["result"]), trace_id)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise

    def _get(self, path: str, **query: Any) -> Any:
        url = f"{self._address}{path}?{urllib.parse.urlencode(query)}"
        try:
            with _OPENER.open(url, timeout=_TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            raise Problem(f"Jaeger does not answer at {self._address}: {error}", "cift status") from None


def _is_whole(order_id: str) -> bool:
    return len(order_id) == 36


def _speaks_of(trace: dict[str, Any], order_id: str) -> bool:
    return any(
        tag["key"] == "cift.order_id" and str(tag["value"]).startswith(order_id)
        for span in trace["spans"]
        for tag in span["tags"]
    )


def _since_us(order_id: str) -> int:
    """An order's id (UUIDv7) says when it was made; of a part of one the last hour is searched."""
    made = time.time() - _EARLIER_SECONDS
    if _is_whole(order_id):
        made = (uuid.UUID(order_id).int >> 80) / 1e3 - 60
    return int(made * 1e6)
