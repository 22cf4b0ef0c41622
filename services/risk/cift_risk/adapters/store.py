"""The policy in PostgreSQL: each change is one transaction with its row, its log entry and the version."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from cift_common.errors import Unavailable

from cift_risk.domain.limits import NAMES, Limits
from cift_risk.domain.policy import (
    Change,
    Halt,
    HaltChange,
    Level,
    LimitsChange,
    Policy,
    Restriction,
    RestrictionChange,
    Scope,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PolicyStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def version(self) -> int:
        async with connected(self._pool) as connection:
            return int(await connection.fetchval("SELECT version FROM risk.policy"))

    async def load(self) -> Policy:
        async with connected(self._pool) as connection, connection.transaction(isolation="repeatable_read"):
            return await _load(connection)

    async def apply(self, change: Change, actor: str) -> Policy:
        """The policy after the change; nothing is written where it changes nothing."""
        async with connected(self._pool) as connection, connection.transaction():
            await connection.execute("SELECT FROM risk.policy FOR UPDATE")
            return await _apply(connection, await _load(connection), change, actor)

    async def declare(self, defaults: Limits, halt: Halt, halted: bool) -> Policy:
        """Brings in what the platform file declares.

        Its limits count when they differ from those it declared before, so that a limit set since then stays. Its halt
        counts at every start, and what it halted it also lifts.
        """
        declared = json.dumps(_as_json(defaults), sort_keys=True)
        async with connected(self._pool) as connection, connection.transaction():
            before = await connection.fetchval("SELECT declared_limits FROM risk.policy FOR UPDATE")
            policy = await _load(connection)
            if before is None or json.loads(before) != json.loads(declared):
                policy = await _apply(connection, policy, LimitsChange(Level(), defaults), halt.actor)
                await connection.execute("UPDATE risk.policy SET declared_limits = $1", declared)
            held = policy.halts.get((halt.scope, halt.key))
            if halted or (held is not None and held.actor == halt.actor):
                policy = await _apply(connection, policy, HaltChange(halt, lifted=not halted), halt.actor)
            return policy


async def _load(connection: Any) -> Policy:
    version = await connection.fetchval("SELECT version FROM risk.policy")
    limits = await connection.fetch("SELECT * FROM risk.limits ORDER BY account_id, symbol")
    restrictions = await connection.fetch("SELECT * FROM risk.restriction ORDER BY account_id, symbol")
    halts = await connection.fetch("SELECT * FROM risk.halt ORDER BY scope, key")
    return Policy(
        version,
        {Level(row["account_id"], row["symbol"]): Limits(*(row[name] for name in NAMES)) for row in limits},
        {
            (level := Level(row["account_id"], row["symbol"])): Restriction(level, row["reason"], row["close_only"])
            for row in restrictions
        },
        {
            (scope := Scope(row["scope"]), row["key"]): Halt(
                scope, row["key"], row["reason"], row["actor"], to_ns(row["since"])
            )
            for row in halts
        },
    )


async def _apply(connection: Any, policy: Policy, change: Change, actor: str) -> Policy:
    changed = policy.apply(change)
    if changed is policy:
        return policy
    match change:
        case LimitsChange(level, limits):
            kind, detail = "limits", _level(level) | {"limits": _as_json(limits)}
            await _put(
                connection,
                "limits",
                _level(level),
                {} if limits.empty else dict(zip(NAMES, astuple(limits), strict=True)),
            )
        case RestrictionChange(restriction, lifted):
            values = {"reason": restriction.reason, "close_only": restriction.close_only}
            kind, detail = "restriction", _level(restriction.level) | values | {"lifted": lifted}
            await _put(connection, "restriction", _level(restriction.level), {} if lifted else values)
        case HaltChange(halt, lifted):
            key = {"scope": halt.scope.value, "key": halt.key}
            kind, detail = "halt", key | {"reason": halt.reason, "lifted": lifted}
            values = {"reason": halt.reason, "actor": halt.actor, "since": to_datetime(halt.since_ns)}
            await _put(connection, "halt", key, {} if lifted else values)
    await connection.execute("UPDATE risk.policy SET version = $1", changed.version)
    await connection.execute(
        "INSERT INTO risk.change_log (version, actor, kind, detail) VALUES ($1, $2, $3, $4)",
        changed.version,
        actor,
        kind,
        json.dumps(detail),
    )
    return changed


async def _put(connection: Any, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Replaces a row; no values take it away. Table and columns are ours, never a caller's text."""
    where = " AND ".join(f"{column} = ${place}" for place, column in enumerate(key, 1))
    await connection.execute(f"DELETE FROM risk.{table} WHERE {where}", *key.values())
    if values:
        columns = [*key, *values]
        places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
        await connection.execute(
            f"INSERT INTO risk.{table} ({', '.join(columns)}) VALUES ({places})", *key.values(), *values.values()
        )


def _level(level: Level) -> dict[str, Any]:
    return {"account_id": level.account_id, "symbol": level.symbol}


def _as_json(limits: Limits) -> dict[str, str]:
    """Amounts as plain decimal strings, without an exponent."""
    return {
        name: str(value) if isinstance(value, int) else format(value, "f")
        for name in NAMES
        if (value := getattr(limits, name)) is not None
    }


def to_datetime(time_ns: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time_ns // 1000)


def to_ns(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1) * 1000


@asynccontextmanager
async def connected(pool: asyncpg.Pool) -> AsyncIterator[Any]:
    try:
        async with pool.acquire(timeout=5) as connection:
            yield connection
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.InterfaceError,
        asyncpg.exceptions.OperatorInterventionError,
        OSError,
        TimeoutError,
    ) as error:
        raise Unavailable(f"PostgreSQL does not answer: {error!r}", reason="STORE_UNAVAILABLE") from error
