"""NATS: one connection, JetStream publishing with message ids, and consumers that survive a restart of the server.

NATS is delivery, never the truth: it may lose, repeat or reorder, and every handler here must be idempotent.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from prometheus_client import Counter

from cift_common import logging, telemetry
from cift_common.errors import Unavailable
from cift_common.streams import STREAMS, DurableConsumer, inbox_prefix

_log = logging.get(__name__)
published = Counter("messaging_client_published_messages", "Messages published", ["stream_kind", "outcome"])
_consumed = Counter("messaging_client_consumed_messages", "Messages consumed", ["consumer"])

_denied = Counter(
    "cift_messaging_denied", "Publications and subscriptions that NATS refused this service; it has no right to them"
)

Handler = Callable[[Msg], Awaitable[None]]
SUPERVISE_SECONDS = 2.0


def token(symbol: str) -> str:
    """A symbol as one token of a subject: `BRK.B` → `BRK_B`."""
    return symbol.replace(".", "_")


class Messenger:
    """A connection to NATS that comes back by itself.

    Who may make streams and consumers differs: a plain URL may, and each service makes its own. Where rights are
    separated only trading does (`keep`), and the others' URL says so with `streams=kept`: a consumer delivers to
    whichever subject its configuration names, so the right to make one is the right to publish anything.
    """

    def __init__(self, client: Client, *, kept: bool = False) -> None:
        self.client = client
        self._kept = kept
        self.jetstream: JetStreamContext = client.jetstream(timeout=5)
        self._supervisors: list[asyncio.Task[None]] = []

    @classmethod
    async def connect(cls, url: str, name: str) -> "Messenger":
        """`tls://…?tls_ca=FILE` checks the server's certificate against that CA; without it against the system's.

        Replies come to `_INBOX.<user>`: nobody else may listen there.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        authority = options.get("tls_ca")

        async def on_error(error: Exception) -> None:
            if "permissions violation" in str(error).lower():
                _denied.inc()
            _log.warning("nats", error=str(error) or type(error).__name__)

        client = await nats.connect(
            url.partition("?")[0],
            name=name,
            tls=ssl.create_default_context(cafile=authority) if authority else None,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,
            allow_reconnect=True,
            error_cb=on_error,
            ping_interval=10,
            pending_size=8 * 2**20,
            inbox_prefix=inbox_prefix(parts.username),
        )
        return cls(client, kept=options.get("streams") == "kept")

    async def ensure_streams(self) -> list[str]:
        """Makes the streams that are missing and returns their names; an existing one keeps its configuration.

        Makes none where another service keeps them.
        """
        made: list[str] = []
        if self._kept:
            return made
        for config in STREAMS:
            try:
                await self.jetstream.stream_info(config.name or "")
            except NotFoundError:
                await self.jetstream.add_stream(config)
                made.append(config.name or "")
        return made

    async def keep(self, consumers: Iterable[DurableConsumer]) -> None:
        """Makes the streams and these consumers, which other services read, and makes again what the server lost."""
        await self.ensure_streams()
        for consumer in consumers:
            await self.jetstream.add_consumer(consumer.stream, consumer.config)
            self._watch(consumer)

    async def publish(
        self, subject: str, payload: bytes, *, message_id: str, headers: dict[str, str] | None = None
    ) -> None:
        """Publishes to JetStream and waits for its acknowledgement; a repeat with the same id counts once."""
        try:
            await self.jetstream.publish(
                subject, payload, headers={**(headers or telemetry.headers()), "Nats-Msg-Id": message_id}
            )
        except (NatsError, TimeoutError) as error:
            published.labels("jetstream", "failed").inc()
            raise Unavailable(f"NATS did not take {subject}: {error!r}") from error
        published.labels("jetstream", "ok").inc()

    async def publish_core(self, subject: str, payload: bytes) -> None:
        """Publishes to whoever listens now; nobody learns of a loss."""
        try:
            await self.client.publish(subject, payload, headers=telemetry.headers() or None)
        except NatsError as error:
            published.labels("core", "failed").inc()
            raise Unavailable(f"NATS did not take {subject}: {error!r}") from error

    async def publish_core_together(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """The same for many small ones, without headers, in one piece; raises `NatsError`.

        The client's own `publish` costs several times as much a message; ticks come in tens of thousands a second.
        """
        frames = [b"PUB %b %d\r\n%b\r\n" % (subject.encode(), len(payload), payload) for subject, payload in messages]
        await self.client._send_command(b"".join(frames))
        await self.client._flush_pending()

    async def subscribe_core(self, subject: str, handler: Handler) -> Subscription:
        return await self.client.subscribe(subject, cb=handler, pending_msgs_limit=-1, pending_bytes_limit=64 * 2**20)

    async def consume(self, consumer: DurableConsumer, handler: Handler) -> None:
        """Reads a durable push consumer; the handler acknowledges (`await message.ack()`) when its effect is durable.

        Supervised: where the server lost the consumer it is made again, by this service or by the one that keeps it.
        """
        counter = _consumed.labels(consumer.durable)

        async def counted(message: Msg) -> None:
            counter.inc()
            await handler(message)

        if not self._kept:
            await self.jetstream.add_consumer(consumer.stream, consumer.config)
        await self.client.subscribe(consumer.deliver_subject, cb=counted, pending_msgs_limit=-1, pending_bytes_limit=-1)
        if not self._kept:
            self._watch(consumer)

    def _watch(self, consumer: DurableConsumer) -> None:
        name = f"supervise {consumer.name}"
        self._supervisors.append(asyncio.create_task(self._supervise(consumer), name=name))

    async def _supervise(self, consumer: DurableConsumer) -> None:
        # The subscription itself comes back with the connection; what can be gone is the consumer behind it.
        while True:
            await asyncio.sleep(SUPERVISE_SECONDS)
            try:
                await self.jetstream.consumer_info(consumer.stream, consumer.durable)
            except NotFoundError:
                _log.warning("consumer is gone, making it again", consumer=consumer.durable)
                with suppress(NatsError, TimeoutError):
                    await self.ensure_streams()
                    await self.jetstream.add_consumer(consumer.stream, consumer.config)
            except (NatsError, TimeoutError) as error:
                _log.warning("cannot see the consumer", consumer=consumer.durable, error=repr(error))

    async def close(self) -> None:
        for supervisor in self._supervisors:
            supervisor.cancel()
        with suppress(NatsError, TimeoutError):
            await asyncio.wait_for(self.client.drain(), 5)
