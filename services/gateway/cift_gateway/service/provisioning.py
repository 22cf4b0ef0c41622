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
        if user_id is None:
            user_id = await self._made(found)
        return await self._user_store.by_id(user_id)

    async def _made(self, found: Identity) -> str:
        # Nobody knows this password: they come by their provider.
        unknown = await self._passwords.hash(secrets.token_hex(32))
        await self._identities.make_user(
            found.issuer,
            found.subject,
            user_id=new_uuid7(self._clock),
            email=normal_email(found.email),
            password_hash=unknown,
            role=Role.TRADER,
            account_id=new_uuid7(self._clock),
        )
        user_id = await self._identities.user_id(found.issuer, found.subject)
        if user_id is None:
            # Whoever signed up under an address has not proven that it is theirs, and knows the password: to bind the
            # two would let them in as whomever the provider vouches for.
            raise PermissionDenied(
                "this e-mail address has an account with a password, which the identity provider did not make",
                reason="EMAIL_TAKEN",
                field="email",
            )
        return user_id
