"""Gives users access and takes it away: disable, enable, roles, sessions and keys of anybody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cift_common import logging
from cift_common.errors import CiftError, NotFound
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain.scope import Role
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents

_log = logging.get(__name__)


@dataclass(frozen=True, slots=True)
class Disabled:
    """`orders_canceled`: for how many open orders a cancel was requested, None if none was wanted."""

    user: User
    orders_canceled: int | None


class UserAccess:
    """`backends` is asked for when orders are canceled: a command that cancels none connects to no service."""

    def __init__(
        self,
        users: UserStore,
        sessions: SessionStore,
        keys: ApiKeyStore,
        backends: Callable[[], Backends],
        revocations: Revocations,
        events: SecurityEvents,
    ) -> None:
        self._users, self._sessions, self._keys = users, sessions, keys
        self._backends, self._revocations, self._events = backends, revocations, events

    async def disable(self, user_id: str, *, cancel_orders: bool = False, reason: str = "") -> Disabled:
        """Ends the user's sessions, keys and streams on all gateways, and lets them in no more.

        Idempotent: if trading does not answer, the user is disabled; repeat it to cancel their orders. `LastAdmin`.
        """
        ended = await self._users.disable(user_id, f"user disabled: {reason}" if reason else "user disabled")
        user = await self._users.by_id(user_id)
        if ended is not None:
            await self._revocations.announce([user_id, *ended])
            await self._events.record(
                SecurityEvent.USER_DISABLED,
                user_id=user.id,
                email=user.email,
                reason=reason,
                ended=str(len(ended)),
                cancel_orders=str(cancel_orders).lower(),
            )
        if not cancel_orders or not user.account_opened:
            return Disabled(user, 0 if cancel_orders else None)
        backends = self._backends()
        try:
            answer = await backends.call(
                backends.trading.CancelAllOrders,
                trading.CancelAllOrdersRequest(account_id=user.account_id),
                account_id=user.account_id,
            )
        except CiftError as error:
            _log.error("orders of a disabled user stay open", user_id=user_id, error=error.message)
            error.message = f"the user is disabled, their orders are not canceled: {error.message}; repeat the request"
            raise
        return Disabled(user, len(answer.orders))

    async def enable(self, user_id: str) -> User:
        """Lets the user log in again. Ended sessions and keys stay ended."""
        changed = await self._users.enable(user_id)
        user = await self._users.by_id(user_id)
        if changed:
            await self._revocations.announce([user_id])
            await self._events.record(SecurityEvent.USER_ENABLED, user_id=user.id, email=user.email)
        return user

    async def set_roles(self, user_id: str, roles: Sequence[Role]) -> User:
        """Takes effect at once, also for keys and open streams. `LastAdmin`."""
        wanted = [str(role) for role in dict.fromkeys(roles)]
        before = await self._users.set_roles(user_id, wanted)
        await self._revocations.announce([user_id])
        user = await self._users.by_id(user_id)
        await self._events.record(
            SecurityEvent.ROLES_CHANGED,
            user_id=user.id,
            email=user.email,
            before=" ".join(before),
            after=" ".join(user.roles),
        )
        return user

    async def end_session(self, user_id: str, session_id: str) -> None:
        """Ends one session of a user, with its access tokens and streams."""
        if await self._sessions.revoke(session_id, "ended", user_id=user_id) is None:
            raise NotFound("no such session", field="session_id")
        await self._revocations.announce([session_id])
        await self._events.record(SecurityEvent.SESSION_ENDED, user_id=user_id, session_id=session_id)

    async def revoke_key(self, user_id: str, key_id: str) -> None:
        """Revokes a key and, transitively, those that it made."""
        ended = await self._keys.revoke(user_id, key_id)
        await self._revocations.announce(ended)
        for name in ended:
            await self._events.record(
                SecurityEvent.KEY_REVOKED, user_id=user_id, key_id=name, parent=key_id if name != key_id else ""
            )
