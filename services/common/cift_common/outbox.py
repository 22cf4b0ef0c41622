"""The transactional outbox: a message is a row of the transaction that it tells of, until JetStream has it.

`send` publishes right after the commit, which is the normal way. `run` sends what was not sent (a crash between commit
and publish, NATS away) in id order, one relay at a time, and deletes what JetStream acknowledged, in batches.
"""

import asyncio
import json
from dataclasses import dataclass, field

import asyncpg
from prometheus_client import Gauge

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger

_log = logging.get(__name__)
_lag = Gauge("cift_outbox_pending", "Rows of the outbox that are older than the relay's grace period", ["schema"])

RELAY_SECONDS = 0.5
GRACE_SECONDS = 2.0
BATCH = 500


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A row of `<schema>.outbox`; `id` is its UUID and JetStream's message id."""

    id: str
    subject: str
    payload: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Outbox:
    """Wants a table `<schema>.outbox(id uuid primary key, position bigint identity, subject text, payload bytea,
    headers jsonb, created_at timestamptz default now())`."""

    def __init__(self, pool: asyncpg.Pool, messenger: Messenger, schema: str) -> None:
        self._pool, self._messenger, self._schema = pool, messenger, schema
        self._acknowledged: list[str] = []
        self._sending: set[asyncio.Task[bool]] = set()

    def send(self, message: OutboxMessage) -> None:
        """Publishes a committed message without waiting; a failure is the relay's matter."""
        task = asyncio.create_task(self._publish(message))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _publish(self, message: OutboxMessage) -> bool:
        try:
            await self._messenger.publish(
                message.subject, message.payload, message_id=message.id, headers=message.headers
            )
        except Unavailable as error:
            _log.warning("left to the relay", subject=message.subject, error=error.message)
            return False
        self._acknowledged.append(message.id)
        return True

    async def run(self) -> None:
        """The relay; ends only by cancellation."""
        while True:
            try:
                await self._delete_acknowledged()
                await self._relay()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("outbox relay", error=repr(error))
            await asyncio.sleep(RELAY_SECONDS)

    async def _delete_acknowledged(self) -> None:
        ids, self._acknowledged = self._acknowledged, []
        if not ids:
            return
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                # A deletion that a crash undoes only repeats a message, and a repeat is harmless.
                await connection.execute("SET LOCAL synchronous_commit = off")
                await connection.execute(f"DELETE FROM {self._schema}.outbox WHERE id = ANY($1::uuid[])", ids)
        except BaseException:
            self._acknowledged.extend(ids)
            raise

    async def _relay(self) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            lock = f"outbox {self._schema}"
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", lock):
                return
            rows = await connection.fetch(
                f"SELECT id::text, subject, payload, headers FROM {self._schema}.outbox"
                " WHERE created_at < clock_timestamp() - make_interval(secs => $1) ORDER BY position LIMIT $2",
                GRACE_SECONDS,
                BATCH,
            )
            _lag.labels(self._schema).set(len(rows))
            for row in rows:
                if not await self._publish(
                    OutboxMessage(row["id"], row["subject"], row["payload"], json.loads(row["headers"]))
                ):
                    return

    async def close(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=5)
        await self._delete_acknowledged()
