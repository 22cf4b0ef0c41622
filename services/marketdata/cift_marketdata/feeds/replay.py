"""Replays ticks from files (LEAN zips, Databento's shapes, our own recordings), as fast as they happened or faster."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from cift_common import logging
from cift_common.platform import Platform
from numpy.typing import NDArray

from cift_marketdata.domain.columns import TICK, Rows
from cift_marketdata.domain.ticks import BadTick
from cift_marketdata.feeds import databento, lean, lean_columns, merging, recordings
from cift_marketdata.feeds.base import Batch, FeedError, as_batch
from cift_marketdata.feeds.merging import Block

_log = logging.get(__name__)

SILENCE_NS_MAX = 10 * 10**9
"""A longer silence of the market (a night, the early morning) is shortened to this."""
PASSED_OVER = "replay passes over symbols that the platform does not trade"
SLICE_SECONDS = 0.005
BATCH_MAX = 4096


class ReplayFeed:
    name = "replay"
    is_timed_now = False
    can_wait = True

    def __init__(self, platform: Platform) -> None:
        """`FeedError` where nothing can be replayed; symbols that the platform does not have are passed over."""
        path = Path(platform.feed.path)
        if not path.exists():
            raise FeedError(f"feed.path {path} does not exist")
        recorded, shaped = recordings.find(path), databento.find(path)
        if recorded:
            self._groups: list[list[Iterator[Block]]] = [[recordings.read(recorded)]]
            self.symbols = tuple(platform.by_symbol)
        elif shaped:
            self._groups = [[databento.read(file) for file in shaped]]
            self.symbols = tuple(platform.by_symbol)
        else:
            files = _of_platform(platform, lean.find(path))
            self._groups = [list(day) for day in by_day(files)]
            self.symbols = tuple(sorted({file.symbol for file in files}))
        if silent := sorted(set(platform.by_symbol) - set(self.symbols)):
            _log.warning("the replay has no ticks of some symbols: they will have no price", symbols=silent)
        self._symbols = np.array(self.symbols, "S16")
        self._speed = float(platform.feed.speed)
        self.finished = False

    async def batches(self) -> AsyncIterator[Batch]:
        loop = asyncio.get_running_loop()
        clock = _MarketClock(loop.time(), self._speed)
        aside: list[Rows] = []
        for block in self._blocks():
            if isinstance(block, BadTick):
                yield [block]
                continue
            if block.dtype != TICK:
                aside.append(block)
                continue
            due = clock.due(block["time"])
            start = 0
            while start < len(block):
                if (wait := due[start] - loop.time()) > 0:
                    await asyncio.sleep(max(wait, SLICE_SECONDS))
                end = min(int(np.searchsorted(due, loop.time(), "right")), start + BATCH_MAX)
                if end > start:
                    for rows in _until(aside, int(block["time"][end - 1])):
                        yield rows
                    yield as_batch(block[start:end])
                    start = end
                # Even a replay without pauses lets others run.
                await asyncio.sleep(0)
        for rows in aside:
            yield rows
        self.finished = True
        _log.info("replay finished")

    def _blocks(self) -> Iterator[Block]:
        passed_over: set[str] = set()
        for group in self._groups:
            for block in merging.merged(group):
                if isinstance(block, BadTick):
                    yield block
                    continue
                known = np.isin(block["symbol"], self._symbols)
                if not known.all():
                    others = {name.decode() for name in np.unique(block["symbol"][~known])} - passed_over
                    if others:
                        _log.warning(PASSED_OVER, symbols=sorted(others))
                    passed_over |= others
                    block = block[known]
                if len(block):
                    yield block


def _until(aside: list[Rows], time_ns: int) -> list[Rows]:
    """Takes those that are due with the ticks up to this time."""
    due, later = [], []
    for rows in aside:
        end = int(np.searchsorted(np.maximum.accumulate(rows["time"]), time_ns, "right"))
        if end:
            due.append(rows[:end])
        if end < len(rows):
            later.append(rows[end:])
    aside[:] = later
    return due


def _of_platform(platform: Platform, found: list[lean.LeanFile]) -> list[lean.LeanFile]:
    symbols = sorted({file.symbol for file in found})
    files = [file for file in found if file.symbol in platform.by_symbol]
    if not files:
        raise FeedError(
            f"feed.path {platform.feed.path} has ticks of {', '.join(symbols)}; the platform trades"
            f" {', '.join(platform.by_symbol)}: add one of the former to its symbols"
        )
    if passed_over := sorted(set(symbols) - set(platform.by_symbol)):
        _log.warning(PASSED_OVER, symbols=passed_over)
    return files


class _MarketClock:
    """When ticks are due on the event loop's clock."""

    def __init__(self, now: float, speed: float) -> None:
        self._speed = speed
        self._due = now
        self._last_ns: int | None = None

    def due(self, times: NDArray[np.int64]) -> NDArray[np.float64]:
        """Never earlier than for the tick before."""
        start = int(times[0]) if self._last_ns is None else self._last_ns
        latest = np.maximum.accumulate(np.concatenate(([start], times)))
        elapsed = np.minimum(np.diff(latest), SILENCE_NS_MAX)
        due: NDArray[np.float64] = self._due + np.cumsum(elapsed) / 1e9 / self._speed
        self._due, self._last_ns = float(due[-1]), int(latest[-1])
        return due


def by_day(files: Iterable[lean.LeanFile]) -> Iterator[Iterator[Iterator[Block]]]:
    """LEAN files whose ticks come together in the order of their times; each day is over before the next begins."""
    for _, day in groupby(files, key=lambda file: file.day):
        yield (lean_columns.read(file) for file in day)
