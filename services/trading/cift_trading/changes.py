"""What changes an order or an account that is there: wishes of its owner, and reports of the venue."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from cift_common import late, money
from cift_common.errors import CiftError, FailedPrecondition, InvalidArgument, NotFound
from cift_common.messaging import token
from cift_common.outbox import OutboxMessage
from cift_common.platform import Platform
from cift_proto.trading.v1 import trading_pb2
from nats.aio.msg import Msg

from cift_trading import metrics, tracing
from cift_trading.adapters.risk import Risk, refusal
from cift_trading.domain import exits, group, ledger, lifecycle
from cift_trading.domain import terms as rules
from cift_trading.domain.account import Account, SelfTradePrevention
from cift_trading.domain.booking import BookingRules, Violation
from cift_trading.domain.order import Order, OrderTerms, OrderType, Role, Status
from cift_trading.domain.position import Position, cash_of, trade
from cift_trading.domain.report import Kind, Report
from cift_trading.draft import Draft, Event
from cift_trading.grouping import Grouping, cancel, cancel_group
from cift_trading.signing import sign
from cift_trading.tracing import Trace


class Change(Protocol):
    """`apply` writes into the draft, or raises a `CiftError` before it wrote anything."""

    trace: Trace
    order_id: str

    def apply(self, draft: Draft) -> None: ...
    def done(self) -> None: ...
    def fail(self, error: CiftError) -> None: ...


class Wish:
    """A change that somebody waits for; a caller who went away changes nothing."""

    def __init__(self) -> None:
        self.trace = tracing.current()
        self.order_id = ""
        self._answer: asyncio.Future[Order | None] = asyncio.get_running_loop().create_future()
        self._result: Order | None = None

    def done(self) -> None:
        self._answer.set_result(self._result)

    def fail(self, error: CiftError) -> None:
        self._answer.set_exception(error)
        self._answer.exception()

    async def answer(self) -> Order:
        order = await asyncio.shield(self._answer)
        assert order is not None
        return order

    async def finished(self) -> None:
        await asyncio.shield(self._answer)


def _own(draft: Draft, account_id: str, order_id: str) -> Order:
    order = draft.order(order_id)
    if order is None or order.terms.account_id != account_id:
        raise NotFound(f"order not found for {order_id}", reason="UNKNOWN_ORDER", field="order_id")
    return order


class CancelWish(Wish):
    def __init__(self, account_id: str, order_id: str) -> None:
        super().__init__()
        self.account_id, self.order_id = account_id, order_id

    def apply(self, draft: Draft) -> None:
        order = _own(draft, self.account_id, self.order_id)
        # An entry that is canceled leaves its legs: what was bought until then stays protected.
        if order.status.is_open and order.group and order.role is not Role.ENTRY:
            self._result = cancel_group(draft, order, self.trace)
        else:
            self._result = cancel(draft, order, self.trace)


class GroupWish(Wish):
    """Does what is due in a group; `triggered` is the stop loss whose price the market has reached, if one has."""

    def __init__(self, group_id: str, grouping: Grouping, triggered: str = "") -> None:
        super().__init__()
        self._group_id, self._grouping, self._triggered = group_id, grouping, triggered
        self.order_id = triggered

    def apply(self, draft: Draft) -> None:
        stop_loss = draft.order(self._triggered) if self._triggered else None
        if stop_loss is not None and stop_loss.status is Status.HELD and not stop_loss.triggered_at:
            draft.put_order(lifecycle.trigger(stop_loss, draft.now))
        self._grouping.advance(draft, self._group_id, self.trace)


class ReplaceWish(Wish):
    """`change` makes the new terms of the old ones."""

    def __init__(
        self,
        account_id: str,
        order_id: str,
        new_order_id: str,
        change: Callable[[OrderTerms], OrderTerms],
        risk: Risk,
        platform: Platform,
        decision_key: bytes,
    ) -> None:
        super().__init__()
        self.account_id, self.order_id, self._new_order_id = account_id, order_id, new_order_id
        self._change, self._risk, self._platform, self._decision_key = change, risk, platform, decision_key

    def apply(self, draft: Draft) -> None:
        original = _own(draft, self.account_id, self.order_id)
        if original.status is Status.HELD:
            self._replace_held(draft, original)
            return
        first = lifecycle.wish_replace(original, self._new_order_id, draft.now)
        before = draft.order(original.replaces) if original.replaces else None
        if before is not None and before.replacement == original.order_id:
            raise FailedPrecondition(
                "order is not replaceable: its own replacing is under way",
                reason="ORDER_NOT_REPLACEABLE",
                field="order_id",
            )
        terms = self._change(original.terms)
        terms = terms if terms.client_order_id else terms._replace(client_order_id=self._new_order_id)
        rules.check_replacement(original.terms, terms)
        rules.check(terms, self._platform.instrument(terms.symbol), draft.now)
        self._check_leg(draft, original, terms)
        if terms.quantity <= original.filled_quantity:
            raise InvalidArgument(
                "qty must be more than what is filled", reason="QUANTITY", field="qty", limit="> filled_qty"
            )
        order = self._order(draft, original, terms)
        decision = self._risk.check_replace(original, order, draft.now)
        if not decision.accepted:
            raise refusal(decision)
        # The venue keeps the policy that the order came with.
        policy = SelfTradePrevention(
            trading_pb2.RiskDecision.FromString(original.decision).self_trade_prevention or SelfTradePrevention.NONE
        )
        touch = self._risk.touch(terms.symbol)
        order, approved = sign(order, decision, touch, draft.now, self._decision_key, policy, original.order_id)
        message = trading_pb2.OrderReplace(
            original_order_id=original.order_id, order=approved.order, decision=approved.decision
        )
        draft.put_order(first.order)
        draft.tell(first.order, Event.EVENT_PENDING_REPLACE, self.trace)
        draft.add_order(
            order,
            OutboxMessage(
                order.order_id,
                f"order.replace.{token(terms.symbol)}",
                message.SerializeToString(),
                tracing.headers(self.trace),
            ),
        )
        self._result = order

    def _order(self, draft: Draft, original: Order, terms: OrderTerms) -> Order:
        order = Order(self._new_order_id, terms, draft.now, draft.now, replaces=original.order_id)
        return order._replace(group=original.group, role=original.role)

    def _check_leg(self, draft: Draft, original: Order, terms: OrderTerms) -> None:
        if original.group:
            exits.check_change(group.assemble(draft.group(original.group)), original, terms)

    def _replace_held(self, draft: Draft, original: Order) -> None:
        """No venue has it, so it is done at once."""
        terms = self._change(original.terms)
        terms = terms if terms.client_order_id else terms._replace(client_order_id=self._new_order_id)
        rules.check_replacement(original.terms, terms)
        rules.check(terms, self._platform.instrument(terms.symbol), draft.now)
        self._check_leg(draft, original, terms)
        order = self._order(draft, original, terms)
        self._risk.check_prices((order,), draft.now)
        first, second = lifecycle.replace_held(original, order, draft.now)
        draft.put_order(first)
        draft.tell(first, Event.EVENT_REPLACED, self.trace)
        draft.add_held(second)
        draft.tell(second, Event.EVENT_HELD, self.trace)
        self._result = second


class AccountWish(Wish):
    """`change` makes the new account of the old one; `kind` names it in the audit trail."""

    def __init__(self, account_id: str, kind: str, change: Callable[[Account], Account], risk: Risk) -> None:
        super().__init__()
        self.account_id, self._kind, self._change, self._risk = account_id, kind, change, risk

    def apply(self, draft: Draft) -> None:
        account = self._change(draft.account(self.account_id))
        draft.put_account(account)
        noted = trading_pb2.Account(
            account_id=account.account_id,
            multiplier=account.multiplier,
            shorting_enabled=account.shorting_enabled,
            suspended_by_user=account.suspended,
            self_trade_prevention=int(account.self_trade_prevention),  # type: ignore[arg-type]
            sequence=account.sequence,
        )
        draft.note(account.account_id, self._kind, noted.SerializeToString())
        draft.effects.append(lambda: self._risk.put_account(account))


_EVENTS = {
    Kind.NEW: Event.EVENT_NEW,
    Kind.CANCELED: Event.EVENT_CANCELED,
    Kind.REJECTED: Event.EVENT_REJECTED,
    Kind.EXPIRED: Event.EVENT_EXPIRED,
    Kind.CANCEL_REJECTED: Event.EVENT_ORDER_CANCEL_REJECTED,
}


class ReportArrived:
    """A genuine execution report; its message is acknowledged by the lane when its effect is durable.

    What contradicts its order is not booked: `violation` says why.
    """

    def __init__(
        self,
        report: Report,
        broker: str,
        message: Msg | None,
        risk: Risk,
        grouping: Grouping,
        rules: BookingRules,
    ) -> None:
        self.report, self.message = report, message
        self.trace = tracing.of_message(message.headers if message is not None else None)
        self.order_id = report.order_id
        self.is_unmatched = False
        self.violation: Violation | None = None
        self.arrived_ns = time.time_ns()
        self._broker, self._risk, self._grouping, self._rules = broker, risk, grouping, rules

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The orders that it may be about."""
        report = self.report
        return (report.order_id, report.original_order_id) if report.original_order_id else (report.order_id,)

    def done(self) -> None:
        if self.violation is None:
            metrics.executions.labels(self.report.kind.name).inc()

    def fail(self, error: CiftError) -> None:
        raise error

    def apply(self, draft: Draft) -> None:
        order = draft.order(self.report.order_id)
        if order is None:
            self.is_unmatched = True
            if self.report.kind is Kind.TRADE:
                self.violation = Violation("UNKNOWN_ORDER", f"there is no order {self.report.order_id}")
        elif not draft.was_executed(order.order_id, self.report.execution_id):
            self.violation = self._rules.check(self.report, order, draft.order)
            if self.violation is None:
                self.book(draft, order)

    def book(self, draft: Draft, order: Order) -> None:
        """Books the report as it stands."""
        draft.put_execution(self.report, order, self._broker)
        match self.report.kind:
            case Kind.TRADE:
                self._trade(draft, order)
            case Kind.REPLACED:
                self._replaced(draft, order)
            case Kind.REPLACE_REJECTED:
                self._replace_rejected(draft, order)
            case _:
                self._step(draft, order)
        if order.group and (changed := draft.order(order.order_id)) is not None:
            self._grouping.heard(draft, changed, self.report, self.trace)

    def _step(self, draft: Draft, order: Order) -> None:
        step = lifecycle.apply_execution(order, self.report, draft.now)
        if step.order is not order:
            draft.put_order(step.order)
        if step.news:
            draft.tell(step.order, _EVENTS[self.report.kind], self.trace, report=self.report)
        self._release_if_closed(draft, step.order)

    def _trade(self, draft: Draft, order: Order) -> None:
        report, terms = self.report, order.terms
        signed = terms.side.sign * report.quantity
        account = draft.account(terms.account_id)
        account = account._replace(cash=account.cash + cash_of(signed, report.price) - report.commission)
        before = draft.position(terms.account_id, terms.symbol)
        position = trade(before, signed, report.price, draft.now)
        draft.trade_day(before, signed, report.price, report.time)
        step = lifecycle.apply_execution(order, report, draft.now)
        draft.put_account(account)
        draft.put_position(position)
        draft.put_order(step.order)
        draft.post(
            ledger.trade(
                report.execution_id,
                terms.account_id,
                terms.symbol,
                account.currency,
                signed,
                report.price,
                report.commission,
            )
        )
        is_full = step.order.status is Status.FILLED
        event = Event.EVENT_FILL if is_full else Event.EVENT_PARTIAL_FILL
        draft.tell(step.order, event, self.trace, report=report)
        self._carry(draft, step.order)
        draft.effects.append(lambda: self._filled(order, account, position))
        self._release_if_closed(draft, step.order)

    def _filled(self, order: Order, account: Account, position: Position) -> None:
        self._risk.on_fill(order, self.report, account, position)
        if order.terms.type is OrderType.MARKET:
            self._measure(order, time.time_ns())
        notional = self.report.quantity * self.report.price / money.NANOS**2
        metrics.traded_notional.labels(order.terms.symbol, order.terms.side.name.lower()).inc(notional)

    def _measure(self, order: Order, now: int) -> None:
        """How long the fill took; an order that may rest waits for its price, not for us."""
        took = now - order.submitted_at
        metrics.order_fill.observe(took / 1e9, tracing.exemplar(self.trace))
        if self.trace is None and late.is_slow(took):
            parts = (
                late.Part("to the venue", order.submitted_at, self.report.time),
                late.Part("back from the venue", self.report.time, self.arrived_ns),
                late.Part("postgres.commit_executions", self.arrived_ns, now),
            )
            late.record("order.filled", order.order_id, order.submitted_at, now, parts=parts)

    def _carry(self, draft: Draft, order: Order) -> None:
        """A fill that came after the order was replaced counts for the orders that took its place, too."""
        report = self.report
        while order.replaced_by and (successor := draft.order(order.replaced_by)) is not None:
            order = lifecycle.carry(successor, report.quantity, report.quantity * report.price, draft.now)
            draft.put_order(order)
            self._release_if_closed(draft, order)

    def _replaced(self, draft: Draft, replacement: Order) -> None:
        original = draft.order(replacement.replaces or self.report.original_order_id)
        if original is None or original.replaced_by:
            return
        first, second = lifecycle.take_over(original, replacement, self.report, draft.now)
        draft.put_order(first.order)
        draft.put_order(second.order)
        draft.tell(first.order, Event.EVENT_REPLACED, self.trace, report=self.report)
        if second.news:
            draft.tell(second.order, Event.EVENT_NEW, self.trace, report=self.report)
        draft.effects.append(lambda: self._risk.end_replace(original, replacement, changed=True))
        if second.order.role is Role.ENTRY:
            self._grouping.follow(draft, second.order, self.trace)
        self._release_if_closed(draft, second.order)

    def _replace_rejected(self, draft: Draft, order: Order) -> None:
        """The venue names the order that it left as it was, or the one that it did not take."""
        before = draft.order(order.replaces) if order.replaces else None
        replacement: Order | None
        if before is not None and before.replacement == order.order_id:
            original, replacement = before, order
        else:
            original = order
            replacement = draft.order(order.replacement) if order.replacement else None
        step = lifecycle.apply_execution(original, self.report, draft.now)
        draft.put_order(step.order)
        draft.tell(step.order, Event.EVENT_ORDER_REPLACE_REJECTED, self.trace, report=self.report)
        if replacement is None:
            return
        rejected = lifecycle.apply_execution(replacement, self.report._replace(kind=Kind.REJECTED), draft.now)
        draft.put_order(rejected.order)
        draft.tell(rejected.order, Event.EVENT_REJECTED, self.trace, report=self.report)
        draft.effects.append(lambda: self._risk.end_replace(original, replacement, changed=False))

    def _release_if_closed(self, draft: Draft, order: Order) -> None:
        if not order.status.is_open:
            draft.effects.append(lambda: self._risk.release(order.order_id))


class ResolveReport(Wish):
    """An operator's decision about a quarantined report: books it (`report`), or leaves it out. Both are audited."""

    def __init__(self, account_id: str, kind: str, noted: bytes, report: ReportArrived | None) -> None:
        super().__init__()
        self._account_id, self._kind, self._noted, self._report = account_id, kind, noted, report
        self.order_id = report.order_id if report is not None else ""

    @property
    def order_ids(self) -> tuple[str, ...]:
        return self._report.order_ids if self._report is not None else ()

    def apply(self, draft: Draft) -> None:
        if self._report is not None:
            order = draft.order(self._report.order_id)
            if order is None:
                raise FailedPrecondition(
                    f"there is no order {self._report.order_id}: discard the report, or restore the order first",
                    reason="UNKNOWN_ORDER",
                    field="quarantine_id",
                )
            if not draft.was_executed(order.order_id, self._report.report.execution_id):
                self._report.book(draft, order)
        if self._account_id:
            draft.note(self._account_id, self._kind, self._noted)
