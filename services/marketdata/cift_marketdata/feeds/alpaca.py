"""Alpaca's stream of stock prices, version 2, in JSON."""

import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from cift_common import logging
from websockets.asyncio.client import ClientConnection

from cift_marketdata.domain.ticks import (
    CLOSING_PRINT,
    OPENING_PRINT,
    BadTick,
    FeedTick,
    QuoteTick,
    StatusTick,
    TradeTick,
)
from cift_marketdata.feeds import wire_json
from cift_marketdata.feeds.live import Refused
from cift_marketdata.feeds.wire_json import Malformed

_log = logging.get(__name__)
URL = "wss://stream.data.alpaca.markets/v2/iex"
REMEMBERED = 1000
"""So many trades of a symbol are known again when they are said twice."""

# The official prints, in the codes of both tapes.
_ROLES = {"O": OPENING_PRINT, "6": CLOSING_PRINT}

_ACTIONS: dict[str, tuple[str, bool | None]] = {
    "2": ("halt", False),
    "H": ("halt", False),
    "P": ("pause", False),
    "Q": ("quoting", False),
    "3": ("trading", True),
    "T": ("trading", True),
}


class Alpaca:
    name = "alpaca"

    def __init__(self, key_id: str, secret_key: str, first_row: int, url: str = "") -> None:
        """Rows count from `first_row` on, which must be beyond those of earlier sessions."""
        self.url = url or URL
        self._key_id, self._secret_key = key_id, secret_key
        self._row = first_row
        self._quotes: dict[str, tuple[Any, ...]] = {}
        self._seen: dict[str, tuple[set[tuple[Any, ...]], deque[tuple[Any, ...]]]] = {}

    async def open(self, connection: ClientConnection, symbols: Sequence[str]) -> None:
        await self._answered(connection, "connected")
        await connection.send(json.dumps({"action": "auth", "key": self._key_id, "secret": self._secret_key}))
        await self._answered(connection, "authenticated")
        channels = {"trades": list(symbols), "quotes": list(symbols), "statuses": list(symbols)}
        await connection.send(json.dumps({"action": "subscribe", **channels}))
        await self._answered(connection, "")

    async def _answered(self, connection: ClientConnection, wanted: str) -> None:
        """Reads up to the answer; an empty one is a list of subscriptions."""
        while True:
            try:
                messages = wire_json.loads(await connection.recv())
            except Malformed as error:
                raise Refused(f"no answer that can be read: {error}") from None
            for message in messages if isinstance(messages, list) else [messages]:
                kind = message.get("T") if isinstance(message, dict) else None
                if kind == "error":
                    raise Refused(f"{message.get('code')} {message.get('msg')}")
                if (kind == "success" and message.get("msg") == wanted) or (kind == "subscription" and not wanted):
                    return

    def reset(self) -> None:
        """Trades and quotes are remembered: a new connection may send the last ones again."""

    def ticks(self, message: str | bytes, now_ns: int) -> list[FeedTick]:
        try:
            items = wire_json.loads(message)
        except Malformed as error:
            return [BadTick("", "malformed", f"alpaca: {error}")]
        found: list[FeedTick] = []
        for item in items if isinstance(items, list) else [items]:
            try:
                tick = self._tick(item)
            except Malformed as error:
                symbol = item.get("S") if isinstance(item, dict) else None
                tick = BadTick(symbol if isinstance(symbol, str) else "", "malformed", f"alpaca: {error}")
            if tick is not None:
                found.append(tick)
        return found

    def _tick(self, item: Any) -> FeedTick | None:
        if not isinstance(item, dict):
            raise Malformed(f"not an object: {item!r}")
        kind = item.get("T")
        if kind == "t":
            return self._trade(item)
        if kind == "q":
            return self._quote(item)
        if kind in ("c", "x"):
            return BadTick(wire_json.text(item, "S"), "corrected", f"alpaca takes a trade back: {item!r}")
        if kind == "s":
            return self._status(item)
        if kind == "error":
            _log.error("the feed complains", code=item.get("code"), error=item.get("msg"))
        # Bars are made of the trades here, so that they are the same as in history.
        return None

    def _trade(self, item: dict[str, Any]) -> FeedTick:
        symbol, exchange = wire_json.text(item, "S"), wire_json.text(item, "x")
        identity = (exchange, item.get("i"), item.get("t"), item.get("z"))
        known, order = self._seen.setdefault(symbol, (set(), deque()))
        if item.get("i") is not None and identity in known:
            return BadTick(symbol, "duplicate", f"alpaca says the trade {item['i']} of {exchange} again")
        known.add(identity)
        order.append(identity)
        if len(order) > REMEMBERED:
            known.discard(order.popleft())
        self._row += 1
        time_ns = wire_json.time_ns(item, "t")
        conditions = item.get("c")
        roles = [_ROLES.get(str(code), 0) for code in conditions] if isinstance(conditions, list) else []
        price, size = wire_json.nanos(item, "p"), wire_json.nanos(item, "s")
        return TradeTick(symbol, time_ns, price, size, exchange, self._row, role=max(roles, default=0))

    def _status(self, item: dict[str, Any]) -> FeedTick:
        """Codes of both tapes; what they do not say of trading is not known."""
        self._row += 1
        code = item.get("sc")
        action, trading = _ACTIONS.get(code if isinstance(code, str) else "", ("none", None))
        reason = item.get("rm") or item.get("sm") or ""
        symbol, time_ns = wire_json.text(item, "S"), wire_json.time_ns(item, "t")
        _log.warning("trading status", symbol=symbol, action=action, reason=reason)
        quoting = None if trading is None else trading or action == "quoting"
        tape = str(item.get("z") or "")[:16]
        return StatusTick(symbol, time_ns, action, str(reason)[:48], trading, quoting, tape, self._row)

    def _quote(self, item: dict[str, Any]) -> FeedTick:
        self._row += 1
        symbol, time_ns = wire_json.text(item, "S"), wire_json.time_ns(item, "t")
        bid = (wire_json.nanos(item, "bp"), wire_json.nanos(item, "bs"))
        ask = (wire_json.nanos(item, "ap"), wire_json.nanos(item, "as"))
        quote = (symbol, time_ns, *bid, *ask, wire_json.text(item, "bx"))
        if quote == self._quotes.get(symbol):
            return BadTick(symbol, "duplicate", f"alpaca sends the quote of {item['t']} again")
        self._quotes[symbol] = quote
        return QuoteTick(*quote, self._row)
