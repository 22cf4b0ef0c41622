"""What is booked against the venue's journal: every way in which the two can differ is found and named."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, TypeVar

import pytest
from cift_execution.domain.bookings import Comparison, compare
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2

T = TypeVar("T")
SHARE = 10**9


async def stream(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item


def said(sequence: int, **more: Any) -> matcher_pb2.ExecutionReport:
    return matcher_pb2.ExecutionReport(
        **{
            "sequence": sequence,
            "execution_id": f"PAPER-AAPL-{sequence}",
            "type": types_pb2.EXECUTION_TYPE_TRADE,
            "order_id": f"o{sequence}",
            "account_id": "a",
            "symbol": "AAPL",
            "side": types_pb2.SIDE_BUY,
            "last_price_nanos": 100 * SHARE,
            "last_quantity_nanos": SHARE,
        }
        | more
    )


def booked(sequence: int, **more: Any) -> trading_pb2.BookedTrade:
    return trading_pb2.BookedTrade(
        **{
            "sequence": sequence,
            "execution_id": f"PAPER-AAPL-{sequence}",
            "order_id": f"o{sequence}",
            "account_id": "a",
            "symbol": "AAPL",
            "side": types_pb2.SIDE_BUY,
            "price_nanos": 100 * SHARE,
            "quantity_nanos": SHARE,
        }
        | more
    )


NEW = said(2, type=types_pb2.EXECUTION_TYPE_NEW, last_price_nanos=0, last_quantity_nanos=0)
VENUE = [said(1), NEW, said(3), said(4), said(9)]


async def found(trades: list[trading_pb2.BookedTrade], *, after: int = 0, settled: int = 4) -> Comparison:
    venue = [report for report in VENUE if report.sequence > after]
    return await compare(stream(venue), stream(trades), after=after, settled=settled, last=9)


@pytest.mark.parametrize("late", [[], [booked(9)]], ids=["on its way", "booked already"])
async def test_the_same_on_both_sides_has_the_same_hash(late: list[trading_pb2.BookedTrade]) -> None:
    same = await found([booked(1), booked(3), booked(4), *late])
    assert (same.differences, same.compared, same.matched_until) == ([], 3, 4)
    assert same.venue_hash == same.booked_hash


@pytest.mark.parametrize(
    ("trades", "what", "matched_until"),
    [
        ([booked(1), booked(4)], "execution PAPER-AAPL-3 of the venue is not booked", 2),
        ([booked(1), booked(2), booked(3), booked(4)], "PAPER-AAPL-2 is booked and is not in the venue's journal", 1),
        ([booked(1), booked(3), booked(4), booked(10)], "PAPER-AAPL-10 is booked and is not in the venue's", 4),
        ([booked(1), booked(3, quantity_nanos=10**6 * SHARE), booked(4)], "is booked with quantity 1000000", 2),
        ([booked(1), booked(3, price_nanos=1), booked(4)], "is booked with price 1,", 2),
        ([booked(1), booked(3, account_id="b"), booked(4)], "is booked with account_id b,", 2),
        ([booked(1), booked(3, order_id="b"), booked(4)], "is booked with order_id b,", 2),
        ([booked(1), booked(3, symbol="MSFT"), booked(4)], "is booked with symbol MSFT,", 2),
        ([booked(1), booked(3, side=2), booked(4)], "is booked with side 2,", 2),
        ([booked(1), booked(3, execution_id="X-3"), booked(4)], "is booked with execution_id X-3,", 2),
    ],
)
async def test_every_difference_is_named_and_ends_what_is_matched(
    trades: list[trading_pb2.BookedTrade], what: str, matched_until: int
) -> None:
    differs = await found(trades)
    assert len(differs.differences) == 1
    assert what in differs.differences[0].replace("quantity 1000000000000000,", "quantity 1000000,")
    assert differs.matched_until == matched_until
    assert differs.venue_hash != differs.booked_hash


async def test_a_trade_that_was_discarded_is_known_and_not_missing() -> None:
    discarded = booked(3, discarded=True, price_nanos=0, quantity_nanos=0, side=0)
    assert not (await found([booked(1), discarded, booked(4)])).differences


async def test_a_comparison_goes_on_where_the_last_one_ended() -> None:
    rest = await found([booked(4)], after=3)
    assert (rest.differences, rest.compared, rest.matched_until) == ([], 1, 4)


async def test_what_the_venue_no_longer_keeps_is_not_compared() -> None:
    kept = [report for report in VENUE if report.sequence >= 3]
    rest = await compare(stream(kept), stream([booked(1), booked(3), booked(4)]), after=0, settled=4, last=9)
    assert (rest.differences, rest.compared) == ([], 2)
