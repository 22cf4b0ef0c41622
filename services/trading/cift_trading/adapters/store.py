"""Reads, and the few writes outside the order path."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import asyncpg

from cift_trading.adapters import rows
from cift_trading.domain import history, ledger, position_day
from cift_trading.domain.account import Account
from cift_trading.domain.history import Point
from cift_trading.domain.order import Order, Side
from cift_trading.domain.position import Position
from cift_trading.state import State, Tracked

_OPEN = "('PENDING_NEW', 'NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'HELD')"
# Which orders a list has: $2 is whether they are open, or NULL.
_EACH = f"($2::boolean IS NULL OR (status IN {_OPEN}) = $2)"
_NESTED = f"""(role IN ('NONE', 'ENTRY') OR role = 'TAKE_PROFIT' AND order_class = 'OCO')
                  AND ($2::boolean IS NULL OR (status IN {_OPEN}) = $2
                       OR group_id IS NOT NULL AND status <> 'REPLACED' AND EXISTS (
                           SELECT FROM trading.orders leg
                           WHERE leg.group_id = o.group_id AND (leg.status IN {_OPEN}) = $2))"""
_WITH_EXECUTIONS = """
    SELECT o.*, ARRAY(SELECT execution_id FROM trading.executions e WHERE e.order_id = o.order_id) AS execution_ids
    FROM trading.orders o"""
FILLS = ("FILL", "PARTIAL_FILL")


def _tracked(row: Any) -> Tracked:
    return Tracked(rows.to_order(row), set(row["execution_ids"]))


async def _load_position_days(connection: Any, state: State, now: int) -> None:
    """Makes the present day of each position again of the trades that it had."""
    today = history.trading_day(now, state.calendar)
    found = await connection.fetch(
        """SELECT e.account_id, e.symbol, o.side, e.price, e.quantity
           FROM trading.executions e
           JOIN trading.positions p ON p.account_id = e.account_id AND p.symbol = e.symbol AND p.updated_at >= $1
           JOIN trading.orders o ON o.order_id = e.order_id
           WHERE e.type = 'TRADE' AND e.occurred_at >= $1
           ORDER BY e.occurred_at, e.sequence""",
        rows.moment(history.day_start(today, state.calendar)),
    )
    trades: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in found:
        signed = Side[row["side"]].sign * rows.to_nanos(row["quantity"])
        trades.setdefault((str(row["account_id"]), row["symbol"]), []).append((signed, rows.to_nanos(row["price"])))
    for key, of_position in trades.items():
        held = state.position(*key).quantity - sum(signed for signed, _ in of_position)
        day = position_day.begin(today, held)
        for signed, price in of_position:
            day = position_day.traded(day, today, signed, price)
        state.position_days[key] = day


class Store:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def load(self, state: State, now: int) -> None:
        """Fills the state from one snapshot of the database."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            async for row in connection.cursor("SELECT * FROM trading.accounts", prefetch=1000):
                state.put_account(rows.to_account(row))
            async for row in connection.cursor("SELECT * FROM trading.positions", prefetch=1000):
                state.put_position(rows.to_position(row))
            await _load_position_days(connection, state, now)
            async for row in connection.cursor(f"{_WITH_EXECUTIONS} WHERE status IN {_OPEN}", prefetch=1000):
                state.put_order(_tracked(row))
            # Of a group with an open order all orders count.
            grouped = f"""{_WITH_EXECUTIONS} WHERE status NOT IN {_OPEN} AND group_id IN (
                SELECT group_id FROM trading.orders WHERE status IN {_OPEN})"""
            async for row in connection.cursor(grouped, prefetch=1000):
                state.put_order(_tracked(row))

    async def tracked(self, order_ids: Iterable[str]) -> list[Tracked]:
        found = await self._pool.fetch(f"{_WITH_EXECUTIONS} WHERE order_id = ANY ($1::uuid[])", list(order_ids))
        return [_tracked(row) for row in found]

    async def tracked_groups(self, group_ids: Iterable[str]) -> list[Tracked]:
        """Every order of these groups."""
        found = await self._pool.fetch(f"{_WITH_EXECUTIONS} WHERE group_id = ANY ($1::uuid[])", list(group_ids))
        return [_tracked(row) for row in found]

    async def order(self, account_id: str, order_id: str) -> Order | None:
        row = await self._pool.fetchrow(
            "SELECT * FROM trading.orders WHERE order_id = $1 AND account_id = $2", order_id, account_id
        )
        return rows.to_order(row) if row is not None else None

    async def order_by_client_id(self, account_id: str, client_order_id: str) -> Order | None:
        row = await self._pool.fetchrow(
            "SELECT * FROM trading.orders WHERE account_id = $1 AND client_order_id = $2", account_id, client_order_id
        )
        return rows.to_order(row) if row is not None else None

    async def orders(
        self,
        account_id: str,
        *,
        nested: bool,
        is_open: bool | None,
        after: int,
        until: int,
        ascending: bool,
        symbols: Sequence[str],
        side: Side | None,
        limit: int,
    ) -> list[Order]:
        """By time of submission; bounds are exclusive and inclusive, 0 is none.

        `nested`: without legs; the first order of a group is there as soon as it or one of its legs would be.
        """
        order = "ASC" if ascending else "DESC"
        found = await self._pool.fetch(
            f"""SELECT * FROM trading.orders o
                WHERE account_id = $1
                  AND {_NESTED if nested else _EACH}
                  AND ($3::timestamptz IS NULL OR submitted_at > $3)
                  AND ($4::timestamptz IS NULL OR submitted_at <= $4)
                  AND (cardinality($5::text[]) = 0 OR symbol = ANY ($5))
                  AND ($6::text IS NULL OR side = $6)
                ORDER BY submitted_at {order}, order_id {order} LIMIT $7""",
            account_id,
            is_open,
            rows.moment_or_none(after),
            rows.moment_or_none(until),
            list(symbols),
            side.name if side is not None else None,
            limit,
        )
        return [rows.to_order(row) for row in found]

    async def of_groups(self, group_ids: Iterable[str]) -> list[Order]:
        """Every order of these groups, in the order in which they were submitted."""
        wanted = list(group_ids)
        if not wanted:
            return []
        found = await self._pool.fetch(
            "SELECT * FROM trading.orders WHERE group_id = ANY ($1::uuid[]) ORDER BY submitted_at, order_id", wanted
        )
        return [rows.to_order(row) for row in found]

    async def updates(self, account_id: str, after_sequence: int, limit: int) -> list[bytes]:
        """Serialized AccountUpdates."""
        found = await self._pool.fetch(
            "SELECT payload FROM trading.events WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            account_id,
            after_sequence,
            limit,
        )
        return [row["payload"] for row in found]

    async def fills(
        self, account_id: str, *, after: int, until: int, ascending: bool, limit: int, page: int
    ) -> list[bytes]:
        """Serialized AccountUpdates of fills, by sequence; from the one after `page` on, where that is not 0."""
        order, beyond = ("ASC", ">") if ascending else ("DESC", "<")
        found = await self._pool.fetch(
            f"""SELECT payload FROM trading.events
                WHERE account_id = $1 AND sequence IS NOT NULL AND kind = ANY ($2)
                  AND ($3::timestamptz IS NULL OR recorded_at > $3) AND ($4::timestamptz IS NULL OR recorded_at <= $4)
                  AND ($6::bigint = 0 OR sequence {beyond} $6)
                ORDER BY sequence {order} LIMIT $5""",
            account_id,
            FILLS,
            rows.moment_or_none(after),
            rows.moment_or_none(until),
            limit,
            page,
        )
        return [row["payload"] for row in found]

    async def open_account(
        self, account: Account, lines: Iterable[ledger.Line], event: tuple[str, bytes]
    ) -> Account | None:
        """Stores an account with its deposit; None where it is there already."""
        async with self._pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval(
                """INSERT INTO trading.accounts (account_id, currency, cash, multiplier, shorting_enabled, last_equity,
                        created_at, updated_at, day)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT (account_id) DO NOTHING RETURNING number""",
                account.account_id,
                account.currency,
                rows.amount(account.cash),
                account.multiplier,
                account.shorting_enabled,
                rows.amount(account.last_equity),
                rows.moment(account.created_at),
                account.day,
            )
            if number is None:
                return None
            await connection.execute(
                """INSERT INTO trading.ledger (transaction_id, account_id, book, asset, amount)
                   SELECT transaction_id, account_id, book, asset, amount FROM unnest($1::trading.new_line[])""",
                [rows.new_line(line) for line in lines],
            )
            await connection.execute(
                "INSERT INTO trading.events (account_id, kind, payload) VALUES ($1, $2, $3)", account.account_id, *event
            )
            await self._put_equity(connection, [(account.account_id, Point(account.created_at, account.cash))])
        stored = await self.account(account.account_id)
        assert stored is not None
        return stored

    async def account(self, account_id: str) -> Account | None:
        row = await self._pool.fetchrow("SELECT * FROM trading.accounts WHERE account_id = $1", account_id)
        return rows.to_account(row) if row is not None else None

    async def positions(self, account_id: str) -> list[Position]:
        found = await self._pool.fetch("SELECT * FROM trading.positions WHERE account_id = $1", account_id)
        return [rows.to_position(row) for row in found]

    async def put_equity(self, points: Iterable[tuple[str, Point]]) -> None:
        async with self._pool.acquire() as connection:
            await self._put_equity(connection, points)

    async def _put_equity(self, connection: Any, points: Iterable[tuple[str, Point]]) -> None:
        await connection.executemany(
            "INSERT INTO trading.equity (account_id, at, equity) VALUES ($1, $2, $3)"
            " ON CONFLICT (account_id, at) DO UPDATE SET equity = excluded.equity",
            [(account_id, rows.moment(point.time), rows.amount(point.equity)) for account_id, point in points],
        )

    async def equity(self, account_id: str, start: int, end: int) -> list[Point]:
        """The recorded points from the last one before `start` to `end`."""
        found = await self._pool.fetch(
            """SELECT at, equity FROM trading.equity WHERE account_id = $1 AND at <= $3 AND at >= coalesce(
                   (SELECT max(at) FROM trading.equity WHERE account_id = $1 AND at <= $2), $2) ORDER BY at""",
            account_id,
            rows.moment(start),
            rows.moment(end),
        )
        return [Point(rows.nanoseconds(row["at"]), rows.to_nanos(row["equity"])) for row in found]

    async def put_unmatched(self, execution_id: str, order_id: str, payload: bytes) -> None:
        await self._pool.execute(
            "INSERT INTO trading.unmatched_executions (execution_id, order_id, payload) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            execution_id,
            order_id,
            payload,
        )

    async def booked_trades(self, broker: str, after_sequence: int, limit: int) -> list[dict[str, Any]]:
        """Trades by the venue's sequence, with those that an operator has discarded; all of one sequence together."""
        found = await self._pool.fetch(
            """SELECT * FROM (
                   (SELECT e.sequence, e.execution_id, e.order_id::text, e.account_id::text, e.symbol,
                        coalesce(o.side, '') AS side, e.price, e.quantity, false AS discarded
                    FROM trading.executions e LEFT JOIN trading.orders o ON o.order_id = e.order_id
                    WHERE e.broker = $1 AND e.type = 'TRADE' AND e.sequence > $2 ORDER BY e.sequence LIMIT $3)
                   UNION ALL
                   (SELECT q.sequence, q.execution_id, q.order_id, q.account_id, q.symbol, '', NULL, NULL, true
                    FROM trading.quarantine q
                    WHERE q.broker = $1 AND q.state = 'DISCARDED' AND q.sequence > $2
                        AND q.reason NOT IN ('NOT_SIGNED', 'UNREADABLE')
                        AND NOT EXISTS (SELECT FROM trading.executions e WHERE e.execution_id = q.execution_id)
                    ORDER BY q.sequence LIMIT $3)) trades
               ORDER BY sequence LIMIT $3""",
            broker,
            after_sequence,
            limit,
        )
        return [dict(row) for row in found]

    async def ledger_totals(self) -> tuple[int, int]:
        """Lines and transactions."""
        row = await self._pool.fetchrow(
            "SELECT count(*) AS lines, count(DISTINCT transaction_id) AS transactions FROM trading.ledger", timeout=120
        )
        return row["lines"], row["transactions"]

    async def ledger_differences(self) -> AsyncIterator[str]:
        """Sentences, one a difference; all from one snapshot."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            for query in _PROOFS:
                async for row in connection.cursor(query, timeout=120):
                    yield row["difference"]


_PROOFS = (
    """SELECT format('transaction %s: the lines in %s sum to %s', transaction_id, asset, sum(amount)) AS difference
       FROM trading.ledger GROUP BY transaction_id, asset HAVING sum(amount) <> 0""",
    """SELECT format('account %s: cash is %s, its lines say %s', a.account_id, a.cash, coalesce(l.amount, 0))
           AS difference
       FROM trading.accounts a LEFT JOIN (
           SELECT account_id, asset, sum(amount) AS amount FROM trading.ledger WHERE book = 'customer'
           GROUP BY account_id, asset) l ON l.account_id = a.account_id AND l.asset = a.currency
       WHERE a.cash <> coalesce(l.amount, 0)""",
    """SELECT format('account %s: the position in %s is %s, its lines say %s',
           coalesce(p.account_id, l.account_id), coalesce(p.symbol, l.asset), coalesce(p.quantity, 0),
           coalesce(l.amount, 0)) AS difference
       FROM trading.positions p FULL JOIN (
           SELECT l.account_id, l.asset, sum(l.amount) AS amount
           FROM trading.ledger l JOIN trading.accounts a ON a.account_id = l.account_id
           WHERE l.book = 'customer' AND l.asset <> a.currency GROUP BY l.account_id, l.asset) l
           ON l.account_id = p.account_id AND l.asset = p.symbol
       WHERE coalesce(p.quantity, 0) <> coalesce(l.amount, 0)""",
    """SELECT format('execution %s is a trade without ledger lines', e.execution_id) AS difference
       FROM trading.executions e
       WHERE e.type = 'TRADE' AND NOT EXISTS (SELECT FROM trading.ledger l WHERE l.transaction_id = e.execution_id)""",
    """SELECT format('execution %s: %s %s at %s, its lines say %s for %s', e.execution_id, o.side, e.quantity, e.price,
           coalesce(things.amount, 0), coalesce(cash.amount, 0)) AS difference
       FROM trading.executions e
       JOIN trading.orders o ON o.order_id = e.order_id
       JOIN trading.accounts a ON a.account_id = e.account_id
       LEFT JOIN (SELECT transaction_id, asset, sum(amount) AS amount FROM trading.ledger WHERE book = 'clearing'
           GROUP BY transaction_id, asset) things
           ON things.transaction_id = e.execution_id AND things.asset = e.symbol
       LEFT JOIN (SELECT transaction_id, asset, sum(amount) AS amount FROM trading.ledger WHERE book = 'clearing'
           GROUP BY transaction_id, asset) cash
           ON cash.transaction_id = e.execution_id AND cash.asset = a.currency
       WHERE e.type = 'TRADE' AND (
           coalesce(things.amount, 0) <> CASE o.side WHEN 'BUY' THEN -e.quantity ELSE e.quantity END
           OR abs(coalesce(cash.amount, 0) - e.quantity * e.price * CASE o.side WHEN 'BUY' THEN 1 ELSE -1 END)
               >= 0.000000001)""",
    """SELECT format('order %s: %s were executed of %s', o.order_id, e.quantity, o.quantity) AS difference
       FROM trading.orders o JOIN (
           SELECT order_id, sum(quantity) AS quantity FROM trading.executions WHERE type = 'TRADE' GROUP BY order_id) e
           ON e.order_id = o.order_id
       WHERE e.quantity > o.quantity""",
    """SELECT format('order %s: filled %s, its executions say %s', o.order_id, o.filled_quantity,
           coalesce(e.quantity, 0)) AS difference
       FROM trading.orders o LEFT JOIN (
           SELECT order_id, sum(quantity) AS quantity FROM trading.executions WHERE type = 'TRADE' GROUP BY order_id) e
           ON e.order_id = o.order_id
       WHERE o.replaces IS NULL AND o.filled_quantity <> coalesce(e.quantity, 0)""",
)
