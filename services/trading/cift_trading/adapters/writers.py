"""The two sessions that write: one for new orders, one for everything that changes what is there.

Each holds an advisory lock as long as it lives, so a process that starts knows that no commit of the one before it can
still land. A writer never tries again what may have been done: it ends the process, and the start reads the truth.
"""

from collections.abc import Sequence

import asyncpg
from cift_common.database import WriterLock
from cift_common.service import Fatal

from cift_trading.adapters.rows import Row

COMMIT_TIMEOUT_SECONDS = 10.0
# What PostgreSQL undid and what may succeed as it is.
RETRYABLE = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)


class Writer:
    """One session with its lock."""

    def __init__(self, url: str, key: str, fatal: Fatal) -> None:
        self._lock, self._key, self._fatal = WriterLock(url, f"trading {key}"), key, fatal
        self._closing = False

    async def open(self) -> None:
        await self._lock.acquire()
        self._lock.connection.add_termination_listener(self._on_end)

    def _on_end(self, _: asyncpg.Connection) -> None:
        if not self._closing:
            self._fatal.raise_(f"the database ended the session that writes ({self._key})")

    async def close(self) -> None:
        self._closing = True
        await self._lock.release()

    @property
    def connection(self) -> asyncpg.Connection:
        return self._lock.connection


class OrderWriter(Writer):
    _statement: asyncpg.prepared_stmt.PreparedStatement

    async def open(self) -> None:
        await super().open()
        self._statement = await self.connection.prepare(
            "SELECT trading.insert_orders($1::trading.new_order[], $2::trading.new_order[],"
            " $3::trading.grouped_order[])"
        )

    async def insert(self, orders: Sequence[Row], legs: Sequence[Row], grouped: Sequence[Row]) -> set[str]:
        """Stores new orders in one commit, with the legs of their groups, and what both have beside (`rows.grouped`).

        Gives the ids of those whose client_order_id was used before.
        """
        refused = await self._statement.fetchval(orders, legs, grouped, timeout=COMMIT_TIMEOUT_SECONDS)
        return {str(order_id) for order_id in refused}


class ChangeWriter(Writer):
    _statement: asyncpg.prepared_stmt.PreparedStatement

    async def open(self) -> None:
        await super().open()
        self._statement = await self.connection.prepare(
            "SELECT trading.apply_changes($1::trading.new_order[], $2::trading.changed_order[],"
            " $3::trading.new_execution[], $4::trading.changed_position[], $5::trading.changed_account[],"
            " $6::trading.new_line[], $7::trading.new_event[], $8::trading.new_message[], $9::trading.new_order[],"
            " $10::trading.grouped_order[], $11::trading.changed_leg[]),"
            " trading.change_leg_terms($12::trading.changed_leg_terms[]),"
            " trading.set_account_policies($13::trading.account_policy[])"
        )

    async def apply(self, *rows: Sequence[Row]) -> None:
        """Stores a group of changes in one commit: all of them, or none and an error."""
        await self._statement.fetchval(*rows, timeout=COMMIT_TIMEOUT_SECONDS)
