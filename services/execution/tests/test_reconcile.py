"""Trading's view of an order against the broker's."""

import pytest
from cift_execution.domain.broker import VenueOrder
from cift_execution.domain.reconcile import Plan, compare
from cift_execution.domain.request import Key, Kind
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

PENDING_NEW = types_pb2.ORDER_STATUS_PENDING_NEW
NEW = types_pb2.ORDER_STATUS_NEW
PARTIALLY_FILLED = types_pb2.ORDER_STATUS_PARTIALLY_FILLED
PENDING_CANCEL = types_pb2.ORDER_STATUS_PENDING_CANCEL
PENDING_REPLACE = types_pb2.ORDER_STATUS_PENDING_REPLACE


def plan(status: types_pb2.OrderStatus, filled: int, there: VenueOrder | None, *, replaces: str = "") -> Plan:
    order = trading_pb2.Order(
        order_id="a", status=status, filled_quantity_nanos=filled, updated_at_ns=10, replaces=replaces
    )
    venue = {} if there is None else {"a": there}
    return compare([trading_pb2.OrderNew(order=order)], venue, settled_sequence=50, settled_at_ns=100)


def outcome(plan: Plan) -> tuple[list[Key], set[str], int]:
    return [request.key for request, _ in plan.send], plan.republish, len(plan.differences)


def resting(cumulative: int = 0, sequence: int = 50) -> VenueOrder:
    return VenueOrder("a", True, cumulative, sequence)


ENDED = VenueOrder("a", False, 0, 0)
SENT, CANCELED, REPLACED = Key(Kind.NEW, "a"), Key(Kind.CANCEL, "a"), Key(Kind.REPLACE, "a")


@pytest.mark.parametrize(
    ("status", "filled", "there", "expected"),
    [
        (NEW, 0, resting(), ([], set(), 0)),
        (PARTIALLY_FILLED, 3, resting(3), ([], set(), 0)),
        (PENDING_REPLACE, 0, resting(), ([], set(), 0)),
        # The broker does not know it.
        (PENDING_NEW, 0, None, ([SENT], set(), 1)),
        (PENDING_CANCEL, 0, None, ([SENT, CANCELED], set(), 1)),
        (NEW, 0, None, ([], {"a"}, 1)),
        (PENDING_CANCEL, 3, None, ([], {"a"}, 1)),
        # The broker knows more, or less.
        (PENDING_NEW, 0, resting(), ([], {"a"}, 1)),
        (NEW, 0, resting(3), ([], {"a"}, 1)),
        (NEW, 0, ENDED, ([], {"a"}, 1)),
        (PENDING_CANCEL, 0, resting(), ([CANCELED], set(), 1)),
        (PARTIALLY_FILLED, 3, resting(1), ([], set(), 1)),
        # Its last report is on its way.
        (PENDING_NEW, 0, resting(sequence=51), ([], set(), 0)),
    ],
)
def test_each_pair_of_views(
    status: types_pb2.OrderStatus,
    filled: int,
    there: VenueOrder | None,
    expected: tuple[list[Key], set[str], int],
) -> None:
    assert outcome(plan(status, filled, there)) == expected


def test_a_replacement_that_never_arrived_is_asked_for_again() -> None:
    assert outcome(plan(PENDING_NEW, 0, None, replaces="o"))[0] == [REPLACED]


def test_an_order_that_changed_just_now_is_left_alone() -> None:
    order = trading_pb2.OrderNew(order=trading_pb2.Order(order_id="a", status=PENDING_NEW, updated_at_ns=101))
    compared = compare([order], {"a": resting()}, settled_sequence=50, settled_at_ns=100)
    assert (compared.compared, outcome(compared)) == (0, ([], set(), 0))


def test_an_order_that_only_the_broker_holds_open_is_a_stray() -> None:
    compared = compare([], {"a": resting(), "b": resting(sequence=51)}, settled_sequence=50, settled_at_ns=100)
    assert compared.differences == ["order a rests at the broker and is not open in trading"]
    assert compared.strays == [resting()]
