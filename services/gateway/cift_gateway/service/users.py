"""Log in, refresh, log out, API keys, roles."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from cift_common.errors import InvalidArgument, Unauthenticated
from cift_common.ids import Clock, new_uuid7, system_clock
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.adapters.api_keys import ApiKey, ApiKeyStore
from cift_gateway.adapters.attempts import Attempts, TooManyAttempts
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.sessions import SessionStore, TokenReused
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain import secret, token
from cift_gateway.domain.attempt import Attempt, Devices
from cift_gateway.domain.client_address import subscriber
from cift_gateway.domain.email import normal_email
from cift_gateway.domain.password import check_password
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.domain.scope import KEY_DEFAULT, NAMED_ONLY, Scope, scopes_of
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.service import origin
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents

_NONCE_BYTES = 16
_KEY_YEARS_MAX = 100


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
        events: SecurityEvents,
        *,
        jwt_secret: bytes,
        initial_deposit: str,
        access_token_seconds: int,
        refresh_token_seconds: int,
        api_key_seconds_max: int = 0,
        clock: Clock = system_clock,
    ) -> None:
        self._users, self._sessions, self._keys = users, sessions, keys
        self._passwords, self._attempts, self._backends, self._revocations = passwords, attempts, backends, revocations
        self._events, self._key_seconds_max = events, api_key_seconds_max
        self._jwt_secret, self._deposit, self._clock = jwt_secret, initial_deposit, clock
        self._devices = Devices(jwt_secret)
        self._access_seconds, self._refresh_seconds = access_token_seconds, refresh_token_seconds

    async def log_in(self, email_text: str, password: str, address: str, device_mark: str = "") -> LogIn:
        """`Unauthenticated` says the same of a wrong password and of an address that nobody has.

        `device_mark` is what an earlier log-in gave this device: failures elsewhere do not lock it out.
        """
        email = normal_email(email_text)
        async with self._locking_out(email, address, device_mark):
            user = await self._users.by_email(email)
            right = await self._passwords.verify(password, user.password_hash if user else None)
            if user is None or not right:
                await self._events.record(SecurityEvent.LOG_IN_FAILED, user_id=user.id if user else "", email=email)
                raise Unauthenticated("e-mail address or password is wrong", reason="WRONG_CREDENTIALS")
        if self._passwords.is_outdated(user.password_hash):
            await self._users.set_password(user.id, await self._passwords.hash(password))
        if not user.account_opened:
            await self.open_account(user)
        logged_in = await self._open_session(user)
        mark = device_mark if self._devices.known(device_mark, email) else self._new_mark(email)
        return replace(logged_in, device=mark)

    @asynccontextmanager
    async def _locking_out(self, email: str, address: str, device_mark: str) -> AsyncIterator[None]:
        """Surrounds the verification of a password: `TooManyAttempts` if there were too many failures."""
        try:
            async with self._attempts.attempt(self._attempt(email, address, device_mark)):
                yield
        except TooManyAttempts:
            await self._events.record(SecurityEvent.LOCKED_OUT, email=email)
            raise

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
            await self._events.record(
                SecurityEvent.REFRESH_TOKEN_REUSED, user_id=error.user_id, session_id=error.session_id
            )
            raise
        return self._logged_in(await self._users.by_id(user_id), session_id, following)

    async def log_out(self, refresh_token: str) -> None:
        """Ends the session of a token; an unknown one changes nothing."""
        session_id = await self._sessions.of_token(secret.digest(refresh_token))
        if session_id is not None:
            await self.end_session(session_id)

    async def end_session(self, session_id: str) -> None:
        user_id = await self._sessions.revoke(session_id, "logged out")
        await self._revocations.announce([session_id])
        if user_id is not None:
            await self._events.record(SecurityEvent.SESSION_ENDED, user_id=user_id, session_id=session_id)

    async def change_password(
        self, user_id: str, old: str, new: str, *, keep_session: str, address: str, device_mark: str = ""
    ) -> None:
        """Ends every other session of the user."""
        user = await self._users.by_id(user_id)
        async with self._locking_out(user.email, address, device_mark):
            if not await self._passwords.verify(old, user.password_hash):
                await self._events.record(SecurityEvent.LOG_IN_FAILED, user_id=user.id, email=user.email)
                raise Unauthenticated("the old password is wrong", reason="WRONG_CREDENTIALS", field="old_password")
        await self._passwords.run(lambda: check_password(new, user.email))
        await self._users.set_password(user.id, await self._passwords.hash(new))
        await self._revocations.announce(await self._sessions.revoke_all(user.id, "password changed", but=keep_session))
        await self._events.record(SecurityEvent.PASSWORD_CHANGED, user_id=user.id, email=user.email)

    async def _open_session(self, user: User) -> LogIn:
        session_id = new_uuid7(self._clock)
        refresh_token = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        here = origin.current()
        await self._sessions.open(
            session_id,
            user.id,
            secret.digest(refresh_token),
            self._refresh_seconds,
            address=here.address,
            user_agent=here.user_agent,
        )
        await self._events.record(SecurityEvent.LOG_IN, user_id=user.id, email=user.email, session_id=session_id)
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

    async def create_key(
        self,
        maker: Principal,
        name: str,
        *,
        roles: Sequence[str] | None = None,
        scopes: Sequence[Scope] | None = None,
        expires_at_ns: int = 0,
    ) -> NewKey:
        """The secret is shown once: only its hash is kept. A key may at most what its maker's credential may.

        By default it trades and reads; `roles` gives it what they grant, but for `NAMED_ONLY`; `scopes` exactly these.
        """
        if roles is not None and scopes is not None:
            raise InvalidArgument("a key takes roles or scopes, not both", field="scopes")
        key_roles = sorted(maker.roles) if roles is None else list(dict.fromkeys(roles))
        _check_held("role", "roles", key_roles, maker.roles)
        if scopes is not None:
            key_scopes = frozenset(scopes)
            _check_held("scope", "scopes", sorted(key_scopes), maker.scopes)
        elif roles is not None:
            key_scopes = (scopes_of(key_roles) - NAMED_ONLY) & maker.scopes
        else:
            key_scopes = KEY_DEFAULT & maker.scopes
        text = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        key_id = secret.key_id_text(secrets.token_bytes(secret.KEY_ID_BYTES))
        key = await self._keys.insert(
            key_id,
            maker.user_id,
            secret.digest(text),
            name,
            key_roles,
            key_scopes,
            parent_id=maker.credential if maker.kind is CredentialKind.KEY else None,
            expires_at_ns=self._key_end(expires_at_ns),
        )
        await self._events.record(
            SecurityEvent.KEY_CREATED,
            user_id=maker.user_id,
            email=maker.email,
            key_id=key.id,
            name=name,
            scopes=" ".join(sorted(key.scopes)),
            parent=key.parent_id or "",
        )
        return NewKey(key, text)

    def _key_end(self, wanted_ns: int) -> int:
        """When a new key ends: 0 for never."""
        now = self._clock()
        if wanted_ns and wanted_ns <= now:
            raise InvalidArgument("expires_at is in the past", field="expires_at", limit="in the future")
        if wanted_ns > now + _KEY_YEARS_MAX * 365 * 24 * 3600 * 10**9:
            limit = f"within {_KEY_YEARS_MAX} years"
            raise InvalidArgument(f"expires_at must be {limit}", field="expires_at", limit=limit)
        if not self._key_seconds_max:
            return wanted_ns
        latest = now + self._key_seconds_max * 10**9
        # A minute for clocks that differ.
        if wanted_ns > latest + 60 * 10**9:
            raise InvalidArgument(
                f"a key lives at most {self._key_seconds_max} s here; give an earlier expires_at",
                field="expires_at",
                limit=f"{self._key_seconds_max} s",
            )
        return min(wanted_ns or latest, latest)

    async def list_keys(self, user_id: str) -> list[ApiKey]:
        return await self._keys.of_user(user_id)


def _check_held(kind: str, field: str, wanted: Sequence[str], held: frozenset[str] | frozenset[Scope]) -> None:
    if surplus := [name for name in wanted if name not in held]:
        raise InvalidArgument(
            f"a key cannot have a {kind} that its maker lacks: {', '.join(surplus)}",
            field=field,
            limit=", ".join(sorted(held)),
        )
