"""Log-ins and their refresh tokens, in `auth.sessions` and `auth.refresh_tokens`."""

from dataclasses import dataclass

import asyncpg
from cift_common.errors import Unauthenticated

_REUSED = "a refresh token came a second time"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a session or key belongs to, and what it may do."""

    user_id: str
    account_id: str
    email: str
    roles: tuple[str, ...]


class TokenReused(Unauthenticated):
    """Somebody else may have the token: its session is over. `session_id` says which."""

    default_reason = "REFRESH_TOKEN_REUSED"

    def __init__(self, session_id: str) -> None:
        super().__init__("this refresh token was used before; the session is over, log in again")
        self.session_id = session_id


class SessionStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def open(self, session_id: str, user_id: str, token_hash: bytes, lifetime_seconds: int) -> None:
        await self._pool.execute(
            "WITH session AS (INSERT INTO auth.sessions (id, user_id, expires_at)"
            " VALUES ($1, $2, now() + make_interval(secs => $4)) RETURNING id)"
            " INSERT INTO auth.refresh_tokens (hash, session_id) SELECT $3, id FROM session",
            session_id,
            user_id,
            token_hash,
            lifetime_seconds,
        )

    async def rotate(self, token_hash: bytes, next_hash: bytes) -> tuple[str, str]:
        """Uses up a token for the next one. Session id and user id; `Unauthenticated` or `TokenReused` otherwise."""
        async with self._pool.acquire() as connection, connection.transaction():
            # The session's row is the lock: of two that come with one token, the second sees it used.
            row = await connection.fetchrow(
                "SELECT s.id, s.user_id, s.revoked_at, s.expires_at < now() AS expired FROM auth.refresh_tokens t"
                " JOIN auth.sessions s ON s.id = t.session_id WHERE t.hash = $1 FOR UPDATE OF s",
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
            elif row["revoked_at"] is not None or row["expired"]:
                raise Unauthenticated("the session is over, log in again", reason="SESSION_OVER")
            else:
                await connection.execute("UPDATE auth.refresh_tokens SET used_at = now() WHERE hash = $1", token_hash)
                await connection.execute(
                    "INSERT INTO auth.refresh_tokens (hash, session_id) VALUES ($1, $2)", next_hash, row["id"]
                )
        if reused:
            raise TokenReused(session_id)
        return session_id, str(row["user_id"])

    async def owner(self, session_id: str) -> Owner | None:
        """Of a session that is not over."""
        row = await self._pool.fetchrow(
            "SELECT u.id, u.account_id, u.email, u.roles FROM auth.sessions s JOIN auth.users u ON u.id = s.user_id"
            " WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()",
            session_id,
        )
        return Owner(str(row["id"]), str(row["account_id"]), row["email"], tuple(row["roles"])) if row else None

    async def of_token(self, token_hash: bytes) -> str | None:
        """The session that a refresh token belongs to."""
        session_id = await self._pool.fetchval("SELECT session_id FROM auth.refresh_tokens WHERE hash = $1", token_hash)
        return str(session_id) if session_id else None

    async def revoke(self, session_id: str, reason: str) -> None:
        await self._pool.execute(
            "UPDATE auth.sessions SET revoked_at = now(), revoked_reason = $2 WHERE id = $1 AND revoked_at IS NULL",
            session_id,
            reason,
        )

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
