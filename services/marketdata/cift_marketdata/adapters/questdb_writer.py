"""Writes ticks and fills to QuestDB in batches over ILP/HTTP, from a thread of its own.

At least once: a batch stays until QuestDB answered 2xx, and the tables' DEDUP keys make repeats harmless. While QuestDB
is away rows wait on disk (`spool`), or in memory where there is no folder for them or the disk is full, both up to a
bound; beyond it the oldest are dropped, counted and logged.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from cift_common import logging
from cift_common.errors import InvalidArgument, Unavailable
from prometheus_client import Counter, Gauge, Histogram
from questdb import QuestDBError, QuestDBErrorCode, Sender

from cift_marketdata.adapters import questdb_schema
from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.adapters.questdb_rows import FRAME_ROWS, Fill, encode, encode_fill
from cift_marketdata.adapters.spool import Spool
from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.ticks import Quote, Trade

_log = logging.get(__name__)
_written = Counter("cift_marketdata_questdb_rows", "Rows that QuestDB acknowledged")
_dropped = Counter("cift_marketdata_questdb_rows_dropped", "Rows that were given up", ["reason"])
_waiting = Gauge("cift_marketdata_questdb_rows_waiting", "Rows that QuestDB does not have yet")
_up = Gauge("cift_marketdata_questdb_up", "1 while QuestDB takes rows")
_spooled = Gauge("cift_marketdata_spool_bytes", "Rows on disk that QuestDB does not have yet")
_spool_full = Counter("cift_marketdata_spool_errors", "Attempts to write to the spool that the disk refused")
_suspended = Gauge("cift_marketdata_questdb_tables_suspended", "Tables that were suspended at the last look")
_flush = Histogram(
    "cift_marketdata_questdb_flush_seconds",
    "Duration of a flush",
    ["outcome"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

CHUNK_ROWS = 10_000
"""What is kept or given up together."""
REQUEST_CHUNKS = 4
"""A request is a transaction of each table in it: QuestDB's work is less with fewer of them."""
OBJECTS_AT_ONCE = 250
"""To make columns of so many, or to encode them one by one, holds up the event loop for about a millisecond."""
BREATH_SECONDS = 0.0001
"""A kernel that preempts lazily lets a thread that computes go on for some milliseconds where the event loop is due on
the same processor; one that sleeps for a moment makes room at once. Who writes as fast as he can does without."""
ROW_BYTES = 400
"""About what a row weighs that is an object yet."""
REFUSED_TOGETHER = 100
"""Where QuestDB refuses a request, no more of its rows are given up for one that is wrong."""
RESUME_SECONDS = 30.0
RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0)


@dataclass(slots=True)
class _Chunk:
    parts: list[Rows] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0

    def add(self, part: Rows) -> None:
        self.parts.append(part)
        self.rows += len(part)
        self.bytes += part.nbytes


@dataclass(slots=True)
class _Fills:
    rows: Sequence[Fill]
    done: "asyncio.Future[None]"


