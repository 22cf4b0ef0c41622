"""Codes that are good once, in `auth.one_time_codes`."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from cift_common.errors import PermissionDenied

from cift_gateway.domain.one_time_code import Purpose


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a code was for. `user_id` is empty for an invite."""

    email: str
    user_id: str
    roles: tuple[str, ...]


class CodeInvalid(PermissionDenied):
    """The answer is the same for a code that never was, is used, expired, or for something else."""

    default_reason = "CODE_INVALID"

    def __init__(self) -> None:
        super().__init__(
            "the code is not valid, was used or has expired; ask an administrator for another", field="code"
        )


async def redeem(connection: asyncpg.pool.PoolConnectionProxy, purpose: Purpose, code_hash: bytes) -> Redeemed:
    """Uses a code up in the connection's transaction; `CodeInvalid` if there is no such one."""
    row = await connection.fetchrow(
        "UPDATE auth.one_time_codes SET used_at = now()"
        " WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now() RETURNING email, user_id, roles",
        code_hash,
        purpose,
    )
    if row is None:
        raise CodeInvalid
    return Redeemed(row["email"], str(row["user_id"] or ""), tuple(row["roles"]))


class CodeStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def insert(
        self,
        purpose: Purpose,
        code_hash: bytes,
        email: str,
        user_id: str | None,
        roles: Sequence[str],
        created_by: str,
        lifetime_seconds: int,
    ) -> int:
        """Ends earlier codes of the same purpose and address. Returns when it expires, in nanoseconds."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "UPDATE auth.one_time_codes SET expires_at = now()"
                " WHERE purpose = $1 AND email = $2 AND used_at IS NULL AND expires_at > now()",
                purpose,
                email,
            )
            expires_at = await connection.fetchval(
                "INSERT INTO auth.one_time_codes (hash, purpose, email, user_id, roles, created_by, expires_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING expires_at",
                code_hash,
                purpose,
                email,
                user_id,
                list(roles),
                created_by,
                lifetime_seconds,
            )
        return int(expires_at.timestamp() * 1_000_000) * 1000

    async def delete_expired(self) -> None:
        """Codes that ended a week ago explain nothing any more."""
        await self._pool.execute("DELETE FROM auth.one_time_codes WHERE expires_at < now() - interval '7 days'")
