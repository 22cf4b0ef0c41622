"""Issue 21, point 7: bars of a session, with its official open and close, on the real service and QuestDB."""

import asyncio
import shutil
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import nats
import pytest
from cift_common import rpc
from cift_common.errors import InvalidArgument
from cift_gateway.api.routes.stocks import adjustment_of
from cift_gateway.domain import times
from cift_marketdata.domain.adjusting import Adjustment, adjusted, parse_factors
from cift_marketdata.domain.ticks import Bar
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from nats.aio.msg import Msg

from services.marketdata.tests import lean_files
from services.marketdata.tests.conftest import questdb as questdb
from services.marketdata.tests.conftest import serve as serve
from services.marketdata.tests.conftest import stores as stores
from services.marketdata.tests.lean_files import midnight_ns
from services.marketdata.tests.support import QuestDb, Serve, eventually
from tests.stores import Stores

REAL = Path(__file__).resolve().parents[3] / "shared/data/lean/equity/usa/tick"
DOLLAR = 10**9
DAY_NS, WEEK_NS = 86_400 * 10**9, 7 * 86_400 * 10**9
OPEN_MS, CLOSE_MS = 34_200_000, 57_600_000
HOUR_MS = 3_600_000
FAST = "1000000"


def session(opening: int, closing: int) -> list[str]:
    """A day whose first and last trades are not its official prints. Prices are dollars."""
    trades = [
        (OPEN_MS - HOUR_MS, opening + 8, 7, "2000"),
        (OPEN_MS + 10, opening + 1, 100, "1"),
        (OPEN_MS + 1_500, opening + 1, 10, "40"),
        (OPEN_MS + 2_000, opening, 1000, "40"),
        (OPEN_MS + HOUR_MS, opening + 5, 100, "1"),
        (CLOSE_MS - 300, closing - 1, 100, "1"),
        (CLOSE_MS + 6_000, closing, 2000, "80"),
        (CLOSE_MS + HOUR_MS, closing - 3, 9, "2000"),
    ]
    return [f"{time},{price * 10_000},{size},N,{condition},0" for time, price, size, condition in trades]


async def bars(stub, symbol: str, interval_ns: int = 0, **more) -> list[types_pb2.Bar]:  # type: ignore[no-untyped-def]
    found: list[types_pb2.Bar] = []
    request = pb.ListBarsRequest(symbols=[symbol], interval_ns=interval_ns, end_ns=2 * 10**18, **more)
    while True:
        answer = await stub.ListBars(request)
        found += answer.bars
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


