"""Re-reads from PostgreSQL whether those who are believed, or follow a stream, may still do what they do.

Every few seconds for all of them, and at once for those whom a message on NATS names. PostgreSQL alone decides: a
forged message costs a query, and a lost one some seconds.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

import asyncpg
from cift_common import logging
from prometheus_client import Gauge

from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.adapters.users import UserStore
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.domain.scope import scopes_of

_log = logging.get(__name__)
_checked = Gauge(
    "cift_gateway_credentials_checked_timestamp_seconds", "When credentials in use were last read from the database"
)
# A flood of messages makes one query at a time, and not without end.
_PAUSE_SECONDS = 0.05


class Holder(Protocol):
    """Keeps principals for longer than one request."""

    def held(self) -> Iterable[Principal]: ...

    def renew(self, changed: Mapping[Principal, Principal | None], disabled: frozenset[str]) -> None:
        """`changed`: what a principal may do now, None for nothing. `disabled`: the ids of disabled users."""


class CredentialWatch:
    def __init__(self, sessions: SessionStore, keys: ApiKeyStore, users: UserStore, interval_seconds: float) -> None:
        self._sessions, self._keys, self._users, self._interval = sessions, keys, users, interval_seconds
        self._holders: list[Holder] = []
        self._named: set[str] = set()
        self._wake = asyncio.Event()

    def add(self, holder: Holder) -> None:
        self._holders.append(holder)

    def wake(self, names: Iterable[str]) -> None:
        """Somebody says that these users or credentials changed: those that are held here are checked soon."""
        known = frozenset().union(*(principal.names for principal in self._held())) & set(names)
        if known:
            self._named |= known
            self._wake.set()

    async def check(self, names: frozenset[str] | None = None) -> None:
        """Checks the named users or credentials, without names all that are held."""
        held = {principal for principal in self._held() if names is None or names & principal.names}
        if not held:
            return
        changed = await self._changed(held)
        if not changed:
            return
        gone = {principal.user_id for principal, now in changed.items() if now is None}
        disabled = frozenset(gone - (await self._users.roles_of_active(sorted(gone))).keys())
        for holder in self._holders:
            holder.renew(changed, disabled)

    async def run(self) -> None:
        """Checks for ever."""
        due = time.monotonic()
        while True:
            all_due = time.monotonic() >= due
            names, self._named = frozenset(self._named), set()
            self._wake.clear()
            try:
                if all_due or names:
                    await self.check(None if all_due else names)
                if all_due:
                    _checked.set_to_current_time()
            except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
                _log.warning("cannot check the credentials in use", error=repr(error))
            if all_due:
                due = time.monotonic() + self._interval
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                async with asyncio.timeout(max(0.0, due - time.monotonic())):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _held(self) -> set[Principal]:
        return {principal for holder in self._holders for principal in holder.held()}

    async def _changed(self, held: set[Principal]) -> dict[Principal, Principal | None]:
        by_kind: dict[CredentialKind, list[Principal]] = {kind: [] for kind in CredentialKind}
        for principal in held:
            by_kind[principal.kind].append(principal)
        sessions = await self._sessions.owners([p.credential for p in by_kind[CredentialKind.SESSION]])
        keys = await self._keys.owners([p.credential for p in by_kind[CredentialKind.KEY]])
        users = await self._users.roles_of_active([p.user_id for p in by_kind[CredentialKind.OIDC]])
        changed: dict[Principal, Principal | None] = {}
        for principal in held:
            if principal.kind is CredentialKind.OIDC:
                roles = users.get(principal.user_id)
                scopes = scopes_of(roles or ())
            else:
                owners = sessions if principal.kind is CredentialKind.SESSION else keys
                owner = owners.get(principal.credential)
                roles, scopes = (owner.roles, owner.scopes) if owner else (None, frozenset())
            if roles is None:
                changed[principal] = None
            elif (frozenset(roles), scopes) != (principal.roles, principal.scopes):
                changed[principal] = replace(principal, roles=frozenset(roles), scopes=scopes)
        return changed
