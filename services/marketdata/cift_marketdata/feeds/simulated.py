"""The simulated feed: `SimulatedMarket` against the clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from cift_common.ids import Clock, system_clock
from cift_common.platform import Platform

from cift_marketdata.domain.ticks import FeedTick
from cift_marketdata.feeds.base import Batch
from cift_marketdata.feeds.market import SimulatedMarket

SLICE_SECONDS = 0.05
BUSY_SLICE_SECONDS = 0.005
BUSY_RATE = 1000
"""Ticks that are due within a slice leave together: a wake-up costs more than a tick. A busy feed has shorter ones."""
LAG_SECONDS_MAX = 1.0


class SimulatedFeed:
    name = "simulated"
    is_timed_now = True
    finished = False
    can_wait = False

    def __init__(
        self, platform: Platform, start_prices: Mapping[str, int] | None = None, clock: Clock = system_clock
    ) -> None:
        feed = platform.feed
        self.symbols = tuple(instrument.symbol for instrument in platform.instruments)
        # A quote is liquidity once and grows old: its market maker quotes each symbol at least once a second.
        self._rate = max(feed.quotes_per_second, len(self.symbols))
        self._market = SimulatedMarket(platform.instruments, feed.seed, self._rate, start_prices)
        self._clock = clock

    async def batches(self) -> AsyncIterator[Batch]:
        loop = asyncio.get_running_loop()
        interval = 1 / self._rate
        slice_seconds = BUSY_SLICE_SECONDS if self._rate >= BUSY_RATE else SLICE_SECONDS
        # Every symbol has a price from the start.
        time_ns = self._clock()
        yield [tick for _ in self.symbols for tick in self._market.step(time_ns)]
        due = loop.time()
        while True:
            wait = due - loop.time()
            await asyncio.sleep(max(wait, slice_seconds))
            now = loop.time()
            if now - due > LAG_SECONDS_MAX:
                # The machine slept or was too busy: a market does not hurry to make up for it.
                due = now
            batch: list[FeedTick] = []
            time_ns = self._clock()
            while due <= now:
                batch.extend(self._market.step(time_ns))
                due += interval
            if batch:
                yield batch
