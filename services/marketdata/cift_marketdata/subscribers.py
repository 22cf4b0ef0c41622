"""Those who follow quotes and trades over gRPC. A slow one gets the latest quote of each symbol, not all of them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from prometheus_client import Counter, Gauge

from cift_marketdata.domain.ticks import Quote, Trade

_subscribers = Gauge("cift_marketdata_subscribers", "Open subscriptions")
_lost = Counter("cift_marketdata_subscriber_trades_lost", "Trades that a subscriber was too slow for")
TRADES_MAX = 10_000


class Subscription:
    def __init__(self, conflate_seconds: float) -> None:
        self._conflate_seconds = conflate_seconds
        self._quotes: dict[str, Quote] = {}
        self._trades: deque[Trade] = deque()
        self._changed = asyncio.Event()

    def quote(self, quote: Quote) -> None:
        self._quotes[quote.symbol] = quote
        self._changed.set()

    def trade(self, trade: Trade) -> None:
        if len(self._trades) >= TRADES_MAX:
            self._trades.popleft()
            _lost.inc()
        self._trades.append(trade)
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[Quote | Trade]:
        """For ever; quotes not before the time of conflation is over, trades at once."""
        loop = asyncio.get_running_loop()
        quotes_at = 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(quotes_at if self._quotes else None):
                    await self._changed.wait()
            self._changed.clear()
            while self._trades:
                yield self._trades.popleft()
            if self._quotes and loop.time() >= quotes_at:
                quotes_at = loop.time() + self._conflate_seconds
                # Those that come while these are read wait for the next time.
                quotes, self._quotes = self._quotes, {}
                for quote in quotes.values():
                    yield quote


class Subscribers:
    def __init__(self) -> None:
        self._quotes: dict[str, set[Subscription]] = {}
        self._trades: dict[str, set[Subscription]] = {}

    @contextmanager
    def open(
        self, symbols: frozenset[str], *, quotes: bool, trades: bool, conflate_seconds: float = 0
    ) -> Iterator[Subscription]:
        subscription = Subscription(conflate_seconds)
        tables = [table for table, wanted in ((self._quotes, quotes), (self._trades, trades)) if wanted]
        for table in tables:
            for symbol in symbols:
                table.setdefault(symbol, set()).add(subscription)
        _subscribers.inc()
        try:
            yield subscription
        finally:
            _subscribers.dec()
            for table in tables:
                for symbol in symbols:
                    table[symbol].discard(subscription)

    def quote(self, quote: Quote) -> None:
        for subscription in self._quotes.get(quote.symbol, ()):
            subscription.quote(quote)

    def want_trades(self, symbol: str) -> bool:
        return bool(self._trades.get(symbol))

    def trade(self, trade: Trade) -> None:
        for subscription in self._trades.get(trade.symbol, ()):
            subscription.trade(trade)
