"""The order state machine: whatever the order in which the venue's reports arrive, the end is the same."""

import pytest
from cift_common.errors import FailedPrecondition
from cift_trading.domain import lifecycle
from cift_trading.domain.lifecycle import TABLE, Event, Next
from cift_trading.domain.order import Order, OrderTerms, OrderType, Side, Status, TimeInForce
from cift_trading.domain.report import Kind, Report
from hypothesis import given
from hypothesis import strategies as st

SHARE = 10**9
NOW = 1_700_000_000 * 10**9


def order(quantity: int = 10, order_id: str = "o1") -> Order:
    terms = OrderTerms(
        "a1", f"c-{order_id}", "AAPL", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, quantity * SHARE, limit_price=100
    )
    return Order(order_id, terms, submitted_at=NOW, updated_at=NOW)


def report(kind: Kind, number: int, *, price: int = 0, quantity: int = 0, reason: str = "") -> Report:
    return Report(
        f"x{number}", number, kind, "o1", "a1", "AAPL", price=price, quantity=quantity * SHARE, reason=reason, time=NOW
    )


@st.composite
def venue_histories(draw: st.DrawFn) -> list[Report]:
    """What a venue may say about an order of 10: accepted, filled in parts, and perhaps ended otherwise."""
    fills = draw(st.lists(st.integers(1, 5), max_size=4))
    while sum(fills) > 10:
        fills.pop()
    reports = [report(Kind.NEW, 1)]
    reports += [
        report(Kind.TRADE, 2 + index, price=draw(st.integers(1, 10**12)), quantity=quantity)
        for index, quantity in enumerate(fills)
    ]
    if sum(fills) < 10:
        end = draw(st.sampled_from([None, Kind.CANCELED, Kind.EXPIRED]))
        if end is not None:
            reports.append(report(end, 90, reason="END"))
    if draw(st.booleans()):
        reports.append(report(Kind.CANCEL_REJECTED, 91, reason="TOO_LATE"))
    return reports


def end_state(reports: list[Report], start: Order) -> Order:
    for one in reports:
        start = lifecycle.apply_execution(start, one, NOW).order
    return start._replace(version=0, updated_at=0)


@given(st.data(), venue_histories(), st.booleans())
def test_reports_in_any_order_end_in_the_same_state(data: st.DataObject, history: list[Report], cancel: bool) -> None:
    start = order()
    if cancel:
        start = lifecycle.wish_cancel(start, NOW).order
    shuffled = data.draw(st.permutations(history))
    ended = end_state(history, start)
    assert end_state(shuffled, start) == ended
    assert ended.filled_quantity == sum(one.quantity for one in history)
    assert ended.filled_value == sum(one.quantity * one.price for one in history)
    assert ended.leaves_quantity == (10 * SHARE - ended.filled_quantity if ended.status.is_open else 0)


@given(venue_histories())
def test_each_change_counts_the_version_up_by_one(history: list[Report]) -> None:
    now = order()
    for one in history:
        step = lifecycle.apply_execution(now, one, NOW)
        assert step.order.version == now.version + (step.order is not now)
        now = step.order


def test_the_table_has_a_cell_for_everything() -> None:
    assert set(TABLE) == {(status, event) for status in Status for event in Event}


@pytest.mark.parametrize("status", [status for status in Status if not status.is_open])
def test_closed_orders_stay_closed_and_take_no_wishes(status: Status) -> None:
    assert TABLE[status, Event.CANCEL_WISH] is TABLE[status, Event.REPLACE_WISH] is Next.NO
    for event in Event:
        outcome = TABLE[status, event]
        assert not isinstance(outcome, Status) or not outcome.is_open
    with pytest.raises(FailedPrecondition):
        lifecycle.wish_cancel(order()._replace(status=status), NOW)


def test_a_cancel_that_the_venue_refuses_leaves_the_order_as_its_fills_say() -> None:
    resting = end_state([report(Kind.NEW, 1), report(Kind.TRADE, 2, price=5, quantity=4)], order())
    wished = lifecycle.wish_cancel(resting, NOW).order
    assert wished.status is Status.PENDING_CANCEL
    step = lifecycle.apply_execution(wished, report(Kind.CANCEL_REJECTED, 3), NOW)
    assert step.order.status is Status.PARTIALLY_FILLED
    assert step.news


@given(st.permutations(["original fill", "replaced", "late fill", "own fill"]))
def test_a_replacement_counts_the_fills_of_the_order_it_replaced(arrivals: list[str]) -> None:
    original = lifecycle.apply_execution(order(), report(Kind.NEW, 1), NOW).order
    new = order(20, "o2")._replace(replaces="o1")
    original = lifecycle.wish_replace(original, "o2", NOW).order
    assert original.status is Status.PENDING_REPLACE
    for arrival in arrivals:
        match arrival:
            case "replaced":
                said = report(Kind.REPLACED, 5)._replace(order_id="o2", original_order_id="o1")
                first, second = lifecycle.take_over(original, new, said, NOW)
                original, new = first.order, second.order
            case "own fill":
                new = lifecycle.apply_execution(new, report(Kind.TRADE, 6, price=7, quantity=3), NOW).order
            case _:
                fill = report(Kind.TRADE, 7, price=2, quantity=2)
                original = lifecycle.apply_execution(original, fill, NOW).order
                if original.replaced_by:
                    new = lifecycle.carry(new, fill.quantity, fill.quantity * fill.price, NOW)
    assert (original.status, original.replaced_by, original.filled_quantity) == (Status.REPLACED, "o2", 4 * SHARE)
    assert (new.status, new.filled_quantity) == (Status.PARTIALLY_FILLED, 7 * SHARE)
    assert new.filled_value == (4 * 2 + 3 * 7) * SHARE


def test_a_refused_replacement_gives_the_original_back() -> None:
    original = lifecycle.apply_execution(order(), report(Kind.NEW, 1), NOW).order
    original = lifecycle.wish_replace(original, "o2", NOW).order
    step = lifecycle.apply_execution(original, report(Kind.REPLACE_REJECTED, 2, reason="TOO_LATE"), NOW)
    assert (step.order.status, step.order.replacement, step.news) == (Status.NEW, "", True)
