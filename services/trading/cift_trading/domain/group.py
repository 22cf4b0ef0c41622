"""What is due in a group of orders, told from how its orders stand and from nothing else.

At the venue there is never more than one exit at a time. A take profit rests there; its stop loss is held here until
the market reaches its price, then the take profit is canceled, and only once the venue has said how much of it was
filled does the stop loss go out, for the rest. So whatever the venue does meanwhile, both together close what the entry
opened and no more. Because a plan needs no memory, it is the same after a crash.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cift_trading.domain.order import WORKING, Order, Role, Side, Status

ENTRY_ENDED, OTHER_FILLED, OTHER_EXPIRED = "ENTRY_ENDED", "ONE_CANCELS_OTHER", "EXPIRED"


class Group(NamedTuple):
    """The orders that hold each role now; None where the group has no such role."""

    entry: Order | None
    take_profit: Order | None
    stop_loss: Order | None

    @property
    def members(self) -> tuple[Order, ...]:
        return tuple(order for order in self if order is not None)


class Send(NamedTuple):
    """A held order goes to the venue, for so much."""

    order: Order
    quantity: int


class Resize(NamedTuple):
    """A held order stands for so much from now on."""

    order: Order
    quantity: int


class Cancel(NamedTuple):
    """The venue is asked to cancel an order that it has."""

    order: Order


class End(NamedTuple):
    """A held order is over."""

    order: Order
    status: Status
    reason: str


Step = Send | Resize | Cancel | End


def assemble(members: Iterable[Order]) -> Group:
    """`members` are all orders that the group has ever had; one that was replaced has given its role on."""
    by_id = {order.order_id: order for order in members}

    def current(role: Role) -> Order | None:
        order = next((one for one in by_id.values() if one.role is role and one.replaces not in by_id), None)
        while order is not None and order.replaced_by in by_id:
            order = by_id[order.replaced_by]
        return order

    return Group(current(Role.ENTRY), current(Role.TAKE_PROFIT), current(Role.STOP_LOSS))


def plan(group: Group, filled_at_venue: Mapping[str, int] | None = None) -> tuple[Step, ...]:
    """What is due now; nothing where the group only waits.

    `filled_at_venue`: by order, how much the venue says is filled where fills of it may still be on their way to us.
    """
    held = [leg for leg in (group.take_profit, group.stop_loss) if leg is not None and leg.status is Status.HELD]
    if not held or _is_waiting(group):
        return ()
    said = filled_at_venue or {}
    if group.entry is not None and said.get(group.entry.order_id, 0) > group.entry.filled_quantity:
        return ()
    if group.entry is not None and not group.entry.filled_quantity:
        return tuple(End(leg, Status.CANCELED, ENTRY_ENDED) for leg in held)
    left = _left_to_close(group, said)
    take_profit, stop_loss = group.take_profit, group.stop_loss
    if left <= 0:
        return tuple(End(leg, Status.CANCELED, OTHER_FILLED) for leg in held)
    if take_profit is not None and take_profit.status is Status.HELD:
        return (Send(take_profit, left),)
    assert stop_loss is not None
    if take_profit is None:
        return (Send(stop_loss, left),)
    if take_profit.status in WORKING:
        if stop_loss.triggered_at:
            return (Cancel(take_profit),) if take_profit.status is not Status.PENDING_CANCEL else ()
        return (Resize(stop_loss, left),) if stop_loss.terms.quantity != left else ()
    if take_profit.status is Status.EXPIRED and not stop_loss.triggered_at:
        # Both were good for the same time.
        return (End(stop_loss, Status.EXPIRED, OTHER_EXPIRED),)
    # Triggered, or the take profit ended without its owner's wish: what is left stays protected.
    return (Send(stop_loss, left),)


def _is_waiting(group: Group) -> bool:
    """The entry is not done: legs stand for what it has opened once that is certain."""
    return group.entry is not None and group.entry.status in WORKING


def _left_to_close(group: Group, filled_at_venue: Mapping[str, int]) -> int:
    def filled(order: Order | None) -> int:
        return max(order.filled_quantity, filled_at_venue.get(order.order_id, 0)) if order is not None else 0

    if group.entry is not None:
        opened = group.entry.filled_quantity
    else:
        assert group.take_profit is not None
        opened = group.take_profit.terms.quantity
    return opened - filled(group.take_profit) - filled(group.stop_loss)


def is_armed(group: Group) -> bool:
    """Its stop loss is held and waits for the market."""
    stop_loss, take_profit = group.stop_loss, group.take_profit
    return (
        stop_loss is not None
        and stop_loss.status is Status.HELD
        and not stop_loss.triggered_at
        and not _is_waiting(group)
        and take_profit is not None
        and take_profit.status in WORKING
    )


def is_reached(stop_loss: Order, bid: int, ask: int) -> bool:
    """As the venue elects stops: a sell by the bid, a buy by the ask; 0 is no price."""
    stop = stop_loss.terms.stop_price
    return 0 < bid <= stop if stop_loss.terms.side is Side.SELL else ask >= stop and ask > 0


def nest(orders: Iterable[Order], legs: Iterable[Order]) -> list[tuple[Order, tuple[Order, ...]]]:
    """Each order with the legs that depend on it, as they stand; where one was replaced its successor has them."""
    by_group: dict[str, list[Order]] = {}
    for leg in sorted(legs, key=lambda leg: leg.role):
        if not leg.is_parent and leg.status is not Status.REPLACED:
            by_group.setdefault(leg.group, []).append(leg)
    return [
        (order, tuple(by_group.get(order.group, ())) if order.is_parent and not order.replaced_by else ())
        for order in orders
    ]
