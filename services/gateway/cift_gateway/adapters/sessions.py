"""Log-ins and their refresh tokens, in `auth.sessions` and `auth.refresh_tokens`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from cift_common.errors import Unauthenticated

from cift_gateway.domain.scope import Scope, scopes_of

SESSIONS_LISTED_MAX = 1000
_REUSED = "a refresh token came a second time"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a session or key belongs to, and what it may do."""

    user_id: str
    account_id: str
    email: str
    roles: tuple[str, ...]
    scopes: frozenset[Scope]
    # When an API key ends, in seconds since the epoch.
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in that is not over. `last_used_at_ns` is 0 before it is used."""

    id: str
    created_at_ns: int
    last_used_at_ns: int
    expires_at_ns: int
    address: str
    user_agent: str


def _ns(time: datetime | None) -> int:
    return int(time.timestamp() * 1_000_000) * 1000 if time else 0


class TokenReused(Unauthenticated):
    """Somebody else may have the token: its session is over. `session_id` says which."""

    default_reason = "REFRESH_TOKEN_REUSED"

    def __init__(self, session_id: str, user_id: str) -> None:
        super().__init__("this refresh token was used before; the session is over, log in again")
        self.session_id, self.user_id = session_id, user_id


class UserDisabled(Unauthenticated):
    default_reason = "USER_DISABLED"

    def __init__(self) -> None:
        super().__init__("this user is disabled; ask an admin")


class SessionStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def open(
        self,
        session_id: str,
        user_id: str,
        token_hash: bytes,
        lifetime_seconds: int,
        *,
        address: str = "",
        user_agent: str = "",
    ) -> None:
        """Opens a session. `UserDisabled` if the user is disabled, also by a transaction that commits meanwhile."""
        opened = await self._pool.fetchval(
            "WITH session AS (INSERT INTO auth.sessions (id, user_id, expires_at, address, user_agent)"
            " SELECT $1, id, now() + make_interval(secs => $4), $5, $6 FROM auth.users"
            " WHERE id = $2 AND disabled_at IS NULL FOR SHARE RETURNING id)"
            " INSERT INTO auth.refresh_tokens (hash, session_id) SELECT $3, id FROM session RETURNING session_id",
            session_id,
            user_id,
            token_hash,
            lifetime_seconds,
            address,
            user_agent,
        )
        if opened is None:
            raise UserDisabled

    async def rotate(self, token_hash: bytes, next_hash: bytes) -> tuple[str, str]:
        """Uses up a token for the next one. Session id and user id; `Unauthenticated` or `TokenReused` otherwise."""
        async with self._pool.acquire() as connection, connection.transaction():
            # The session's row is the lock: of two that come with one token, the second sees it used.
            row = await connection.fetchrow(
                "SELECT s.id, s.user_id, s.revoked_at, s.expires_at < now() AS expired, u.disabled_at"
                " FROM auth.refresh_tokens t JOIN auth.sessions s ON s.id = t.session_id"
                " JOIN auth.users u ON u.id = s.user_id WHERE t.hash = $1 FOR UPDATE OF s",
                token_hash,
            )
            if row is None:
                raise Unauthenticated("the refresh token is not valid", reason="TOKEN_INVALID")
            session_id = str(row["id"])
            used_at = await connection.fetchval("SELECT used_at FROM auth.refresh_tokens WHERE hash = $1", token_hash)
            reused = used_at is not None
            if reused:
                await connection.execute(
                    "UPDATE auth.sessions SET revoked_at = coalesce(revoked_at, now()),"
                    " revoked_reason = coalesce(revoked_reason, $2) WHERE id = $1",
                    row["id"],
                    _REUSED,
                )
            elif row["disabled_at"] is not None:
                raise UserDisabled
            elif row["revoked_at"] is not None or row["expired"]:
                raise Unauthenticated("the session is over, log in again", reason="SESSION_OVER")
            else:
                await connection.execute("UPDATE auth.refresh_tokens SET used_at = now() WHERE hash = $1", token_hash)
                await connection.execute(
                    "INSERT INTO auth.refresh_tokens (hash, session_id) VALUES ($1, $2)", next_hash, row["id"]
                )
        if reused:
            raise TokenReused(session_id, str(row["user_id"]))
        return session_id, str(row["user_id"])

    async def owner(self, session_id: str) -> Owner | None:
        """The owner of a session that is not over."""
        return (await self.owners([session_id])).get(session_id)

    async def owners(self, session_ids: list[str]) -> dict[str, Owner]:
        """The owners of those sessions that are not over, by session."""
        rows = await self._pool.fetch(
            "SELECT s.id AS session_id, u.id, u.account_id, u.email, u.roles FROM auth.sessions s"
            " JOIN auth.users u ON u.id = s.user_id WHERE s.id = ANY($1::uuid[]) AND s.revoked_at IS NULL"
            " AND s.expires_at > now() AND u.disabled_at IS NULL",
            session_ids,
        )
        return {
            str(row["session_id"]): Owner(
                str(row["id"]), str(row["account_id"]), row["email"], tuple(row["roles"]), scopes_of(row["roles"])
            )
            for row in rows
        }

    async def of_user(self, user_id: str) -> list[Session]:
        """The user's sessions that are not over, oldest first."""
        rows = await self._pool.fetch(
            "SELECT id, created_at, last_used_at, expires_at, address, user_agent FROM auth.sessions"
            " WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() ORDER BY created_at, id LIMIT $2",
            user_id,
            SESSIONS_LISTED_MAX,
        )
        return [
            Session(
                str(row["id"]),
                _ns(row["created_at"]),
                _ns(row["last_used_at"]),
                _ns(row["expires_at"]),
                row["address"],
                row["user_agent"],
            )
            for row in rows
        ]

    async def touch(self, seen: Sequence[tuple[str, datetime, str]]) -> None:
        """Keeps when and from where sessions (by id) were used last."""
        await self._pool.execute(
            "WITH seen AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS s (id, at, address)),"
            " held AS (SELECT s.id FROM auth.sessions s JOIN seen USING (id) FOR NO KEY UPDATE OF s SKIP LOCKED)"
            " UPDATE auth.sessions s SET last_used_at = greatest(s.last_used_at, seen.at), address = seen.address"
            " FROM seen JOIN held USING (id) WHERE s.id = held.id",
            [session_id for session_id, _, _ in seen],
            [at for _, at, _ in seen],
            [address for _, _, address in seen],
        )

    async def of_token(self, token_hash: bytes) -> str | None:
        """The session that a refresh token belongs to."""
        session_id = await self._pool.fetchval("SELECT session_id FROM auth.refresh_tokens WHERE hash = $1", token_hash)
        return str(session_id) if session_id else None

    async def revoke(self, session_id: str, reason: str, *, user_id: str | None = None) -> str | None:
        """Returns the user whose session ended; None if it was over, or is not a session of `user_id`."""
        row = await self._pool.fetchrow(
            "UPDATE auth.sessions SET revoked_at = now(), revoked_reason = $2"
            " WHERE id = $1 AND revoked_at IS NULL AND ($3::uuid IS NULL OR user_id = $3) RETURNING user_id",
            session_id,
            reason,
            user_id,
        )
        return str(row["user_id"]) if row else None

    async def revoke_all(self, user_id: str, reason: str, *, but: str = "") -> list[str]:
        rows = await self._pool.fetch(
            "UPDATE auth.sessions SET revoked_at = now(), revoked_reason = $2"
            " WHERE user_id = $1 AND revoked_at IS NULL AND id::text <> $3 RETURNING id",
            user_id,
            reason,
            but,
        )
        return [str(row["id"]) for row in rows]

    async def delete_expired(self) -> None:
        """What ended a week ago is of no use to anyone."""
        await self._pool.execute("DELETE FROM auth.sessions WHERE expires_at < now() - interval '7 days'")
