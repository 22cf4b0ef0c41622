"""Records security events: a line in the log, a count, and an audit entry that stays."""

import time
from collections import deque

import asyncpg
from cift_common import logging
from cift_common.ids import Clock, new_uuid7, system_clock
from prometheus_client import Counter

from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.adapters.security_events import Entry, SecurityEventStore
from cift_gateway.domain.bucket import Bucket
from cift_gateway.domain.security_event import BY_STRANGERS, SecurityEvent, clean
from cift_gateway.service import origin

_log = logging.get(__name__)
_events = Counter("cift_gateway_security_events", "Security events: log-ins, keys, roles, halts", ["event"])
_unstored = Counter("cift_gateway_security_events_unstored", "Security events without an audit entry", ["cause"])
# An alert on an increase needs the value before the first event.
for _event in SecurityEvent:
    _events.labels(_event)
for _cause in ("flood", "outage", "refused"):
    _unstored.labels(_cause)

_BACKLOG_MAX = 10_000
_STRANGERS_PER_SECOND = 20.0
_STRANGERS_BURST = 1000.0


class SecurityEvents:
    """What strangers cause is stored up to a rate; above it the log and the counter still have it.

    While the database is down entries wait in memory, for `flush`.
    """

    def __init__(self, store: SecurityEventStore, clock: Clock = system_clock) -> None:
        self._store, self._clock = store, clock
        self._waiting: deque[Entry] = deque()
        self._strangers = Bucket(_STRANGERS_PER_SECOND, _STRANGERS_BURST, time.monotonic())

    async def record(
        self, event: SecurityEvent, *, user_id: str = "", email: str = "", address: str = "", **details: str
    ) -> None:
        """Records an event about a user; who did it, and from where, comes from the running request."""
        here = origin.current()
        actor = here.principal
        entry = Entry(
            new_uuid7(self._clock),
            event,
            self._clock(),
            actor.user_id if actor else "",
            actor.email if actor else "",
            actor.credential if actor else "",
            user_id,
            clean(email),
            clean(address or here.address),
            here.user_agent,
            {name: clean(text) for name, text in details.items() if text},
        )
        _events.labels(event).inc()
        # The event's own name is the line's `event`: log queries look for it.
        _log.info(
            event.value,
            security=True,
            actor=entry.actor_email,
            actor_id=entry.actor_id,
            credential=entry.credential,
            user_id=entry.user_id,
            email=entry.email,
            address=entry.address,
            user_agent=entry.user_agent,
            details=entry.details,
        )
        if event in BY_STRANGERS and not self._strangers.take(time.monotonic()):
            _unstored.labels("flood").inc()
            return
        if len(self._waiting) >= _BACKLOG_MAX:
            self._waiting.popleft()
            _unstored.labels("outage").inc()
        self._waiting.append(entry)
        await self.flush()

    async def flush(self) -> None:
        """Stores the entries that wait; keeps them if the database does not answer."""
        waiting = tuple(self._waiting)
        if not waiting:
            return
        try:
            await self._store.insert(waiting)
        except DATABASE_AWAY as error:
            _log.warning("security events wait for the database", waiting=len(waiting), error=repr(error))
            return
        except asyncpg.PostgresError as error:
            # The database answers and refuses: it would refuse them again.
            _log.error("the database refuses security events", refused=len(waiting), error=repr(error))
            _unstored.labels("refused").inc(len(waiting))
        stored = {entry.id for entry in waiting}
        self._waiting = deque(entry for entry in self._waiting if entry.id not in stored)
