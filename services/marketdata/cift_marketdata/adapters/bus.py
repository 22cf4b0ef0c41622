"""Quotes, trades and bars on core NATS. Whoever is not there misses them, and so does everyone while NATS is away."""

import asyncio
from collections import deque

from cift_common import logging
from cift_common.messaging import Messenger
from nats.errors import Error as NatsError
from prometheus_client import Counter

_log = logging.get(__name__)
_published = Counter("cift_marketdata_nats_messages", "Messages handed to NATS")
_lost = Counter("cift_marketdata_nats_messages_lost", "Messages that nobody got because NATS was away")
EVENTS_MAX = 10_000


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

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            latest, self._latest = self._latest, {}
            events, self._events = self._events, deque()
            client = self._messenger.client if self._messenger is not None else None
            # The client would keep messages for when NATS is back; by then they are old prices.
            if client is None or not client.is_connected:
                _lost.inc(len(latest) + len(events))
                continue
            sent = 0
            try:
                for subject, payload in events:
                    await client.publish(subject, payload)
                    sent += 1
                for subject, payload in latest.items():
                    await client.publish(subject, payload)
                    sent += 1
            except (NatsError, OSError) as error:
                _lost.inc(len(latest) + len(events) - sent)
                _log.warning("NATS did not take all messages", error=repr(error))
            _published.inc(sent)
