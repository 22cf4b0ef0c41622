"""The order state machine: one table of FIX 4.4 statuses × what can happen, and the function that walks it.

Executions may come late, twice or in another order than they happened: whatever the order, the end is the same. So a
fill counts in every status, an end is final, and a report that brings nothing new changes nothing.
"""

from dataclasses import dataclass
from enum import Enum, auto

from cift_common.errors import FailedPrecondition

from cift_trading.domain.order import Order, OrderTerms, Status
from cift_trading.domain.report import Kind, Report

PENDING_NEW, NEW, PARTIAL, FILLED = Status.PENDING_NEW, Status.NEW, Status.PARTIALLY_FILLED, Status.FILLED
CANCELING, REPLACING = Status.PENDING_CANCEL, Status.PENDING_REPLACE
CANCELED, REPLACED, REJECTED, EXPIRED = Status.CANCELED, Status.REPLACED, Status.REJECTED, Status.EXPIRED
HELD = Status.HELD


class Event(Enum):
    """What can happen to an order: a wish of its owner, or a report of the venue."""

    CANCEL_WISH = auto()
    REPLACE_WISH = auto()
    ACCEPTED = auto()
    PARTIAL_FILL = auto()
    FULL_FILL = auto()
    CANCELED = auto()
    REPLACED = auto()
    REJECTED = auto()
    EXPIRED = auto()
    CANCEL_REJECTED = auto()
    REPLACE_REJECTED = auto()


class Next(Enum):
    SAME = auto()  # the status stays
    REST = auto()  # back to what its fills and wishes say (Order.resting_status)
    NO = auto()  # the owner may not


SAME, REST, NO = Next.SAME, Next.REST, Next.NO

_COLUMNS = (
    Event.CANCEL_WISH, Event.REPLACE_WISH, Event.ACCEPTED, Event.PARTIAL_FILL, Event.FULL_FILL, Event.CANCELED,
    Event.REPLACED, Event.REJECTED, Event.EXPIRED, Event.CANCEL_REJECTED, Event.REPLACE_REJECTED,
)  # fmt: skip
# fmt: off
_ROWS: dict[Status, tuple[Status | Next, ...]] = {
    #             CANCEL_    REPLACE_   ACCEPTED PARTIAL FULL    CANCELED  REPLACED  REJECTED  EXPIRED  CANCEL_ REPLACE_
    #             WISH       WISH                _FILL   _FILL                                          REJECTED
    PENDING_NEW: (CANCELING, REPLACING, NEW,     REST,   FILLED, CANCELED, REPLACED, REJECTED, EXPIRED, SAME, SAME),
    NEW:         (CANCELING, REPLACING, SAME,    REST,   FILLED, CANCELED, REPLACED, REJECTED, EXPIRED, SAME, SAME),
    PARTIAL:     (CANCELING, REPLACING, SAME,    SAME,   FILLED, CANCELED, REPLACED, SAME,     EXPIRED, SAME, SAME),
    CANCELING:   (SAME,      NO,        SAME,    SAME,   FILLED, CANCELED, REPLACED, REJECTED, EXPIRED, REST, SAME),
    REPLACING:   (CANCELING, NO,        SAME,    SAME,   FILLED, CANCELED, REPLACED, REJECTED, EXPIRED, SAME, REST),
    FILLED:      (NO,        NO,        SAME,    SAME,   SAME,   SAME,     REPLACED, SAME,     SAME,    SAME, SAME),
    CANCELED:    (NO,        NO,        SAME,    SAME,   FILLED, SAME,     SAME,     SAME,     SAME,    SAME, SAME),
    REPLACED:    (NO,        NO,        SAME,    SAME,   SAME,   SAME,     SAME,     SAME,     SAME,    SAME, SAME),
    REJECTED:    (NO,        NO,        SAME,    REST,   FILLED, SAME,     SAME,     SAME,     SAME,    SAME, SAME),
    EXPIRED:     (NO,        NO,        SAME,    SAME,   FILLED, SAME,     SAME,     SAME,     SAME,    SAME, SAME),
    # No venue has it: its owner's wishes are carried out at once (`end_held`, `replace_held`), nobody reports of it.
    HELD:        (NO,        NO,        SAME,    SAME,   FILLED, SAME,     SAME,     SAME,     SAME,    SAME, SAME),
}
# fmt: on
TABLE = {
    (status, event): outcome for status, row in _ROWS.items() for event, outcome in zip(_COLUMNS, row, strict=True)
}

