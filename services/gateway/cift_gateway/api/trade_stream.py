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
from cift_common import telemetry
from cift_common.errors import CiftError, Unauthenticated
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import WebSocket
from prometheus_client import Counter

from cift_gateway.adapters.backends import Backends
from cift_gateway.api import render
from cift_gateway.api.sockets import CLOSE_LATER, CLOSE_TOO_SLOW, Socket
from cift_gateway.service import trailing_stops
from cift_gateway.service.account_feed import AccountFeed, Headers
from cift_gateway.service.authentication import Authenticator
from cift_gateway.service.feeds import Feeds

_tracer = telemetry.tracer(__name__)
_pushed = Counter("cift_gateway_updates_pushed", "Order updates sent to WebSocket clients")
_slow = Counter("cift_gateway_slow_clients", "Connections closed because their client read too slowly")

TRADE_UPDATES = "trade_updates"
SEQUENCE_MAX = 2**63 - 1


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


class TradeSocket(Socket):
    """What a client is to be told waits in one queue, so that everything comes in order."""

    kind = "trade"

    def __init__(
        self,
        websocket: WebSocket,
        authenticator: Authenticator,
        feeds: Feeds,
        backends: Backends,
        queue_max: int,
    ) -> None:
        super().__init__(websocket, authenticator)
        self._feeds, self._backends, self._queue_max = feeds, backends, queue_max
        self._feed: AccountFeed | None = None
        self._queue: deque[_Item] = deque()
        self._wake = asyncio.Event()
        self._last_sent = 0

    def offer(self, update: trading.AccountUpdate, headers: Headers) -> None:
        if len(self._queue) >= self._queue_max:
            if not self.is_ending:
                _slow.inc()
            self.end(CLOSE_TOO_SLOW, f"too slow: come back with after_sequence {self._last_sent}")
            return
        self._say(_Update(update, headers))

    def decode(self, data: str | bytes) -> Any:
        return orjson.loads(data)

    def leave(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.detach(self)

    def _say(self, item: _Item) -> None:
        self._queue.append(item)
        self._wake.set()

    def _say_json(self, stream: str, data: dict[str, Any]) -> None:
        self.reply_added()
        self._say(orjson.dumps({"stream": stream, "data": data}))

    async def handle(self, message: dict[str, Any]) -> None:
        action = message.get("action")
        data = message.get("data")
        data = data if isinstance(data, dict) else {}
        if action in ("authenticate", "auth"):
            try:
                await self.authenticate({**message, **data})
            except CiftError as error:
                status = "unauthorized" if isinstance(error, Unauthenticated) else "error"
                self._say_json("authorization", {"status": status, "action": action, "message": error.message})
            else:
                self._say_json("authorization", {"status": "authorized", "action": action})
        elif action == "listen":
            await self._listen(data)
        else:
            self._say_json("error", {"message": f"action must be authenticate or listen, not {str(action)[:64]!r}"})

    async def _listen(self, data: dict[str, Any]) -> None:
        if self.principal is None:
            self._say_json("authorization", {"status": "unauthorized", "action": "listen"})
            return
        streams, after = data.get("streams"), data.get("after_sequence")
        if not isinstance(streams, list) or any(stream != TRADE_UPDATES for stream in streams):
            self._say_json("error", {"message": f"streams must be a list of {TRADE_UPDATES}"})
            return
        is_number = isinstance(after, int) and not isinstance(after, bool)
        if after is not None and not (is_number and 0 <= after <= SEQUENCE_MAX):
            self._say_json("error", {"message": f"after_sequence must be a whole number from 0 to {SEQUENCE_MAX}"})
            return
        if not streams:
            self._forget_waiting()
            self.leave()
            self._say_json("listening", {"streams": []})
            return
        try:
            feed = await self._feeds.open(self.principal.account_id)
        except CiftError as error:
            self.end(CLOSE_LATER, f"cannot follow the account now: {error.message}")
            return
        if after is not None or self._feed is None:
            self._follow(feed, after)
        else:
            self._say_json("listening", {"streams": [TRADE_UPDATES], "sequence": feed.position})

    def _follow(self, feed: AccountFeed, after: int | None) -> None:
        self._forget_waiting()
        self._feed = feed
        position = feed.attach(self)
        self._last_sent = position if after is None else min(after, position)
        self._say_json("listening", {"streams": [TRADE_UPDATES], "sequence": position})
        if after is not None and after < position:
            self._say(_Replay(feed, after, position))

    def _forget_waiting(self) -> None:
        """What waits belongs to the position before; a replay brings it again."""
        self._queue = deque(item for item in self._queue if isinstance(item, bytes))

    async def write_all(self) -> None:
        while True:
            while self._queue:
                item = self._queue.popleft()
                if isinstance(item, bytes):
                    await self._send(item)
                    self.reply_written()
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
                self.end(CLOSE_LATER, f"cannot read what was missed now: {error.message}")
                return
            for update in page:
                if update.sequence <= replay.until:
                    await self._send_update(update, None)
                after = update.sequence
            if not page:
                return

    async def _send_update(self, update: trading.AccountUpdate, headers: Headers) -> None:
        if trailing_stops.is_trailing(update.order):
            await trailing_stops.locate(self._backends, update.account_id, (update.order,))
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
        await self.write({"type": "websocket.send", "text": payload.decode()})
