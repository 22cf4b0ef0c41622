"""Compares all open orders with the broker's, at start, periodically and on demand, and mends what differs."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import prometheus_client
from cift_common import logging
from cift_common.errors import CiftError
from cift_common.ids import Clock
from cift_proto.trading.v1 import trading_pb2

from cift_execution.domain.broker import Broker, VenueOrder
from cift_execution.domain.cursor import Cursor
from cift_execution.domain.expiry import Expiry
from cift_execution.domain.reconcile import Plan, compare
from cift_execution.domain.request import Cancel
from cift_execution.service import ExecutionService, Reports

_log = logging.get(__name__)
_differences = prometheus_client.Gauge(
    "cift_execution_reconcile_differences", "Differences that the last comparison found"
)
_mended = prometheus_client.Counter("cift_execution_reconcile_mended", "What comparisons set right", ["how"])
_compared = prometheus_client.Gauge(
    "cift_execution_reconciled_timestamp_seconds", "When the last comparison with the broker was made"
)
_failed = prometheus_client.Counter("cift_execution_reconcile_failures", "Comparisons that could not be made")

FIND_AT_ONCE = 16
FIRST_RETRY_SECONDS = 1.0
# What trading still misses after so many times cannot be mended from here; it stays a difference.
REPUBLISH_MAX = 3


class OpenOrders(Protocol):
    async def open_orders(self) -> list[trading_pb2.OrderNew]:
        """All that trading holds open. `Unavailable` where it does not answer."""
        ...


class SentLog(Protocol):
    async def after_sequence(self, order_ids: Iterable[str]) -> int:
        """A sequence below every report of these orders; 0 where one of them is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    at_ns: int
    compared: int
    sent_again: int
    differences: tuple[str, ...]


class Reconciler:
    def __init__(
        self,
        broker: Broker,
        execution: ExecutionService,
        trading: OpenOrders,
        reports: Reports,
        cursor: Cursor,
        sent: SentLog,
        expiry: Expiry,
        *,
        clock: Clock,
        period_seconds: float,
        grace_seconds: float,
        stray_seconds: float,
    ) -> None:
        self._broker, self._execution, self._trading = broker, execution, trading
        self._reports, self._cursor, self._sent, self._expiry = reports, cursor, sent, expiry
        self._clock, self._period, self._grace_ns = clock, period_seconds, round(grace_seconds * 1e9)
        self._stray_ns = round(stray_seconds * 1e9)
        # Since when an order has been a stray.
        self._strays: dict[str, int] = {}
        self._one_at_a_time = asyncio.Lock()
        # When the cursor stood where, to know what had been published a grace period ago.
        self._marks: deque[tuple[int, int]] = deque([(0, cursor.value)])
        self._republished: Counter[str] = Counter()
        self.last: Result | None = None
        # Whether trading was asked: it has been compared with, or it is not there to be compared with.
        self.asked = False
        self.on_asked: Callable[[], Awaitable[None]] | None = None

    async def run(self) -> None:
        """The periodic comparison, the first as soon as both sides answer; ends only by cancellation."""
        told = ""
        while True:
            await self._execution.connected.wait()
            pause = self._period
            try:
                # At start nothing is on its way: whatever is open is compared.
                await self.reconcile(0 if self.last is None else self._grace_ns)
            except CiftError as error:
                _failed.inc()
                if error.message != told:
                    _log.warning("cannot compare with the broker", error=error.message)
                    told = error.message
                pause = FIRST_RETRY_SECONDS if self.last is None else self._period
            await asyncio.sleep(pause)

    @property
    def settled_sequence(self) -> int:
        """What was published up to this sequence has had its grace period."""
        return self._marks[0][1]

    async def mark(self) -> None:
        """Notes where the cursor stands, every second; ends only by cancellation."""
        while True:
            self._marks.append((self._clock(), self._cursor.value))
            while len(self._marks) > 1 and self._marks[1][0] <= self._clock() - self._grace_ns:
                self._marks.popleft()
            await asyncio.sleep(1)

    async def reconcile(self, grace_ns: int | None = None) -> Result:
        """Compares and mends once. `Unavailable` where a side does not answer."""
        grace_ns = self._grace_ns if grace_ns is None else grace_ns
        async with self._one_at_a_time:
            now_ns = self._clock()
            settled_sequence = self._marks[0][1] if grace_ns else self._cursor.value
            try:
                orders = await self._trading.open_orders()
            except CiftError:
                # It may be waiting for us to be ready, so we do not wait for it.
                await self._was_asked()
                raise
            for message in orders:
                self._expiry.expect(message.order.expires_at_ns)
            there = await self._broker.open_orders()
            settled = {"settled_sequence": settled_sequence, "settled_at_ns": now_ns - grace_ns}
            await self._find(there, (message.order.order_id for message in orders))
            plan = compare(orders, there, **settled)
            if plan.concerned & there.keys():
                # A list of open orders does not say when they changed last; only what is settled counts.
                await self._find(there, plan.concerned, known_too=True)
                plan = compare(orders, there, **settled)
            await self._mend(plan)
            _differences.set(len(plan.differences))
            _compared.set(now_ns / 1e9)
            told = self.last.differences if self.last else ()
            for difference in [difference for difference in plan.differences if difference not in told][:20]:
                _log.warning("differs from the broker", difference=difference)
            self.last = Result(now_ns, plan.compared, len(plan.send), tuple(plan.differences))
            await self._was_asked()
            return self.last

    async def _was_asked(self) -> None:
        if self.asked:
            return
        self.asked = True
        if self.on_asked is not None:
            await self.on_asked()

    async def _cancel_strays(self, plan: Plan) -> None:
        """Nobody would hear of their fills in time, so they shall not trade. Trading has ended them or has never had
        them, e.g. after it was restored from a backup."""
        now_ns = self._clock()
        self._strays = {stray.order_id: self._strays.get(stray.order_id, now_ns) for stray in plan.strays}
        for stray in plan.strays:
            if now_ns - self._strays[stray.order_id] >= self._stray_ns:
                _log.warning("canceled at the broker: not open in trading", order_id=stray.order_id)
                await self._execution.send_again(Cancel(stray.order_id, stray.account_id, stray.symbol, now_ns), None)
                _mended.labels("canceled").inc()

    async def _find(self, there: dict[str, VenueOrder], order_ids: Iterable[str], *, known_too: bool = False) -> None:
        wanted = [order_id for order_id in order_ids if known_too or order_id not in there]
        for start in range(0, len(wanted), FIND_AT_ONCE):
            found = await asyncio.gather(*map(self._broker.find, wanted[start : start + FIND_AT_ONCE]))
            there.update((order.order_id, order) for order in found if order is not None)

    async def _mend(self, plan: Plan) -> None:
        for request, decision in plan.send:
            await self._execution.send_again(request, decision)
            _mended.labels("sent_again").inc()
        await self._cancel_strays(plan)
        self._republished = Counter({order_id: self._republished[order_id] for order_id in plan.republish})
        wanted = {order_id for order_id in plan.republish if self._republished[order_id] < REPUBLISH_MAX}
        if not wanted:
            return
        self._republished.update(wanted)
        after, until = await self._sent.after_sequence(wanted), self._cursor.value
        async for report in self._broker.history(after):
            if report.sequence > until:
                # The session brings it, or has.
                break
            if report.order_id in wanted or report.original_order_id in wanted:
                await self._reports.room()
                (execution,) = self._reports.signed([report])
                await self._reports.publish(execution, again=True)
                _mended.labels("republished").inc()
