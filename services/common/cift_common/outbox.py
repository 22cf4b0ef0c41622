"""The transactional outbox: a message is a row of the transaction that it tells of, until JetStream has it.

`send` publishes right after the commit, which is the normal way. `run` sends what was not acknowledged (a crash between
commit and publish, NATS away) in the order of the rows, one relay at a time, and deletes what JetStream acknowledged,
in batches.
"""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from opentelemetry import trace
from prometheus_client import Gauge

from cift_common import logging, messaging, telemetry
from cift_common.database import OUTAGE
from cift_common.messaging import Messenger

_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_lag = Gauge("cift_outbox_pending", "Rows of the outbox that are older than the relay's grace period", ["schema"])
_oldest = Gauge("cift_outbox_oldest_seconds", "Age of the oldest of them; 0 where there is none", ["schema"])
_ok = messaging.published.labels("jetstream", "ok")
_failed = messaging.published.labels("jetstream", "failed")

RELAY_SECONDS = 0.5
GRACE_SECONDS = 2.0
FORGET_SECONDS = 5.0
"""How long an acknowledgement is waited for; after that the relay sends the row again."""
CLOSE_SECONDS = 5.0
BATCH = 500


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A row of `<schema>.outbox`; `id` is its UUID and JetStream's message id."""

    id: str
    subject: str
    payload: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Sent:
    message_id: str
    at: float
    span: trace.Span | None


class Outbox:
    """Wants a table `<schema>.outbox(id uuid primary key, position bigint identity, subject text, payload bytea,
    headers jsonb, created_at timestamptz default now())`.

    nats-py's own publish waits for each acknowledgement in a task; here one subscription takes them all.
    """

    def __init__(self, pool: asyncpg.Pool, messenger: Messenger, schema: str) -> None:
        self._pool, self._client, self._schema = pool, messenger.client, schema
        self._inbox = self._client.new_inbox()
        self._subscription: Subscription | None = None
        self._queue: deque[OutboxMessage] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._sent: dict[int, _Sent] = {}
        self._waiting: set[str] = set()
        self._numbers = 0
        self._settled = asyncio.Event()
        self._acknowledged: list[str] = []

    def send(self, message: OutboxMessage) -> None:
        """Publishes a committed message without waiting; a failure is the relay's matter."""
        self._queue.append(message)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_queue(), name="outbox")

    async def _send_queue(self) -> None:
        try:
            if self._subscription is None:
                self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=self._on_acknowledgement)
            while self._queue:
                await self._publish(self._queue.popleft())
        except NatsError as error:
            _failed.inc(len(self._queue))
            _log.warning("left to the relay", messages=len(self._queue), error=repr(error))
            self._queue.clear()
        finally:
            self._sending = None

    async def _publish(self, message: OutboxMessage) -> None:
        headers = {**message.headers, "Nats-Msg-Id": message.id}
        span = None
        if "traceparent" in headers:
            span = _tracer.start_span(
                f"nats.publish {_destination(message.subject)}",
                context=telemetry.extract(headers),
                kind=trace.SpanKind.PRODUCER,
                attributes={"messaging.message.id": message.id},
            )
            headers |= telemetry.headers_of(span)
        self._numbers += 1
        self._sent[self._numbers] = _Sent(message.id, asyncio.get_running_loop().time(), span)
        self._waiting.add(message.id)
        reply = f"{self._inbox}.{self._numbers}"
        await self._client.publish(message.subject, message.payload, reply=reply, headers=headers)

    async def _on_acknowledgement(self, acknowledgement: Msg) -> None:
        sent = self._sent.pop(int(acknowledgement.subject.rpartition(".")[2]), None)
        if sent is None:
            return
        self._waiting.discard(sent.message_id)
        if not self._sent:
            self._settled.set()
        if sent.span is not None:
            sent.span.end()
        if not acknowledgement.data or b'"error"' in acknowledgement.data:
            # No stream, or no room in it.
            _failed.inc()
            _log.warning("JetStream did not store a message", answer=acknowledgement.data.decode(errors="replace"))
            return
        _ok.inc()
        self._acknowledged.append(sent.message_id)

    async def run(self) -> None:
        """The relay; ends only by cancellation."""
        while True:
            try:
                await self._delete_acknowledged()
                self._forget()
                await self._relay()
            except (asyncpg.PostgresError, *OUTAGE) as error:
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

    def _forget(self) -> None:
        before = asyncio.get_running_loop().time() - FORGET_SECONDS
        for number in [number for number, sent in self._sent.items() if sent.at < before]:
            sent = self._sent.pop(number)
            self._waiting.discard(sent.message_id)
            if sent.span is not None:
                sent.span.end()
            _failed.inc()

    async def _relay(self) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            lock = f"outbox {self._schema}"
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", lock):
                return
            rows = await connection.fetch(
                f"SELECT id::text, subject, payload, headers, extract(epoch FROM clock_timestamp() - created_at) AS age"
                f" FROM {self._schema}.outbox"
                " WHERE created_at < clock_timestamp() - make_interval(secs => $1) ORDER BY position LIMIT $2",
                GRACE_SECONDS,
                BATCH,
            )
            _lag.labels(self._schema).set(len(rows))
            _oldest.labels(self._schema).set(rows[0]["age"] if rows else 0)
            acknowledged = set(self._acknowledged)
            for row in rows:
                if row["id"] not in self._waiting and row["id"] not in acknowledged:
                    headers = json.loads(row["headers"])
                    self.send(OutboxMessage(row["id"], row["subject"], row["payload"], headers))

    async def close(self) -> None:
        """Waits a moment for what is on its way; the rest is the next relay's."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._sending is not None:
                    await self._sending
                if self._sent:
                    self._settled.clear()
                    await self._settled.wait()
        await self._delete_acknowledged()


def _destination(subject: str) -> str:
    """The subject without what differs from message to message: `order.new`, `account.updates`."""
    tokens = subject.split(".")
    return f"account.{tokens[-1]}" if tokens[0] == "account" else ".".join(tokens[:2])
