"""How people become users: sign-up, invites, verified addresses, new passwords."""

import secrets
from collections.abc import Sequence

from cift_common.errors import AlreadyExists, PermissionDenied
from cift_common.ids import Clock, new_uuid7, system_clock

from cift_gateway.adapters.accounts import AccountStore, NewUser
from cift_gateway.adapters.attempts import Attempts
from cift_gateway.adapters.one_time_codes import CodeStore
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.users import User
from cift_gateway.domain import secret
from cift_gateway.domain.attempt import Attempt
from cift_gateway.domain.client_address import subscriber
from cift_gateway.domain.email import normal_email
from cift_gateway.domain.one_time_code import LIFETIME_SECONDS, OneTimeCode, Purpose
from cift_gateway.domain.password import check_password
from cift_gateway.domain.scope import Role
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.domain.sign_up_mode import SignUpMode
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents

# No hash, so no password opens it.
NO_PASSWORD = "!"
_EVENTS = {
    Purpose.INVITE: SecurityEvent.USER_INVITED,
    Purpose.VERIFY: SecurityEvent.VERIFICATION_CODE_CREATED,
    Purpose.RESET: SecurityEvent.PASSWORD_CODE_CREATED,
}


class SignUpClosed(PermissionDenied):
    default_reason = "SIGN_UP_CLOSED"


class SignUp:
    """Makes users. Nothing that it answers tells whether an address has an account."""

    def __init__(
        self,
        mode: SignUpMode,
        accounts: AccountStore,
        codes: CodeStore,
        passwords: Passwords,
        attempts: Attempts,
        revocations: Revocations,
        events: SecurityEvents,
        clock: Clock = system_clock,
    ) -> None:
        self._mode, self._accounts, self._codes, self._passwords = mode, accounts, codes, passwords
        self._attempts, self._revocations, self._events, self._clock = attempts, revocations, events, clock

    async def sign_up(self, email_text: str, password: str, invite: str | None, address: str) -> str:
        """Makes a trader unless the address has an account. Returns the address in its one spelling.

        It neither verifies a password nor logs in, and does the same work in both cases: the trading account is opened
        at the first log-in.
        """
        if self._mode is SignUpMode.CLOSED:
            raise SignUpClosed("sign-up is closed; an administrator makes users")
        if self._mode is SignUpMode.INVITED and not invite:
            raise SignUpClosed("sign-up needs an invite; an administrator makes one", field="invite")
        email = normal_email(email_text)
        await self._attempts.count(Attempt(subscriber(address), email))
        await self._passwords.run(lambda: check_password(password, email))
        user = self._new_user(email, await self._passwords.hash(password), (Role.TRADER,))
        released = await self._accounts.sign_up(user, secret.digest(invite) if invite else None)
        if released is not None:
            await self._revocations.announce([released])
        await self._events.record(SecurityEvent.SIGN_UP, email=email, invited=str(invite is not None).lower())
        return email

    async def create(self, email_text: str, roles: Sequence[Role], created_by: str) -> OneTimeCode:
        """Makes a user without a password. Returns the code that sets one."""
        email = normal_email(email_text)
        user = self._new_user(email, NO_PASSWORD, tuple(dict.fromkeys(roles)))
        if not await self._accounts.create(user):
            raise AlreadyExists("this e-mail address has an account", reason="EMAIL_TAKEN", field="email")
        return await self._code(Purpose.RESET, email, user.id, (), created_by)

    async def invite(self, email_text: str, roles: Sequence[Role], created_by: str) -> OneTimeCode:
        """Makes an invite for one address. Earlier ones for it end."""
        if self._mode is SignUpMode.CLOSED:
            raise SignUpClosed("sign-up is closed, so that no invite could be used; create the user instead")
        return await self._code(Purpose.INVITE, normal_email(email_text), None, tuple(dict.fromkeys(roles)), created_by)

    async def verification(self, user: User, created_by: str) -> OneTimeCode:
        """Makes a code that shows that a user receives what is sent to their address."""
        return await self._code(Purpose.VERIFY, user.email, user.id, (), created_by)

    async def reset(self, user: User, created_by: str) -> OneTimeCode:
        """Makes a code that sets a user's password without the old one."""
        return await self._code(Purpose.RESET, user.email, user.id, (), created_by)

    async def verify_email(self, code: str, address: str) -> None:
        await self._attempts.count(Attempt(subscriber(address), ""))
        await self._accounts.verify(secret.digest(code))

    async def mark_verified(self, user: User) -> None:
        """An administrator vouches for the address."""
        await self._accounts.mark_verified(user.id)

    async def set_password(self, code: str, password: str, address: str) -> str:
        """Sets the password that a reset code is for, and ends all sessions of its user. Returns the user's id."""
        await self._attempts.count(Attempt(subscriber(address), ""))
        code_hash = secret.digest(code)
        email = await self._accounts.reset_email(code_hash)
        await self._passwords.run(lambda: check_password(password, email))
        user_id, sessions = await self._accounts.reset_password(code_hash, await self._passwords.hash(password))
        await self._revocations.announce(sessions)
        await self._events.record(SecurityEvent.PASSWORD_RESET, user_id=user_id, email=email)
        return user_id

    async def delete_expired_codes(self) -> None:
        await self._codes.delete_expired()

    def _new_user(self, email: str, password_hash: str, roles: tuple[str, ...]) -> NewUser:
        return NewUser(new_uuid7(self._clock), email, password_hash, roles, new_uuid7(self._clock))

    async def _code(
        self, purpose: Purpose, email: str, user_id: str | None, roles: Sequence[str], created_by: str
    ) -> OneTimeCode:
        text = secret.secret_text(secrets.token_bytes(secret.SECRET_BYTES))
        lifetime = LIFETIME_SECONDS[purpose]
        expires = await self._codes.insert(purpose, secret.digest(text), email, user_id, roles, created_by, lifetime)
        await self._events.record(
            _EVENTS[purpose], user_id=user_id or "", email=email, by=created_by, roles=" ".join(roles)
        )
        return OneTimeCode(purpose, email, text, expires)
