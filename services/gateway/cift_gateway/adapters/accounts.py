"""Who owns an e-mail address: sign-up, verification, password reset, each in one transaction."""

from dataclasses import dataclass

import asyncpg

from cift_gateway.adapters.one_time_codes import CodeInvalid, redeem
from cift_gateway.domain.email import MADE_UP_DOMAIN
from cift_gateway.domain.one_time_code import Purpose


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user who is about to exist; the ids come from the caller."""

    id: str
    email: str
    password_hash: str
    roles: tuple[str, ...]
    account_id: str


async def release_unverified(connection: asyncpg.pool.PoolConnectionProxy, email: str) -> str | None:
    """Takes the address from a user who never showed that it is theirs. They keep their account and their keys.

    Returns that user's id.
    """
    user_id = await connection.fetchval(
        "UPDATE auth.users SET email = 'unverified-' || id || '@' || $2"
        " WHERE email = $1 AND email_verified_at IS NULL RETURNING id",
        email,
        MADE_UP_DOMAIN,
    )
    return str(user_id) if user_id else None


async def insert_user(connection: asyncpg.pool.PoolConnectionProxy, user: NewUser, *, verified: bool) -> bool:
    """False if the address belongs to somebody."""
    made = await connection.fetchval(
        "INSERT INTO auth.users (id, email, password_hash, roles, account_id, email_verified_at)"
        " VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END) ON CONFLICT (email) DO NOTHING RETURNING id",
        user.id,
        user.email,
        user.password_hash,
        list(user.roles),
        user.account_id,
        verified,
    )
    return made is not None


class AccountStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def sign_up(self, user: NewUser, invite_hash: bytes | None) -> str | None:
        """Makes the user unless the address belongs to somebody: the caller does not learn which.

        An invite proves the address, so that it takes it from a user who did not. Returns that user's id.
        `CodeInvalid` if the invite is of another address, or good for nothing.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            released = None
            if invite_hash is not None:
                invite = await redeem(connection, Purpose.INVITE, invite_hash)
                if invite.email != user.email:
                    raise CodeInvalid
                user = NewUser(user.id, user.email, user.password_hash, invite.roles, user.account_id)
                released = await release_unverified(connection, user.email)
            await insert_user(connection, user, verified=invite_hash is not None)
        return released

    async def create(self, user: NewUser) -> bool:
        """Makes a user for an administrator, who vouches for the address; false if it belongs to somebody."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await insert_user(connection, user, verified=True)

    async def verify(self, code_hash: bytes) -> str:
        """Marks the address of a code as its user's. Returns the user's id."""
        async with self._pool.acquire() as connection, connection.transaction():
            code = await redeem(connection, Purpose.VERIFY, code_hash)
            user_id = await connection.fetchval(
                "UPDATE auth.users SET email_verified_at = coalesce(email_verified_at, now())"
                " WHERE id = $1 AND email = $2 RETURNING id",
                code.user_id,
                code.email,
            )
            if user_id is None:
                # Somebody else has shown meanwhile that the address is theirs.
                raise CodeInvalid
        return str(user_id)

    async def mark_verified(self, user_id: str) -> None:
        await self._pool.execute(
            "UPDATE auth.users SET email_verified_at = coalesce(email_verified_at, now()) WHERE id = $1", user_id
        )

    async def reset_password(self, code_hash: bytes, password_hash: str) -> tuple[str, list[str]]:
        """Sets the password of a code's user and ends all their sessions. Returns the user's id and those sessions'."""
        async with self._pool.acquire() as connection, connection.transaction():
            code = await redeem(connection, Purpose.RESET, code_hash)
            await connection.execute(
                "UPDATE auth.users SET password_hash = $2 WHERE id = $1", code.user_id, password_hash
            )
            rows = await connection.fetch(
                "UPDATE auth.sessions SET revoked_at = now(), revoked_reason = 'password reset'"
                " WHERE user_id = $1 AND revoked_at IS NULL RETURNING id",
                code.user_id,
            )
        return code.user_id, [str(row["id"]) for row in rows]

    async def reset_email(self, code_hash: bytes) -> str:
        """The address of a reset code that is still good, for the rules that a password depends on; `CodeInvalid`."""
        email = await self._pool.fetchval(
            "SELECT email FROM auth.one_time_codes"
            " WHERE hash = $1 AND purpose = 'reset' AND used_at IS NULL AND expires_at > now()",
            code_hash,
        )
        if email is None:
            raise CodeInvalid
        return str(email)
