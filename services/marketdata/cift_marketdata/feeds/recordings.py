"""Our own recordings: what any feed said, as it was taken in, to be replayed later.

A recording is a folder of segments as the spool writes them: whole up to the last moment whatever ended it.
"""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from cift_common import logging
from prometheus_client import Counter

from cift_marketdata.adapters import spool
from cift_marketdata.adapters.spool import Spool
from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import ASK, BID, QUOTE, TICK, TRADE, Rows
from cift_marketdata.domain.ticks import CLOSING_PRINT, OPENING_PRINT, SUSPICIOUS, Quote, Trade
from cift_marketdata.feeds.merging import Block

_log = logging.get(__name__)
_unrecorded = Counter("cift_marketdata_unrecorded_rows", "Rows that the disk did not take for the recording")
WRITE_SECONDS = 0.5


class Recorder:
    """Writes down what it is given; beyond the bound the oldest of it goes."""

    def __init__(self, folder: Path, bytes_max: int) -> None:
        self._spool = Spool(folder, bytes_max)
        self._rows: list[Quote | Trade | Rows] = []
        # At the end the thread may still write.
        self._writing = threading.Lock()

    def add(self, rows: Sequence[Quote | Trade | Rows]) -> None:
        self._rows.extend(rows)

    async def run(self) -> None:
        """Ends only by cancellation, with what was given until then written down."""
        try:
            while True:
                await asyncio.sleep(WRITE_SECONDS)
                await asyncio.to_thread(self._write, self._take())
        finally:
            self._write(self._take())

    def _take(self) -> list[Quote | Trade | Rows]:
        taken, self._rows = self._rows, []
        return taken

    def _write(self, rows: list[Quote | Trade | Rows]) -> None:
        objects = columns.of([row for row in rows if not isinstance(row, np.ndarray)])
        parts = columns.by_kind([*objects, *(row for row in rows if isinstance(row, np.ndarray))])
        if not parts:
            return
        try:
            with self._writing:
                self._spool.append(*parts)
        except OSError as error:
            _unrecorded.inc(sum(map(len, parts)))
            _log.error("the disk does not take the recording", error=repr(error))


def find(path: Path) -> list[Path]:
    """The segments at or under a path, in their order."""
    return [path] if path.suffix == ".rows" else sorted(path.rglob("*.rows"))


def read(segments: Sequence[Path]) -> Iterator[Block]:
    """Ticks (`TICK`) in the order of their times, record by record; before them what else is in it."""
    for segment in segments:
        for parts in spool.read(segment):
            found = {part.dtype: part for part in parts}
            trades, quotes = found.pop(TRADE, np.empty(0, TRADE)), found.pop(QUOTE, np.empty(0, QUOTE))
            for others in found.values():
                said = others.copy()
                said["received"], said["flags"] = 0, 0
                yield said
            ticks = np.concatenate((_of_trades(trades), _of_quotes(quotes)))
            if len(ticks):
                yield ticks[np.argsort(ticks["time"], kind="stable")]


def _of_trades(rows: Rows) -> Rows:
    ticks = _common(rows)
    ticks["trade"] = True
    ticks["role"] = rows["flags"] & (OPENING_PRINT | CLOSING_PRINT)
    ticks["price"], ticks["quantity"] = rows["price"], rows["quantity"]
    return ticks


def _of_quotes(rows: Rows) -> Rows:
    ticks = _common(rows)
    ticks["said"] = BID | ASK
    ticks["price"], ticks["quantity"] = rows["bid_price"], rows["bid_quantity"]
    ticks["ask_price"], ticks["ask_quantity"] = rows["ask_price"], rows["ask_quantity"]
    return ticks


def _common(rows: Rows) -> Rows:
    ticks = np.zeros(len(rows), TICK)
    for name in ("symbol", "exchange", "row", "time"):
        ticks[name] = rows[name]
    # The other flags are a judgement, which is passed anew.
    ticks["suspicious"] = rows["flags"] & SUSPICIOUS != 0
    return ticks