class QuestDbWriter:
    """`add` and `write_fills` belong to the event loop, everything with `_run` in its name to the thread."""

    def __init__(
        self, url: str, time_zone: str, *, flush_seconds: float, buffer_bytes_max: int, spool: Spool | None = None
    ) -> None:
        self._at, self._time_zone = QuestDbAddress.parse(url), time_zone
        self._flush_seconds, self._bytes_max = flush_seconds, buffer_bytes_max
        self._spool, self._spool_works = spool, True
        self._ticks: deque[Quote | Trade | Rows] = deque()
        # Rows that ever came in, counted by the loop, and of them those that are in chunks, counted by the thread.
        self._added = self._collected = 0
        self._fills: deque[_Fills] = deque()
        self._chunks: deque[_Chunk] = deque()
        self._chunk_rows = 0
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="questdb writer", daemon=True)
        self._loop = asyncio.get_running_loop()
        # Our own retries: they see new rows meanwhile, and the bound holds.
        self._sender = Sender.from_conf(
            self._at.sender_conf + "protocol_version=3;auto_flush=off;retry_timeout=0;request_timeout=5000;"
        )
        self._sender.establish()  # type: ignore[no-untyped-call]
        self._schema_ready = False
        self._said = ("", "")
        self._resumed_at = float("-inf")
        self.healthy = False
        self.rows_written = 0
        self.rows_dropped = 0

    def start(self) -> None:
        self._thread.start()

    def add(self, ticks: Sequence[Quote | Trade | Rows]) -> None:
        """Rows as objects or as columns (of `KINDS`)."""
        self._ticks.extend(ticks)
        self._added += sum(len(rows) if isinstance(rows, np.ndarray) else 1 for rows in ticks)
        if self._added - self._collected >= CHUNK_ROWS:
            self._wake.set()

    async def write_fills(self, fills: Sequence[Fill]) -> None:
        """Returns when QuestDB has them; `Unavailable` where it did not answer, `InvalidArgument` where it refused."""
        batch = _Fills(fills, self._loop.create_future())
        self._fills.append(batch)
        self._wake.set()
        await batch.done

    async def room(self) -> None:
        """Waits while QuestDB works and is behind; not while it is away, for then only the bound helps."""
        # Asked, not told: the thread would have to wake the loop for every chunk.
        while self.healthy and self.rows_waiting > 2 * REQUEST_CHUNKS * CHUNK_ROWS:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    @property
    def rows_waiting(self) -> int:
        return self._added - self._collected + self._chunk_rows + (self._spool.rows if self._spool is not None else 0)

    async def stop(self) -> None:
        """Flushes once more; what QuestDB does not take stays in the spool, or is given up."""
        self._stopping = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join, 8)

    def _run(self) -> None:
        failures = 0
        while not self._stopping:
            pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1] if failures else self._flush_seconds
            if failures:
                time.sleep(pause)
            else:
                self._wake.wait(pause)
            self._wake.clear()
            failures = 0 if self._run_once() else failures + 1
        if not self._run_once() and self.rows_waiting:
            _log.error("stopped with rows that QuestDB does not have", rows=self.rows_waiting)
        self._sender.close(False)

    def _run_once(self) -> bool:
        self._run_collect()
        ok = self._run_schema() and self._run_flush_fills() and self._run_flush_spool() and self._run_flush_ticks()
        if ok and time.monotonic() - self._resumed_at > RESUME_SECONDS:
            self._run_resume()
        if ok != self.healthy:
            self.healthy = ok
            _up.set(ok)
            (_log.info if ok else _log.warning)("QuestDB takes rows" if ok else "QuestDB is away, rows wait for it")
        if not ok:
            self._schema_ready = False
            self._run_fail_fills()
            self._run_spool()
            self._run_drop()
        _waiting.set(self.rows_waiting)
        if self._spool is not None:
            _spooled.set(self._spool.bytes)
        return ok

    def _run_collect(self) -> None:
        """Objects become columns, in chunks of a size that is worth a request."""
        while self._ticks:
            if isinstance(rows := self._ticks[0], np.ndarray):
                self._ticks.popleft()
                self._run_add([rows])
            else:
                self._run_add(columns.of(self._run_take_objects()))
                time.sleep(BREATH_SECONDS)

    def _run_take_objects(self) -> list[Quote | Trade]:
        found: list[Quote | Trade] = []
        while self._ticks and len(found) < OBJECTS_AT_ONCE and not isinstance(row := self._ticks[0], np.ndarray):
            self._ticks.popleft()
            found.append(row)
        return found

    def _run_add(self, parts: Sequence[Rows]) -> None:
        rows = sum(map(len, parts))
        if not self._chunks or self._chunks[-1].rows + rows > CHUNK_ROWS:
            self._chunks.append(_Chunk())
        for part in parts:
            self._chunks[-1].add(part)
        self._chunk_rows += rows
        self._collected += rows

    def _run_schema(self) -> bool:
        """After every failure anew: QuestDB may come back empty, and ILP would make tables of its own."""
        if self._schema_ready:
            return True
        try:
            questdb_schema.ensure_tables(self._at)
        except Unavailable as error:
            self._run_say("QuestDB has no tables for us yet", error.message)
            return False
        self._schema_ready = True
        try:
            questdb_schema.ensure_views(self._at, self._time_zone)
        except Unavailable as error:
            self._run_say("bars cannot be had: the views are not there", error.message)
        return True

    def _run_resume(self) -> None:
        self._resumed_at = time.monotonic()
        try:
            suspended = questdb_schema.resume(self._at)
        except Unavailable as error:
            self._run_say("QuestDB does not resume its tables", error.message)
            return
        _suspended.set(len(suspended))
        if suspended:
            _log.error("QuestDB had suspended tables, resumed them", tables=suspended)

    def _run_say(self, event: str, error: str) -> None:
        """The same trouble is logged once."""
        if self._said != (event, error):
            self._said = (event, error)
            _log.warning(event, error=error)

    def _run_flush_ticks(self) -> bool:
        while self._chunks:
            together = list(islice(self._chunks, REQUEST_CHUNKS))
            if not self._run_flush_rows(columns.by_kind(part for chunk in together for part in chunk.parts)):
                return False
            for chunk in together:
                self._chunks.popleft()
                self._chunk_rows -= chunk.rows
        return True

    def _run_flush_spool(self) -> bool:
        """What waits on disk is older than what waits in memory. A segment is repeated when it fails half way."""
        spool = self._spool
        while spool is not None and (records := spool.first()) is not None:
            waiting = spool.rows
            try:
                for parts in records:
                    if not self._run_flush_rows(parts):
                        return False
                spool.drop_first()
            except OSError as error:
                spool.forget_first()
                self._run_count_dropped(waiting - spool.rows, "spool_unreadable", f"rows cannot be read back: {error}")
            _spooled.set(spool.bytes)
            if not spool.rows:
                _log.info("QuestDB has what waited on disk")
        return True

    def _run_flush_rows(self, parts: list[Rows]) -> bool:
        rows = sum(map(len, parts))
        buffer = self._sender.new_buffer()
        if rows > CHUNK_ROWS:
            for part in parts:
                encode(buffer, part)
        else:
            for piece in _pieces(parts):
                encode(buffer, piece)
                time.sleep(BREATH_SECONDS)
        try:
            self._run_flush(buffer)
        except QuestDBError as error:
            if not _is_refusal(error):
                return False
            if rows > REFUSED_TOGETHER:
                # What is wrong with one of them is not said of which.
                return all(self._run_flush_rows(half) for half in _halves(parts))
            _log.error("QuestDB refuses rows, they are given up", rows=rows, error=str(error))
            _dropped.labels("refused").inc(rows)
            self.rows_dropped += rows
        else:
            self.rows_written += rows
            _written.inc(rows)
        return True

    def _run_flush_fills(self) -> bool:
        while self._fills:
            batch = self._fills[0]
            buffer = self._sender.new_buffer()
            for fill in batch.rows:
                encode_fill(buffer, fill)
            try:
                self._run_flush(buffer)
            except QuestDBError as error:
                if not _is_refusal(error):
                    return False
                self._fills.popleft()
                self._loop.call_soon_threadsafe(_resolve, batch.done, InvalidArgument(str(error)))
                continue
            self._fills.popleft()
            self.rows_written += len(batch.rows)
            _written.inc(len(batch.rows))
            self._loop.call_soon_threadsafe(_resolve, batch.done, None)
        return True

    def _run_flush(self, buffer: Any) -> None:
        started = time.perf_counter()
        try:
            self._sender.flush(buffer, clear=False)
        except QuestDBError:
            _flush.labels("failed").observe(time.perf_counter() - started)
            raise
        _flush.labels("ok").observe(time.perf_counter() - started)

    def _run_fail_fills(self) -> None:
        while self._fills:
            batch = self._fills.popleft()
            self._loop.call_soon_threadsafe(_resolve, batch.done, Unavailable("QuestDB did not take the fills"))

    def _run_spool(self) -> None:
        """To disk with all that waits, so that a kill loses no more than the last moment."""
        if self._spool is None:
            return
        self._run_collect()
        while self._chunks:
            chunk = self._chunks[0]
            try:
                dropped = self._spool.append(*chunk.parts)
            except OSError as error:
                _spool_full.inc()
                if self._spool_works:
                    _log.error("the disk takes no rows, they wait in memory", error=repr(error))
                self._spool_works = False
                return
            if not self._spool_works:
                _log.info("the disk takes rows again")
            self._spool_works = True
            self._chunks.popleft()
            self._chunk_rows -= chunk.rows
            if dropped:
                self._run_count_dropped(dropped, "spool_full", "rows are dropped, the oldest first: the spool is full")

    def _run_drop(self) -> None:
        dropped = 0
        objects = (self._added - self._collected) * ROW_BYTES
        while self._chunks and objects + sum(chunk.bytes for chunk in self._chunks) > self._bytes_max:
            dropped += self._chunks.popleft().rows
        if dropped:
            self._chunk_rows -= dropped
            self._run_count_dropped(dropped, "buffer_full", "rows are dropped, the oldest first: the buffer is full")

    def _run_count_dropped(self, rows: int, reason: str, event: str) -> None:
        self.rows_dropped += rows
        _dropped.labels(reason).inc(rows)
        _log.error(event, rows=rows)


def _pieces(parts: list[Rows]) -> Iterator[Rows]:
    """Each is encoded in about a millisecond."""
    for part in parts:
        pieces = len(part) // FRAME_ROWS if len(part) >= FRAME_ROWS else -(-len(part) // OBJECTS_AT_ONCE)
        yield from np.array_split(part, pieces)


def _halves(parts: list[Rows]) -> tuple[list[Rows], list[Rows]]:
    middles = [len(part) // 2 for part in parts]
    ends = [part[middle:] for part, middle in zip(parts, middles, strict=True)]
    return [part[:middle] for part, middle in zip(parts, middles, strict=True) if middle], ends


def _is_refusal(error: QuestDBError) -> bool:
    """True where the same rows will never be taken."""
    return error.code == QuestDBErrorCode.ServerFlushError and '"code":"invalid"' in str(error)


def _resolve(future: "asyncio.Future[None]", error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
