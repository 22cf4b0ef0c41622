"""Watchlists, in `auth.watchlists`."""

from dataclasses import dataclass

import asyncpg
from cift_common.errors import AlreadyExists, NotFound, ResourceExhausted
from cift_common.ids import new_uuid7

LISTS_PER_USER_MAX = 100
SYMBOLS_PER_LIST_MAX = 200


@dataclass(frozen=True, slots=True)
class Watchlist:
    id: str
    name: str
    symbols: tuple[str, ...]
    created_at_ns: int
    updated_at_ns: int


_COLUMNS = "id, name, symbols, created_at, updated_at"


def _watchlist(row: asyncpg.Record) -> Watchlist:
    created, updated = (int(row[c].timestamp() * 1_000_000) * 1000 for c in ("created_at", "updated_at"))
    return Watchlist(str(row["id"]), row["name"], tuple(row["symbols"]), created, updated)


def _found(row: asyncpg.Record | None) -> Watchlist:
    if row is None:
        raise NotFound("watchlist not found", field="watchlist_id")
    return _watchlist(row)


def _name_taken(name: str) -> AlreadyExists:
    return AlreadyExists(f"watchlist name must be unique; there is one called {name!r}", field="name")


class WatchlistStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of_user(self, user_id: str) -> list[Watchlist]:
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM auth.watchlists WHERE user_id = $1 ORDER BY created_at, id", user_id
        )
        return [_watchlist(row) for row in rows]

    async def get(self, user_id: str, watchlist_id: str) -> Watchlist:
        return _found(
            await self._pool.fetchrow(
                f"SELECT {_COLUMNS} FROM auth.watchlists WHERE user_id = $1 AND id = $2", user_id, watchlist_id
            )
        )

    async def create(self, user_id: str, name: str, symbols: list[str]) -> Watchlist:
        try:
            row = await self._pool.fetchrow(
                "INSERT INTO auth.watchlists (id, user_id, name, symbols) SELECT $1, $2, $3, $4"
                " WHERE (SELECT count(*) FROM auth.watchlists WHERE user_id = $2) < $5"
                f" RETURNING {_COLUMNS}",
                new_uuid7(),
                user_id,
                name,
                symbols,
                LISTS_PER_USER_MAX,
            )
        except asyncpg.UniqueViolationError:
            raise _name_taken(name) from None
        if row is None:
            raise ResourceExhausted(
                f"a user has at most {LISTS_PER_USER_MAX} watchlists",
                reason="TOO_MANY_WATCHLISTS",
                limit=str(LISTS_PER_USER_MAX),
            )
        return _watchlist(row)

    async def update(self, user_id: str, watchlist_id: str, name: str | None, symbols: list[str] | None) -> Watchlist:
        """What is None stays."""
        try:
            return _found(
                await self._pool.fetchrow(
                    "UPDATE auth.watchlists SET name = coalesce($3, name), symbols = coalesce($4, symbols),"
                    f" updated_at = now() WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}",
                    user_id,
                    watchlist_id,
                    name,
                    symbols,
                )
            )
        except asyncpg.UniqueViolationError:
            raise _name_taken(name or "") from None

    async def add(self, user_id: str, watchlist_id: str, symbol: str) -> Watchlist:
        """A symbol that is there already stays where it is."""
        return _found(
            await self._pool.fetchrow(
                "UPDATE auth.watchlists SET symbols = CASE WHEN $3 = ANY(symbols) OR cardinality(symbols) >= $4"
                " THEN symbols ELSE symbols || $3 END, updated_at = now()"
                f" WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}",
                user_id,
                watchlist_id,
                symbol,
                SYMBOLS_PER_LIST_MAX,
            )
        )

    async def remove(self, user_id: str, watchlist_id: str, symbol: str) -> Watchlist:
        return _found(
            await self._pool.fetchrow(
                "UPDATE auth.watchlists SET symbols = array_remove(symbols, $3), updated_at = now()"
                f" WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}",
                user_id,
                watchlist_id,
                symbol,
            )
        )

    async def delete(self, user_id: str, watchlist_id: str) -> None:
        _found(
            await self._pool.fetchrow(
                f"DELETE FROM auth.watchlists WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}",
                user_id,
                watchlist_id,
            )
        )
