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
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, StreamConfig
from nats.js.errors import NotFoundError
from prometheus_client import Counter

from cift_common import logging, telemetry
from cift_common.errors import Unavailable

_log = logging.get(__name__)
published = Counter("messaging_client_published_messages", "Messages published", ["stream_kind", "outcome"])
_consumed = Counter("messaging_client_consumed_messages", "Messages consumed", ["consumer"])

_DAY_SECONDS = 24 * 3600
ORDERS = StreamConfig(
    name="ORDERS",
    subjects=["order.>"],
    max_age=7 * _DAY_SECONDS,
    max_bytes=2**30,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
ACCOUNTS = StreamConfig(
    name="ACCOUNTS",
    subjects=["account.>"],
    max_age=_DAY_SECONDS,
    max_bytes=2**28,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
SIGNALS = StreamConfig(
    name="SIGNALS",
    subjects=["signal.>"],
    max_age=_DAY_SECONDS,
    max_bytes=2**26,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
STREAMS = (ORDERS, ACCOUNTS, SIGNALS)

Handler = Callable[[Msg], Awaitable[None]]
SUPERVISE_SECONDS = 2.0


def token(symbol: str) -> str:
    """A symbol as one token of a subject: `BRK.B` → `BRK_B`."""
    return symbol.replace(".", "_")


class Messenger:
    """A connection to NATS that comes back by itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=5)
        self._supervisors: list[asyncio.Task[None]] = []

    @classmethod
    async def connect(cls, url: str, name: str) -> "Messenger":
        """`tls://…?tls_ca=FILE` checks the server's certificate against that CA; without it against the system's."""
        authority = dict(parse_qsl(urlsplit(url).query)).get("tls_ca")

        async def on_error(error: Exception) -> None:
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
        )
        return cls(client)

    async def ensure_streams(self) -> list[str]:
        """Makes the streams that are missing and returns their names; an existing one keeps its configuration."""
        made = []
        for config in STREAMS:
            try:
                await self.jetstream.stream_info(config.name or "")
            except NotFoundError:
                await self.jetstream.add_stream(config)
                made.append(config.name or "")
        return made

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

    async def consume(
        self,
        stream: str,
        durable: str,
        subjects: list[str],
        handler: Handler,
        *,
        ack_wait_seconds: float = 30,
        max_ack_pending: int = 4096,
    ) -> None:
        """A durable push consumer; the handler acknowledges (`await message.ack()`) when its effect is durable.

        Supervised: where the server lost the consumer, or the subscription, it is made again.
        """
        config = ConsumerConfig(
            durable_name=durable,
            deliver_subject=f"_deliver.{stream}.{durable}",
            filter_subjects=subjects,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ack_wait_seconds,
            max_ack_pending=max_ack_pending,
            deliver_policy=DeliverPolicy.ALL,
            max_deliver=-1,
        )
        counter = _consumed.labels(durable)

        async def counted(message: Msg) -> None:
            counter.inc()
            await handler(message)

        async def attach() -> None:
            await self.jetstream.add_consumer(stream, config)
            await self.client.subscribe(
                config.deliver_subject or "", cb=counted, pending_msgs_limit=-1, pending_bytes_limit=-1
            )

        await attach()
        self._supervisors.append(asyncio.create_task(self._supervise(stream, config), name=f"supervise {durable}"))

    async def _supervise(self, stream: str, config: ConsumerConfig) -> None:
        # The subscription itself comes back with the connection; what can be gone is the consumer behind it.
        while True:
            await asyncio.sleep(SUPERVISE_SECONDS)
            try:
                await self.jetstream.consumer_info(stream, config.durable_name or "")
            except NotFoundError:
                _log.warning("consumer is gone, making it again", consumer=config.durable_name)
                with suppress(NatsError, TimeoutError):
                    await self.ensure_streams()
                    await self.jetstream.add_consumer(stream, config)
            except (NatsError, TimeoutError) as error:
                _log.warning("cannot see the consumer", consumer=config.durable_name, error=repr(error))

    async def close(self) -> None:
        for supervisor in self._supervisors:
            supervisor.cancel()
        with suppress(NatsError, TimeoutError):
            await asyncio.wait_for(self.client.drain(), 5)
