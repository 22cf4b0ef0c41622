"""Users whom an identity provider vouches for: made when they first come."""

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.ids import Clock, new_uuid7, system_clock

from cift_gateway.adapters.accounts import NewUser
from cift_gateway.adapters.identities import IdentityStore
from cift_gateway.adapters.identity_provider import IdentityProvider
from cift_gateway.adapters.sessions import Owner, UserDisabled
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain.identity import Identity, identity
from cift_gateway.domain.scope import Role, scopes_of
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents
from cift_gateway.service.sign_up import NO_PASSWORD
from cift_gateway.service.users import Users

_log = logging.get(__name__)


class Provisioning:
    """Tokens of one provider → users of ours."""

    def __init__(
        self,
        provider: IdentityProvider,
        identities: IdentityStore,
        users: Users,
        user_store: UserStore,
        revocations: Revocations,
        events: SecurityEvents,
        roles_claim: str = "",
        clock: Clock = system_clock,
    ) -> None:
        self._provider, self._identities, self._users = provider, identities, users
        self._user_store, self._revocations, self._clock = user_store, revocations, clock
        self._events, self._roles_claim = events, roles_claim

    def issued(self, text: str) -> bool:
        return self._provider.issued(text)

    async def owner(self, text: str) -> tuple[Owner, float]:
        """Whom a token belongs to, and when it ends (seconds since the epoch); raises as `IdentityProvider.claims`."""
        found = identity(await self._provider.claims(text), self._roles_claim)
        user = await self._user(found)
        if user.is_disabled:
            raise UserDisabled
        await self._users.open_account(user)
        roles = user.roles
        if found.roles is not None and set(found.roles) != set(user.roles):
            before = await self._user_store.set_roles(user.id, list(found.roles), by_provider=True)
            roles = found.roles
            await self._events.record(
                SecurityEvent.ROLES_CHANGED,
                user_id=user.id,
                email=user.email,
                before=" ".join(before),
                after=" ".join(roles),
                by=found.issuer,
            )
        return Owner(user.id, user.account_id, user.email, roles, scopes_of(roles)), found.expires_at

    async def _user(self, found: Identity) -> User:
        user_id = await self._identities.user_id(found.issuer, found.subject)
        if user_id is None:
            user_id = await self._made(found)
        return await self._user_store.by_id(user_id)

    async def _made(self, found: Identity) -> str:
        """Makes an account of the person's own, under the first of their addresses that is free.

        It is never bound to an account with a password: whoever signed up under an address knows that password, and
        would be let in as whomever the provider vouches for.
        """
        for number, email in enumerate(found.emails):
            user = NewUser(new_uuid7(self._clock), email, NO_PASSWORD, (Role.TRADER,), new_uuid7(self._clock))
            verified = found.email_verified and number == 0
            made, released = await self._identities.make_user(found.issuer, found.subject, user, verified=verified)
            if released is not None:
                _log.warning("an unverified user lost an address to its owner", user_id=released, issuer=found.issuer)
                await self._revocations.announce([released])
            user_id = await self._identities.user_id(found.issuer, found.subject) if made else None
            if user_id is not None:
                return user_id
        raise Unavailable("the user could not be made; try again", reason="IDENTITY_CONFLICT")
