"""Moves the venue's outside liquidity with the market's quotes.

NATS only tells that a symbol has a new quote. Orders trade on it, so its content is read where market data alone can
write it: from the cache, or from market data itself.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from cift_common.ids import Clock
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2
from prometheus_client import Counter

from cift_execution.domain.broker import Venue
from cift_execution.domain.quotes import QuoteBoard

_heard = Counter("cift_execution_quotes", "Quotes of the market, and whether they could be used", ["outcome"])
_withdrawn = Counter("cift_execution_quotes_withdrawn", "Quotes that were withdrawn because their feed was silent")

PACE_SECONDS = 0.01
STALE_CHECK_SECONDS = 0.25


class LatestQuotes(Protocol):
    async def latest(self, symbols: Sequence[str]) -> list[types_pb2.Quote]:
        """The latest quotes as market data has them; those that nobody answers for are left out."""
        ...


class Liquidity:
    def __init__(self, venue: Venue, board: QuoteBoard, quotes: LatestQuotes, clock: Clock) -> None:
        self._venue, self._board, self._quotes, self._clock = venue, board, quotes, clock
        self._changed = asyncio.Event()
        self._connected = False
        self._wanted: set[str] = set()
        self._used, self._ignored = _heard.labels("used"), _heard.labels("ignored")

    def on_quote(self, symbol: str) -> None:
        """A symbol has a new quote. However often that is told, it is read once a round."""
        if self._board.knows(symbol):
            self._wanted.add(symbol)
            self._changed.set()
        else:
            self._ignored.inc()

    def on_status(self, status: marketdata_pb2.TradingStatus) -> None:
        """A symbol that does not trade in the market has no liquidity here; unknown counts as trading."""
        if status.HasField("trading"):
            self._board.set_trading(status.symbol, status.trading, status.exchange_time_ns)
            self._changed.set()

    def on_connection(self, connected: bool) -> None:
        """Quotes wait while there is no session; a new one begins with what the venue must forget."""
        self._connected = connected
        if connected:
            self._board.retake()
            self._changed.set()

    async def run(self) -> None:
        """Forwards the latest quotes, at most every `PACE_SECONDS`; ends only by cancellation."""
        while True:
            try:
                async with asyncio.timeout(STALE_CHECK_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            if self._wanted:
                wanted, self._wanted = self._wanted, set()
                for quote in await self._quotes.latest(sorted(wanted)):
                    (self._used if self._board.put(quote, self._clock()) else self._ignored).inc()
            _withdrawn.inc(self._board.expire(self._clock()))
            if self._connected and (quotes := self._board.take()):
                self._venue.set_quotes(quotes)
            await asyncio.sleep(PACE_SECONDS)
