"""Quotes, trades and bars on core NATS. Whoever is not there misses them, and so does everyone while NATS is away."""

import asyncio
from collections import deque
from collections.abc import Iterable

from cift_common import logging
from cift_common.messaging import Messenger
from nats.errors import Error as NatsError
from prometheus_client import Counter

_log = logging.get(__name__)
_published = Counter("cift_marketdata_nats_messages", "Messages handed to NATS")
_lost = Counter("cift_marketdata_nats_messages_lost", "Messages that nobody got because NATS was away")
EVENTS_MAX = 10_000
EVENTS_AT_ONCE = 200


class Bus:
    def __init__(self) -> None:
        self._messenger: Messenger | None = None
        self._latest: dict[str, bytes] = {}
        self._events: deque[tuple[str, bytes]] = deque()
        self._changed = asyncio.Event()
        self.attached = asyncio.Event()

    def attach(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self.attached.set()

    def publish_latest(self, subject: str, payload: bytes) -> None:
        """Conflates: only the last payload of a subject is published."""
        self._latest[subject] = payload
        self._changed.set()

    def publish(self, subject: str, payload: bytes) -> None:
        """Every one of them, in order."""
        if len(self._events) >= EVENTS_MAX:
            self._events.popleft()
            _lost.inc()
        self._events.append((subject, payload))
        self._changed.set()

    def publish_all(self, subject: str, payloads: Iterable[bytes]) -> None:
        self._events.extend((subject, payload) for payload in payloads)
        while len(self._events) > EVENTS_MAX:
            self._events.popleft()
            _lost.inc()
        self._changed.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._latest or self._events:
                await self._publish_some()

    async def _publish_some(self) -> None:
        """The latest go first, and between any few events: orders are decided by them."""
        latest, self._latest = self._latest, {}
        messages = [*latest.items(), *(self._events.popleft() for _ in range(min(len(self._events), EVENTS_AT_ONCE)))]
        sent = 0
        # The client would keep messages for when NATS is back; by then they are old prices.
        if self._messenger is not None and self._messenger.client.is_connected:
            try:
                await self._messenger.publish_core_together(messages)
                sent = len(messages)
            except (NatsError, OSError) as error:
                _log.warning("NATS did not take all messages", error=repr(error))
        _published.inc(sent)
        _lost.inc(len(messages) - sent)