# When it ended, by how.
_ENDS = {
    FILLED: "filled_at",
    CANCELED: "canceled_at",
    EXPIRED: "expired_at",
    REJECTED: "failed_at",
    REPLACED: "replaced_at",
}
_EVENTS = {
    Kind.NEW: Event.ACCEPTED,
    Kind.CANCELED: Event.CANCELED,
    Kind.REPLACED: Event.REPLACED,
    Kind.REJECTED: Event.REJECTED,
    Kind.EXPIRED: Event.EXPIRED,
    Kind.CANCEL_REJECTED: Event.CANCEL_REJECTED,
    Kind.REPLACE_REJECTED: Event.REPLACE_REJECTED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """An order after something happened, and whether anybody needs to be told."""

    order: Order
    news: bool


def wish_cancel(order: Order, now: int) -> Step:
    """The owner wants it canceled; `FailedPrecondition` where it is closed. A second wish changes nothing."""
    status = _target(order, Event.CANCEL_WISH)
    if status is NO:
        raise FailedPrecondition(
            f"order is not cancelable: it is {order.status.name.lower()}",
            reason="ORDER_NOT_CANCELABLE",
            field="order_id",
        )
    if status is SAME:
        return Step(order, news=False)
    return Step(order._replace(status=CANCELING, updated_at=now, version=order.version + 1), news=True)


def wish_replace(order: Order, replacement: str, now: int) -> Step:
    """The owner wants `replacement` in its place; `FailedPrecondition` where it is closed or where another wish is
    pending."""
    if _target(order, Event.REPLACE_WISH) is NO:
        raise FailedPrecondition(
            f"order is not replaceable: it is {order.status.name.lower()}",
            reason="ORDER_NOT_REPLACEABLE",
            field="order_id",
        )
    changed = order._replace(status=REPLACING, replacement=replacement, updated_at=now, version=order.version + 1)
    return Step(changed, news=True)


def end_held(order: Order, status: Status, reason: str, now: int) -> Order:
    """An order that no venue has, canceled, expired or rejected for a reason of ours."""
    assert order.status is HELD
    ended = {_ENDS[status]: now}
    return order._replace(status=status, reason=reason, updated_at=now, version=order.version + 1, **ended)  # type: ignore[arg-type]


def replace_held(order: Order, replacement: Order, now: int) -> tuple[Order, Order]:
    """Both orders after a change that nobody else needs to hear of."""
    assert order.status is HELD
    replaced = order._replace(
        status=REPLACED, replaced_by=replacement.order_id, replaced_at=now, updated_at=now, version=order.version + 1
    )
    return replaced, replacement._replace(status=HELD, triggered_at=order.triggered_at)


def resize_held(order: Order, quantity: int, now: int) -> Order:
    """An order that no venue has, for what its group has left to close."""
    assert order.status is HELD
    terms = order.terms._replace(quantity=quantity)
    return order._replace(terms=terms, updated_at=now, version=order.version + 1)


def retime_held(order: Order, entry: OrderTerms, now: int) -> Order:
    """An exit that no venue has lasts as long as its entry does."""
    assert order.status is HELD
    terms = order.terms._replace(time_in_force=entry.time_in_force, expires_at=entry.expires_at)
    return order if terms == order.terms else order._replace(terms=terms, updated_at=now, version=order.version + 1)


def release_held(order: Order, quantity: int, now: int) -> Order:
    """The order on its way to the venue."""
    return resize_held(order, quantity, now)._replace(status=PENDING_NEW)


def trigger(order: Order, now: int) -> Order:
    """A held stop loss whose price the market has reached."""
    assert order.status is HELD
    return order._replace(triggered_at=now, updated_at=now, version=order.version + 1)


def apply_execution(order: Order, report: Report, now: int) -> Step:
    """The order after one report of the venue about it. Giving the same report twice is the caller's mistake."""
    if report.kind is Kind.TRADE:
        return _fill(order, report, now)
    match report.kind:
        case Kind.NEW:
            changed = _acknowledged(order)
        case Kind.CANCEL_REJECTED:
            # A wish that overtook its order does not prove that the venue has the order.
            changed = order if report.reason == "UNKNOWN_ORDER" else _acknowledged(order)
        case Kind.REPLACE_REJECTED:
            changed = order._replace(replacement="") if order.replacement else order
        case Kind.REPLACED:
            changed = order._replace(acknowledged=True, replacement="", replaced_by=report.order_id)
        case _:
            changed = order
    return _finish(order, changed, _resolve(changed, _target(order, _EVENTS[report.kind])), report, now)


def take_over(original: Order, replacement: Order, report: Report, now: int) -> tuple[Step, Step]:
    """Both orders after REPLACED: the replacement rests at the venue, the fills of the original count as its own."""
    first = apply_execution(original, report, now)
    accepted = apply_execution(replacement, report._replace(kind=Kind.NEW), now)
    if not original.filled_quantity:
        return first, accepted
    carried = carry(accepted.order, original.filled_quantity, original.filled_value, now)
    return first, Step(carried._replace(version=replacement.version + 1), accepted.news)


def carry(order: Order, quantity: int, value: int, now: int) -> Order:
    """The replacement after the original had a fill: the two are one order to their owner."""
    changed = order._replace(
        filled_quantity=order.filled_quantity + quantity,
        filled_value=order.filled_value + value,
        updated_at=now,
        version=order.version + 1,
    )
    if order.status not in (NEW, PARTIAL):
        return changed
    status = changed.resting_status
    return changed._replace(status=status, filled_at=now if status is FILLED else 0)


def _fill(order: Order, report: Report, now: int) -> Step:
    changed = order._replace(
        acknowledged=True,
        filled_quantity=order.filled_quantity + report.quantity,
        filled_value=order.filled_value + report.quantity * report.price,
    )
    event = Event.FULL_FILL if changed.filled_quantity >= order.terms.quantity else Event.PARTIAL_FILL
    filled = _finish(order, changed, _resolve(changed, _target(order, event)), report, now)
    return Step(filled.order, news=True)


def _acknowledged(order: Order) -> Order:
    return order if order.acknowledged else order._replace(acknowledged=True)


def _target(order: Order, event: Event) -> Status | Next:
    return TABLE[order.status, event]


def _resolve(changed: Order, target: Status | Next) -> Status:
    if target is SAME:
        return changed.status
    if target is REST:
        return changed.resting_status
    assert isinstance(target, Status)
    return target


def _finish(before: Order, changed: Order, status: Status, report: Report, now: int) -> Step:
    moved = status is not before.status
    refused = report.kind in (Kind.CANCEL_REJECTED, Kind.REPLACE_REJECTED)
    if changed is before and not moved:
        return Step(before, news=refused)
    if moved and status in _ENDS:
        ended = {"reason": report.reason, _ENDS[status]: report.time}
        changed = changed._replace(**ended)  # type: ignore[arg-type]
    return Step(changed._replace(status=status, updated_at=now, version=before.version + 1), news=moved or refused)
