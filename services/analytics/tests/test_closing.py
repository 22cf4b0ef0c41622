"""Positions at close equal what the fills before each close add up to, also of fills that were told late."""

import asyncio
from datetime import date, datetime
from decimal import Decimal

import polars as pl
from cift_analytics.domain.trades import Fill
from cift_proto.analytics.v1 import analytics_pb2 as pb

from services.analytics.tests.books import NANOS, money, random_fills
from services.analytics.tests.conftest import Desk
from services.analytics.tests.scripted_trading import update_of
from services.analytics.tests.test_service import END, START, booked

PRICES = {"AAPL": 101 * NANOS, "MSFT": 99 * NANOS + NANOS // 2}
"""Of IBM nobody knows one."""
Held = dict[tuple[str, str, str], tuple[Decimal, str, str]]


def close_of(day: date) -> int:
    return int(datetime.fromisoformat(f"{day}T21:00:00+00:00").timestamp()) * NANOS


def expected(fills: list[Fill], days: list[date]) -> Held:
    book = pl.DataFrame(fills, schema=list(Fill._fields), orient="row")
    held: Held = {}
    for day in days:
        before = book.filter(pl.col("at") < close_of(day)).with_columns(signed=pl.col("quantity") * pl.col("side"))
        for strategy, symbol, quantity in before.group_by("strategy", "symbol").agg(pl.col("signed").sum()).iter_rows():
            if quantity:
                price = PRICES.get(symbol)
                value = money(quantity * price // NANOS) if price else None
                held[str(day), strategy, symbol] = (
                    money(quantity),
                    f"{money(price).normalize():f}" if price else "",
                    f"{value.normalize():f}" if value is not None else "",
                )
    return held


async def told(desk: Desk) -> Held:
    answer = await desk.stub.ListClosingPositions(
        pb.ListClosingPositionsRequest(selection=desk.selection(start_ns=START, end_ns=END), limit=10_000)
    )
    return {
        (row.day, row.strategy, row.symbol): (Decimal(row.quantity), row.price, row.market_value)
        for row in answer.positions
    }


async def closed(desk: Desk, held: Held) -> None:
    """When the running service has written what is expected; it looks when it starts."""
    desk.service.kill()
    await desk.service.start()
    async with asyncio.timeout(60):
        while await told(desk) != held:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_positions_at_close_are_the_sums_of_fills(desk: Desk) -> None:
    fills = random_fills(5, 200, desk.account_id)
    days = [datetime.fromtimestamp(fills[number].at // NANOS).date() for number in (20, 90, len(fills) - 20)]
    assert len(set(days)) == 3
    desk.market.prices = PRICES
    desk.market.closes = {str(day): close_of(day) for day in days}
    late = {fills[-30].sequence, fills[-25].sequence}
    first = [fill for fill in fills if fill.sequence not in late]
    # Trading numbers what it tells without gaps.
    renumbered = [fill._replace(sequence=number) for number, fill in enumerate(first, start=1)]
    desk.trading.updates[desk.account_id] = [update_of(fill) for fill in renumbered]
    await desk.tell(map(update_of, renumbered))
    await booked(desk, len(renumbered))
    await closed(desk, expected(renumbered, days))

    rest = [fill for fill in fills if fill.sequence in late]
    rest = [fill._replace(sequence=len(first) + number) for number, fill in enumerate(rest, start=1)]
    desk.trading.updates[desk.account_id] += [update_of(fill) for fill in rest]
    await desk.tell(map(update_of, rest))
    await booked(desk, len(fills))
    await closed(desk, expected(renumbered + rest, days))
