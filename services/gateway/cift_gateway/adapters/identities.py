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

    async def make_user(
        self, issuer: str, subject: str, *, user_id: str, email: str, password_hash: str, role: str, account_id: str
    ) -> None:
        """A user and who they are at the provider, both or neither; nothing where the e-mail address is taken."""
        await self._pool.execute(
            "WITH made AS (INSERT INTO auth.users (id, email, password_hash, roles, account_id)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING RETURNING id)"
            " INSERT INTO auth.identities (issuer, subject, user_id) SELECT $6, $7, id FROM made",
            user_id,
            email,
            password_hash,
            [role],
            account_id,
            issuer,
            subject,
        )
