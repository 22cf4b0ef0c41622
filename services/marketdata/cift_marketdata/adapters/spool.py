"""Rows that wait on disk while QuestDB is away: bounded, in order, still there after a kill.

A segment is a file of records; a record is a header, then the rows as they are in memory. What was cut off in the
middle of a record (a kill, a full disk) is left out.
"""

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cift_common import logging

from cift_marketdata.domain.columns import QUOTE, TRADE, Rows

_log = logging.get(__name__)

SEGMENT_BYTES = 4 * 2**20
_HEADER = struct.Struct("<4sIII")
_MAGIC = b"CTK1"
"""Another shape of the rows must have another mark."""


@dataclass(slots=True)
class _Segment:
    path: Path
    bytes: int
    rows: int


class Spool:
    """One process has a folder at a time. Blocking; `OSError` where the disk does not take more."""

    def __init__(self, folder: Path, bytes_max: int) -> None:
        """Finds what an earlier process left behind."""
        self._folder, self._bytes_max = folder, bytes_max
        folder.mkdir(parents=True, exist_ok=True)
        self._segments: deque[_Segment] = deque()
        for path in sorted(folder.glob("*.rows")):
            rows = sum(len(quotes) + len(trades) for quotes, trades in read(path))
            self._segments.append(_Segment(path, path.stat().st_size, rows))
        self._next = int(self._segments[-1].path.stem) + 1 if self._segments else 1
        self._open: _Segment | None = None

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self._segments)

    @property
    def bytes(self) -> int:
        return sum(segment.bytes for segment in self._segments)

    def append(self, quotes: Rows, trades: Rows) -> int:
        """Keeps the rows; gives how many others, the oldest, were dropped for them."""
        payload = quotes.tobytes() + trades.tobytes()
        record = _HEADER.pack(_MAGIC, len(quotes), len(trades), zlib.crc32(payload)) + payload
        dropped = 0
        while self._segments and self.bytes + len(record) > self._bytes_max:
            dropped += self._segments[0].rows
            self.drop_first()
        segment = self._open
        if segment is None or segment.bytes >= SEGMENT_BYTES:
            segment = _Segment(self._folder / f"{self._next:012d}.rows", 0, 0)
            self._next += 1
        try:
            with segment.path.open("r+b" if segment.bytes else "wb") as file:
                file.seek(segment.bytes)
                file.write(record)
                file.flush()
                os.fdatasync(file.fileno())
        except OSError:
            if segment.bytes:
                os.truncate(segment.path, segment.bytes)
            else:
                segment.path.unlink(missing_ok=True)
            raise
        if segment is not self._open:
            self._open = segment
            self._segments.append(segment)
        segment.bytes += len(record)
        segment.rows += len(quotes) + len(trades)
        return dropped

    def first(self) -> Iterator[tuple[Rows, Rows]] | None:
        """Quotes and trades of the oldest segment, record by record; nothing more is added to it."""
        if not self._segments:
            return None
        if self._segments[0] is self._open:
            self._open = None
        return read(self._segments[0].path)

    def drop_first(self) -> None:
        path = self._segments[0].path
        self.forget_first()
        path.unlink(missing_ok=True)

    def forget_first(self) -> None:
        """Its file stays for whoever wants to know what is wrong with it."""
        segment = self._segments.popleft()
        if segment is self._open:
            self._open = None


def read(path: Path) -> Iterator[tuple[Rows, Rows]]:
    """Quotes and trades, record by record, up to the first that is not whole."""
    with path.open("rb") as file:
        while header := file.read(_HEADER.size):
            if len(header) < _HEADER.size:
                _log.warning("the end of a file of rows was cut off", path=path.name)
                return
            magic, quotes, trades, checksum = _HEADER.unpack(header)
            if magic != _MAGIC:
                _log.error("a file of rows cannot be read on", path=path.name)
                return
            payload = file.read(quotes * QUOTE.itemsize + trades * TRADE.itemsize)
            if zlib.crc32(payload) != checksum:
                _log.warning("the end of a file of rows was cut off", path=path.name)
                return
            yield (
                np.frombuffer(payload, QUOTE, quotes),
                np.frombuffer(payload, TRADE, trades, quotes * QUOTE.itemsize),
            )
