"""Execution reports that were not booked: kept as they came, with a halt of the account that they would have changed.

A report that execution did not sign halts nobody: whoever can write to NATS must not be able to halt trading with it.
The halt of a genuine report that contradicts its order lasts until an operator has resolved the report, and holds
across restarts because it is derived from the open rows.
"""

import asyncio
import hashlib
from collections.abc import Callable

import asyncpg
from cift_common import logging
from cift_common.database import OUTAGE
from cift_common.errors import FailedPrecondition, InvalidArgument, NotFound
from cift_common.execution_report import Verifier
from cift_proto.execution.v1 import execution_pb2

from cift_trading import api, metrics
from cift_trading.adapters.quarantine import QuarantineTable
from cift_trading.change_lane import ChangeLane
from cift_trading.changes import ResolveReport
from cift_trading.domain.booking import Violation
from cift_trading.domain.quarantine import NOT_SIGNED, LocalHalt, Quarantined, State
from cift_trading.state import State as Memory

_log = logging.get(__name__)

LIST_MAX = 500
# Forged messages that are kept; beyond it they are counted only, so that nobody can fill the disk with them.
FORGED_KEPT_MAX = 1000
COUNT_SECONDS = 5.0


class Quarantine:
    def __init__(self, table: QuarantineTable, state: Memory, on_halts: Callable[[frozenset[LocalHalt]], None]) -> None:
        """`on_halts` is called with everything that is halted, whenever that changes."""
        self._table, self._state, self._on_halts = table, state, on_halts
        self._halts: frozenset[LocalHalt] = frozenset()
        self._forged = 0

    async def load(self) -> None:
        """Takes up the halts of what is open."""
        counts = await self._table.counts()
        self._forged = counts.get(NOT_SIGNED, 0)
        _show(counts)
        self._set(frozenset(await self._table.halts()))

    async def run(self) -> None:
        """Shows how much is open; ends only by cancellation."""
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            try:
                counts = await self._table.counts()
            except (asyncpg.PostgresError, *OUTAGE) as error:
                _log.warning("the quarantine cannot be counted", error=repr(error))
                continue
            self._forged = counts.get(NOT_SIGNED, 0)
            _show(counts)

    def hold(self, payload: bytes, violation: Violation) -> Quarantined:
        """The report as it has to be kept (`keep`); the halt begins at once."""
        execution = execution_pb2.OrderExecution()
        try:
            execution.ParseFromString(payload)
        except Exception:
            # It is kept as it came.
            execution.Clear()
        report = execution.report
        is_genuine = violation.reason not in _HALTLESS
        halt = self._halt(report.order_id, report.account_id) if is_genuine else None
        metrics.quarantined.labels(violation.reason).inc()
        _log.error(
            "an execution report is not booked",
            reason=violation.reason,
            problem=violation.message,
            execution_id=report.execution_id[:128],
            order_id=report.order_id[:128],
            halted=halt.key if halt is not None else "",
        )
        if halt is not None:
            self._set(self._halts | {halt})
        # A genuine report that is published again is the same one, whatever it was signed together with.
        named = f"{execution.broker} {report.execution_id}".encode() if is_genuine else payload
        return Quarantined(
            hashlib.sha256(named).hexdigest(),
            violation.reason,
            violation.message,
            payload,
            execution.broker,
            report.sequence,
            report.execution_id,
            report.order_id,
            report.account_id,
            report.symbol,
            halt,
        )

    async def keep(self, report: Quarantined) -> None:
        """Makes it durable."""
        if report.reason == NOT_SIGNED:
            if self._forged >= FORGED_KEPT_MAX:
                return
            self._forged += 1
        await self._table.put(report)
        found = await self._table.find(report.quarantine_id)
        if found is not None and found.state is not State.OPEN:
            # An operator has resolved it before; it halts nobody a second time.
            await self.load()

    def _halt(self, order_id: str, account_id: str) -> LocalHalt | None:
        """The account whose order it names, else the account that it names. One that is not ours has no books here
        that could be wrong."""
        tracked = self._state.tracked(order_id)
        if tracked is not None:
            return LocalHalt("ACCOUNT", tracked.order.terms.account_id)
        return LocalHalt("ACCOUNT", account_id) if account_id in self._state.accounts else None

    def _set(self, halts: frozenset[LocalHalt]) -> None:
        if halts != self._halts:
            self._halts = halts
            self._on_halts(halts)


_HALTLESS = frozenset({NOT_SIGNED, "UNREADABLE"})


class Quarantines:
    """What operators do about quarantined reports."""

    def __init__(self, table: QuarantineTable, quarantine: Quarantine, changes: ChangeLane, verifier: Verifier) -> None:
        self._table, self._quarantine, self._changes, self._verifier = table, quarantine, changes, verifier

    async def list(self, *, all_states: bool, limit: int) -> "list[Quarantined]":
        return await self._table.list(all_states=all_states, limit=min(limit or LIST_MAX, LIST_MAX))

    async def resolve(self, quarantine_id: str, state: State, actor: str) -> Quarantined:
        """Books it or discards it; the halt ends with the last open report of its account."""
        if not actor:
            raise InvalidArgument("actor must say who resolves it", field="actor", limit="not empty")
        found = await self._table.find(quarantine_id)
        if found is None:
            raise NotFound(f"no quarantined report {quarantine_id}", reason="UNKNOWN_REPORT", field="quarantine_id")
        if found.state is not State.OPEN:
            raise FailedPrecondition(
                f"the report is {found.state.name.lower()} already", reason="RESOLVED", field="quarantine_id"
            )
        arrived = None
        if state is State.BOOKED:
            execution = execution_pb2.OrderExecution()
            if found.is_genuine:
                execution.ParseFromString(found.payload)
            # Once more: the row is only as good as the database.
            if not found.is_genuine or not self._verifier.is_genuine(execution):
                raise FailedPrecondition(
                    "execution did not sign the report, so it can only be discarded; a trade that really happened is"
                    " published by execution again",
                    reason=NOT_SIGNED,
                    field="quarantine_id",
                )
            arrived = self._changes.report(execution)
        noted = api.quarantined(found._replace(state=state, resolved_by=actor)).SerializeToString()
        known = found.account_id if self._changes.knows_account(found.account_id) else ""
        wish = ResolveReport(known, f"QUARANTINE_{state.name}", noted, arrived)
        self._changes.put(wish)
        await wish.finished()
        await self._table.resolve(quarantine_id, state, actor)
        await self._quarantine.load()
        resolved = await self._table.find(quarantine_id)
        assert resolved is not None
        return resolved


def _show(counts: dict[str, int]) -> None:
    metrics.quarantine_open.set(sum(counts.values()))
