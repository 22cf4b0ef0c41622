"""Which user an identity provider's subject is, in `auth.identities`."""

import asyncpg

from cift_gateway.adapters.accounts import NewUser, insert_user, release_unverified


class IdentityStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def user_id(self, issuer: str, subject: str) -> str | None:
        found = await self._pool.fetchval(
            "SELECT user_id FROM auth.identities WHERE issuer = $1 AND subject = $2", issuer, subject
        )
        return str(found) if found else None

    async def make_user(self, issuer: str, subject: str, user: NewUser, *, verified: bool) -> tuple[bool, str | None]:
        """Makes a user and who they are at the provider, both or neither.

        False if the address belongs to somebody. An address that the provider has verified is taken from a user who
        never showed that it is theirs: that user's id is the second value.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            # Of two requests with one person's first token, the second finds what the first has made.
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{issuer} {subject}")
            if await connection.fetchval(
                "SELECT true FROM auth.identities WHERE issuer = $1 AND subject = $2", issuer, subject
            ):
                return True, None
            released = await release_unverified(connection, user.email) if verified else None
            if not await insert_user(connection, user, verified=verified):
                return False, None
            await connection.execute(
                "INSERT INTO auth.identities (issuer, subject, user_id) VALUES ($1, $2, $3)", issuer, subject, user.id
            )
        return True, released
