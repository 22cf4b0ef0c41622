"""Users whom an identity provider vouches for: made when they first come."""

import secrets

from cift_common.errors import PermissionDenied
from cift_common.ids import Clock, new_uuid7, system_clock

from cift_gateway.adapters.identities import IdentityStore
from cift_gateway.adapters.identity_provider import IdentityProvider
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.sessions import Owner
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain.identity import Identity, identity
from cift_gateway.domain.principal import Role
from cift_gateway.service.users import Users, normal_email


class Provisioning:
    """Tokens of one provider → users of ours."""

    def __init__(
        self,
        provider: IdentityProvider,
        identities: IdentityStore,
        users: Users,
        user_store: UserStore,
        passwords: Passwords,
        roles_claim: str = "",
        clock: Clock = system_clock,
    ) -> None:
        self._provider, self._identities, self._users = provider, identities, users
        self._user_store, self._passwords, self._clock = user_store, passwords, clock
        self._roles_claim = roles_claim

    def issued(self, text: str) -> bool:
        return self._provider.issued(text)

    async def owner(self, text: str) -> tuple[Owner, float]:
        """Whom a token belongs to, and when it ends (seconds since the epoch); raises as `IdentityProvider.claims`."""
        found = identity(await self._provider.claims(text), self._roles_claim)
        user = await self._user(found)
        await self._users.open_account(user)
        roles = user.roles
        if found.roles is not None and set(found.roles) != set(user.roles):
            await self._user_store.set_roles(user.id, list(found.roles))
            roles = found.roles
        return Owner(user.id, user.account_id, user.email, roles), found.expires_at

    async def _user(self, found: Identity) -> User:
        user_id = await self._identities.user_id(found.issuer, found.subject)
        if user_id is not None:
            return await self._user_store.by_id(user_id)
        email = normal_email(found.email)
        # Nobody knows this password: they come by their provider.
        unknown = await self._passwords.hash(secrets.token_hex(32))
        made = await self._user_store.insert(
            new_uuid7(self._clock), email, unknown, [Role.TRADER], new_uuid7(self._clock)
        )
        user = await self._user_store.by_email(email)
        assert user is not None
        if not made and not found.verified:
            raise PermissionDenied(
                "this e-mail address has an account, and the identity provider has not verified it",
                reason="EMAIL_NOT_VERIFIED",
                field="email",
            )
        await self._identities.bind(found.issuer, found.subject, user.id)
        # Two at once: whoever was bound first counts.
        bound = await self._identities.user_id(found.issuer, found.subject)
        return user if bound in (None, user.id) else await self._user_store.by_id(str(bound))
