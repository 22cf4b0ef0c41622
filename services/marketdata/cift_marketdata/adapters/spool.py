"""Rows that wait on disk while QuestDB is away: bounded, in order, still there after a kill.

A segment is a file of records; a record is a header, then the rows as they are in memory. What was cut off in the
middle of a record (a kill, a full disk) is left out.
"""

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from cift_common import logging

from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import KINDS, QUOTE, TRADE, Rows

_log = logging.get(__name__)

SEGMENT_BYTES = 4 * 2**20
_MAGIC = b"CTK2"
"""Another shape of the rows must have another mark; those of earlier versions are read."""


def _packed(kind: np.dtype[np.void]) -> np.dtype[np.void]:
    return np.dtype([(name, kind[name]) for name in kind.names or ()])


_SHAPES = {b"CTK1": (_packed(QUOTE), _packed(TRADE)), _MAGIC: KINDS}


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
            rows = sum(len(part) for parts in read(path) for part in parts)
            self._segments.append(_Segment(path, path.stat().st_size, rows))
        self._next = int(self._segments[-1].path.stem) + 1 if self._segments else 1
        self._open: _Segment | None = None

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self._segments)

    @property
    def bytes(self) -> int:
        return sum(segment.bytes for segment in self._segments)

    def append(self, *parts: Rows) -> int:
        """Keeps rows of any kinds; gives how many others, the oldest, were dropped for them."""
        parts = tuple(columns.by_kind(parts))
        payload = b"".join(part.tobytes() for part in parts)
        record = _header(_MAGIC).pack(_MAGIC, *_counts(parts), zlib.crc32(payload)) + payload
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
        segment.rows += sum(map(len, parts))
        return dropped

    def first(self) -> Iterator[list[Rows]] | None:
        """The rows of the oldest segment by kind, record by record; nothing more is added to it."""
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


def _header(magic: bytes) -> struct.Struct:
    """The mark, how many rows there are of each kind, and the sum of the bytes after it."""
    return struct.Struct(f"<4s{len(_SHAPES[magic])}II")


def _counts(parts: Sequence[Rows]) -> list[int]:
    counts = {part.dtype: len(part) for part in parts}
    return [counts.get(kind, 0) for kind in KINDS]


def read(path: Path) -> Iterator[list[Rows]]:
    """Rows by kind, record by record, up to the first that is not whole."""
    with path.open("rb") as file:
        while magic := file.read(len(_MAGIC)):
            if len(magic) == len(_MAGIC) and magic not in _SHAPES:
                _log.error("a file of rows cannot be read on", path=path.name)
                return
            parts = _record(file, magic)
            if parts is None:
                _log.warning("the end of a file of rows was cut off", path=path.name)
                return
            yield parts


def _record(file: BinaryIO, magic: bytes) -> list[Rows] | None:
    """What comes after its mark; None where it is not whole."""
    if magic not in _SHAPES:
        return None
    kinds, header = _SHAPES[magic], _header(magic)
    rest = file.read(header.size - len(magic))
    if len(rest) < header.size - len(magic):
        return None
    _, *counts, checksum = header.unpack(magic + rest)
    payload = file.read(sum(count * kind.itemsize for count, kind in zip(counts, kinds, strict=True)))
    if zlib.crc32(payload) != checksum:
        return None
    parts, offset = [], 0
    for count, kind, ours in zip(counts, kinds, KINDS, strict=False):
        part = np.frombuffer(payload, kind, count, offset)
        parts.append(part if kind == ours else part.astype(ours))
        offset += count * kind.itemsize
    return [part for part in parts if len(part)]
