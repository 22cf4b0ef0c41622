"""Replays LEAN ticks, as fast as they happened or faster."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from cift_common import logging
from cift_common.platform import Platform

from cift_marketdata.domain.ticks import BadTick, FeedTick
from cift_marketdata.feeds import lean
from cift_marketdata.feeds.base import FeedError

_log = logging.get(__name__)

SILENCE_NS_MAX = 10 * 10**9
"""A longer silence of the market (a night, the early morning) is shortened to this."""
SLICE_SECONDS = 0.005
BATCH_MAX = 1000


class ReplayFeed:
    name = "replay"
    can_wait = True

    def __init__(self, platform: Platform) -> None:
        """`FeedError` where nothing can be replayed; symbols that the platform does not have are passed over."""
        found = lean.find(Path(platform.feed.path))
        symbols = sorted({file.symbol for file in found})
        self.symbols = tuple(symbol for symbol in symbols if symbol in platform.by_symbol)
        if not self.symbols:
            raise FeedError(
                f"feed.path {platform.feed.path} has ticks of {', '.join(symbols)}; the platform trades"
                f" {', '.join(platform.by_symbol)}: add one of the former to its symbols"
            )
        if passed_over := sorted(set(symbols) - set(self.symbols)):
            _log.warning("replay passes over symbols that the platform does not trade", symbols=passed_over)
        if silent := sorted(set(platform.by_symbol) - set(self.symbols)):
            _log.warning("the replay has no ticks of some symbols: they will have no price", symbols=silent)
        self._files = [file for file in found if file.symbol in self.symbols]
        self._speed = float(platform.feed.speed)
        self.finished = False

    @property
    def standing(self) -> bool:
        return not self.finished

    async def batches(self) -> AsyncIterator[list[FeedTick]]:
        loop = asyncio.get_running_loop()
        clock = _MarketClock(loop.time(), self._speed)
        batch: list[FeedTick] = []
        for tick in merged(self._files):
            if not isinstance(tick, BadTick):
                due = clock.due(tick.time_ns)
                if len(batch) >= BATCH_MAX or (due > loop.time() and batch):
                    yield batch
                    batch = []
                    # Even a replay without pauses lets others run.
                    await asyncio.sleep(0)
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(max(wait, SLICE_SECONDS))
            batch.append(tick)
        if batch:
            yield batch
        self.finished = True
        _log.info("replay finished", files=len(self._files))


class _MarketClock:
    """When a tick is due on the event loop's clock."""

    def __init__(self, now: float, speed: float) -> None:
        self._speed = speed
        self._due = now
        self._last_ns: int | None = None

    def due(self, time_ns: int) -> float:
        if self._last_ns is None:
            self._last_ns = time_ns
        elapsed = time_ns - self._last_ns
        if elapsed > 0:
            self._due += min(elapsed, SILENCE_NS_MAX) / 1e9 / self._speed
            self._last_ns = time_ns
        return self._due


def merged(files: Iterable[lean.LeanFile]) -> Iterator[FeedTick]:
    """The ticks of all files in the order of their times, day by day."""
    for _, day in groupby(files, key=lambda file: file.day):
        streams = [_timed(number, lean.read(file)) for number, file in enumerate(day)]
        for _, _, tick in heapq.merge(*streams, key=lambda item: item[:2]):
            yield tick


def _timed(number: int, ticks: Iterator[FeedTick]) -> Iterator[tuple[int, int, FeedTick]]:
    time_ns = 0
    for tick in ticks:
        if not isinstance(tick, BadTick):
            time_ns = max(time_ns, tick.time_ns)
        yield time_ns, number, tick
