"""An order's way to the broker and back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cift_common import decision, logging
from cift_common.errors import CiftError, Unavailable
from cift_common.forgery import not_believed
from cift_common.ids import Clock
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2
from opentelemetry import context as otel_context
from prometheus_client import Counter, Gauge, Histogram

from cift_execution.domain import events
from cift_execution.domain.broker import Outage, Refused, Venue
from cift_execution.domain.cursor import Cursor
from cift_execution.domain.expiry import Expiry
from cift_execution.domain.pending import Entry, Pending
from cift_execution.domain.request import Cancel, Key, Kind, New, Replace, Request
from cift_execution.tracing import Traces

_log = logging.get(__name__)
_requests = Counter("cift_execution_requests", "Requests by kind and what became of them", ["kind", "outcome"])
_pending = Gauge("cift_execution_requests_pending", "Requests that the broker has not answered")
_answer = Histogram(
    "cift_execution_broker_answer_seconds",
    "From sending a request to the broker's first report of it",
    ["kind"],
    buckets=(0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
_connected = Gauge("cift_execution_broker_connected", "1 while there is a session with the broker")
_no_decision = Counter("cift_execution_orders_without_decision", "Orders that carried no valid risk decision: alert")
_stale = Counter(
    "cift_execution_stale_requests",
    "Requests that were too old to be believed and that trading no longer wants",
    ["kind"],
)
_gaps = Counter("cift_execution_sequence_gaps", "Gaps in the broker's sequence")

NO_RISK_DECISION = "NO_RISK_DECISION"
RETRY_SECONDS_MIN = 0.02
RETRY_SECONDS_MAX = 1.0
SILENT_SECONDS = 5.0
# Refusals that say that the venue takes nothing from anybody, until somebody helps it.
_OUTAGES = frozenset({"DISK_FULL"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that brought a request: how to acknowledge it, and the trace it belongs to."""

    acknowledge: Callable[[], Awaitable[None]]
    context: otel_context.Context | None = None


class Reports(Protocol):
    """Where execution reports go."""

    def signed(self, reports: Sequence[matcher_pb2.ExecutionReport]) -> Sequence[execution_pb2.OrderExecution]:
        """What is published of reports that arrived together, signed together."""
        ...

    async def publish(
        self,
        execution: execution_pb2.OrderExecution,
        context: otel_context.Context | None = None,
        on_stored: Callable[[], Awaitable[None]] | None = None,
        *,
        again: bool = False,
    ) -> None:
        """`again`: it was stored before, and lost; otherwise a repeat of an execution id counts once."""
        ...

    async def room(self) -> None: ...


class OpenOrders(Protocol):
    async def find(self, order_id: str) -> trading_pb2.OrderNew | None:
        """The order as trading holds it, None where it is not open there. `Unavailable` where nobody answers."""
        ...


class SentLog(Protocol):
    def add(self, order_id: str, after_sequence: int, sent_at_ns: int) -> None:
        """Remembers, without waiting, from which sequence on an order's reports are found."""
        ...


