"""The running service against the same answers computed with polars, whatever is repeated, left out, killed or away."""

import asyncio
import io
import os
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import grpc
import polars as pl
import pytest
from cift_analytics.domain.trades import Fill
from cift_common import rpc
from cift_common.errors import CiftError, InvalidArgument
from cift_proto.analytics.v1 import analytics_pb2 as pb

from services.analytics.tests.books import NANOS, money, random_fills, round_trips
from services.analytics.tests.conftest import Desk
from services.analytics.tests.scripted_trading import DEPOSIT, update_of

NEW_YORK = "America/New_York"
AWAY_SECONDS = 60 if os.environ.get("CIFT_TEST_LONG") == "1" else 0
"""How long ClickHouse stays away beside the time that it takes to see that it is."""
DAY = 86_400 * NANOS
START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * NANOS
END = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp()) * NANOS
FOREVER = {"start_ns": START, "end_ns": END}


async def booked(desk: Desk, fills: int) -> None:
    """When every fill is in the answers."""

    async def count() -> int:
        try:
            answer = await desk.stub.GetCosts(pb.GetCostsRequest(selection=desk.selection(**FOREVER)))
        except grpc.aio.AioRpcError:
            return -1
        return sum(row.fills for row in answer.rows)

    async with asyncio.timeout(120):
        while await count() != fills:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def applied(desk: Desk, fills: int) -> pb.GetStatusResponse:
    """When the running service says that it has booked so many."""
    async with asyncio.timeout(120):
        while True:
            status: pb.GetStatusResponse = await desk.stub.GetStatus(pb.GetStatusRequest())
            if status.fills_applied >= fills:
                return status
            await asyncio.sleep(0.05)


async def tell(desk: Desk, fills: list[Fill], seed: int, *, left_out: float = 0.0, repeated: float = 0.0) -> None:
    """Trading has them all; the stream has some of them, some twice, and not in order."""
    dice = random.Random(seed)
    updates = [update_of(fill) for fill in fills]
    desk.trading.updates[desk.account_id] = desk.trading.updates.get(desk.account_id, []) + updates
    told = [update for update in updates if dice.random() >= left_out]
    told += [update for update in told if dice.random() < repeated]
    told.sort(key=lambda update: update.sequence + dice.randrange(5))
    await desk.tell(told)


async def performance(desk: Desk, *dimensions: Any, **more: Any) -> dict[tuple[str, ...], pb.Performance]:
    selection = desk.selection(**{**FOREVER, **more})
    answer = await desk.stub.GetPerformance(pb.GetPerformanceRequest(selection=selection, group_by=dimensions))
    return {tuple(group.value for group in row.groups): row for row in answer.rows}


def expected(trips: pl.DataFrame, *keys: pl.Expr) -> dict[tuple[str, ...], dict[str, Any]]:
    names = [f"key_{number}" for number in range(len(keys))]
    grouped = trips.with_columns(key.cast(pl.String).alias(name) for key, name in zip(keys, names, strict=True))
    holding = pl.col("closed_at") - pl.col("opened_at")
    sums = grouped.group_by(names).agg(
        round_trips=pl.len(),
        wins=(pl.col("profit") > 0).sum(),
        losses=(pl.col("profit") < 0).sum(),
        profit=pl.col("profit").sum(),
        gross_loss=pl.col("profit").filter(pl.col("profit") < 0).sum(),
        entry_value=pl.col("entry_value").sum(),
        best=pl.col("profit").max(),
        worst=pl.col("profit").min(),
        holding=holding.sum() // pl.len(),
    )
    return {tuple(row[name] for name in names): row for row in sums.iter_rows(named=True)}


def assert_equal(answers: dict[tuple[str, ...], pb.Performance], rows: dict[tuple[str, ...], dict[str, Any]]) -> None:
    assert set(answers) == set(rows)
    for key, row in rows.items():
        answer = answers[key]
        counts = answer.round_trips, answer.wins, answer.losses
        assert counts == (row["round_trips"], row["wins"], row["losses"]), key
        for name in ("profit", "gross_loss", "entry_value", "best", "worst"):
            assert Decimal(getattr(answer, name)) == money(row[name]), (key, name)
        assert answer.average_holding_ns == row["holding"]
        assert answer.win_rate == row["wins"] / row["round_trips"]


def local(column: str, zone: str = "UTC") -> pl.Expr:
    return pl.from_epoch(pl.col(column), time_unit="ns").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


