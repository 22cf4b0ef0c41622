"""Binance's public streams of trades and of the best bid and offer."""

import json
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection

from cift_marketdata.domain.ticks import BadTick, FeedTick, QuoteTick, TradeTick
from cift_marketdata.feeds import wire_json
from cift_marketdata.feeds.live import Refused
from cift_marketdata.feeds.wire_json import Malformed

URL = "wss://data-stream.binance.vision/stream"
MILLISECOND_NS = 10**6
_SUBSCRIPTION = 1


class Binance:
    """Symbols are Binance's own, such as BTCUSDT."""

    name = "binance"

    def __init__(self, first_row: int, url: str = "") -> None:
        """Quotes have no number that lasts; theirs count from `first_row` on, beyond those of earlier sessions."""
        self.url = url or URL
        self._row = first_row
        self._trades: dict[str, int] = {}
        self._updates: dict[str, int] = {}
        self._may_restart: set[str] = set()

    async def open(self, connection: ClientConnection, symbols: Sequence[str]) -> None:
        streams = [f"{symbol.lower()}@{kind}" for symbol in symbols for kind in ("trade", "bookTicker")]
        await connection.send(json.dumps({"method": "SUBSCRIBE", "params": streams, "id": _SUBSCRIPTION}))
        while True:
            try:
                answer = wire_json.loads(await connection.recv())
            except Malformed as error:
                raise Refused(f"no answer that can be read: {error}") from None
            if isinstance(answer, dict) and answer.get("error"):
                raise Refused(f"{answer['error']}")
            if isinstance(answer, dict) and answer.get("id") == _SUBSCRIPTION:
                return

    def reset(self) -> None:
        """Trades are numbered by Binance for ever; how many were missed is seen from the next number.

        Books may be numbered from the beginning; the last one that is sent again is still the same.
        """
        self._may_restart = set(self._updates)

    def ticks(self, message: str | bytes, now_ns: int) -> list[FeedTick]:
        symbol = ""
        try:
            outer = wire_json.loads(message)
            item = outer.get("data", outer) if isinstance(outer, dict) else outer
            if not isinstance(item, dict):
                raise Malformed(f"not an object: {item!r}")
            if "s" not in item:
                # An answer to something that we said.
                return []
            symbol = wire_json.text(item, "s")
            return self._trade(symbol, item) if item.get("e") == "trade" else self._quote(symbol, item, now_ns)
        except Malformed as error:
            return [BadTick(symbol, "malformed", f"binance: {error}")]

    def _trade(self, symbol: str, item: dict[str, Any]) -> list[FeedTick]:
        number, last = wire_json.whole(item, "t"), self._trades.get(symbol)
        tick = TradeTick(
            symbol,
            wire_json.whole(item, "T") * MILLISECOND_NS,
            wire_json.nanos(item, "p"),
            wire_json.nanos(item, "q"),
            "BINANCE",
            number,
        )
        if last is not None and number <= last:
            return [BadTick(symbol, "duplicate", f"binance says the trade {number} after {last}")]
        self._trades[symbol] = number
        if last is not None and number > last + 1:
            missing = f"binance said no trades {last + 1} to {number - 1}"
            return [BadTick(symbol, "gap", missing), tick]
        return [tick]

    def _quote(self, symbol: str, item: dict[str, Any], now_ns: int) -> list[FeedTick]:
        update, last = wire_json.whole(item, "u"), self._updates.get(symbol, 0)
        if update == last or (update < last and symbol not in self._may_restart):
            return [BadTick(symbol, "out_of_order", f"binance says the book {update} after {last}")]
        self._may_restart.discard(symbol)
        self._row += 1
        # Binance does not say when; this is when we heard it.
        tick = QuoteTick(
            symbol,
            now_ns,
            wire_json.nanos(item, "b"),
            wire_json.nanos(item, "B"),
            wire_json.nanos(item, "a"),
            wire_json.nanos(item, "A"),
            "BINANCE",
            self._row,
        )
        self._updates[symbol] = update
        return [tick]