class ExecutionService:
    """One event loop, no locks: nothing here waits for the broker or for JetStream."""

    def __init__(
        self,
        broker: Venue,
        reports: Reports,
        cursor: Cursor,
        sent: SentLog,
        expiry: Expiry,
        open_orders: OpenOrders,
        *,
        decision_keys: tuple[bytes, ...],
        patience_seconds: float,
        age_seconds_max: float,
        clock: Clock,
        monotonic: Clock = time.monotonic_ns,
    ) -> None:
        """`patience_seconds`: how long a cancel waits for an order that the broker does not know. Of a request that is
        older than `age_seconds_max` trading is asked whether it still stands. `monotonic` measures how long requests
        wait, so that a step of the wall clock neither ends nor hides a wait."""
        self._broker, self._reports, self._cursor = broker, reports, cursor
        self._sent, self._expiry = sent, expiry
        self._open_orders = open_orders
        self._keys, self._patience_ns, self._clock = decision_keys, round(patience_seconds * 1e9), clock
        self._monotonic = monotonic
        self._age_max_ns = round(age_seconds_max * 1e9)
        self._pending: Pending[Delivery] = Pending()
        self._traces = Traces()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connected = asyncio.Event()
        self.outage: Outage | None = None
        self.close_due = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.on_connection: Callable[[bool], Awaitable[None]] | None = None

    # From trading.

    async def on_new(self, message: trading_pb2.OrderNew, delivery: Delivery) -> None:
        self._received(New(message.order, message.decision), message.decision, delivery)

    async def on_replace(self, message: trading_pb2.OrderReplace, delivery: Delivery) -> None:
        request = Replace(message.original_order_id, message.order, message.decision)
        self._received(request, message.decision, delivery)

    async def on_cancel(self, message: trading_pb2.OrderCancel, delivery: Delivery) -> None:
        request = Cancel(message.order_id, message.account_id, message.symbol, message.requested_at_ns)
        if not decision.verify_cancel(self._keys, message):
            not_believed("cancel")
            _requests.labels(request.key.kind.value, "not_believed").inc()
            _log.error("a cancel that trading did not sign", order_id=message.order_id)
            await delivery.acknowledge()
        elif self._stands(request, message.requested_at_ns):
            self._accept(request, delivery)
        else:
            self._spawn(self._ask(request, delivery))

    async def send_again(self, request: Request, risk: trading_pb2.RiskDecision | None) -> None:
        """A request that reconciliation found missing at the broker; trading itself has named it."""
        if isinstance(request, Cancel) or self._is_signed(request, risk or trading_pb2.RiskDecision()):
            self._accept(request, None)
        else:
            await self._refuse_undecided(request, [])

    def _received(self, request: New | Replace, risk: trading_pb2.RiskDecision, delivery: Delivery) -> None:
        if not self._is_signed(request, risk):
            not_believed("order")
            self._spawn(self._doubt(request, delivery))
        elif self._stands(request, risk.decided_at_ns):
            self._accept(request, delivery)
        else:
            self._spawn(self._ask(request, delivery))

    def _is_signed(self, request: New | Replace, risk: trading_pb2.RiskDecision) -> bool:
        """A decision is good for what it was made for: a new order, or the replacement of one."""
        return risk.original_order_id == request.needs and decision.verify_any(self._keys, request.order, risk)

    def _stands(self, request: Request, requested_at_ns: int) -> bool:
        """Recent, or here already: a message that is delivered again changes nothing."""
        return self._clock() - requested_at_ns <= self._age_max_ns or request.key in self._pending

    async def _ask(self, request: Request, delivery: Delivery) -> None:
        """An old request, e.g. after an outage, or one that somebody sends a second time: only trading knows."""
        try:
            found = await self._open_orders.find(request.key.order_id)
        except CiftError as error:
            # It is delivered again.
            _log.warning("cannot tell whether an old request stands", error=error.message)
            return
        canceled = found is not None and found.order.status == types_pb2.ORDER_STATUS_PENDING_CANCEL
        if found is not None and (canceled or not isinstance(request, Cancel)):
            self._accept(request, delivery)
            return
        _stale.labels(request.key.kind.value).inc()
        _log.warning("an old request that trading no longer wants", order_id=request.key.order_id)
        await delivery.acknowledge()

    async def _doubt(self, request: New | Replace, delivery: Delivery) -> None:
        """An order without a valid decision. Where trading has the order with a valid one, this message is a forgery
        that must not end it; otherwise nobody waits for the order, or it has to be rejected."""
        try:
            found = await self._open_orders.find(request.order.order_id)
        except CiftError as error:
            _log.warning("cannot tell whose order has no valid decision", error=error.message)
            return
        if found is not None:
            own = Replace(found.decision.original_order_id, found.order)
            if self._is_signed(own, found.decision):
                _no_decision.inc()
                _log.error("a forged message names an order of trading's", order_id=request.order.order_id)
                await delivery.acknowledge()
                return
        await self._refuse_undecided(request, [delivery])

    async def _refuse_undecided(self, request: New | Replace, deliveries: list[Delivery]) -> None:
        _no_decision.inc()
        _requests.labels(request.key.kind.value, "no_decision").inc()
        _log.error("an order carries no valid risk decision", order_id=request.order.order_id)
        await self._refuse(request, NO_RISK_DECISION, deliveries)

    def _accept(self, request: Request, delivery: Delivery | None) -> None:
        if request.key.kind is not Kind.CANCEL and delivery is not None and delivery.context is not None:
            self._traces.begin(request.key, delivery.context)
        entry = self._pending.add(request, delivery)
        self._count()
        if entry is not None:
            self._send(entry)

    def _send(self, entry: Entry[Delivery]) -> None:
        now_ns = self._clock()
        if not self.connected.is_set():
            return
        if self._expiry.close_due(now_ns):
            # No order is sent ahead of a close that came before it; `send_waiting` follows the close.
            self.close_due.set()
            return
        request = entry.request
        entry.sent(self._monotonic())
        if not isinstance(request, Cancel):
            self._sent.add(request.order.order_id, self._cursor.arrived, now_ns)
            self._expiry.expect(request.order.expires_at_ns)
        self._traces.sent(request.key, now_ns)
        self._broker.send(entry.ticket, request)

    def send_waiting(self) -> None:
        """Sends what was held back."""
        for entry in list(self._pending.sendable()):
            if entry.sent_at_ns is None:
                self._send(entry)

    # From the broker.

    @property
    def last_sequence(self) -> int:
        return self._cursor.arrived

    async def on_reports(self, reports: Sequence[matcher_pb2.ExecutionReport]) -> None:
        await self._reports.room()
        arrived = [report for report in reports if self._arrive(report.sequence)]
        for report, execution in zip(arrived, self._reports.signed(arrived), strict=True):
            self._end_outage()
            keys = events.answered(report)
            trace = self._traces.reported(report, keys[0], self._clock)
            await self._reports.publish(execution, trace.context if trace else None)
            for key in keys:
                await self._answered(key, "answered")

    def _arrive(self, sequence: int) -> bool:
        """False for a repeat."""
        before = self._cursor.arrived
        if not self._cursor.arrive(sequence):
            return False
        if before and sequence != before + 1:
            _gaps.inc()
            _log.error("the broker's reports have a gap", after=before, next=sequence)
        return True

    async def on_refused(self, ticket: int, refused: Refused) -> None:
        entry = self._pending.ticket(ticket)
        if entry is None:
            return
        request = entry.request
        if refused.known:
            await self._answered(request.key, "known")
        elif refused.reason in _OUTAGES:
            self._begin_outage(Outage(refused.reason, refused.message))
            self._retry(entry, refused.reason)
        elif not refused.final or (refused.unknown_order and self._may_still_come(entry)):
            self._retry(entry, refused.reason)
        elif isinstance(request, Replace):
            # Had it been carried out before, the original would be gone. The broker's answer takes a call, and reports
            # must not wait for it.
            self._spawn(self._refused_replace(entry, refused))
        else:
            await self._refused(entry, refused)

    def _may_still_come(self, entry: Entry[Delivery]) -> bool:
        """Messages that are delivered again come behind later ones: a cancel may arrive before its order."""
        since_ns = entry.first_sent_at_ns
        return since_ns is not None and self._monotonic() - since_ns < self._patience_ns

    async def _refused_replace(self, entry: Entry[Delivery], refused: Refused) -> None:
        try:
            found = await self._broker.find(entry.request.makes)
        except Unavailable as error:
            self._retry(entry, error.reason)
            return
        if found is not None:
            await self._answered(entry.request.key, "known")
        else:
            await self._refused(entry, refused)

    async def _refused(self, entry: Entry[Delivery], refused: Refused) -> None:
        request = entry.request
        taken, released = self._pending.answer(request.key)
        if taken is None:
            return
        self._count()
        _requests.labels(request.key.kind.value, "refused").inc()
        _log.warning(
            "refused by the broker", kind=request.key.kind.value, order_id=request.key.order_id, reason=refused.reason,
            message=refused.message,
        )  # fmt: skip
        await self._refuse(request, refused.reason, entry.deliveries)
        for waiting in released:
            self._send(waiting)

    async def _refuse(self, request: Request, reason: str, deliveries: list[Delivery]) -> None:
        report = events.refusal(self._broker.name, request, reason, self._clock())
        context = next((delivery.context for delivery in deliveries if delivery.context is not None), None)

        async def on_stored() -> None:
            for delivery in deliveries:
                await delivery.acknowledge()

        (execution,) = self._reports.signed([report])
        await self._reports.publish(execution, context, on_stored)

    async def _answered(self, key: Key, outcome: str) -> None:
        entry, released = self._pending.answer(key)
        if entry is None:
            return
        self._count()
        _requests.labels(key.kind.value, outcome).inc()
        if entry.sent_at_ns is not None:
            _answer.labels(key.kind.value).observe((self._monotonic() - entry.sent_at_ns) / 1e9)
        for waiting in released:
            self._send(waiting)
        for delivery in entry.deliveries:
            await delivery.acknowledge()

    def _retry(self, entry: Entry[Delivery], reason: str) -> None:
        """The broker cannot take it now. That is no rejection: the order stays pending."""
        _requests.labels(entry.request.key.kind.value, "deferred").inc()
        pause = min(RETRY_SECONDS_MIN * 2 ** min(entry.attempts, 10), RETRY_SECONDS_MAX)
        if entry.attempts == 1:
            _log.warning("deferred by the broker", order_id=entry.request.key.order_id, reason=reason)

        def again() -> None:
            if self._pending.ticket(entry.ticket) is entry:
                self._send(entry)

        asyncio.get_running_loop().call_later(pause, again)

    async def on_connected(self) -> None:
        self.connected.set()
        _connected.set(1)
        self._end_outage()
        # What was sent and not answered went down with the last session, or is answered by DUPLICATE_ORDER.
        for entry in self._pending.sendable():
            entry.sent_at_ns = None
        _log.info("session with the broker", last_sequence=self.last_sequence, pending=len(self._pending))
        self.send_waiting()
        if self.on_connection is not None:
            await self.on_connection(True)

    def _begin_outage(self, outage: Outage) -> None:
        """An outage keeps its beginning when its reason changes."""
        since_ns = self.outage.since_ns if self.outage is not None else self._clock()
        self.outage = replace(outage, since_ns=since_ns)

    def _end_outage(self) -> None:
        if self.outage is not None:
            _log.info("the venue takes orders again", reason=self.outage.reason)
        self.outage = None

    async def on_lost(self, outage: Outage) -> None:
        self._begin_outage(outage)
        if not self.connected.is_set():
            return
        self.connected.clear()
        _connected.set(0)
        if self.on_connection is not None:
            await self.on_connection(False)

    async def watch(self) -> None:
        """Begins a new session where the broker is silent; what has no answer is sent again then."""
        while True:
            await asyncio.sleep(1)
            oldest_ns = self._pending.oldest_sent_ns()
            if (
                self.connected.is_set()
                and oldest_ns is not None
                and self._monotonic() - oldest_ns > SILENT_SECONDS * 1e9
            ):
                _log.warning("the broker is silent, beginning a new session", pending=len(self._pending))
                self._broker.restart()

    async def settle(self, seconds: float) -> None:
        """Waits until every request has its answer; `TimeoutError` when that takes longer."""
        async with asyncio.timeout(seconds):
            await self._idle.wait()

    def _count(self) -> None:
        waiting = len(self._pending)
        _pending.set(waiting)
        if waiting:
            self._idle.clear()
        else:
            self._idle.set()

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
