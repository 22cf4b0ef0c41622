"""Refused orders, from core NATS into PostgreSQL in batches: a record for people, never in an order's way."""

import asyncio

import asyncpg
from cift_common import logging
from cift_common.messaging import Messenger
from cift_proto.risk.v1 import risk_pb2
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from prometheus_client import Counter

from cift_risk.adapters.store import connected, to_datetime, to_ns
from cift_risk.domain.breach import Breach

_log = logging.get(__name__)
_stored = Counter("cift_risk_breaches", "Refused orders, by the rule that refused them", ["reason"])
_dropped = Counter("cift_risk_breaches_dropped", "Refused orders that were not recorded")

WAITING_MAX = 20_000
FLUSH_SECONDS = 0.25


class Breaches:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: list[Breach] = []

    async def subscribe(self, messenger: Messenger) -> None:
        await messenger.subscribe_core("risk.refused.>", self._on_refused)

    async def _on_refused(self, message: Msg) -> None:
        try:
            breach = risk_pb2.Breach.FromString(message.data)
        except DecodeError:
            _log.warning("not a breach", subject=message.subject)
            return
        if len(self._waiting) >= WAITING_MAX:
            _dropped.inc()
            return
        self._waiting.append(
            Breach(breach.account_id, breach.symbol, breach.reason, breach.message, breach.occurred_at_ns)
        )

    async def run(self) -> None:
        """Stores what waits; ends only by cancellation."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except Exception as error:
                _log.warning("breaches wait", waiting=len(self._waiting), error=repr(error))

    async def flush(self) -> None:
        batch = self._waiting[:WAITING_MAX]
        if not batch:
            return
        rows = [(b.account_id, b.symbol, b.reason, b.message, to_datetime(b.occurred_at_ns)) for b in batch]
        async with connected(self._pool) as connection:
            await connection.copy_records_to_table(
                "breach",
                schema_name="risk",
                columns=("account_id", "symbol", "reason", "message", "occurred_at"),
                records=rows,
            )
        del self._waiting[: len(batch)]
        for breach in batch:
            _stored.labels(breach.reason).inc()

    async def list(self, account_id: str, limit: int) -> "list[Breach]":
        """The newest first; an empty account id lists all."""
        async with connected(self._pool) as connection:
            rows = await connection.fetch(
                "SELECT * FROM risk.breach WHERE $1 = '' OR account_id = $1 ORDER BY id DESC LIMIT $2",
                account_id,
                limit,
            )
        return [
            Breach(row["account_id"], row["symbol"], row["reason"], row["message"], to_ns(row["occurred_at"]))
            for row in rows
        ]
