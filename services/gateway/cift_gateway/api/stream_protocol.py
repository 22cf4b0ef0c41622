"""uvicorn's WebSocket protocol with bounded memory: what is not taken is not read, what is not read is not written.

Frames are parsed in small parts, and only while the application has taken what came before and the client reads what is
written to it. Every frame, pings and parts of messages as well, is paid from the connection's budget.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame

from cift_gateway.api.connections import STATE, Connection, Connections, ended
from cift_gateway.domain.stream_budget import StreamBudget

CLOSE_POLICY = 1008
CLOSE_LATER = 1013
_PART_BYTES = 4096
_CLOSING_SECONDS = 5


class StreamProtocol(WebSocketsSansIOProtocol):
    """It takes over the connection of the HTTP request that asked for it."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.connection: Connection = app_state[STATE]
        self.connection.peer = self
        self._connections, self._limits = connections, connections.limits
        self._held = bytearray()
        self._opened_at = self.loop.time()
        self._budget = StreamBudget(self._opened_at)
        self._closing_since: float | None = None

    # Reading

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.close(self.connection)
        self._held.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._held += data
        self._parse()

    def _parse(self) -> None:
        while self._held and not self.read_paused and self.writable.is_set() and not self.transport.is_closing():
            part = bytes(self._held[:_PART_BYTES])
            del self._held[:_PART_BYTES]
            super().data_received(part)

    def _read_on(self) -> None:
        if self.transport.is_closing() or not self.writable.is_set() or not self.queue.empty():
            return
        self.read_paused = False
        self._parse()
        if not self.read_paused and self.writable.is_set() and not self.transport.is_closing():
            self.transport.resume_reading()

    async def receive(self) -> Any:
        message = await self.queue.get()
        self._read_on()
        return message

    def pause_writing(self) -> None:
        super().pause_writing()
        # A client that reads no pongs gets no more pings read.
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_on()

    # What each frame costs

    def handle_cont(self, event: Frame) -> None:
        if self._spend(event):
            super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        if self._spend(event):
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        if self._spend(event):
            super().handle_bytes(event)

    def handle_ping(self) -> None:
        # Its pong, at most as long, is on its way out already.
        if self._spend(None):
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._spend(event):
            super().handle_pong(event)

    def _spend(self, frame: Frame | None) -> bool:
        if self.close_sent:
            return False
        size = len(frame.data) if frame is not None else 125
        broken = self._budget.spend(size, self.loop.time(), is_authenticated=not self.connection.is_anonymous)
        if broken:
            ended("stream_budget")
            self.end(CLOSE_POLICY, broken)
        return not broken

    # Writing and the end

    async def send(self, message: Any) -> None:
        try:
            await super().send(message)
        except RuntimeError:
            if self.close_sent:
                raise ClientDisconnected from None
            raise
        if self.initial_response is not None and self.close_sent:
            # A refused handshake is complete as well.
            self.handshake_complete = True

    def end(self, code: int, reason: str) -> None:
        """Sends a close frame whether or not the client reads, and ends the connection soon."""
        if self.close_sent or self.transport.is_closing():
            return
        if not self.handshake_complete:
            self.transport.abort()
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason[:120])
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._held.clear()
        self.read_paused = False
        self.transport.resume_reading()
        self.close_timer = self.loop.call_later(_CLOSING_SECONDS, self.transport.close)

    def rank(self) -> int:
        return 1

    def evict(self) -> None:
        # What waits to be written is not read, so a close frame behind it would not be either.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.end(CLOSE_LATER, "others need this place; authenticate at once")
            self.transport.close()

    def sweep(self, now: float) -> None:
        if self.transport.is_closing():
            if self._closing_since is None:
                self._closing_since = now
            elif now - self._closing_since > _CLOSING_SECONDS:
                # What is left to write is never read.
                self.transport.abort()
        elif not self.handshake_complete and now - self._opened_at > self._limits.head_seconds:
            ended("head_seconds")
            self.transport.abort()