async def test_answers_equal_an_independent_computation(desk: Desk) -> None:
    seed = 7
    fills = random_fills(seed, 400, desk.account_id)
    await tell(desk, fills, seed, left_out=0.1, repeated=0.2)
    await booked(desk, len(fills))
    status = await applied(desk, len(fills))
    assert status.fills_applied == len(fills)
    assert 0 < status.updates_caught_up < len(fills)
    trips = round_trips(fills)
    closed = local("closed_at")
    strategy, symbol = pl.col("strategy"), pl.col("symbol")
    month = closed.dt.strftime("%Y-%m")
    # From sums of days, of quarters of an hour, and from every round trip.
    assert_equal(await performance(desk), expected(trips))
    by_month = await performance(desk, pb.DIMENSION_STRATEGY, pb.DIMENSION_MONTH)
    assert_equal(by_month, expected(trips, strategy, month))
    by_symbol = await performance(desk, pb.DIMENSION_SYMBOL, strategies=["momentum", ""])
    assert_equal(by_symbol, expected(trips.filter(strategy.is_in(["momentum", ""])), symbol))
    # Whole months, and the days around them.
    middle = sorted(trips["closed_at"])[len(trips) // 2]
    part = {"start_ns": START - 20 * DAY, "end_ns": middle // DAY * DAY}
    within = trips.filter(pl.col("closed_at") < part["end_ns"])
    by_month = await performance(desk, pb.DIMENSION_SYMBOL, pb.DIMENSION_STRATEGY, pb.DIMENSION_MONTH, **part)
    assert 0 < len(within) < len(trips)
    assert_equal(by_month, expected(within, symbol, strategy, month))
    hours = await performance(desk, pb.DIMENSION_STRATEGY, pb.DIMENSION_HOUR)
    assert_equal(hours, expected(trips, strategy, closed.dt.hour()))
    for zone in ("UTC", NEW_YORK, "Asia/Kathmandu"):
        there = local("closed_at", zone)
        by_hour = await performance(desk, pb.DIMENSION_WEEKDAY, pb.DIMENSION_HOUR, time_zone=zone)
        assert_equal(by_hour, expected(trips, there.dt.weekday(), there.dt.hour()))
        by_day = await performance(desk, pb.DIMENSION_DAY, pb.DIMENSION_SYMBOL, time_zone=zone)
        assert_equal(by_day, expected(trips, there.dt.date(), symbol))
    request = pb.GetPerformanceRequest(selection=desk.selection(**FOREVER), holding_quantiles=True)
    (whole,) = (await desk.stub.GetPerformance(request)).rows
    median = (trips["closed_at"] - trips["opened_at"]).median()
    assert whole.median_holding_ns == pytest.approx(median, rel=0.05)
    await the_best_ones(desk, trips)
    await what_it_cost(desk, fills)
    await how_risky(desk, trips)
    await as_files(desk, fills, trips)


async def the_best_ones(desk: Desk, trips: pl.DataFrame) -> None:
    """Round trips above a profit, page by page, in both orders."""
    bound = sorted(trips["profit"])[len(trips) // 2]
    above = trips.filter(pl.col("profit") >= bound)
    for by in (pb.ListRoundTripsRequest.BY_PROFIT, pb.ListRoundTripsRequest.BY_CLOSED_AT):
        for ascending in (False, True):
            found: list[pb.RoundTrip] = []
            token = ""
            while token or not found:
                answer = await desk.stub.ListRoundTrips(
                    pb.ListRoundTripsRequest(
                        selection=desk.selection(**FOREVER),
                        min_profit=str(money(bound)),
                        by=by,
                        ascending=ascending,
                        limit=37,
                        page_token=token,
                    )
                )
                found += answer.round_trips
                token = answer.next_page_token
            assert len({trip.round_trip_id for trip in found}) == len(found) == len(above)
            by_profit = by == pb.ListRoundTripsRequest.BY_PROFIT
            keys = [Decimal(trip.profit) if by_profit else Decimal(trip.closed_at_ns) for trip in found]
            assert keys == sorted(keys, reverse=not ascending)
            expected_profits = sorted(money(profit) for profit in above["profit"])
            assert sorted(Decimal(trip.profit) for trip in found) == expected_profits


async def what_it_cost(desk: Desk, fills: list[Fill]) -> None:
    """Turnover, and slippage against the touch at the decision."""
    book = pl.DataFrame(fills, schema=list(Fill._fields), orient="row")
    whole = pl.col("quantity") // NANOS
    with_touch = pl.col("touch") > 0
    slip = (pl.col("price") - pl.col("touch")) * whole * pl.col("side")
    sums = book.group_by("order_type").agg(
        fills=pl.len(),
        turnover=(pl.col("price") * whole).sum(),
        slippage=slip.filter(with_touch).sum(),
        touch_value=(pl.col("touch") * whole).sum(),
        known=with_touch.sum(),
    )
    for selection in (FOREVER, {"start_ns": START + 1, "end_ns": END - 1}):
        answer = await desk.stub.GetCosts(
            pb.GetCostsRequest(selection=desk.selection(**selection), group_by=[pb.DIMENSION_ORDER_TYPE])
        )
        rows = {row.groups[0].value: row for row in answer.rows}
        assert set(rows) == set(sums["order_type"])
        for row in sums.iter_rows(named=True):
            said = rows[row["order_type"]]
            assert (said.fills, said.fills_with_touch) == (row["fills"], row["known"])
            assert Decimal(said.turnover) == money(row["turnover"])
            assert Decimal(said.slippage) == money(row["slippage"])
            assert said.slippage_bp == pytest.approx(row["slippage"] / row["touch_value"] * 10_000)


async def how_risky(desk: Desk, trips: pl.DataFrame) -> None:
    answer = await desk.stub.GetRisk(pb.GetRiskRequest(selection=desk.selection(**FOREVER)))
    assert (answer.capital, answer.days_per_year) == (DEPOSIT, 365)
    (risk,) = answer.rows
    days = trips.group_by(day=local("closed_at").dt.date()).agg(pl.col("profit").sum()).sort("day")
    series = days.upsample("day", every="1d").with_columns(pl.col("profit").fill_null(0))
    assert risk.days == len(series)
    assert Decimal(risk.profit) == money(trips["profit"].sum())
    cumulated = pl.concat([pl.Series([0]), series["profit"]]).cum_sum()
    assert Decimal(risk.max_drawdown) == money((cumulated.cum_max() - cumulated).max())
    returns = series["profit"].cast(pl.Float64) / NANOS / float(DEPOSIT)
    assert risk.sharpe == pytest.approx(returns.mean() / returns.std() * 365**0.5)  # type: ignore[operator]


async def as_files(desk: Desk, fills: list[Fill], trips: pl.DataFrame) -> None:
    for table, rows in ((pb.TABLE_ROUND_TRIPS, len(trips)), (pb.TABLE_FILLS, len(fills))):
        for form, read in ((pb.FORMAT_CSV, pl.read_csv), (pb.FORMAT_PARQUET, pl.read_parquet)):
            request = pb.ExportRequest(selection=desk.selection(**FOREVER), table=table, format=form)
            content = b"".join([part.chunk async for part in desk.stub.Export(request)])
            assert len(read(io.BytesIO(content))) == rows


async def test_nothing_is_lost_or_doubled_when_anything_is_killed(desk: Desk) -> None:
    fills = random_fills(11, 600, desk.account_id)
    thirds = [fills[:200], fills[200:400], fills[400:]]
    await tell(desk, thirds[0], 1)
    desk.service.kill()
    await desk.service.start()
    await tell(desk, thirds[1], 2, left_out=0.2)
    desk.clickhouse.kill()
    await tell(desk, thirds[2], 3, repeated=0.3)
    await asyncio.sleep(AWAY_SECONDS)
    with pytest.raises(CiftError, match="analytics store"), rpc.translated():
        await desk.stub.GetCosts(pb.GetCostsRequest(selection=desk.selection()))
    desk.service.kill()
    desk.service.begin()
    await desk.clickhouse.start()
    await desk.service.ready()
    await booked(desk, len(fills))
    assert_equal(await performance(desk), expected(round_trips(fills)))


async def test_an_account_that_the_stream_never_told_is_found(desk: Desk) -> None:
    fills = random_fills(3, 30, desk.account_id)
    desk.trading.updates[desk.account_id] = [update_of(fill) for fill in fills]
    await booked(desk, len(fills))
    status = await applied(desk, len(fills))
    assert status.updates_caught_up == len(fills)


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"start_ns": END, "end_ns": START}, {}, "start"),
    ({"start_ns": 1, "end_ns": END}, {}, "start"),
    ({"time_zone": "Mars/Olympus"}, {}, "time_zone"),
    ({"symbols": ["X"] * 201}, {}, "symbols"),
    ({}, {"limit": 1001}, "limit"),
    ({}, {"group_by": [pb.DIMENSION_ORDER_TYPE]}, "group_by"),
    ({}, {"group_by": [pb.DIMENSION_DAY] * 2}, "group_by"),
]


async def test_what_cannot_be_answered_names_the_field(desk: Desk) -> None:
    for selection, more, field in REFUSED:
        request = pb.GetPerformanceRequest(selection=desk.selection(**selection), **more)
        with pytest.raises(InvalidArgument) as refused, rpc.translated():
            await desk.stub.GetPerformance(request)
        assert refused.value.field == field
