"""Sign up, log in, refresh, log out, API keys, roles."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cift_common.errors import AlreadyExists, InvalidArgument, Unauthenticated
from cift_common.ids import Clock, new_uuid7, system_clock
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.adapters.api_keys import ApiKey, ApiKeyStore
from cift_gateway.adapters.attempts import Attempts
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.sessions import SessionStore, TokenReused
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain import secret, token
from cift_gateway.domain.principal import Role
from cift_gateway.service.revocations import Revocations

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a log-in gives: a short-lived access token, and a refresh token that can be used once."""

    user: User
    access_token: str
    expires_in_seconds: int
    refresh_token: str
    session_id: str


@dataclass(frozen=True, slots=True)
class NewKey:
    key: ApiKey
    secret: str


def normal_email(text: str) -> str:
    email = text.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise InvalidArgument("email must be an e-mail address", field="email")
    return email


def check_password(password: str, email: str) -> None:
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        limit = f"{PASSWORD_LENGTH_MIN}..{PASSWORD_LENGTH_MAX}"
        raise InvalidArgument(f"password must have {limit} characters", field="password", limit=limit)
    if password.lower() == email:
        raise InvalidArgument("password must not be the e-mail address", field="password")


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
        self._access_seconds, self._refresh_seconds = access_token_seconds, refresh_token_seconds

    async def sign_up(self, email_text: str, password: str, address: str) -> LogIn:
        """Makes the user, opens the trading account, logs in.

        Said again with the same password (an answer got lost, trading was away) it goes on where it stopped.
        """
        await self._attempts.count("address", address)
        email = normal_email(email_text)
        check_password(password, email)
        password_hash = await self._passwords.hash(password)
        await self._users.insert(new_uuid7(self._clock), email, password_hash, [Role.TRADER], new_uuid7(self._clock))
        user = await self._users.by_email(email)
        if user is None or (
            user.password_hash != password_hash and not await self._passwords.verify(password, user.password_hash)
        ):
            raise AlreadyExists("this e-mail address has an account; log in", reason="EMAIL_TAKEN", field="email")
        await self.open_account(user)
        return await self._open_session(user)

    async def log_in(self, email_text: str, password: str, address: str) -> LogIn:
        await self._attempts.count("address", address)
        email = normal_email(email_text)
        await self._attempts.count("email", email)
        user = await self._users.by_email(email)
        right = await self._passwords.verify(password[:PASSWORD_LENGTH_MAX], user.password_hash if user else None)
        if user is None or not right:
            raise Unauthenticated("e-mail address or password is wrong", reason="WRONG_CREDENTIALS")
        if self._passwords.is_outdated(user.password_hash):
            await self._users.set_password(user.id, await self._passwords.hash(password))
        if not user.account_opened:
            await self.open_account(user)
        return await self._open_session(user)

    async def refresh(self, refresh_token: str, address: str) -> LogIn:
        """A refresh token is good once; one that comes again ends its session."""
        await self._attempts.count("address", address)
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

    async def change_password(self, user_id: str, old: str, new: str, *, keep_session: str) -> None:
        """Ends every other session of the user."""
        user = await self._users.by_id(user_id)
        await self._attempts.count("email", user.email)
        if not await self._passwords.verify(old[:PASSWORD_LENGTH_MAX], user.password_hash):
            raise Unauthenticated("the old password is wrong", reason="WRONG_CREDENTIALS", field="old_password")
        check_password(new, user.email)
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
