"""Log in, refresh, log out, API keys, roles."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cift_common.errors import InvalidArgument, Unauthenticated
from cift_common.ids import Clock, new_uuid7, system_clock
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.adapters.api_keys import ApiKey, ApiKeyStore
from cift_gateway.adapters.attempts import Attempts
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.sessions import SessionStore, TokenReused
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain import secret, token
from cift_gateway.domain.attempt import Attempt, Devices
from cift_gateway.domain.client_address import subscriber
from cift_gateway.domain.email import normal_email
from cift_gateway.domain.password import check_password
from cift_gateway.domain.principal import Role
from cift_gateway.service.revocations import Revocations

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a log-in gives: a short-lived access token, and a refresh token that can be used once."""

    user: User
    access_token: str
    expires_in_seconds: int
    refresh_token: str
    session_id: str
    # What marks this device as one that the user has logged in on.
    device: str = ""


@dataclass(frozen=True, slots=True)
class NewKey:
    key: ApiKey
    secret: str


class Users:
    def __init__(
        self,
        users: UserStore,
        sessions: SessionStore,
        keys: ApiKeyStore,
        passwords: Passwords,
        attempts: Attempts,
        backends: Backends,
        revocations: Revocations,
        *,
        jwt_secret: bytes,
        initial_deposit: str,
        access_token_seconds: int,
        refresh_token_seconds: int,
        clock: Clock = system_clock,
    ) -> None:
        self._users, self._sessions, self._keys = users, sessions, keys
        self._passwords, self._attempts, self._backends, self._revocations = passwords, attempts, backends, revocations
        self._jwt_secret, self._deposit, self._clock = jwt_secret, initial_deposit, clock
        self._devices = Devices(jwt_secret)
        self._access_seconds, self._refresh_seconds = access_token_seconds, refresh_token_seconds

    async def log_in(self, email_text: str, password: str, address: str, device_mark: str = "") -> LogIn:
        """`Unauthenticated` says the same of a wrong password and of an address that nobody has.

        `device_mark` is what an earlier log-in gave this device: failures elsewhere do not lock it out.
        """
        email = normal_email(email_text)
        async with self._attempts.attempt(self._attempt(email, address, device_mark)):
            user = await self._users.by_email(email)
            right = await self._passwords.verify(password, user.password_hash if user else None)
            if user is None or not right:
                raise Unauthenticated("e-mail address or password is wrong", reason="WRONG_CREDENTIALS")
        if self._passwords.is_outdated(user.password_hash):
            await self._users.set_password(user.id, await self._passwords.hash(password))
        if not user.account_opened:
            await self.open_account(user)
        logged_in = await self._open_session(user)
        mark = device_mark if self._devices.known(device_mark, email) else self._new_mark(email)
        return replace(logged_in, device=mark)

    def _attempt(self, email: str, address: str, device_mark: str) -> Attempt:
        return Attempt(subscriber(address), email, self._devices.known(device_mark, email))

    def _new_mark(self, email: str) -> str:
        return self._devices.mark(email, secret.secret_text(secrets.token_bytes(_NONCE_BYTES)))

    async def refresh(self, refresh_token: str) -> LogIn:
        """A refresh token is good once; one that comes again ends its session."""
        following = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        try:
            session_id, user_id = await self._sessions.rotate(secret.digest(refresh_token), secret.digest(following))
        except TokenReused as error:
            await self._revocations.announce([error.session_id])
            raise
        return self._logged_in(await self._users.by_id(user_id), session_id, following)

    async def log_out(self, refresh_token: str) -> None:
        """Ends the session of a token; an unknown one changes nothing."""
        session_id = await self._sessions.of_token(secret.digest(refresh_token))
        if session_id is not None:
            await self.end_session(session_id)

    async def end_session(self, session_id: str) -> None:
        await self._sessions.revoke(session_id, "logged out")
        await self._revocations.announce([session_id])

    async def change_password(
        self, user_id: str, old: str, new: str, *, keep_session: str, address: str, device_mark: str = ""
    ) -> None:
        """Ends every other session of the user."""
        user = await self._users.by_id(user_id)
        async with self._attempts.attempt(self._attempt(user.email, address, device_mark)):
            if not await self._passwords.verify(old, user.password_hash):
                raise Unauthenticated("the old password is wrong", reason="WRONG_CREDENTIALS", field="old_password")
        await self._passwords.run(lambda: check_password(new, user.email))
        await self._users.set_password(user.id, await self._passwords.hash(new))
        await self._revocations.announce(await self._sessions.revoke_all(user.id, "password changed", but=keep_session))

    async def _open_session(self, user: User) -> LogIn:
        session_id = new_uuid7(self._clock)
        refresh_token = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        await self._sessions.open(session_id, user.id, secret.digest(refresh_token), self._refresh_seconds)
        return self._logged_in(user, session_id, refresh_token)

    def _logged_in(self, user: User, session_id: str, refresh_token: str) -> LogIn:
        now = self._clock() // 10**9
        access_token, _ = token.issue(self._jwt_secret, user.id, session_id, now, self._access_seconds)
        return LogIn(user, access_token, self._access_seconds, refresh_token, session_id)

    async def open_account(self, user: User) -> None:
        """Idempotent: trading opens an account id once."""
        if user.account_opened:
            return
        await self._backends.call(
            self._backends.trading.OpenAccount,
            trading.OpenAccountRequest(account_id=user.account_id, deposit=self._deposit),
            account_id=user.account_id,
        )
        await self._users.mark_account_opened(user.id)

    async def open_missing_accounts(self) -> None:
        """Finishes sign-ups that a crash cut off."""
        for user in await self._users.without_account():
            await self.open_account(user)

    async def create_key(self, user_id: str, name: str, wanted: Sequence[str] | None) -> NewKey:
        """The secret is shown once: only its hash is kept. Roles are at most the user's own."""
        user = await self._users.by_id(user_id)
        roles = list(user.roles if wanted is None else dict.fromkeys(wanted))
        if surplus := [role for role in roles if role not in user.roles]:
            raise InvalidArgument(
                f"a key cannot have a role that its user has not: {', '.join(surplus)}",
                field="roles",
                limit=", ".join(user.roles),
            )
        text = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        key_id = secret.key_id_text(secrets.token_bytes(secret.KEY_ID_BYTES))
        return NewKey(await self._keys.insert(key_id, user.id, secret.digest(text), name, roles), text)

    async def list_keys(self, user_id: str) -> list[ApiKey]:
        return await self._keys.of_user(user_id)

    async def revoke_key(self, user_id: str, key_id: str) -> None:
        await self._keys.revoke(user_id, key_id)
        await self._revocations.announce([key_id])

    async def set_roles(self, user_id: str, roles: Sequence[Role]) -> User:
        await self._users.set_roles(user_id, list(dict.fromkeys(roles)))
        await self._revocations.announce([user_id])
        return await self._users.by_id(user_id)
