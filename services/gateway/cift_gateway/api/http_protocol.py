"""uvicorn's HTTP protocol with an end to all that a client can make long: line, head, body, pipeline and every wait."""

import asyncio
import functools
from typing import Any

import httptools
import orjson
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from cift_gateway.api.connections import STATE, Connection, Connections, ended
from cift_gateway.api.stream_protocol import StreamProtocol

CLOSING_SECONDS = 5


class HttpProtocol(HttpToolsProtocol):
    """`Connections` says how many there may be; `sweep` ends what takes too long."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        self.connection = Connection(connections, self)
        super().__init__(config, server_state, {**app_state, STATE: self.connection}, _loop)
        self.ws_protocol_class = functools.partial(StreamProtocol, connections=connections)  # type: ignore[assignment]
        self._connections, self._limits = connections, connections.limits
        self._refusal: tuple[int, str, str, str] | None = None
        self._is_refused = False
        # Bytes since the parser came forward, size and number of the head's fields.
        self._unparsed = self._head_size = self._head_count = 0
        now = self.loop.time()
        # When the first byte of a message came that is not complete yet.
        self._message_since: float | None = None
        self._is_head_done = False
        self._idle_since = now
        self._has_asked = False
        self._stalled_since: float | None = None
        self._closing_since: float | None = None

    # The transport's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._connections.open(self.connection, self.client[0] if self.client else ""):
            self._refuse(503, "TOO_MANY_CONNECTIONS", "too many connections; try again", str(self._limits.total))

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.close(self.connection)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        self._unparsed += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()
            return
        except httptools.HttpParserError:
            # The parser also says so of what our own callbacks raise.
            self._refuse(*(self._refusal or (400, "MALFORMED_REQUEST", "the request is not HTTP/1.1", "")))
            return
        if self._unparsed > self._limits.request_head:
            self._refuse(*self._head_too_large())

    def pause_writing(self) -> None:
        self._stalled_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stalled_since = None
        super().resume_writing()

    # The parser's side

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._message_since = self.loop.time()
        self._is_head_done = False
        self._has_asked = True
        self._head_size = self._head_count = 0
        if len(self.pipeline) >= self._limits.pipelined:
            limit = str(self._limits.pipelined)
            self._stop(400, "TOO_MANY_PIPELINED", f"at most {limit} requests may wait on one connection", limit)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self._limits.request_line:
            limit = f"{self._limits.request_line} bytes"
            self._stop(414, "REQUEST_LINE_TOO_LONG", f"the request line is longer than {limit}", limit)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_size += len(name) + len(value) + 4
        self._head_count += 1
        if self._head_size > self._limits.request_head:
            self._stop(*self._head_too_large())
        if self._head_count > self._limits.request_headers:
            limit = str(self._limits.request_headers)
            self._stop(431, "TOO_MANY_HEADERS", f"the request has more than {limit} header fields", limit)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._unparsed = 0
        self._is_head_done = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unparsed = 0
        self._message_since = None
        self._idle_since = self.loop.time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()
        delay = self._connections.delay(self.connection)
        if delay > 0 and not self.transport.is_closing():
            # One address that asks and asks without a credential waits for its turn.
            self.flow.pause_reading()
            self.loop.call_later(min(delay, CLOSING_SECONDS), self._read_on)

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    # The end

    def _head_too_large(self) -> tuple[int, str, str, str]:
        limit = f"{self._limits.request_head} bytes"
        return 431, "HEADERS_TOO_LARGE", f"the header fields are larger than {limit}", limit

    def _stop(self, status: int, reason: str, message: str, limit: str) -> None:
        self._refusal = status, reason, message, limit
        raise ValueError(message)

    def _refuse(self, status: int, reason: str, message: str, limit: str) -> None:
        """Answers, where no answer has begun, and closes."""
        self._is_refused = True
        ended(reason.lower())
        if not self.pipeline and (not self._is_answering or not self.cycle.response_started):
            body = orjson.dumps(
                {"code": status * 100_000 + 10_000, "message": message, "reason": reason}
                | ({"limit": limit} if limit else {})
            )
            head = b"content-type: application/json\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"
            length = b"content-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[status] + head + length + body)
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "MALFORMED_REQUEST", msg, "")

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def rank(self) -> int:
        if self._message_since is not None:
            return 2 if self._is_head_done else 1
        return 3 if self._is_answering else 0

    def evict(self) -> None:
        if self.rank() == 0:
            self.transport.close()
        else:
            self.transport.abort()

    def end(self, code: int, reason: str) -> None:
        self.transport.abort()

    def sweep(self, now: float) -> None:
        limits = self._limits
        if self.transport.is_closing():
            if self._closing_since is None:
                self._closing_since = now
            elif now - self._closing_since > CLOSING_SECONDS:
                # What is left to write is never read.
                self.transport.abort()
        elif self._stalled_since is not None and now - self._stalled_since > limits.stall_seconds:
            ended("stall_seconds")
            self.transport.abort()
        elif self._message_since is not None:
            seconds = limits.request_seconds if self._is_head_done else limits.head_seconds
            if now - self._message_since > seconds:
                what = "request" if self._is_head_done else "request's head"
                self._refuse(408, "REQUEST_TIMEOUT", f"the {what} took longer than {seconds:g} s", f"{seconds:g} s")
        elif not self._is_answering:
            seconds = limits.keep_alive_seconds if self._has_asked else limits.head_seconds
            if now - self._idle_since > seconds:
                self.transport.close()