def shape(bar: types_pb2.Bar) -> tuple[int, ...]:
    prices = (bar.open_price_nanos, bar.high_price_nanos, bar.low_price_nanos, bar.close_price_nanos)
    return (*(price // DOLLAR for price in prices), bar.volume_nanos // DOLLAR)


async def test_a_daily_bar_is_the_sessions_with_the_official_open_and_close(
    serve: Serve, questdb: QuestDb, tmp_path: Path
) -> None:
    days = {date(2013, 9, 30): (20, 22), date(2013, 10, 7): (30, 33), date(2013, 10, 8): (40, 36)}
    for day, prices in days.items():
        lean_files.write(tmp_path / "ticks", "TBA", day, "trade", session(*prices))
    (tmp_path / "factor_files").mkdir()
    (tmp_path / "factor_files" / "tba.csv").write_text("20131001,1,0.5,1\n20501231,1,1,0\n")
    feed = {"kind": "replay", "path": str(tmp_path / "ticks"), "speed": FAST}
    async with serve(["TBA", "TBC"], feed, calendar="XNYS") as market_data:
        await market_data.finished()
        await eventually(lambda: questdb.count("trades", "TBA"), lambda rows: rows == 24)
        daily = await eventually(lambda: bars(market_data.stub, "TBA", DAY_NS), lambda found: len(found) == 3)
        assert [bar.start_time_ns for bar in daily] == [midnight_ns(day) for day in days]
        shapes = [(20, 25, 20, 22, 3310), (30, 35, 30, 33, 3310), (40, 45, 35, 36, 3310)]
        assert [shape(bar) for bar in daily] == shapes
        assert await bars(market_data.stub, "TBA", DAY_NS, limit=1) == daily
        assert await bars(market_data.stub, "TBA", DAY_NS, limit=2, descending=True) == daily[::-1]

        weekly = await bars(market_data.stub, "TBA", WEEK_NS, limit=1)
        assert [shape(bar) for bar in weekly] == [(20, 25, 20, 22, 3310), (30, 45, 30, 36, 6620)]
        monthly = await bars(market_data.stub, "TBA", months=1)
        assert [shape(bar) for bar in monthly] == [(20, 25, 20, 22, 3310), (30, 45, 30, 36, 6620)]
        assert [bar.start_time_ns for bar in monthly] == [midnight_ns(date(2013, m, 1)) for m in (9, 10)]
        (year,) = await bars(market_data.stub, "TBA", months=12)
        assert shape(year) == (20, 45, 20, 36, 9930)
        halved = await bars(market_data.stub, "TBA", months=1, adjust_splits=True)
        assert [shape(bar) for bar in halved] == [(10, 12, 10, 11, 6620), (30, 45, 30, 36, 6620)]
        with pytest.raises(InvalidArgument) as caught, rpc.translated():
            await bars(market_data.stub, "TBC", DAY_NS, adjust_splits=True)
        assert caught.value.field == "adjustment"
        with pytest.raises(InvalidArgument), rpc.translated():
            await bars(market_data.stub, "TBA", months=5)
        # The replay's day is over, so that its close is the last one.
        (snapshot,) = (await market_data.stub.GetSnapshots(pb.GetSnapshotsRequest(symbols=["TBA"]))).snapshots
        assert snapshot.last_close_price_nanos == 36 * DOLLAR


@pytest.mark.skipif(not REAL.exists(), reason="the real ticks are not on this machine")
async def test_bank_of_america_closed_at_13_69(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    (tmp_path / "ticks" / "bac").mkdir(parents=True)
    shutil.copy(REAL / "bac" / "20131008_trade.zip", tmp_path / "ticks" / "bac")
    feed = {"kind": "replay", "path": str(tmp_path / "ticks"), "speed": FAST}
    async with serve(["BAC"], feed, calendar="XNYS") as market_data:
        await market_data.finished()
        await eventually(lambda: questdb.count("trades", "BAC"), lambda rows: rows == 125_872)
        (bar,) = await eventually(
            lambda: bars(market_data.stub, "BAC", DAY_NS), lambda found: [b.close_price_nanos for b in found] != []
        )
        assert (bar.open_price_nanos, bar.close_price_nanos) == (13_820_000_000, 13_690_000_000)


async def test_the_forming_minute_and_the_day_are_streamed_and_only_completed_minutes_are_history(
    stores: Stores, serve: Serve, questdb: QuestDb
) -> None:
    heard: dict[str, types_pb2.Bar] = {}
    streamed = asyncio.Event()

    async def hear(message: Msg) -> None:
        heard[message.subject] = types_pb2.Bar.FromString(message.data)
        if len(heard) == 2:
            streamed.set()

    client = await nats.connect(stores.nats_url)
    for subject in ("md.bar.updated.TBB", "md.bar.1d.TBB"):
        await client.subscribe(subject, cb=hear)
    await client.flush()
    minute = 60 * 10**9
    async with serve(["TBB"], {"quotesPerSecond": 50}) as market_data:
        await eventually(lambda: questdb.count("bars_1m", "TBB"), lambda rows: rows > 0)
        history = await bars(market_data.stub, "TBB", minute)
        now = (await market_data.stub.GetClock(pb.GetClockRequest())).now_ns
        assert all(bar.start_time_ns + minute <= now for bar in history)
        await asyncio.wait_for(streamed.wait(), 60)
        assert heard["md.bar.updated.TBB"].start_time_ns % minute == 0
        assert heard["md.bar.1d.TBB"].start_time_ns % DAY_NS == 0
    await client.close()


def test_a_date_is_a_whole_day_where_the_exchange_is() -> None:
    start, end = times.day_of("end", "2013-10-08", ZoneInfo("America/New_York"))
    assert (start, end) == (midnight_ns(date(2013, 10, 8)), midnight_ns(date(2013, 10, 9)))
    assert times.is_date("2013-10-08")
    assert not times.is_date("2013-10-08T00:00:00Z")


@pytest.mark.parametrize(("timeframe", "months"), [("1Month", 1), ("12Month", 12), ("3M", 3), ("1Min", 0), ("1Day", 0)])
def test_months_are_a_timeframe(timeframe: str, months: int) -> None:
    assert times.parse_months(timeframe) == months
    with pytest.raises(InvalidArgument):
        times.parse_months("5Month")


def test_adjusted_prices_are_another_thing_than_raw_ones() -> None:
    assert adjustment_of("raw") == (False, False)
    assert adjustment_of("split,dividend") == adjustment_of("all") == (True, True)
    for wrong in ("magic", "raw,split"):
        with pytest.raises(InvalidArgument) as caught:
            adjustment_of(wrong)
        assert caught.value.field == "adjustment"
    factors = parse_factors(["20131004,0.8,0.5,1", "20131007,0.9,1,1", "20501231,1,1,0"])
    days = [date(2013, 10, 4), date(2013, 10, 7), date(2013, 10, 8)]
    raw = [Bar("A", midnight_ns(day), *(5 * [100 * DOLLAR]), 1, 100 * DOLLAR) for day in days]
    for adjustment, prices, volumes in (
        (Adjustment(splits=True), [50, 100, 100], [200, 100, 100]),
        (Adjustment(dividends=True), [80, 90, 100], [100, 100, 100]),
        (Adjustment(splits=True, dividends=True), [40, 90, 100], [200, 100, 100]),
    ):
        found = adjusted(raw, factors, adjustment, "America/New_York")
        assert [bar.close_price_nanos // DOLLAR for bar in found] == prices
        assert [bar.volume_nanos // DOLLAR for bar in found] == volumes
