"""The transactional outbox: a message is a row of the transaction that it tells of, until JetStream has it.

`send` publishes right after the commit, which is the normal way. `run` sends what was not acknowledged (a crash between
commit and publish, NATS down) in the order of the rows, one relay at a time, and deletes what JetStream acknowledged,
in batches.

Nothing that cannot go holds up the rest. If JetStream does not store what is published for one stream, the relay makes
missing streams again and sends only the oldest message of that stream as a probe until one is stored; a message that
NATS can never take waits by itself, and the others pass.
"""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import BadSubjectError, MaxPayloadError
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
_undeliverable = Gauge("cift_outbox_undeliverable", "Messages that NATS refuses as they are", ["schema"])
_ok = messaging.published.labels("jetstream", "ok")
_failed = messaging.published.labels("jetstream", "failed")

RELAY_SECONDS = 0.5
GRACE_SECONDS = 2.0
FORGET_SECONDS = 5.0
"""How long an acknowledgement is waited for; after that the relay sends the row again."""
CLOSE_SECONDS = 5.0
BATCH = 500
IN_FLIGHT_MAX = 2_000
"""How many messages the relay leaves without an acknowledgement before it waits for some."""
PUT_OFF_SECONDS = 30.0
"""How long a message that NATS refuses as it is waits for the next attempt."""


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
    stream: str
    at: float
    span: trace.Span | None


class Outbox:
    """Wants a table `<schema>.outbox(id uuid primary key, position bigint identity, subject text, payload bytea,
    headers jsonb, created_at timestamptz default now())`.

    nats-py's own publish waits for each acknowledgement in a task; here one subscription takes them all.
    """

    def __init__(self, pool: asyncpg.Pool, messenger: Messenger, schema: str) -> None:
        self._pool, self._messenger, self._schema = pool, messenger, schema
        self._client = messenger.client
        self._inbox = self._client.new_inbox()
        self._subscription: Subscription | None = None
        self._queue: deque[OutboxMessage] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._sent: dict[int, _Sent] = {}
        self._waiting: set[str] = set()
        self._numbers = 0
        self._settled = asyncio.Event()
        self._acknowledged: list[str] = []
        self._blocked: set[str] = set()
        """First tokens of subjects whose messages JetStream does not store now."""
        self._put_off: dict[str, float] = {}
        """Message id → when the relay tries it again."""

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
                message = self._queue.popleft()
                try:
                    await self._publish(message)
                except (MaxPayloadError, BadSubjectError) as error:
                    self._refused(message, error)
        except NatsError as error:
            _failed.inc(len(self._queue))
            _log.warning("left to the relay", messages=len(self._queue), error=repr(error))
            self._queue.clear()
        finally:
            self._sending = None

    def _refused(self, message: OutboxMessage, error: NatsError) -> None:
        """Keeps a message that NATS cannot take out of the way of the others."""
        self._settle(self._numbers)
        _failed.inc()
        self._put_off[message.id] = asyncio.get_running_loop().time() + PUT_OFF_SECONDS
        _log.error(
            "NATS cannot take a message", message_id=message.id, subject=message.subject, size=len(message.payload),
            error=repr(error),
        )  # fmt: skip

    def _settle(self, number: int) -> _Sent | None:
        """Takes a message out of those that wait for an acknowledgement."""
        sent = self._sent.pop(number, None)
        if sent is None:
            return None
        self._waiting.discard(sent.message_id)
        if not self._sent:
            self._settled.set()
        if sent.span is not None:
            sent.span.end()
        return sent

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
        self._sent[self._numbers] = _Sent(message.id, _stream(message.subject), asyncio.get_running_loop().time(), span)
        self._waiting.add(message.id)
        reply = f"{self._inbox}.{self._numbers}"
        await self._client.publish(message.subject, message.payload, reply=reply, headers=headers)

    async def _on_acknowledgement(self, acknowledgement: Msg) -> None:
        sent = self._settle(int(acknowledgement.subject.rpartition(".")[2]))
        if sent is None:
            return
        if not acknowledgement.data or b'"error"' in acknowledgement.data:
            # No stream, or no room in it.
            _failed.inc()
            self._blocked.add(sent.stream)
            _log.warning("JetStream did not store a message", answer=acknowledgement.data.decode(errors="replace"))
            return
        _ok.inc()
        self._blocked.discard(sent.stream)
        self._acknowledged.append(sent.message_id)

    async def run(self) -> None:
        """The relay; ends only by cancellation."""
        while True:
            try:
                await self._delete_acknowledged()
                self._forget()
                if self._blocked and self._client.is_connected and (made := await self._messenger.ensure_streams()):
                    _log.warning("made missing streams again", streams=made)
                    # Nobody acknowledges what was sent while they were missing.
                    self._forget(0)
                await self._relay()
            except (asyncpg.PostgresError, NatsError, *OUTAGE) as error:
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

    def _forget(self, seconds: float = FORGET_SECONDS) -> None:
        before = asyncio.get_running_loop().time() - seconds
        for number in [number for number, sent in self._sent.items() if sent.at < before]:
            if (sent := self._settle(number)) is not None:
                self._blocked.add(sent.stream)
                _failed.inc()

    async def _relay(self) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            lock = f"outbox {self._schema}"
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", lock):
                return
            await self._measure(connection)
            now = asyncio.get_running_loop().time()
            self._put_off = {message_id: until for message_id, until in self._put_off.items() if until > now}
            _undeliverable.labels(self._schema).set(len(self._put_off))
            blocked = set(self._blocked)
            # Of what is not stored now one message goes, to find out whether it is stored again.
            for stream in blocked:
                self._send_rows(await self._rows(connection, _OF_ONE_STREAM, stream, 0, 1))
            after = 0
            while len(self._sent) < IN_FLIGHT_MAX:
                rows = await self._rows(connection, _OF_OTHER_STREAMS, list(blocked), after, BATCH)
                self._send_rows(rows)
                if len(rows) < BATCH:
                    return
                after = rows[-1]["position"]

    async def _measure(self, connection: asyncpg.Connection) -> None:
        row = await connection.fetchrow(
            "SELECT count(*) AS count, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS age"
            f" FROM {self._schema}.outbox WHERE created_at < clock_timestamp() - make_interval(secs => $1)",
            GRACE_SECONDS,
        )
        _lag.labels(self._schema).set(row["count"])
        _oldest.labels(self._schema).set(row["age"])

    async def _rows(
        self, connection: asyncpg.Connection, which: str, streams: str | list[str], after: int, limit: int
    ) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await connection.fetch(
            f"SELECT id::text, position, subject, payload, headers FROM {self._schema}.outbox WHERE {which}"
            " AND position > $2 AND NOT id::text = ANY($3::text[])"
            " AND created_at < clock_timestamp() - make_interval(secs => $4) ORDER BY position LIMIT $5",
            streams,
            after,
            list(self._put_off),
            GRACE_SECONDS,
            limit,
        )
        return rows

    def _send_rows(self, rows: list[asyncpg.Record]) -> None:
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


_OF_ONE_STREAM = "split_part(subject, '.', 1) = $1"
_OF_OTHER_STREAMS = "NOT split_part(subject, '.', 1) = ANY($1::text[])"


def _stream(subject: str) -> str:
    """What tells the streams apart: the first token of the subject."""
    return subject.partition(".")[0]


def _destination(subject: str) -> str:
    """The subject without what differs from message to message: `order.new`, `account.updates`."""
    tokens = subject.split(".")
    return f"account.{tokens[-1]}" if tokens[0] == "account" else ".".join(tokens[:2])
