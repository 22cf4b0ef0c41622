"""`/v2/iex` and `/v2/sip`: Alpaca's market data stream; JSON, or msgpack where the header `Content-Type` asks for it.

    ← [{"T": "success", "msg": "connected"}]
    → {"action": "auth", "key": …, "secret": …}                              or {"action": "auth", "token": JWT}
    ← [{"T": "success", "msg": "authenticated"}]
    → {"action": "subscribe", "quotes": ["AAPL"], "trades": ["AAPL"], "bars": ["*"], "orderbooks": ["AAPL"]}
    ← [{"T": "subscription", "quotes": ["AAPL"], …}]
    ← [{"T": "q", "S": "AAPL", "bp": 189.42, …, "sequence": 4711}, …]

Whoever reads slowly gets the latest quote of each symbol instead of all of them, and the newest trades; `sequence`
shows what was left out. A book ("T": "o", as in Alpaca's stream of order books) is always whole.
"""

import asyncio
from collections import deque
from typing import Any

import msgpack  # type: ignore[import-untyped]
import orjson
from cift_common import money
from cift_common.errors import CiftError
from cift_common.platform import Platform
from cift_proto.common.v1 import types_pb2 as common
from fastapi import WebSocket
from prometheus_client import Counter

from cift_gateway.api import render, render_book
from cift_gateway.api.sockets import Socket
from cift_gateway.domain.times import rfc3339
from cift_gateway.service.authentication import Authenticator
from cift_gateway.service.ticks import Channel, Kind, Tick, Ticks

_sent = Counter("cift_gateway_ticks_pushed", "Quotes, trades and bars sent to WebSocket clients", ["kind"])
_conflated = Counter("cift_gateway_ticks_conflated", "Quotes and trades that newer ones took the place of", ["kind"])

FEEDS = ("iex", "sip")
# A frame carries what came meanwhile; no screen shows more, and many small frames cost both sides.
INTERVAL_SECONDS = 0.01
TRADES_WAITING_MAX = 1000
_OTHER_CHANNELS = ("statuses", "lulds", "corrections", "cancelErrors")
_LETTERS = {
    Kind.QUOTES: "q",
    Kind.TRADES: "t",
    Kind.BARS: "b",
    Kind.UPDATED_BARS: "u",
    Kind.DAILY_BARS: "d",
    Kind.BOOKS: "o",
}


def _msgpack_number(nanos: int) -> float:
    return float(money.from_nanos(nanos))


def _msgpack_time(time_ns: int) -> msgpack.Timestamp:
    return msgpack.Timestamp(*divmod(time_ns, 10**9))


class MarketSocket(Socket):
    kind = "market"

    def __init__(self, websocket: WebSocket, authenticator: Authenticator, ticks: Ticks, platform: Platform) -> None:
        super().__init__(websocket, authenticator)
        self._ticks, self._platform = ticks, platform
        self._packed = websocket.headers.get("content-type") == "application/msgpack"
        self._channels: set[Channel] = set()
        self._control: deque[dict[str, Any]] = deque()
        self._latest: dict[Channel, Tick] = {}
        self._trades: deque[common.Trade] = deque()
        self._wake = asyncio.Event()
        self._say({"T": "success", "msg": "connected"})
        self._leaving: asyncio.Task[None] | None = None

    def decode(self, data: str | bytes) -> Any:
        if isinstance(data, bytes) and self._packed:
            try:
                return msgpack.unpackb(data)
            except (msgpack.UnpackException, msgpack.ExtraData, TypeError) as error:
                raise ValueError("no msgpack") from error
        return orjson.loads(data)

    def tick(self, kind: Kind, tick: Tick) -> None:
        if isinstance(tick, common.Trade):
            if len(self._trades) >= TRADES_WAITING_MAX:
                self._trades.popleft()
                _conflated.labels(kind).inc()
            self._trades.append(tick)
        else:
            channel = kind, tick.symbol
            if channel in self._latest:
                _conflated.labels(kind).inc()
            self._latest[channel] = tick
        self._wake.set()

    def leave(self) -> None:
        channels, self._channels = self._channels, set()
        if channels:
            self._leaving = asyncio.create_task(self._ticks.unfollow(self, channels))

    def _say(self, message: dict[str, Any]) -> None:
        self.reply_added()
        self._control.append(message)
        self._wake.set()

    def _say_error(self, code: int, message: str) -> None:
        self._say({"T": "error", "code": code, "msg": message})

    async def handle(self, message: dict[str, Any]) -> None:
        action = message.get("action")
        if action == "auth":
            try:
                await self.authenticate(message)
            except CiftError as error:
                self._say_error(402, error.message)
            else:
                self._say({"T": "success", "msg": "authenticated"})
        elif self.principal is None:
            self._say_error(401, "not authenticated")
        elif action in ("subscribe", "unsubscribe"):
            await self._change(action == "subscribe", message)
        else:
            self._say_error(400, "invalid syntax: action must be auth, subscribe or unsubscribe")

    async def _change(self, adds: bool, message: dict[str, Any]) -> None:
        named: set[Channel] = set()
        for kind in Kind:
            symbols = message.get(kind.value) or []
            if not isinstance(symbols, list) or not all(isinstance(symbol, str) for symbol in symbols):
                self._say_error(400, f"invalid syntax: {kind} must be a list of symbols")
                return
            for symbol in symbols:
                if symbol != "*" and symbol.upper() not in self._platform.by_symbol:
                    self._say_error(400, f"invalid symbol: {symbol[:32]}")
                    return
                every = self._platform.by_symbol if symbol == "*" else [symbol.upper()]
                named |= {(kind, one) for one in every}
        if adds:
            self._channels |= named
            await self._ticks.follow(self, named)
        else:
            self._channels -= named
            await self._ticks.unfollow(self, named)
        held = {kind.value: sorted(s for k, s in self._channels if k is kind) for kind in Kind}
        self._say({"T": "subscription", **held, **{name: [] for name in _OTHER_CHANNELS}})

    async def write_all(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            control, self._control = self._control, deque()
            for message in control:
                await self._send([message])
                self.reply_written()
            if ticks := self._take():
                await self._send(ticks)
                await asyncio.sleep(INTERVAL_SECONDS)

    def _take(self) -> list[dict[str, Any]]:
        trades, self._trades = self._trades, deque()
        latest, self._latest = self._latest, {}
        found = [self._render(Kind.TRADES, trade) for trade in trades]
        return found + [self._render(kind, tick) for (kind, _), tick in latest.items()]

    def _render(self, kind: Kind, tick: Tick) -> dict[str, Any]:
        number, time = (_msgpack_number, _msgpack_time) if self._packed else (render.number, rfc3339)
        _sent.labels(kind).inc()
        head: dict[str, Any] = {"T": _LETTERS[kind], "S": tick.symbol}
        if isinstance(tick, common.Quote):
            return {**head, **render.quote(tick, number, time), "sequence": tick.sequence}
        if isinstance(tick, common.Trade):
            return {**head, **render.trade(tick, number, time), "sequence": tick.sequence}
        if isinstance(tick, common.Bar):
            return {**head, **render.bar(tick, number, time)}
        return {**head, **render_book.book(tick, number, time), "r": True}

    async def _send(self, messages: list[dict[str, Any]]) -> None:
        if self._packed:
            await self.write({"type": "websocket.send", "bytes": msgpack.packb(messages)})
        else:
            await self.write({"type": "websocket.send", "text": orjson.dumps(messages).decode()})
