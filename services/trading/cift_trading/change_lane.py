"""Everything that changes what is there goes through here, in order, in groups: one writer, one commit a group."""

import asyncio
import time
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol

import asyncpg
from cift_common import logging
from cift_common.errors import CiftError, DeadlineExceeded
from cift_common.execution_report import Verifier
from cift_common.forgery import not_believed
from cift_common.ids import Clock
from cift_common.outbox import Outbox
from cift_common.service import Fatal
from cift_proto.execution.v1 import execution_pb2
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from cift_trading import api, tracing
from cift_trading.adapters.cache import AccountCache
from cift_trading.adapters.risk import Risk
from cift_trading.adapters.store import Store
from cift_trading.adapters.writers import RETRYABLE, ChangeWriter
from cift_trading.changes import Change, ReportArrived, ResolveReport
from cift_trading.domain.booking import BookingRules, Violation
from cift_trading.domain.quarantine import NOT_SIGNED, UNREADABLE, Quarantined
from cift_trading.draft import Draft
from cift_trading.grouping import Grouping
from cift_trading.lane import Lane
from cift_trading.signing import Keys
from cift_trading.state import State, Tracked

_log = logging.get(__name__)


class Quarantine(Protocol):
    """Where reports go that are not booked."""

    def hold(self, payload: bytes, violation: Violation) -> Quarantined: ...
    async def keep(self, report: Quarantined) -> None: ...


class ChangeLane:
    def __init__(
        self,
        *,
        state: State,
        risk: Risk,
        store: Store,
        writer: ChangeWriter,
        outbox: Outbox,
        grouping: Grouping,
        cache: AccountCache,
        keys: Keys,
        verifier: Verifier,
        rules: BookingRules,
        fatal: Fatal,
        clock: Clock,
        group_size_max: int,
    ) -> None:
        self._state, self._risk, self._store, self._writer = state, risk, store, writer
        self._grouping, self._keys, self._verifier, self._rules = grouping, keys, verifier, rules
        self.quarantine: Quarantine | None = None
        self._outbox, self._cache, self._fatal, self._clock = outbox, cache, fatal, clock
        self._background: set[asyncio.Task[None]] = set()
        self.lane: Lane[Change] = Lane("changes", self._commit, group_size_max)

    def put(self, change: Change) -> None:
        self.lane.put(change)

    def knows_account(self, account_id: str) -> bool:
        return account_id in self._state.accounts

    def report(self, execution: execution_pb2.OrderExecution, message: Msg | None = None) -> ReportArrived:
        """`ValueError` where it says something that we do not know."""
        return ReportArrived(api.report(execution), execution.broker, message, self._risk, self._grouping, self._rules)

    async def on_execution(self, message: Msg) -> None:
        """A message of the stream ORDERS; it is acknowledged when its effect is durable. What execution did not sign
        has none."""
        try:
            execution = execution_pb2.OrderExecution.FromString(message.data)
            if not self._verifier.is_genuine(execution):
                not_believed("execution_report")
                violation = Violation(NOT_SIGNED, f"execution did not sign what came as {message.subject}")
                self._spawn(self._quarantined(message, violation))
                return
            self.lane.put(self.report(execution, message))
        except (DecodeError, ValueError) as error:
            self._spawn(self._quarantined(message, Violation(UNREADABLE, repr(error))))

    async def _commit(self, group: list[Change]) -> None:
        started = time.time_ns()
        try:
            adopted = await self._adopt(group)
            draft = Draft(self._state, self._clock() // 1000 * 1000, self._keys, adopted)
            applied: list[Change] = []
            for change in group:
                try:
                    change.apply(draft)
                    applied.append(change)
                except CiftError as error:
                    change.fail(error)
            if not draft.is_empty:
                await self._write(draft)
        except BaseException as error:
            # What was done is unknown, or memory and database differ: only a new start knows.
            self._fatal.raise_(f"changes were not stored: {error!r}")
            for change in group:
                if not isinstance(change, ReportArrived):
                    change.fail(DeadlineExceeded("unknown whether the change was stored"))
            raise
        draft.install()
        for effect in draft.effects:
            effect()
        for message in draft.outgoing:
            self._outbox.send(message)
        for change in applied:
            tracing.record("postgres.commit_executions", change.trace, change.order_id, started, group=len(group))
            self._cache.traced(change.trace, change.order_id)
            change.done()
        for account_id in draft.touched_accounts:
            self._cache.account(account_id)
        for position in draft.touched_positions:
            self._cache.position(position)
        await self._acknowledge(applied)

    async def _write(self, draft: Draft) -> None:
        rows = draft.rows()
        try:
            await self._writer.apply(*rows)
        except RETRYABLE as error:
            if isinstance(error, asyncpg.PostgresError):
                _log.warning("trying the group again", error=repr(error))
            await self._writer.apply(*rows)

    async def _adopt(self, group: list[Change]) -> list[Tracked]:
        """Orders that reports speak of and memory has not: closed long ago, or stored by a process that is gone."""
        missing = {
            order_id
            for change in group
            if isinstance(change, ReportArrived | ResolveReport)
            for order_id in change.order_ids
            if self._state.tracked(order_id) is None and _is_uuid(order_id)
        }
        if not missing:
            return []
        found = await self._store.tracked(missing)
        related = {
            order_id
            for tracked in found
            for order_id in (tracked.order.replaces, tracked.order.replacement, tracked.order.replaced_by)
            if order_id and order_id not in missing and self._state.tracked(order_id) is None
        }
        found += await self._store.tracked(related) if related else []
        groups = {tracked.order.group for tracked in found if tracked.order.group and tracked.order.status.is_open}
        if unknown := groups - self._state.groups.keys():
            known = {tracked.order.order_id for tracked in found}
            others = await self._store.tracked_groups(unknown)
            found += [tracked for tracked in others if tracked.order.order_id not in known]
        for tracked in found:
            if tracked.order.status.is_open or tracked.order.group in groups:
                self._state.put_order(tracked)
                self._risk.restore_order(tracked.order)
        return found

    async def _acknowledge(self, applied: list[Change]) -> None:
        for change in applied:
            if not isinstance(change, ReportArrived) or change.message is None:
                continue
            if change.is_unmatched or change.violation is not None:
                self._spawn(self._keep(change, change.message))
            else:
                await _ack(change.message)

    async def _keep(self, change: ReportArrived, message: Msg) -> None:
        """A genuine report that has no effect; where it cannot be kept it comes again."""
        if change.is_unmatched:
            _log.warning("an execution of an order that is not ours", order_id=change.order_id)
            await self._store.put_unmatched(change.report.execution_id, change.order_id, message.data)
        if change.violation is not None:
            await self._quarantined(message, change.violation)
        else:
            await _ack(message)

    async def _quarantined(self, message: Msg, violation: Violation) -> None:
        assert self.quarantine is not None
        await self.quarantine.keep(self.quarantine.hold(message.data, violation))
        await _ack(message)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _ack(message: Msg) -> None:
    acknowledgement: Awaitable[None] = message.ack()
    try:
        await acknowledgement
    except NatsError as error:
        # It comes again, and has no effect then.
        _log.warning("an execution was not acknowledged", error=repr(error))


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4
