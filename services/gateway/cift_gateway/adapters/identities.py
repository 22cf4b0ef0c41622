"""Which user an identity provider's subject is, in `auth.identities`."""

import asyncpg


class IdentityStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def user_id(self, issuer: str, subject: str) -> str | None:
        found = await self._pool.fetchval(
            "SELECT user_id FROM auth.identities WHERE issuer = $1 AND subject = $2", issuer, subject
        )
        return str(found) if found else None

    async def bind(self, issuer: str, subject: str, user_id: str) -> None:
        """The first one stays."""
        await self._pool.execute(
            "INSERT INTO auth.identities (issuer, subject, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            issuer,
            subject,
            user_id,
        )
