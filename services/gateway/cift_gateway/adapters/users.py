"""Users, in `auth.users`."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg
from cift_common.errors import FailedPrecondition, NotFound


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored; `account_opened` is false while trading has not confirmed the account."""

    id: str
    email: str
    password_hash: str
    roles: tuple[str, ...]
    account_id: str
    account_opened: bool
    created_at_ns: int
    email_verified: bool = False


_COLUMNS = "id, email, password_hash, roles, account_id, account_opened_at, created_at, email_verified_at"

# Of two admins who demote each other, the second waits and sees the first one's change.
_LOCK_ADMINS = "SELECT pg_advisory_xact_lock(hashtextextended('auth.admins', 0))"
_OTHER_ADMIN = "SELECT EXISTS (SELECT FROM auth.users WHERE 'admin' = ANY(roles) AND id <> $1)"


class LastAdmin(FailedPrecondition):
    """Nobody could manage users any more."""

    default_reason = "LAST_ADMIN"

    def __init__(self) -> None:
        super().__init__("this is the last admin; make another user an admin first", field="user_id")


def _user(row: asyncpg.Record) -> User:
    return User(
        str(row["id"]),
        row["email"],
        row["password_hash"],
        tuple(row["roles"]),
        str(row["account_id"]),
        row["account_opened_at"] is not None,
        int(row["created_at"].timestamp() * 1_000_000) * 1000,
        email_verified=row["email_verified_at"] is not None,
    )


class UserStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def by_email(self, email: str) -> User | None:
        row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM auth.users WHERE email = $1", email)
        return _user(row) if row else None

    async def by_id(self, user_id: str) -> User:
        row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM auth.users WHERE id = $1", user_id)
        if row is None:
            raise NotFound("no such user", field="user_id")
        return _user(row)

    async def every(self, limit: int) -> list[User]:
        rows = await self._pool.fetch(f"SELECT {_COLUMNS} FROM auth.users ORDER BY created_at, id LIMIT $1", limit)
        return [_user(row) for row in rows]

    async def without_account(self) -> list[User]:
        """Users whose sign-up was cut off before trading opened their account."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM auth.users WHERE account_opened_at IS NULL ORDER BY created_at LIMIT 100"
        )
        return [_user(row) for row in rows]

    async def mark_account_opened(self, user_id: str) -> None:
        await self._pool.execute(
            "UPDATE auth.users SET account_opened_at = coalesce(account_opened_at, now()) WHERE id = $1", user_id
        )

    async def set_password(self, user_id: str, password_hash: str) -> None:
        await self._pool.execute("UPDATE auth.users SET password_hash = $2 WHERE id = $1", user_id, password_hash)

    async def set_roles(self, user_id: str, roles: list[str], *, by_provider: bool = False) -> None:
        """`LastAdmin`, unless an identity provider says who is an admin."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK_ADMINS)
            before = await connection.fetchval("SELECT roles FROM auth.users WHERE id = $1", user_id)
            if before is None:
                raise NotFound("no such user", field="user_id")
            loses_admin = "admin" in before and "admin" not in roles
            if loses_admin and not by_provider and not await connection.fetchval(_OTHER_ADMIN, user_id):
                raise LastAdmin
            await connection.execute("UPDATE auth.users SET roles = $2 WHERE id = $1", user_id, roles)

    async def settings(self, user_id: str) -> dict[str, Any]:
        text = await self._pool.fetchval("SELECT settings::text FROM auth.users WHERE id = $1", user_id)
        settings: dict[str, Any] = json.loads(text or "{}")
        return settings

    async def set_settings(self, user_id: str, settings: str) -> None:
        await self._pool.execute("UPDATE auth.users SET settings = $2::jsonb WHERE id = $1", user_id, settings)
