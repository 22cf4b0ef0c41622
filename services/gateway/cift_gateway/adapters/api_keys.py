"""API keys, in `auth.api_keys`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from cift_common.errors import NotFound, ResourceExhausted, Unauthenticated

from cift_gateway.adapters.sessions import Owner, UserDisabled
from cift_gateway.domain.scope import Scope, known, scopes_of

KEYS_PER_USER_MAX = 50


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`parent_id` is the key that made it, if a key did. Times are 0 where they do not apply."""

    id: str
    name: str
    roles: tuple[str, ...]
    scopes: frozenset[Scope]
    parent_id: str | None
    created_at_ns: int
    expires_at_ns: int = 0
    last_used_at_ns: int = 0
    last_used_address: str = ""


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A key that was used for the first time."""

    key_id: str
    user_id: str
    email: str
    address: str


_ALIVE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())"
_COLUMNS = "id, name, roles, scopes, parent_id, created_at, expires_at, last_used_at, last_used_address"


def _ns(time: datetime | None) -> int:
    return int(time.timestamp() * 1_000_000) * 1000 if time else 0


def _key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(
        row["id"],
        row["name"],
        tuple(row["roles"]),
        known(row["scopes"]),
        row["parent_id"],
        _ns(row["created_at"]),
        _ns(row["expires_at"]),
        _ns(row["last_used_at"]),
        row["last_used_address"],
    )


class ApiKeyStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def insert(
        self,
        key_id: str,
        user_id: str,
        secret_hash: bytes,
        name: str,
        roles: list[str],
        scopes: Collection[Scope],
        *,
        parent_id: str | None = None,
        expires_at_ns: int = 0,
    ) -> ApiKey:
        """A child ends no later than its parent. Refuses where user or parent may make none any more."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._lock(connection, user_id)
            held = await connection.fetchval(
                f"SELECT count(*) FROM auth.api_keys WHERE user_id = $1 AND {_ALIVE}", user_id
            )
            if held >= KEYS_PER_USER_MAX:
                raise ResourceExhausted(
                    f"a user has at most {KEYS_PER_USER_MAX} keys; revoke one",
                    reason="TOO_MANY_KEYS",
                    limit=str(KEYS_PER_USER_MAX),
                )
            if parent_id is not None and not await connection.fetchval(
                f"SELECT true FROM auth.api_keys WHERE id = $1 AND user_id = $2 AND {_ALIVE}", parent_id, user_id
            ):
                raise Unauthenticated("the key that makes this one is over", reason="UNAUTHENTICATED")
            row = await connection.fetchrow(
                "INSERT INTO auth.api_keys (id, user_id, secret_hash, name, roles, scopes, parent_id, expires_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7,"
                " least($8, (SELECT expires_at FROM auth.api_keys WHERE id = $7)))"
                f" RETURNING {_COLUMNS}",
                key_id,
                user_id,
                secret_hash,
                name,
                roles,
                sorted(scopes),
                parent_id,
                datetime.fromtimestamp(expires_at_ns / 10**9, UTC) if expires_at_ns else None,
            )
        assert row is not None
        return _key(row)

    @staticmethod
    async def _lock(connection: asyncpg.Connection, user_id: str) -> None:
        """Makes changes to one user's keys wait for each other. Refuses for a user who is disabled."""
        row = await connection.fetchrow("SELECT disabled_at FROM auth.users WHERE id = $1 FOR NO KEY UPDATE", user_id)
        if row is None:
            raise NotFound("no such user", field="user_id")
        if row["disabled_at"] is not None:
            raise UserDisabled

    async def find(self, key_id: str) -> tuple[bytes, Owner] | None:
        """The secret's hash and the owner, with what key and user both may; None for a key that is over."""
        return (await self._find([key_id])).get(key_id)

    async def owners(self, key_ids: list[str]) -> dict[str, Owner]:
        """The owners of those keys that are not over, by key."""
        return {key_id: owner for key_id, (_, owner) in (await self._find(key_ids)).items()}

    async def _find(self, key_ids: list[str]) -> dict[str, tuple[bytes, Owner]]:
        rows = await self._pool.fetch(
            "SELECT k.id AS key_id, k.secret_hash, k.roles AS key_roles, k.scopes, k.expires_at, u.id, u.account_id,"
            " u.email, u.roles FROM auth.api_keys k JOIN auth.users u ON u.id = k.user_id WHERE k.id = ANY($1)"
            " AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND u.disabled_at IS NULL",
            key_ids,
        )
        found = {}
        for row in rows:
            roles = tuple(role for role in row["roles"] if role in row["key_roles"])
            found[row["key_id"]] = (
                row["secret_hash"],
                Owner(
                    str(row["id"]),
                    str(row["account_id"]),
                    row["email"],
                    roles,
                    scopes_of(roles) & known(row["scopes"]),
                    row["expires_at"].timestamp() if row["expires_at"] else None,
                ),
            )
        return found

    async def of_user(self, user_id: str) -> list[ApiKey]:
        """The user's keys that are not over, oldest first."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM auth.api_keys WHERE user_id = $1 AND {_ALIVE} ORDER BY created_at, id", user_id
        )
        return [_key(row) for row in rows]

    async def revoke(self, user_id: str, key_id: str) -> list[str]:
        """Revokes a key, the keys that it made, those that they made, and so on: the ids of all."""
        async with self._pool.acquire() as connection, connection.transaction():
            # Keys that are being made wait for this: no child escapes.
            await connection.execute("SELECT FROM auth.users WHERE id = $1 FOR NO KEY UPDATE", user_id)
            rows = await connection.fetch(
                "WITH RECURSIVE family AS (SELECT id FROM auth.api_keys WHERE id = $1 AND user_id = $2"
                " AND revoked_at IS NULL UNION SELECT k.id FROM auth.api_keys k JOIN family f ON k.parent_id = f.id)"
                " UPDATE auth.api_keys SET revoked_at = now() WHERE id IN (SELECT id FROM family)"
                " AND revoked_at IS NULL RETURNING id",
                key_id,
                user_id,
            )
        if not rows:
            raise NotFound("no such API key", field="key_id")
        return [row["id"] for row in rows]

    async def revoke_named(self, user_id: str, name: str) -> list[str]:
        """Revokes the user's keys of this name, with the keys that they made: the ids of all."""
        named = await self._pool.fetch(
            "SELECT id FROM auth.api_keys WHERE user_id = $1 AND name = $2 AND revoked_at IS NULL", user_id, name
        )
        ended: list[str] = []
        for row in named:
            if row["id"] not in ended:
                ended += await self.revoke(user_id, row["id"])
        return ended

    async def touch(self, seen: Sequence[tuple[str, datetime, str]]) -> list[FirstUse]:
        """Keeps when and from where keys (by id) were used last; returns those that were never used before."""
        rows = await self._pool.fetch(
            "WITH seen AS (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS s (id, at, address)),"
            " old AS (SELECT k.id, k.user_id, k.last_used_at FROM auth.api_keys k JOIN seen USING (id)"
            " ORDER BY k.id FOR NO KEY UPDATE OF k SKIP LOCKED)"
            " UPDATE auth.api_keys k SET last_used_at = greatest(k.last_used_at, seen.at),"
            " last_used_address = seen.address FROM seen JOIN old USING (id), auth.users u"
            " WHERE k.id = old.id AND u.id = old.user_id"
            " RETURNING k.id, old.user_id, u.email, seen.address, old.last_used_at IS NULL AS first",
            [key_id for key_id, _, _ in seen],
            [at for _, at, _ in seen],
            [address for _, _, address in seen],
        )
        return [FirstUse(row["id"], str(row["user_id"]), row["email"], row["address"]) for row in rows if row["first"]]
