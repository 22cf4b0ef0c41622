"""The demo user: made on the first start, so that a newcomer can trade at once.

On one machine its credentials are ours to make, and are in a file. In a cluster they are given, in a secret.
"""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from cift_common import logging
from cift_common.ids import new_uuid7

from cift_gateway.adapters import credentials_file
from cift_gateway.adapters.accounts import AccountStore, NewUser
from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.credentials_file import Credentials
from cift_gateway.adapters.outage import ANY_AWAY
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain import secret
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.domain.scope import Role, scopes_of
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.sign_up import NO_PASSWORD
from cift_gateway.service.users import Users

_log = logging.get(__name__)
EMAIL = "demo@cift.local"
_KEY_NAME = "demo"
_PASSWORD_BYTES = 15
_AGAIN_SECONDS = 0.5


@dataclass(frozen=True)
class GivenCredentials:
    """What whoever runs the platform has chosen for the demo user."""

    password: str
    api_key_id: str
    api_secret_key: str


class DemoUser:
    """Where the file is there and its key is good nothing changes; else the user gets a new key and password."""

    def __init__(
        self,
        path: Path,
        base_url: str,
        users: Users,
        store: UserStore,
        accounts: AccountStore,
        keys: ApiKeyStore,
        passwords: Passwords,
        revocations: Revocations,
        given: GivenCredentials | None = None,
    ) -> None:
        self._path, self._base_url, self._given = path, base_url, given
        self._users, self._store, self._accounts, self._keys = users, store, accounts, keys
        self._passwords, self._revocations = passwords, revocations

    async def make(self) -> None:
        """Tries until database and trading answer."""
        while True:
            try:
                await self._make_once()
            except ANY_AWAY as error:
                _log.warning("the demo user has to wait", error=repr(error))
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _make_once(self) -> None:
        user = await self._ensure_user()
        await self._users.open_account(user)
        if self._given is not None:
            await self._take(user, self._given)
            return
        known = credentials_file.read(self._path)
        if known is not None and await self._is_good(user, known):
            if known.base_url != self._base_url:
                credentials_file.write(self._path, known.model_copy(update={"base_url": self._base_url}))
            return
        await self._write_new(user)

    async def _ensure_user(self) -> User:
        roles = [Role.TRADER, Role.RISK, Role.OPERATIONS, Role.ADMIN]
        if await self._store.by_email(EMAIL) is None:
            await self._accounts.create(NewUser(new_uuid7(), EMAIL, NO_PASSWORD, tuple(roles), new_uuid7()))
        user = await self._store.by_email(EMAIL)
        assert user is not None
        if not user.email_verified:
            await self._accounts.mark_verified(user.id)
        return user

    async def _is_good(self, user: User, known: Credentials) -> bool:
        found = await self._keys.find(known.api_key_id)
        return found is not None and found[1].user_id == user.id and secret.matches(known.api_secret_key, found[0])

    async def _take(self, user: User, given: GivenCredentials) -> None:
        """Every gateway does this at its start; who comes second finds it done. Other credentials end the old ones."""
        if not await self._passwords.verify(given.password, user.password_hash):
            await self._store.set_password(user.id, await self._passwords.hash(given.password))
        found = await self._keys.find(given.api_key_id)
        if found is not None and found[1].user_id == user.id and secret.matches(given.api_secret_key, found[0]):
            return
        await self._revocations.announce(await self._keys.revoke_named(user.id, _KEY_NAME))
        try:
            await self._keys.insert(
                given.api_key_id,
                user.id,
                secret.digest(given.api_secret_key),
                _KEY_NAME,
                list(user.roles),
                scopes_of(user.roles),
            )
        except asyncpg.UniqueViolationError:
            _log.warning("the demo user's key was taken already", key_id=given.api_key_id)
        _log.info("demo user is ready", email=EMAIL, credentials="given")

    async def _write_new(self, user: User) -> None:
        # Database first: a crash in between leaves a file that does not match, and the next start comes here again.
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        await self._store.set_password(user.id, await self._passwords.hash(password))
        await self._revocations.announce(await self._keys.revoke_named(user.id, _KEY_NAME))
        scopes = scopes_of(user.roles)
        maker = Principal(
            user.id, user.account_id, user.email, frozenset(user.roles), "", CredentialKind.SESSION, scopes
        )
        new = await self._users.create_key(maker, _KEY_NAME, scopes=sorted(scopes))
        credentials_file.write(
            self._path,
            Credentials(
                base_url=self._base_url,
                api_key_id=new.key.id,
                api_secret_key=new.secret,
                email=EMAIL,
                password=password,
            ),
        )
        _log.info("demo user is ready", email=EMAIL, credentials=str(self._path))
