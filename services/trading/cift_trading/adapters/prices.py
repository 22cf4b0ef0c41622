"""Latest prices: from the cache; from market data where the cache is away or empty. What was read last is kept."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from functools import partial

import grpc
from cift_common import logging
from cift_proto.common.v1.types_pb2 import Quote
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cift_trading import metrics

_log = logging.get(__name__)
_REUSED = metrics.price_reads.labels("memory", "hit")
_HIT = metrics.price_reads.labels("cache", "hit")
_MISS = metrics.price_reads.labels("cache", "miss")
_FAILED = metrics.price_reads.labels("cache", "failed")
_FALLBACK_HIT = metrics.price_reads.labels("marketdata", "hit")
_FALLBACK_MISS = metrics.price_reads.labels("marketdata", "miss")
_FALLBACK_FAILED = metrics.price_reads.labels("marketdata", "failed")

REST_SECONDS = 1.0
"""How long a source that failed is left alone."""
BUSY_SECONDS = 0.5


class Prices:
    """`on_quote` hears each new quote once."""

    def __init__(
        self,
        cache: Redis,
        marketdata: "marketdata_pb2_grpc.MarketDataServiceAsyncStub",
        on_quote: Callable[[Quote], None],
        *,
        cache_timeout_seconds: float,
        marketdata_timeout_seconds: float,
        reuse_seconds: float,
    ) -> None:
        self._cache, self._marketdata, self._on_quote = cache, marketdata, on_quote
        self._cache_timeout, self._marketdata_timeout = cache_timeout_seconds, marketdata_timeout_seconds
        self._reuse = reuse_seconds
        self._raw: dict[str, bytes] = {}
        self._quotes: dict[str, Quote] = {}
        self._running: dict[str, asyncio.Task[bool]] = {}
        self._read_at: dict[str, float] = {}
        self._asked_at: dict[str, float] = {}
        self._cache_rests_until = self._marketdata_rests_until = 0.0

    def latest(self, symbol: str) -> int:
        """The middle of the last quote that was read, in nanos; the side that is there; 0 where none is known."""
        quote = self._quotes.get(symbol)
        if quote is None:
            return 0
        if quote.bid_price_nanos and quote.ask_price_nanos:
            return (quote.bid_price_nanos + quote.ask_price_nanos) // 2
        return quote.bid_price_nanos or quote.ask_price_nanos

    def quote(self, symbol: str) -> Quote | None:
        """The last one that was read."""
        return self._quotes.get(symbol)

    async def refresh(self, symbol: str) -> bool:
        """Reads the latest quote; orders that come together share one reading. False: nobody answered."""
        now = time.monotonic()
        self._asked_at[symbol] = now
        if now - self._read_at.get(symbol, -math.inf) < self._reuse:
            _REUSED.inc()
            return True
        task = self._running.get(symbol)
        if task is None:
            # Symbols that were just traded are likely to be again; a reading of several costs no more than one.
            busy = [other for other, at in self._asked_at.items() if now - at < BUSY_SECONDS]
            task = asyncio.create_task(self.refresh_all(busy))
            for other in busy:
                self._running[other] = task
            task.add_done_callback(partial(self._finished, busy))
        return await asyncio.shield(task)

    def _finished(self, symbols: list[str], task: asyncio.Task[bool]) -> None:
        for symbol in symbols:
            if self._running.get(symbol) is task:
                del self._running[symbol]

    async def refresh_all(self, symbols: Iterable[str]) -> bool:
        """Never raises: an old price is told by its age. False: for some symbol nobody answered."""
        wanted = tuple(symbols)
        if not wanted:
            return True
        missing: tuple[str, ...] | None = None
        if time.monotonic() >= self._cache_rests_until:
            missing = await self._from_cache(wanted)
        if missing == ():
            return True
        if time.monotonic() >= self._marketdata_rests_until and await self._from_marketdata(missing or wanted):
            return True
        # An empty cache is an answer, too.
        return missing is not None

    async def _from_cache(self, symbols: tuple[str, ...]) -> tuple[str, ...] | None:
        """The symbols that the cache does not have; None where it does not answer."""
        try:
            async with asyncio.timeout(self._cache_timeout):
                values = await self._cache.mget([f"md:quote:{symbol}" for symbol in symbols])
        except (RedisError, OSError, TimeoutError) as error:
            _FAILED.inc()
            self._cache_rests_until = time.monotonic() + REST_SECONDS
            _log.warning("the cache does not answer; asking market data", error=repr(error))
            return None
        missing = []
        now = time.monotonic()
        for symbol, raw in zip(symbols, values, strict=True):
            if raw is None:
                _MISS.inc()
                missing.append(symbol)
                continue
            _HIT.inc()
            self._read_at[symbol] = now
            assert isinstance(raw, bytes)
            if raw != self._raw.get(symbol):
                self._raw[symbol] = raw
                self._take(Quote.FromString(raw))
        return tuple(missing)

    async def _from_marketdata(self, symbols: tuple[str, ...]) -> bool:
        request = marketdata_pb2.GetSnapshotsRequest(symbols=symbols)
        try:
            response = await self._marketdata.GetSnapshots(request, timeout=self._marketdata_timeout)
        except grpc.aio.AioRpcError as error:
            _FALLBACK_FAILED.inc()
            self._marketdata_rests_until = time.monotonic() + REST_SECONDS
            _log.warning("market data does not answer", error=error.details())
            return False
        for snapshot in response.snapshots:
            if snapshot.HasField("quote"):
                _FALLBACK_HIT.inc()
                self._take(snapshot.quote)
            else:
                _FALLBACK_MISS.inc()
        return True

    def _take(self, quote: Quote) -> None:
        known = self._quotes.get(quote.symbol)
        if known is not None and quote.received_time_ns < known.received_time_ns:
            return
        self._quotes[quote.symbol] = quote
        self._on_quote(quote)
