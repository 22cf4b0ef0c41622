"""`/stream`: Alpaca's trading stream, with sequence numbers, so that a client can ask for what it missed.

    → {"action": "authenticate", "data": {"key_id": …, "secret_key": …}}     or {"action": "auth", "key", "secret"}
                                                                             or {"action": "auth", "token": JWT}
    → {"action": "listen", "data": {"streams": ["trade_updates"], "after_sequence": 41}}
    ← {"stream": "listening", "data": {"streams": ["trade_updates"], "sequence": 57}}
    ← {"stream": "trade_updates", "data": {"event": "fill", "sequence": 42, …}}

`after_sequence` is optional; with it everything after that number comes, then what is new. An update is never left
out: a client that reads too slowly is closed with code 4008 and comes back with its last sequence number.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

import orjson
from cift_common import logging, telemetry
from cift_common.errors import CiftError, Unauthenticated
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import WebSocket, WebSocketDisconnect
from prometheus_client import Counter, Gauge

from cift_gateway.api import render
from cift_gateway.domain.principal import Principal
from cift_gateway.service.account_feed import AccountFeed, Headers
from cift_gateway.service.authentication import Authenticator
from cift_gateway.service.feeds import Feeds

_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_clients = Gauge("cift_gateway_websocket_clients", "Open connections to /stream")
_pushed = Counter("cift_gateway_updates_pushed", "Order updates sent to WebSocket clients")
_slow = Counter("cift_gateway_slow_clients", "Connections closed because their client read too slowly")

TRADE_UPDATES = "trade_updates"
CLOSE_UNAUTHORIZED = 4401
CLOSE_TOO_SLOW = 4008
CLOSE_TOO_MANY = 1013
CLOSE_BAD_MESSAGE = 1007
_AUTHENTICATE_SECONDS = 10
_CLOSE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class _Replay:
    """Updates after one sequence number and up to another, to be read from trading."""

    feed: AccountFeed
    after: int
    until: int


@dataclass(frozen=True, slots=True)
class _Update:
    message: trading.AccountUpdate
    headers: Headers


_Item = bytes | _Replay | _Update


class Streams:
    """All open connections."""

    def __init__(self, authenticator: Authenticator, feeds: Feeds, clients_max: int, queue_max: int) -> None:
        self.authenticator, self.feeds, self.queue_max = authenticator, feeds, queue_max
        self._clients_max = clients_max
        self._open: set[StreamSocket] = set()

    async def serve(self, websocket: WebSocket) -> None:
        await websocket.accept()
        if len(self._open) >= self._clients_max:
            await websocket.close(CLOSE_TOO_MANY, f"at most {self._clients_max} clients")
            return
        socket = StreamSocket(websocket, self)
        self._open.add(socket)
        _clients.inc()
        try:
            await socket.run()
        finally:
            _clients.dec()
            self._open.discard(socket)

    def end_revoked(self, names: frozenset[str]) -> None:
        for socket in self._open:
            if socket.principal and names & {socket.principal.credential, socket.principal.user_id}:
                socket.end(CLOSE_UNAUTHORIZED, "the credential was revoked")

    def close(self) -> None:
        for socket in self._open:
            socket.end(1012, "the gateway restarts; come back")


class StreamSocket:
    """One client. What it is to be told waits in one queue, so that everything comes in order."""

    def __init__(self, websocket: WebSocket, streams: Streams) -> None:
        self._websocket, self._streams = websocket, streams
        self.principal: Principal | None = None
        self._feed: AccountFeed | None = None
        self._queue: deque[_Item] = deque()
        self._wake = asyncio.Event()
        self._ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._expiry: asyncio.TimerHandle | None = None
        self._last_sent = 0

    def offer(self, update: trading.AccountUpdate, headers: Headers) -> None:
        if len(self._queue) >= self._streams.queue_max:
            if not self._ended.done():
                _slow.inc()
            self.end(CLOSE_TOO_SLOW, f"too slow: come back with after_sequence {self._last_sent}")
            return
        self._say(_Update(update, headers))

    def end(self, code: int, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result((code, reason))

    def _say(self, item: _Item) -> None:
        self._queue.append(item)
        self._wake.set()

    def _say_json(self, stream: str, data: dict[str, Any]) -> None:
        self._say(orjson.dumps({"stream": stream, "data": data}))

    def _end_after(self, seconds: float, reason: str) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(seconds, self.end, CLOSE_UNAUTHORIZED, reason)

    async def run(self) -> None:
        self._end_after(_AUTHENTICATE_SECONDS, f"authenticate within {_AUTHENTICATE_SECONDS} s")
        tasks = [asyncio.create_task(self._read_all()), asyncio.create_task(self._write_all())]
        try:
            waits: list[asyncio.Future[Any]] = [*tasks, self._ended]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            if self._expiry is not None:
                self._expiry.cancel()
            if self._feed is not None:
                self._feed.detach(self)
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect | OSError):
                _log.error("stream failed", exc_info=outcome)
                self.end(1011, "internal error; come back")
        if self._ended.done():
            await self._close(*self._ended.result())

    async def _close(self, code: int, reason: str) -> None:
        try:
            # A client that does not read at all never takes the close frame either.
            await asyncio.wait_for(self._websocket.close(code, reason), _CLOSE_SECONDS)
        except (TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            _log.info("client was gone", code=code, reason=reason)

    async def _read_all(self) -> None:
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            try:
                message = orjson.loads(event.get("text") or event.get("bytes") or b"")
                if not isinstance(message, dict):
                    raise ValueError("not an object")
            except ValueError:
                self.end(CLOSE_BAD_MESSAGE, "a message must be a JSON object")
                return
            await self._handle(message)

    async def _handle(self, message: dict[str, Any]) -> None:
        action = message.get("action")
        data = message.get("data")
        data = data if isinstance(data, dict) else {}
        if action in ("authenticate", "auth"):
            await self._authenticate(str(action), {**message, **data})
        elif action == "listen":
            await self._listen(data)
        else:
            self._say_json("error", {"message": f"action must be authenticate or listen, not {str(action)[:64]!r}"})

    async def _authenticate(self, action: str, data: dict[str, Any]) -> None:
        authenticator = self._streams.authenticator
        lives_seconds = None
        try:
            if token := data.get("token"):
                principal = await authenticator.by_token(str(token))
                lives_seconds = authenticator.expires_in(str(token))
            else:
                key_id, key_secret = data.get("key_id") or data.get("key"), data.get("secret_key") or data.get("secret")
                principal = await authenticator.by_key(str(key_id or ""), str(key_secret or ""))
            if self.principal is not None and principal.account_id != self.principal.account_id:
                raise Unauthenticated("this connection belongs to another account")
        except CiftError as error:
            status = "unauthorized" if isinstance(error, Unauthenticated) else "error"
            self._say_json("authorization", {"status": status, "action": action, "message": error.message})
            return
        self.principal = principal
        if lives_seconds is not None:
            self._end_after(lives_seconds, "the access token has expired")
        elif self._expiry is not None:
            self._expiry.cancel()
        self._say_json("authorization", {"status": "authorized", "action": action})

    async def _listen(self, data: dict[str, Any]) -> None:
        if self.principal is None:
            self._say_json("authorization", {"status": "unauthorized", "action": "listen"})
            return
        streams, after = data.get("streams"), data.get("after_sequence")
        if not isinstance(streams, list) or any(stream != TRADE_UPDATES for stream in streams):
            self._say_json("error", {"message": f"streams must be a list of {TRADE_UPDATES}"})
            return
        if after is not None and (isinstance(after, bool) or not isinstance(after, int) or after < 0):
            self._say_json("error", {"message": "after_sequence must be a whole number >= 0"})
            return
        if not streams:
            self._unfollow()
            self._say_json("listening", {"streams": []})
            return
        try:
            feed = await self._streams.feeds.open(self.principal.account_id)
        except CiftError as error:
            self.end(1013, f"cannot follow the account now: {error.message}"[:120])
            return
        if after is not None or self._feed is None:
            self._follow(feed, after)
        else:
            self._say_json("listening", {"streams": [TRADE_UPDATES], "sequence": feed.position})

    def _follow(self, feed: AccountFeed, after: int | None) -> None:
        # What waits belongs to the position before; the replay brings it again.
        if self._feed is not None:
            self._queue = deque(item for item in self._queue if isinstance(item, bytes))
        self._feed = feed
        position = feed.attach(self)
        self._last_sent = position if after is None else min(after, position)
        self._say_json("listening", {"streams": [TRADE_UPDATES], "sequence": position})
        if after is not None and after < position:
            self._say(_Replay(feed, after, position))

    def _unfollow(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.detach(self)
            self._queue = deque(item for item in self._queue if isinstance(item, bytes))

    async def _write_all(self) -> None:
        while True:
            while self._queue:
                item = self._queue.popleft()
                if isinstance(item, bytes):
                    await self._send(item)
                elif isinstance(item, _Update):
                    await self._send_update(item.message, item.headers)
                else:
                    await self._replay(item)
            self._wake.clear()
            if not self._queue:
                await self._wake.wait()

    async def _replay(self, replay: _Replay) -> None:
        after = replay.after
        while after < replay.until and self._feed is replay.feed:
            try:
                page = await replay.feed.read(after)
            except CiftError as error:
                self.end(1013, f"cannot read what was missed now: {error.message}"[:120])
                return
            for update in page:
                if update.sequence <= replay.until:
                    await self._send_update(update, None)
                after = update.sequence
            if not page:
                return

    async def _send_update(self, update: trading.AccountUpdate, headers: Headers) -> None:
        payload = orjson.dumps({"stream": TRADE_UPDATES, "data": render.trade_update(update)})
        if headers and "traceparent" in headers:
            attributes = {"cift.order_id": update.order.order_id, "cift.event": render.event(update)}
            with telemetry.continued(headers), _tracer.start_as_current_span("gateway.push", attributes=attributes):
                await self._send(payload)
        else:
            await self._send(payload)
        self._last_sent = update.sequence
        _pushed.inc()

    async def _send(self, payload: bytes) -> None:
        await self._websocket.send({"type": "websocket.send", "text": payload.decode()})
