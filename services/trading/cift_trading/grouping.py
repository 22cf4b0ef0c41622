"""Carries out what is due in groups of orders, within the commit of what made it due."""

from cift_common import logging
from cift_common.ids import new_uuid7
from cift_common.messaging import token
from cift_common.outbox import OutboxMessage

from cift_trading import metrics, tracing
from cift_trading.adapters.risk import Risk
from cift_trading.domain import group as groups
from cift_trading.domain import lifecycle
from cift_trading.domain.group import Cancel, End, Resize, Send
from cift_trading.domain.order import EXITS, Order, Role, Status
from cift_trading.domain.report import Kind, Report
from cift_trading.draft import Draft, Event
from cift_trading.signing import sign
from cift_trading.tracing import Trace

_log = logging.get(__name__)
_ENDS = frozenset({Kind.CANCELED, Kind.EXPIRED, Kind.REJECTED})
# What risk refuses an exit for at one moment and not at the next; the order stays held and is tried again.
_NOT_NOW = frozenset(
    {"LEASE_EXPIRED", "PLATFORM_HALTED", "ACCOUNT_HALTED", "SYMBOL_HALTED", "STALE_PRICE", "ORDER_RATE",
     "DUPLICATE_ORDER", "OPEN_ORDERS"}
)  # fmt: skip


class Grouping:
    def __init__(self, risk: Risk, decision_key: bytes) -> None:
        self._risk, self._decision_key = risk, decision_key
        # By order: what the venue says is filled, where it said the order's end before the last fills.
        self.filled_at_venue: dict[str, int] = {}

    def heard(self, draft: Draft, order: Order, report: Report, trace: Trace) -> None:
        """After a report about an order of a group has been applied."""
        if report.kind in _ENDS and report.cumulative_quantity > order.filled_quantity:
            self.filled_at_venue[order.order_id] = report.cumulative_quantity
        if report.kind is Kind.NEW and order.is_parent:
            for leg in draft.group(order.group):
                if leg.status is Status.HELD:
                    draft.tell(leg, Event.EVENT_HELD, trace)
        # A cancel that came too late is asked for again only later: the fill that it was too late for comes first.
        if report.kind is not Kind.CANCEL_REJECTED:
            self.advance(draft, order.group, trace)

    def follow(self, draft: Draft, entry: Order, trace: Trace) -> None:
        """The venue has changed an entry: the exits that wait for it last as long as it does."""
        for leg in draft.group(entry.group):
            if leg.status is Status.HELD and leg.role in EXITS:
                retimed = lifecycle.retime_held(leg, entry.terms, draft.now)
                if retimed is not leg:
                    draft.put_order(retimed)
                    draft.tell(retimed, Event.EVENT_RESTATED, trace)

    def advance(self, draft: Draft, group_id: str, trace: Trace) -> None:
        """Everything that is due. What risk does not let through now stays due."""
        while members := draft.group(group_id):
            group = groups.assemble(members)
            steps = groups.plan(group, self.filled_at_venue)
            if not steps:
                return
            for step in steps:
                if isinstance(step, Send):
                    if not self._send(draft, step, trace):
                        return
                elif isinstance(step, Resize):
                    resized = lifecycle.resize_held(step.order, step.quantity, draft.now)
                    draft.put_order(resized)
                    draft.tell(resized, Event.EVENT_RESTATED, trace)
                elif isinstance(step, Cancel):
                    cancel(draft, step.order, trace)
                else:
                    self._end(draft, step, trace)

    def _end(self, draft: Draft, step: End, trace: Trace) -> None:
        ended = lifecycle.end_held(step.order, step.status, step.reason, draft.now)
        draft.put_order(ended)
        draft.tell(ended, _ENDED[step.status], trace)

    def _send(self, draft: Draft, step: Send, trace: Trace) -> bool:
        """False where it stays held."""
        order = lifecycle.release_held(step.order, step.quantity, draft.now)
        draft.settle()
        decision = self._risk.check(order.order_id, order, draft.now, closing=True)
        if not decision.accepted:
            # A stop loss that the collar does not let through yet is let through when the market comes nearer.
            later = decision.unavailable or decision.reason in _NOT_NOW
            if later or (order.role is Role.STOP_LOSS and decision.reason == "PRICE_COLLAR"):
                _log.warning("an exit is held", order_id=order.order_id, reason=decision.reason)
                return False
            metrics.orders.labels("refused", decision.reason).inc()
            self._end(draft, End(step.order, Status.REJECTED, decision.reason), trace)
            return True
        policy = draft.account(order.terms.account_id).self_trade_prevention
        touch = self._risk.touch(order.terms.symbol)
        order, approved = sign(order, decision, touch, draft.now, self._decision_key, policy)
        draft.put_order(order)
        if order.terms.quantity != step.order.terms.quantity:
            draft.tell(order, Event.EVENT_RESTATED, trace)
        subject = f"order.new.{token(order.terms.symbol)}"
        draft.send(OutboxMessage(order.order_id, subject, approved.SerializeToString(), tracing.headers(trace)))
        return True


_ENDED = {
    Status.CANCELED: Event.EVENT_CANCELED,
    Status.EXPIRED: Event.EVENT_EXPIRED,
    Status.REJECTED: Event.EVENT_REJECTED,
}


def cancel(draft: Draft, order: Order, trace: Trace) -> Order:
    """Asks the venue to cancel an order and, as long as it has not said which of the two lives, its replacement."""
    canceled = _cancel(draft, order, trace)
    replacement = draft.order(order.replacement) if order.replacement else None
    if replacement is not None and replacement.status.is_open:
        _cancel(draft, replacement, trace)
    return canceled


def _cancel(draft: Draft, order: Order, trace: Trace) -> Order:
    step = lifecycle.wish_cancel(order, draft.now)
    if step.news:
        draft.put_order(step.order)
        draft.tell(step.order, Event.EVENT_PENDING_CANCEL, trace)
        wish = draft.keys.cancel(order, draft.now)
        subject = f"order.cancel.{token(order.terms.symbol)}"
        draft.send(OutboxMessage(new_uuid7(), subject, wish.SerializeToString(), tracing.headers(trace)))
    return step.order


def cancel_group(draft: Draft, leg: Order, trace: Trace) -> Order:
    """Its owner gives up an exit, and with it all that is open of the group. Gives the leg as it is then."""
    group = groups.assemble(draft.group(leg.group) or [leg])
    for member in group.members:
        if member.status is Status.HELD:
            ended = lifecycle.end_held(member, Status.CANCELED, "", draft.now)
            draft.put_order(ended)
            draft.tell(ended, Event.EVENT_CANCELED, trace)
    for member in group.members:
        if member.status.is_open and member.status is not Status.HELD:
            cancel(draft, member, trace)
    changed = draft.order(leg.order_id)
    assert changed is not None
    return changed
