"""What happens around every HTTP request, in one plain ASGI wrapper: body limit, trace, measure, security headers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson
from cift_common import logging, telemetry
from opentelemetry import trace
from prometheus_client import Gauge, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cift_gateway.api import connections, errors, gate
from cift_gateway.domain.site import Site

_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_duration = Histogram(
    "http_server_request_duration_seconds",
    "How long an HTTP request took",
    ["http_request_method", "http_route", "http_response_status_code"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_active = Gauge("http_server_active_requests", "HTTP requests that are being answered")

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_DRAIN_BYTES = 16 * 2**20
_DRAIN_SECONDS = 5
# Where a request keeps its trace, for the exemplar of its duration.
_TRACE = "cift.trace"
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
_NO_STORE = (b"cache-control", b"no-store")
_PERSONAL = ("/v2/", "/auth/")


# Says whose trace may be continued: of those who prove with these headers who they are.
MayTrace = Callable[[list[tuple[bytes, bytes]]], Awaitable[bool]]


class Edge:
    def __init__(self, app: ASGIApp, body_size_max: int, site: Site, may_trace: MayTrace) -> None:
        self._app, self._body_size_max, self._site, self._may_trace = app, body_size_max, site, may_trace
        self._series: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connections.enter(scope)
        if scope["type"] == "websocket":
            if (wrong := gate.check(scope, self._site)) is not None:
                # The response itself denies a handshake.
                await receive()
                await errors.response(wrong)(scope, receive, send)
                return
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        carrier: dict[str, str] = {}
        length = -1
        is_secure = self._site.is_https
        for name, value in scope["headers"]:
            if name == b"content-length":
                length = int(value) if value.isdigit() else -1
            elif name in (b"traceparent", b"tracestate"):
                carrier[name.decode()] = value.decode("latin-1")
            elif name == b"host":
                is_secure = self._site.is_secure(value.decode("latin-1"))
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                headers.extend(_HEADERS)
                if is_secure:
                    # Browsers refuse plain HTTP to this host from now on.
                    headers.append(_STRICT_TRANSPORT)
                names = {name for name, _ in headers}
                if b"content-security-policy" not in names:
                    headers.append(_POLICY)
                # Whatever is personal is nobody's but the client's to keep.
                if b"cache-control" not in names and scope["path"].startswith(_PERSONAL):
                    headers.append(_NO_STORE)
            await send(message)

        body = receive if length >= 0 else self._counted(receive)
        _active.inc()
        try:
            if length > self._body_size_max:
                await self._refuse(receive, send_with_headers)
            elif (wrong := gate.check(scope, self._site)) is not None:
                await _drain(receive)
                await errors.response(wrong)(scope, receive, send_with_headers)
            elif scope["path"] in gate.PROBES or not await self._is_traced(scope, carrier):
                await self._app(scope, body, send_with_headers)
            else:
                await self._traced(scope, body, send_with_headers, carrier, lambda: status)
        except Exception:
            _log.exception("request failed", path=scope["path"])
            if status == 0:
                raise
        finally:
            _active.dec()
            self._observe(scope, status or 500, time.perf_counter() - started)

    async def _is_traced(self, scope: Scope, carrier: dict[str, str]) -> bool:
        """We decide what is traced; only who may is followed where their own trace leads."""
        if "traceparent" in carrier and await self._may_trace(scope["headers"]):
            return True
        carrier.clear()
        return telemetry.begins()

    async def _traced(self, scope: Scope, receive: Receive, send: Send, carrier: dict[str, str], status: Any) -> None:
        method = scope["method"]
        with _tracer.start_as_current_span(
            method, context=telemetry.extract(carrier), kind=trace.SpanKind.SERVER
        ) as span:
            await self._app(scope, receive, send)
            if span.is_recording():
                route = _route(scope)
                span.update_name(f"{method} {route}")
                scope[_TRACE] = {"trace_id": format(span.get_span_context().trace_id, "032x")}
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status()}
                )

    def _counted(self, receive: Receive) -> Receive:
        """A body of unknown length is counted as it comes."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._body_size_max:
                raise HTTPException(413, f"request body is larger than {self._body_size_max} bytes")
            return message

        return counted

    async def _refuse(self, receive: Receive, send: Send) -> None:
        await _drain(receive)
        limit = f"{self._body_size_max} bytes"
        body = orjson.dumps(
            {
                "code": 41310000,
                "message": f"request body is larger than {limit}",
                "reason": "BODY_TOO_LARGE",
                "limit": limit,
            }
        )
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        key = (method, _route(scope), status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = _duration.labels(*key)
        series.observe(seconds, scope.get(_TRACE))


async def _drain(receive: Receive) -> None:
    """A client that still sends does not read the answer; but there is an end to patience."""
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while size < _DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def _route(scope: Scope) -> str:
    """The pattern, never the path: what clients send must not make time series."""
    return getattr(scope.get("route"), "path", "unmatched")
