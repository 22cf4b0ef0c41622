"""When and from where credentials were used last: kept in memory, written in batches, once a minute a credential."""

import time
from datetime import UTC, datetime

import asyncpg
from cift_common import logging

from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.domain.security_event import SecurityEvent, clean
from cift_gateway.service import origin
from cift_gateway.service.security_events import SecurityEvents

_log = logging.get(__name__)
_WRITTEN_SECONDS = 60.0
_WRITTEN_MAX = 20_000


class LastUse:
    def __init__(self, sessions: SessionStore, keys: ApiKeyStore, events: SecurityEvents) -> None:
        self._sessions, self._keys, self._events = sessions, keys, events
        self._seen: dict[tuple[CredentialKind, str], tuple[datetime, str]] = {}
        self._written: dict[tuple[CredentialKind, str], float] = {}

    def note(self, principal: Principal) -> None:
        """The running request, or an open stream, uses the principal's credential."""
        name = principal.kind, principal.credential
        if principal.kind is CredentialKind.OIDC or self._written.get(name, 0.0) > time.monotonic():
            return
        self._seen[name] = datetime.now(UTC), clean(origin.current().address)

    async def flush(self) -> None:
        """Writes what was noted; notes that the database does not take are lost, the next use writes again."""
        seen, self._seen = self._seen, {}
        if not seen:
            return
        if len(self._written) > _WRITTEN_MAX:
            self._written.clear()
        try:
            await self._sessions.touch(
                [(name, at, address) for (kind, name), (at, address) in seen.items() if kind is CredentialKind.SESSION]
            )
            first = await self._keys.touch(
                [(name, at, address) for (kind, name), (at, address) in seen.items() if kind is CredentialKind.KEY]
            )
        except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
            _log.warning("cannot keep when credentials were used", error=repr(error))
            return
        until = time.monotonic() + _WRITTEN_SECONDS
        self._written.update(dict.fromkeys(seen, until))
        for use in first:
            await self._events.record(
                SecurityEvent.KEY_FIRST_USED,
                user_id=use.user_id,
                email=use.email,
                address=use.address,
                key_id=use.key_id,
            )
