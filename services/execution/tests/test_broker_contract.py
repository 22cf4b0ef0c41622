"""What every broker adapter must do, proved against the real thing that it talks to.

A new broker is one more entry of `BROKERS`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from typing import Any

import pytest
from cift_common import money, rpc
from cift_common.errors import NotFound
from cift_common.ids import new_uuid7, system_clock
from cift_execution.adapters.paper import PaperBroker
from cift_execution.domain.broker import Broker, Level, Outage, Refused, Venue
from cift_execution.domain.request import Cancel, New, Replace
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2

from tests.processes import MatcherProcess

ACCOUNT = new_uuid7()
INSTRUMENTS = [
    types_pb2.Instrument(symbol=symbol, tick_size_nanos=10_000_000, lot_size_nanos=money.NANOS)
    for symbol in ("AAPL", "MSFT")
]


def paper(matcher: MatcherProcess) -> Venue:
    return PaperBroker(rpc.channel(matcher.address), INSTRUMENTS, system_clock, "contract test")


BROKERS: dict[str, Callable[[MatcherProcess], Venue]] = {"paper": paper}


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, matcher: MatcherProcess) -> Venue:
    return BROKERS[request.param](matcher)


class Session:
    """Listens to a broker, and remembers."""

    def __init__(self, after_sequence: int = 0) -> None:
        self.last_sequence = after_sequence
        self.reports: list[matcher_pb2.ExecutionReport] = []
        self.refused: dict[int, Refused] = {}
        self.connections = 0
        self._news = asyncio.Condition()

    async def on_reports(self, reports: Sequence[matcher_pb2.ExecutionReport]) -> None:
        self.reports += reports
        self.last_sequence = reports[-1].sequence
        await self._tell()

    async def on_refused(self, ticket: int, refused: Refused) -> None:
        self.refused[ticket] = refused
        await self._tell()

    async def on_connected(self) -> None:
        self.connections += 1
        await self._tell()

    async def on_lost(self, outage: Outage) -> None:
        await self._tell()

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(condition)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def kinds(self, order_id: str) -> list[str]:
        return [
            types_pb2.ExecutionType.Name(report.type).removeprefix("EXECUTION_TYPE_")
            for report in self.reports
            if report.order_id == order_id
        ]


@asynccontextmanager
async def session_with(broker: Broker, after_sequence: int = 0) -> AsyncIterator[Session]:
    session = Session(after_sequence)
    task = asyncio.create_task(broker.run(session))
    try:
        await session.until(lambda: session.connections)
        yield session
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def limit_order(side: types_pb2.Side, quantity: int, price: str, **other: Any) -> trading_pb2.Order:
    terms: dict[str, Any] = {
        "order_id": new_uuid7(),
        "account_id": ACCOUNT,
        "symbol": "AAPL",
        "type": types_pb2.ORDER_TYPE_LIMIT,
        "time_in_force": types_pb2.TIME_IN_FORCE_GTC,
    }
    return trading_pb2.Order(
        **(terms | other),
        side=side,
        quantity_nanos=quantity * money.NANOS,
        limit_price_nanos=money.to_nanos(Decimal(price)),
    )


def buy(quantity: int, price: str, **other: Any) -> trading_pb2.Order:
    return limit_order(types_pb2.SIDE_BUY, quantity, price, **other)


def sell(quantity: int, price: str, **other: Any) -> trading_pb2.Order:
    return limit_order(types_pb2.SIDE_SELL, quantity, price, **other)


def cancel(order: trading_pb2.Order) -> Cancel:
    return Cancel(order.order_id, order.account_id, order.symbol, 1)


async def test_orders_trade_and_reports_come_in_sequence_with_ids_of_their_own(broker: Venue) -> None:
    resting, taking = sell(10, "100.00"), buy(4, "100.00")
    async with session_with(broker) as session:
        broker.send(1, New(resting))
        broker.send(2, New(taking))
        await session.until(lambda: len(session.reports) == 4)
    assert session.kinds(resting.order_id) == ["NEW", "TRADE"]
    assert session.kinds(taking.order_id) == ["NEW", "TRADE"]
    [fill] = [report for report in session.reports if report.order_id == taking.order_id and report.last_quantity_nanos]
    assert (fill.last_price_nanos, fill.leaves_quantity_nanos) == (100 * money.NANOS, 0)
    sequences = [report.sequence for report in session.reports]
    assert sequences == list(range(sequences[0], sequences[0] + 4))
    assert len({report.execution_id for report in session.reports}) == 4
    assert {report.account_id for report in session.reports} == {ACCOUNT}


async def test_a_request_that_it_has_is_refused_as_known_and_changes_nothing(broker: Venue) -> None:
    order, other = sell(10, "100.00"), sell(1, "101.00")
    async with session_with(broker) as session:
        for ticket in (1, 2):
            broker.send(ticket, New(order))
        await session.until(lambda: session.refused)
        broker.send(3, Replace(order.order_id, other))
        broker.send(4, New(other))
        await session.until(lambda: len(session.refused) == 2)
    assert session.refused[2].known
    assert session.refused[4].known
    assert session.kinds(order.order_id) == ["NEW"]


@pytest.mark.parametrize(
    "order",
    [
        sell(1, "100.00", symbol="NOPE"),
        sell(1, "100.001"),
        sell(0, "100.00"),
    ],
    ids=["unknown symbol", "off the tick", "no quantity"],
)
async def test_an_order_that_can_never_be_taken_is_refused_for_good(broker: Venue, order: trading_pb2.Order) -> None:
    async with session_with(broker) as session:
        broker.send(1, New(order))
        await session.until(lambda: session.refused)
    refused = session.refused[1]
    assert refused.final
    assert not refused.known
    assert refused.reason
    assert await broker.find(order.order_id) is None


async def test_cancel_and_replace_answer_for_their_own_order(broker: Venue) -> None:
    order, better = buy(10, "99.00"), buy(10, "99.50")
    async with session_with(broker) as session:
        broker.send(1, New(order))
        broker.send(2, Replace(order.order_id, better))
        broker.send(3, cancel(better))
        broker.send(4, cancel(order))
        await session.until(lambda: 4 in session.refused and session.kinds(better.order_id)[-1:] == ["CANCELED"])
    assert session.kinds(better.order_id) == ["REPLACED", "CANCELED"]
    [replaced] = [report for report in session.reports if report.original_order_id]
    assert (replaced.order_id, replaced.original_order_id) == (better.order_id, order.order_id)
    assert session.refused[4].final


async def test_a_later_session_gets_what_it_missed_and_no_more(broker: Venue, matcher: MatcherProcess) -> None:
    order = sell(10, "100.00")
    async with session_with(broker) as session:
        broker.send(1, New(order))
        await session.until(lambda: session.reports)
        seen = session.last_sequence
        broker.send(2, cancel(order))
        await session.until(lambda: len(session.reports) == 2)
    async with session_with(broker, seen) as later:
        assert later.kinds(order.order_id) == ["CANCELED"]
    again = [report async for report in broker.history(0)]
    assert [report.execution_id for report in again] == [report.execution_id for report in session.reports]


async def test_a_broker_that_dies_is_found_again_with_all_it_had(broker: Venue, matcher: MatcherProcess) -> None:
    kept, late = sell(10, "100.00"), sell(5, "101.00")
    async with session_with(broker) as session:
        broker.send(1, New(kept))
        await session.until(lambda: session.reports)
        matcher.kill()
        matcher.begin()
        await session.until(lambda: session.connections == 2)
        broker.send(2, New(kept))
        broker.send(3, New(late))
        await session.until(lambda: session.refused and session.kinds(late.order_id))
        assert session.refused[2].known
        assert session.kinds(kept.order_id) == ["NEW"]
    there = await broker.open_orders()
    assert there.keys() == {kept.order_id, late.order_id}


async def test_it_says_what_it_knows_of_an_order(broker: Venue) -> None:
    resting, taking, gone = sell(10, "100.00"), buy(4, "100.00"), sell(1, "105.00")
    async with session_with(broker) as session:
        for ticket, order in enumerate((resting, taking, gone), 1):
            broker.send(ticket, New(order))
        broker.send(4, cancel(gone))
        await session.until(lambda: len(session.reports) == 6)
    found = {order.order_id: await broker.find(order.order_id) for order in (resting, taking, gone)}
    assert {order_id: order.open for order_id, order in found.items() if order} == {
        resting.order_id: True,
        taking.order_id: False,
        gone.order_id: False,
    }
    assert (await broker.open_orders())[resting.order_id].cumulative_quantity_nanos == 4 * money.NANOS
    assert await broker.find(new_uuid7()) is None


async def test_its_book_has_what_rests_by_price_best_first(broker: Venue) -> None:
    orders = [buy(3, "99.00"), buy(4, "99.00"), buy(5, "98.50"), sell(6, "101.00"), sell(7, "100.50")]
    async with session_with(broker) as session:
        for ticket, order in enumerate(orders, 1):
            broker.send(ticket, New(order))
        await session.until(lambda: len(session.reports) == len(orders))
    book = await broker.book("AAPL", 0)

    def seen(levels: Sequence[Level]) -> list[tuple[str, int, int]]:
        return [(money.text(level.price_nanos), level.quantity_nanos // money.NANOS, level.orders) for level in levels]

    assert seen(book.bids) == [("99", 7, 2), ("98.5", 5, 1)]
    assert seen(book.asks) == [("100.5", 7, 1), ("101", 6, 1)]
    assert book.sequence >= session.last_sequence
    assert len((await broker.book("AAPL", 1)).bids) == 1
    with pytest.raises(NotFound):
        await broker.book("NOPE", 1)


def quote(symbol: str, bid: str, ask: str) -> types_pb2.Quote:
    return types_pb2.Quote(
        symbol=symbol,
        bid_price_nanos=money.to_nanos(Decimal(bid)),
        bid_quantity_nanos=100 * money.NANOS,
        ask_price_nanos=money.to_nanos(Decimal(ask)),
        ask_quantity_nanos=100 * money.NANOS,
    )


async def test_the_outside_market_fills_orders_until_it_is_withdrawn(broker: Venue) -> None:
    market = {"type": types_pb2.ORDER_TYPE_MARKET, "time_in_force": types_pb2.TIME_IN_FORCE_DAY}
    tickets = iter(range(1, 100))

    async def shown(*quotes: types_pb2.Quote) -> None:
        """Returns when these are at the venue: a quote of MSFT with them has filled an order that none before did."""
        ticket = next(tickets)
        witness = buy(1, f"{100 - ticket}.00", symbol="MSFT")
        broker.send(ticket, New(witness))
        await session.until(lambda: session.kinds(witness.order_id))
        broker.set_quotes([*quotes, quote("MSFT", "1.00", f"{100 - ticket}.00")])
        await session.until(lambda: "TRADE" in session.kinds(witness.order_id))

    first, resting, late = buy(3, "0", **market), buy(2, "99.00"), buy(1, "0", **market)
    async with session_with(broker) as session:
        await shown(quote("AAPL", "99.90", "100.00"))
        broker.send(next(tickets), New(first))
        broker.send(next(tickets), New(resting))
        await session.until(lambda: session.kinds(resting.order_id))
        await shown(quote("AAPL", "98.90", "98.95"))
        await session.until(lambda: "TRADE" in session.kinds(resting.order_id))
        await shown(types_pb2.Quote(symbol="AAPL"))
        broker.send(next(tickets), New(late))
        await session.until(lambda: len(session.kinds(late.order_id)) >= 2)
    fills = {report.order_id: report.last_price_nanos for report in session.reports if report.last_quantity_nanos}
    assert fills[first.order_id] == 100 * money.NANOS, "a market order takes the touch"
    assert fills[resting.order_id] == 99 * money.NANOS, "a resting order makes the price"
    assert late.order_id not in fills, "nobody trades on a price that is gone"


async def test_what_is_due_expires(broker: Venue) -> None:
    now = time.time_ns()
    due = now + 3600 * 10**9
    day = sell(1, "100.00", time_in_force=types_pb2.TIME_IN_FORCE_DAY)
    dated = sell(1, "100.00", time_in_force=types_pb2.TIME_IN_FORCE_GTD, expires_at_ns=due)
    kept = sell(1, "100.00")
    async with session_with(broker) as session:
        for ticket, order in enumerate((day, dated, kept), 1):
            broker.send(ticket, New(order))
        await session.until(lambda: len(session.reports) == 3)
        await broker.expire(now + 1, session_close=True)
        await session.until(lambda: session.kinds(day.order_id) == ["NEW", "EXPIRED"])
        await broker.expire(due, session_close=False)
        await session.until(lambda: session.kinds(dated.order_id) == ["NEW", "EXPIRED"])
    assert session.kinds(kept.order_id) == ["NEW"]
