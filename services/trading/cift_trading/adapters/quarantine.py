"""Quarantined reports in PostgreSQL."""

from typing import Any

import asyncpg

from cift_trading.adapters import rows
from cift_trading.domain.quarantine import LocalHalt, Quarantined, State


class QuarantineTable:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def put(self, report: Quarantined) -> None:
        """Keeps a report; one that is here already stays as it is."""
        await self._pool.execute(
            """INSERT INTO trading.quarantine (quarantine_id, reason, message, broker, sequence, execution_id, order_id,
                   account_id, symbol, payload, halt_scope, halt_key)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING""",
            report.quarantine_id,
            report.reason,
            report.message,
            report.broker,
            min(report.sequence, 2**63 - 1),
            report.execution_id,
            report.order_id,
            report.account_id,
            report.symbol,
            report.payload,
            report.halt.scope if report.halt is not None else "",
            report.halt.key if report.halt is not None else "",
        )

    async def find(self, quarantine_id: str) -> Quarantined | None:
        row = await self._pool.fetchrow("SELECT * FROM trading.quarantine WHERE quarantine_id = $1", quarantine_id)
        return _report(row) if row is not None else None

    async def list(self, *, all_states: bool, limit: int) -> "list[Quarantined]":
        """The oldest open ones first, then the newest resolved."""
        found = await self._pool.fetch(
            """SELECT * FROM trading.quarantine WHERE $1 OR state = 'OPEN'
               ORDER BY state <> 'OPEN', resolved_at DESC, recorded_at LIMIT $2""",
            all_states,
            limit,
        )
        return [_report(row) for row in found]

    async def counts(self) -> dict[str, int]:
        """Open reports by reason."""
        found = await self._pool.fetch(
            "SELECT reason, count(*) AS reports FROM trading.quarantine WHERE state = 'OPEN' GROUP BY reason"
        )
        return {row["reason"]: row["reports"] for row in found}

    async def halts(self) -> set[LocalHalt]:
        """What open reports halt."""
        found = await self._pool.fetch(
            "SELECT DISTINCT halt_scope, halt_key FROM trading.quarantine WHERE state = 'OPEN' AND halt_scope <> ''"
        )
        return {LocalHalt(row["halt_scope"], row["halt_key"]) for row in found}

    async def resolve(self, quarantine_id: str, state: State, actor: str) -> None:
        await self._pool.execute(
            "UPDATE trading.quarantine SET state = $2, resolved_by = $3, resolved_at = clock_timestamp()"
            " WHERE quarantine_id = $1 AND state = 'OPEN'",
            quarantine_id,
            state.name,
            actor,
        )


def _report(row: Any) -> Quarantined:
    halt = LocalHalt(row["halt_scope"], row["halt_key"]) if row["halt_scope"] else None
    return Quarantined(
        quarantine_id=row["quarantine_id"],
        reason=row["reason"],
        message=row["message"],
        payload=bytes(row["payload"]),
        broker=row["broker"],
        sequence=row["sequence"],
        execution_id=row["execution_id"],
        order_id=row["order_id"],
        account_id=row["account_id"],
        symbol=row["symbol"],
        halt=halt,
        recorded_at=rows.nanoseconds(row["recorded_at"]),
        state=State[row["state"]],
        resolved_by=row["resolved_by"],
        resolved_at=rows.nanoseconds(row["resolved_at"]),
    )
