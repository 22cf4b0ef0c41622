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
    disabled_at_ns: int = 0

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at_ns > 0


class LastAdmin(FailedPrecondition):
    """Nobody could manage users any more."""

    default_reason = "LAST_ADMIN"

    def __init__(self) -> None:
        super().__init__("this is the last admin; make another user an admin first", field="user_id")


_COLUMNS = "id, email, password_hash, roles, account_id, account_opened_at, created_at, email_verified_at, disabled_at"
# Of two admins who demote each other, the second waits and sees the first one's change.
_LOCK_ADMINS = "SELECT pg_advisory_xact_lock(hashtextextended('auth.admins', 0))"
_OTHER_ADMIN = "SELECT EXISTS (SELECT FROM auth.users WHERE 'admin' = ANY(roles) AND disabled_at IS NULL AND id <> $1)"


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
        disabled_at_ns=int(row["disabled_at"].timestamp() * 1_000_000) * 1000 if row["disabled_at"] else 0,
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

    async def set_roles(self, user_id: str, roles: list[str], *, by_provider: bool = False) -> tuple[str, ...]:
        """Returns the roles before. `LastAdmin`, unless an identity provider says who is an admin."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK_ADMINS)
            row = await connection.fetchrow("SELECT roles, disabled_at FROM auth.users WHERE id = $1", user_id)
            if row is None:
                raise NotFound("no such user", field="user_id")
            loses_admin = "admin" in row["roles"] and "admin" not in roles and row["disabled_at"] is None
            if loses_admin and not by_provider and not await connection.fetchval(_OTHER_ADMIN, user_id):
                raise LastAdmin
            await connection.execute("UPDATE auth.users SET roles = $2 WHERE id = $1", user_id, roles)
        return tuple(row["roles"])

    async def disable(self, user_id: str, reason: str) -> list[str] | None:
        """Disables a user and ends their sessions and keys: their ids. None where they are disabled already."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK_ADMINS)
            # Sessions and keys that are being made lock the user, too: none of them slips through.
            row = await connection.fetchrow(
                "SELECT roles, disabled_at FROM auth.users WHERE id = $1 FOR NO KEY UPDATE", user_id
            )
            if row is None:
                raise NotFound("no such user", field="user_id")
            if row["disabled_at"] is not None:
                return None
            if "admin" in row["roles"] and not await connection.fetchval(_OTHER_ADMIN, user_id):
                raise LastAdmin
            await connection.execute("UPDATE auth.users SET disabled_at = now() WHERE id = $1", user_id)
            ended = await connection.fetch(
                "WITH sessions AS (UPDATE auth.sessions SET revoked_at = now(), revoked_reason = $2"
                " WHERE user_id = $1 AND revoked_at IS NULL RETURNING id::text),"
                " keys AS (UPDATE auth.api_keys SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL"
                " RETURNING id) SELECT id FROM sessions UNION ALL SELECT id FROM keys",
                user_id,
                reason,
            )
        return [row["id"] for row in ended]

    async def enable(self, user_id: str) -> bool:
        """Enables a user; False if the user was not disabled. Ended sessions and keys stay ended."""
        row = await self._pool.fetchrow(
            "UPDATE auth.users u SET disabled_at = NULL FROM (SELECT id, disabled_at FROM auth.users WHERE id = $1"
            " FOR NO KEY UPDATE) old WHERE u.id = old.id RETURNING old.disabled_at",
            user_id,
        )
        if row is None:
            raise NotFound("no such user", field="user_id")
        return row["disabled_at"] is not None

    async def roles_of_active(self, user_ids: list[str]) -> dict[str, tuple[str, ...]]:
        """The roles of those users who exist and are not disabled."""
        rows = await self._pool.fetch(
            "SELECT id, roles FROM auth.users WHERE id = ANY($1::uuid[]) AND disabled_at IS NULL", user_ids
        )
        return {str(row["id"]): tuple(row["roles"]) for row in rows}

    async def settings(self, user_id: str) -> dict[str, Any]:
        text = await self._pool.fetchval("SELECT settings::text FROM auth.users WHERE id = $1", user_id)
        settings: dict[str, Any] = json.loads(text or "{}")
        return settings

    async def set_settings(self, user_id: str, settings: str) -> None:
        await self._pool.execute("UPDATE auth.users SET settings = $2::jsonb WHERE id = $1", user_id, settings)
