"""Issue 21, point 3: a quote is not new because it was sent again, from NATS to the matcher's book."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from cift_common import money
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2
from cift_proto.matcher.v1 import matcher_pb2, matcher_pb2_grpc

from services.execution.tests.conftest import database as database
from services.execution.tests.conftest import decision_key as decision_key
from services.execution.tests.conftest import desk as desk
from services.execution.tests.conftest import environment as environment
from services.execution.tests.conftest import execution as execution
from services.execution.tests.conftest import matcher as matcher
from services.execution.tests.conftest import matcher_binary as matcher_binary
from services.execution.tests.conftest import messenger as messenger
from services.execution.tests.conftest import migrated as migrated
from services.execution.tests.conftest import platform_file as platform_file
from services.execution.tests.conftest import report_seed as report_seed
from services.execution.tests.conftest import stores as stores
from services.execution.tests.conftest import traces as traces
from services.execution.tests.conftest import trading as trading
from tests.desk import Desk
from tests.processes import MatcherProcess, ServiceProcess

SHARE = money.NANOS


def quote(sequence: int, received_ns: int, shares: int = 10, symbol: str = "AAPL") -> types_pb2.Quote:
    return types_pb2.Quote(
        symbol=symbol,
        bid_price_nanos=99 * SHARE,
        bid_quantity_nanos=shares * SHARE,
        ask_price_nanos=100 * SHARE,
        ask_quantity_nanos=shares * SHARE,
        exchange_time_ns=received_ns,
        received_time_ns=received_ns,
        sequence=sequence,
    )


async def send(desk: Desk, message: types_pb2.Quote) -> None:
    await desk.publish_quote(message)


def offered(matcher: MatcherProcess, symbol: str = "AAPL") -> Callable[[], Awaitable[int]]:
    venue = matcher_pb2_grpc.MatcherServiceStub(matcher.channel)

    async def shares() -> int:
        book = await venue.GetBook(matcher_pb2.GetBookRequest(symbol=symbol, depth=1))
        return sum(level.quantity_nanos for level in book.asks) // SHARE

    return shares


async def shows(shares: Callable[[], Awaitable[int]], expected: int) -> None:
    async with asyncio.timeout(30):
        while await shares() != expected:
            pass


async def test_one_quote_of_ten_shares_fills_ten_until_a_new_one_comes(
    execution: ServiceProcess, desk: Desk, matcher: MatcherProcess
) -> None:
    ask, other = offered(matcher), offered(matcher, "MSFT")
    only = quote(1, time.time_ns())
    await send(desk, only)
    await shows(ask, 10)
    buyer = await desk.send(desk.new(price="100", quantity_nanos=60 * SHARE))
    await desk.until(lambda: desk.kinds(buyer) == ["NEW", "TRADE"])
    for n in range(1, 4):
        # The same one, as it was and with another time of receipt; that the next symbol moves shows that it was read.
        await send(desk, only)
        only.received_time_ns += 1
        await send(desk, only)
        await send(desk, quote(n, time.time_ns(), shares=n, symbol="MSFT"))
        await shows(other, n)
    assert desk.kinds(buyer) == ["NEW", "TRADE"]
    await send(desk, quote(2, time.time_ns()))
    await desk.until(lambda: desk.kinds(buyer) == ["NEW", "TRADE", "TRADE"])
    assert desk.reports[buyer][-1].cumulative_quantity_nanos == 20 * SHARE


async def test_a_quote_that_is_sent_again_dies_of_its_age(
    execution: ServiceProcess, desk: Desk, matcher: MatcherProcess
) -> None:
    ask = offered(matcher)
    standing = quote(1, time.time_ns())
    await send(desk, standing)
    await shows(ask, 10)
    async with asyncio.timeout(30):
        while await ask():
            await send(desk, standing)
    late = await desk.send(desk.new())
    await desk.until(lambda: desk.end(late))
    assert desk.end(late) in ("CANCELED", "REJECTED")


async def test_a_restart_of_execution_does_not_bring_back_what_was_taken(
    execution: ServiceProcess, desk: Desk, matcher: MatcherProcess
) -> None:
    ask = offered(matcher)
    used = quote(1, time.time_ns())
    await send(desk, used)
    await shows(ask, 10)
    execution.kill()
    await execution.start()
    await shows(ask, 0)
    await send(desk, used)
    await send(desk, quote(1, time.time_ns(), shares=3, symbol="MSFT"))
    await shows(offered(matcher, "MSFT"), 3)
    assert await ask() == 0


async def test_a_halted_symbol_has_no_liquidity(execution: ServiceProcess, desk: Desk, matcher: MatcherProcess) -> None:
    ask = offered(matcher)
    await send(desk, quote(1, time.time_ns()))
    await shows(ask, 10)
    halt = marketdata_pb2.TradingStatus(symbol="AAPL", action="halt", trading=False, exchange_time_ns=1)
    await desk.messenger.publish_core("md.status.AAPL", halt.SerializeToString())
    await shows(ask, 0)
