"""API keys, in `auth.api_keys`."""

from dataclasses import dataclass

import asyncpg
from cift_common.errors import NotFound, ResourceExhausted

from cift_gateway.adapters.sessions import Owner

KEYS_PER_USER_MAX = 50


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: str
    name: str
    roles: tuple[str, ...]
    created_at_ns: int


class ApiKeyStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def insert(self, key_id: str, user_id: str, secret_hash: bytes, name: str, roles: list[str]) -> ApiKey:
        row = await self._pool.fetchrow(
            "INSERT INTO auth.api_keys (id, user_id, secret_hash, name, roles) SELECT $1, $2, $3, $4, $5"
            " WHERE (SELECT count(*) FROM auth.api_keys WHERE user_id = $2 AND revoked_at IS NULL) < $6"
            " RETURNING created_at",
            key_id,
            user_id,
            secret_hash,
            name,
            roles,
            KEYS_PER_USER_MAX,
        )
        if row is None:
            raise ResourceExhausted(
                f"a user has at most {KEYS_PER_USER_MAX} keys; revoke one",
                reason="TOO_MANY_KEYS",
                limit=str(KEYS_PER_USER_MAX),
            )
        return ApiKey(key_id, name, tuple(roles), int(row["created_at"].timestamp() * 1_000_000) * 1000)

    async def find(self, key_id: str) -> tuple[bytes, Owner] | None:
        """The secret's hash and the owner, with the roles that key and user have in common."""
        row = await self._pool.fetchrow(
            "SELECT k.secret_hash, k.roles AS key_roles, u.id, u.account_id, u.email, u.roles FROM auth.api_keys k"
            " JOIN auth.users u ON u.id = k.user_id WHERE k.id = $1 AND k.revoked_at IS NULL",
            key_id,
        )
        if row is None:
            return None
        roles = tuple(role for role in row["roles"] if role in row["key_roles"])
        return row["secret_hash"], Owner(str(row["id"]), str(row["account_id"]), row["email"], roles)

    async def of_user(self, user_id: str) -> list[ApiKey]:
        rows = await self._pool.fetch(
            "SELECT id, name, roles, created_at FROM auth.api_keys"
            " WHERE user_id = $1 AND revoked_at IS NULL ORDER BY created_at, id",
            user_id,
        )
        return [
            ApiKey(r["id"], r["name"], tuple(r["roles"]), int(r["created_at"].timestamp() * 1_000_000) * 1000)
            for r in rows
        ]

    async def revoke(self, user_id: str, key_id: str) -> None:
        row = await self._pool.fetchrow(
            "UPDATE auth.api_keys SET revoked_at = now() WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL"
            " RETURNING id",
            key_id,
            user_id,
        )
        if row is None:
            raise NotFound("no such API key", field="key_id")

    async def revoke_named(self, user_id: str, name: str) -> list[str]:
        rows = await self._pool.fetch(
            "UPDATE auth.api_keys SET revoked_at = now() WHERE user_id = $1 AND name = $2 AND revoked_at IS NULL"
            " RETURNING id",
            user_id,
            name,
        )
        return [row["id"] for row in rows]
