"""The cursor and the sent orders in PostgreSQL, written in batches beside the orders' way, never in it.

Losing the last batch in a crash only repeats reports, and a repeat is harmless.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from cift_common import logging
from cift_common.errors import Unavailable

from cift_execution.domain.cursor import Cursor
from cift_execution.domain.expiry import Expiry

_log = logging.get(__name__)

FLUSH_SECONDS = 0.25
WAITING_MAX = 200_000
KEPT = timedelta(days=90)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Saved:
    sequence: int
    next_close_ns: int


class Store:
    def __init__(self, pool: asyncpg.Pool, broker: str) -> None:
        self._pool, self._broker = pool, broker
        self._sent: list[tuple[str, int, datetime]] = []
        self._written = Saved(-1, -1)

    async def load(self) -> Saved:
        async with self._pool.acquire() as connection:
            await connection.execute(
                "DELETE FROM execution.sent_order WHERE broker = $1 AND sent_at < $2",
                self._broker,
                datetime.now(UTC) - KEPT,
            )
            row = await connection.fetchrow(
                "SELECT published_sequence, next_close_ns FROM execution.cursor WHERE broker = $1", self._broker
            )
        return Saved(0, 0) if row is None else Saved(row["published_sequence"], row["next_close_ns"])

    def add(self, order_id: str, after_sequence: int, sent_at_ns: int) -> None:
        if len(self._sent) < WAITING_MAX:
            self._sent.append((order_id, after_sequence, _EPOCH + timedelta(microseconds=sent_at_ns // 1000)))

    async def after_sequence(self, order_ids: Iterable[str]) -> int:
        ids = list(set(order_ids))
        waiting = {order_id: sequence for order_id, sequence, _ in self._sent}
        try:
            async with self._pool.acquire(timeout=5) as connection:
                rows = await connection.fetch(
                    "SELECT order_id, after_sequence FROM execution.sent_order WHERE order_id = ANY($1)", ids
                )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise Unavailable(f"PostgreSQL does not answer: {error!r}", reason="STORE_UNAVAILABLE") from error
        found = waiting | {row["order_id"]: row["after_sequence"] for row in rows}
        return min((found.get(order_id, 0) for order_id in ids), default=0)

    async def run(self, cursor: Cursor, expiry: Expiry) -> None:
        """Writes what changed; ends only by cancellation."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush(cursor, expiry)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("the cursor is written later", waiting=len(self._sent), error=repr(error))

    async def flush(self, cursor: Cursor, expiry: Expiry) -> None:
        now = Saved(cursor.value, expiry.next_close_ns or self._written.next_close_ns)
        sent = self._sent[:]
        if now == self._written and not sent:
            return
        async with self._pool.acquire(timeout=5) as connection, connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = off")
            if sent:
                ids, sequences, times = zip(*sent, strict=True)
                # The first time that an order was sent counts: its reports cannot be older.
                await connection.execute(
                    "INSERT INTO execution.sent_order (order_id, broker, after_sequence, sent_at)"
                    " SELECT id, $1, sequence, at FROM unnest($2::text[], $3::bigint[], $4::timestamptz[])"
                    " AS sent (id, sequence, at) ON CONFLICT DO NOTHING",
                    self._broker,
                    ids,
                    sequences,
                    times,
                )
            await connection.execute(
                "INSERT INTO execution.cursor (broker, published_sequence, next_close_ns) VALUES ($1, $2, $3)"
                " ON CONFLICT (broker) DO UPDATE SET published_sequence = $2, next_close_ns = $3, updated_at = now()",
                self._broker,
                now.sequence,
                max(0, now.next_close_ns),
            )
        self._written = now
        del self._sent[: len(sent)]
