"""Compares the orders that trading holds open with what the broker has of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

from cift_execution.domain.broker import VenueOrder
from cift_execution.domain.request import Cancel, New, Replace, Request

_WAITS = (types_pb2.ORDER_STATUS_PENDING_NEW, types_pb2.ORDER_STATUS_PENDING_CANCEL)


@dataclass(slots=True)
class Plan:
    """What would make both sides the same."""

    compared: int = 0
    # With the decision where one is needed.
    send: list[tuple[Request, trading_pb2.RiskDecision | None]] = field(default_factory=list)
    # Orders of which trading misses reports.
    republish: set[str] = field(default_factory=set)
    # Orders that only the broker holds open.
    strays: list[VenueOrder] = field(default_factory=list)
    # One sentence each.
    differences: list[str] = field(default_factory=list)
    # The orders that they are about.
    concerned: set[str] = field(default_factory=set)

    def differ(self, order_id: str, what: str) -> None:
        self.differences.append(f"order {order_id} {what}")
        self.concerned.add(order_id)


def compare(
    orders: Iterable[trading_pb2.OrderNew],
    venue: Mapping[str, VenueOrder],
    *,
    settled_sequence: int,
    settled_at_ns: int,
) -> Plan:
    """`orders` is all that trading holds open, `venue` all that the broker knows of them and all open orders there.

    Only what is settled is compared: trading's orders that were last changed before `settled_at_ns`, and the broker's
    orders whose last report had been published by then. The rest is on its way.
    """
    plan = Plan()
    known: set[str] = set()
    for message in orders:
        order = message.order
        known.add(order.order_id)
        if order.updated_at_ns > settled_at_ns:
            continue
        plan.compared += 1
        there = venue.get(order.order_id)
        if there is None:
            _unknown_there(plan, message)
        elif there.last_sequence <= settled_sequence:
            _known_there(plan, order, there)
    for there in venue.values():
        if there.open and there.order_id not in known and there.last_sequence <= settled_sequence:
            plan.differ(there.order_id, "rests at the broker and is not open in trading")
            plan.strays.append(there)
    return plan


def _unknown_there(plan: Plan, message: trading_pb2.OrderNew) -> None:
    order = message.order
    if order.status not in _WAITS or order.filled_quantity_nanos:
        status = types_pb2.OrderStatus.Name(order.status)
        plan.differ(order.order_id, f"is {status} in trading, the broker does not know it")
        plan.republish.add(order.order_id)
        return
    plan.differ(order.order_id, "never reached the broker; sent again")
    # An exit that replaced another before either was sent replaces nothing at the venue: the decision says which.
    decision = message.decision
    original = decision.original_order_id if message.HasField("decision") else order.replaces
    request = Replace(original, order, decision) if original else New(order, decision)
    plan.send.append((request, message.decision))
    if order.status == types_pb2.ORDER_STATUS_PENDING_CANCEL:
        # Its message may still come: only an order that the broker has had can be canceled for good.
        plan.send.append((_cancel(order), None))


def _known_there(plan: Plan, order: trading_pb2.Order, there: VenueOrder) -> None:
    if not there.open:
        plan.differ(order.order_id, "has ended at the broker and is open in trading")
        plan.republish.add(order.order_id)
    elif there.cumulative_quantity_nanos < order.filled_quantity_nanos:
        plan.differ(order.order_id, "has fills in trading that the broker does not have")
    elif there.cumulative_quantity_nanos > order.filled_quantity_nanos:
        plan.differ(order.order_id, "has fills at the broker that trading does not have")
        plan.republish.add(order.order_id)
    elif order.status == types_pb2.ORDER_STATUS_PENDING_NEW:
        plan.differ(order.order_id, "is open at the broker and PENDING_NEW in trading")
        plan.republish.add(order.order_id)
    elif order.status == types_pb2.ORDER_STATUS_PENDING_CANCEL:
        plan.differ(order.order_id, "is to be canceled, which never reached the broker; sent again")
        plan.send.append((_cancel(order), None))


def _cancel(order: trading_pb2.Order) -> Cancel:
    return Cancel(order.order_id, order.account_id, order.symbol, order.updated_at_ns)
