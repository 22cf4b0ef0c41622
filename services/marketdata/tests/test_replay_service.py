"""A replay against real stores: every tick is where it belongs, once, whatever dies meanwhile."""

import asyncio
import subprocess
import sys
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import nats
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
import redis.asyncio as redis
from cift_common import rpc
from cift_common.errors import InvalidArgument, NotFound
from cift_marketdata.adapters.questdb_reader import QuestDbReader
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from cift_proto.marketdata.v1.marketdata_pb2_grpc import MarketDataServiceStub
from nats.aio.msg import Msg

from services.marketdata.tests import lean_files
from services.marketdata.tests.lean_files import Row, made_up_day, midnight_ns
from services.marketdata.tests.support import QuestDb, Serve, cached, eventually
from tests.stores import Stores

DAY = date(2013, 10, 7)
MINUTE_NS = 60 * 10**9
REAL = Path(__file__).resolve().parents[4] / "shared/data/lean/equity/usa/tick"


def write(folder: Path, symbol: str, quotes: list[Row], trades: list[Row], day: date = DAY) -> None:
    lean_files.write(folder, symbol, day, "quote", [row.line() for row in quotes])
    lean_files.write(folder, symbol, day, "trade", [row.line() for row in trades])


def replay(path: Path, speed: str = "1000000") -> dict[str, str]:
    return {"kind": "replay", "path": str(path), "speed": speed}


async def test_every_tick_is_in_every_place(stores: Stores, serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    days = {"RPA": made_up_day(1, 600, 4), "RPB.X": made_up_day(2, 600, 3)}
    for symbol, (quotes, trades) in days.items():
        write(tmp_path / "ticks", symbol, quotes, trades)
    heard: dict[str, list[bytes]] = {}

    async def hear(message: Msg) -> None:
        heard.setdefault(message.subject, []).append(message.data)

    client = await nats.connect(stores.nats_url)
    await client.subscribe("md.>", cb=hear)
    await client.flush()
    # Slow enough that NATS is connected before the first tick, fast enough for a test.
    async with serve(["RPA", "RPB.X"], replay(tmp_path / "ticks", "400")) as market_data:
        status = await market_data.finished()
        assert status.feed == "replay"
        assert status.ticks == sum(len(quotes) + len(trades) for quotes, trades in days.values())
        for symbol, (quotes, trades) in days.items():
            await eventually(lambda: questdb.count("quotes", symbol), lambda n: n == len(quotes))  # noqa: B023
            await eventually(lambda: questdb.count("trades", symbol), lambda n: n == len(trades))  # noqa: B023
            await check_latest(stores, symbol, quotes, trades)
            await check_history(market_data.stub, symbol, quotes, trades)
            await check_bars(market_data.stub, symbol, trades)
            token = symbol.replace(".", "_")
            assert len(heard[f"md.trade.{token}"]) == len(trades)
            last = types_pb2.Quote.FromString(heard[f"md.quote.{token}"][-1])
            assert last.sequence == len(quotes)
            bars = [types_pb2.Bar.FromString(payload) for payload in heard[f"md.bar.1m.{token}"]]
            assert [shape(bar) for bar in bars] == recomputed(trades, MINUTE_NS)
            await check_as_of(market_data.stub, symbol, quotes, trades)
            await check_arrow(market_data.stub, symbol, quotes, trades)
        await check_refusals(market_data.stub)
    await client.close()


async def check_latest(stores: Stores, symbol: str, quotes: list[Row], trades: list[Row]) -> None:
    cache = redis.Redis.from_url(stores.cache_url)
    quote_payload, trade_payload, bar_payload = await cached(
        cache, *(f"md:{kind}:{symbol}" for kind in ("quote", "trade", "bar1m"))
    )
    quote = types_pb2.Quote.FromString(quote_payload)
    bid = next(row.bid for row in reversed(quotes) if row.bid[0])
    ask = next(row.ask for row in reversed(quotes) if row.ask[0])
    assert (quote.bid_price_nanos, quote.bid_quantity_nanos) == (bid[0] * 100_000, bid[1] * 10**9)
    assert (quote.ask_price_nanos, quote.ask_quantity_nanos) == (ask[0] * 100_000, ask[1] * 10**9)
    trade = types_pb2.Trade.FromString(trade_payload)
    last = trades[-1]
    assert last.trade is not None
    assert (trade.price_nanos, trade.quantity_nanos) == (last.trade[0] * 100_000, last.trade[1] * 10**9)
    assert (trade.exchange_time_ns - midnight_ns(DAY)) // 10**6 == last.milliseconds
    bar = types_pb2.Bar.FromString(bar_payload)
    assert shape(bar) == recomputed(trades, MINUTE_NS)[-1]
    await cache.aclose()


async def check_history(stub: MarketDataServiceStub, symbol: str, quotes: list[Row], trades: list[Row]) -> None:
    for descending in (False, True):
        found, token = [], ""
        while True:
            answer = await stub.ListTrades(
                pb.ListTicksRequest(symbols=[symbol], limit=333, page_token=token, descending=descending)
            )
            found += [(trade.price_nanos // 100_000, trade.quantity_nanos // 10**9) for trade in answer.trades]
            if not (token := answer.next_page_token):
                break
        assert found == [row.trade for row in (reversed(trades) if descending else trades)]
    answer = await stub.ListQuotes(pb.ListTicksRequest(symbols=[symbol], limit=10_000))
    assert len(answer.quotes) == len(quotes)
    assert [quote.bid_price_nanos // 100_000 for quote in answer.quotes][1::2] == [row.bid[0] for row in quotes[::2]]


def shape(bar: types_pb2.Bar) -> tuple[int, ...]:
    return (
        bar.start_time_ns,
        bar.open_price_nanos,
        bar.high_price_nanos,
        bar.low_price_nanos,
        bar.close_price_nanos,
        bar.volume_nanos,
        bar.trade_count,
        bar.vwap_price_nanos,
    )


def recomputed(trades: list[Row], interval_ns: int) -> list[tuple[int, ...]]:
    """Bars straight from the rows, exactly."""
    rows = [
        (midnight_ns(DAY) + row.milliseconds * 10**6, row.trade[0] * 100_000, row.trade[1] * 10**9)
        for row in trades
        if row.trade
    ]
    bars: list[tuple[int, ...]] = []
    for start, group in groupby(rows, key=lambda row: row[0] // interval_ns * interval_ns):
        part = list(group)
        prices, volume = [price for _, price, _ in part], sum(quantity for _, _, quantity in part)
        vwap = round(Fraction(sum(price * quantity for _, price, quantity in part), volume))
        bars.append((start, prices[0], max(prices), min(prices), prices[-1], volume, len(part), vwap))
    return bars


async def check_bars(stub: MarketDataServiceStub, symbol: str, trades: list[Row]) -> None:
    second = recomputed(trades, 10**9)[0]
    answer = await stub.ListBars(
        pb.ListBarsRequest(
            symbols=[symbol], interval_ns=10**9, start_ns=second[0], end_ns=second[0] + 20 * 10**9, limit=1
        )
    )
    assert [shape(bar) for bar in answer.bars] == [second]
    for minutes in (1, 2, 5, 60):
        expected = recomputed(trades, minutes * MINUTE_NS)

        async def bars(minutes: int = minutes) -> list[tuple[int, ...]]:
            found, token = [], ""
            while True:
                answer = await stub.ListBars(
                    pb.ListBarsRequest(
                        symbols=[symbol],
                        interval_ns=minutes * MINUTE_NS,
                        start_ns=midnight_ns(DAY),
                        end_ns=midnight_ns(DAY) + 1440 * MINUTE_NS,
                        limit=3,
                        page_token=token,
                    )
                )
                found += [shape(bar) for bar in answer.bars]
                if not (token := answer.next_page_token):
                    return found

        # The view follows its table in the background.
        await eventually(bars, lambda found, expected=expected: found == expected)  # type: ignore[misc]
    (snapshot,) = (await stub.GetSnapshots(pb.GetSnapshotsRequest(symbols=[symbol]))).snapshots
    assert snapshot.daily_bar.trade_count == len(trades)
    assert shape(snapshot.minute_bar) == recomputed(trades, MINUTE_NS)[-1]
    assert not snapshot.HasField("previous_daily_bar")


async def check_as_of(stub: MarketDataServiceStub, symbol: str, quotes: list[Row], trades: list[Row]) -> None:
    for milliseconds in (trades[0].milliseconds - 1, trades[40].milliseconds, quotes[-1].milliseconds + 10):
        request = pb.GetAsOfRequest(symbols=[symbol], time_ns=midnight_ns(DAY) + milliseconds * 10**6 + 999)
        (snapshot,) = (await stub.GetAsOf(request)).snapshots
        before = [row for row in trades if row.milliseconds <= milliseconds]
        assert snapshot.HasField("trade") == bool(before)
        if before and before[-1].trade is not None:
            assert snapshot.trade.price_nanos == before[-1].trade[0] * 100_000
        bids = [row.bid for row in quotes if row.bid[0] and row.milliseconds <= milliseconds]
        assert snapshot.quote.bid_price_nanos == (bids[-1][0] * 100_000 if bids else 0)


async def check_arrow(stub: MarketDataServiceStub, symbol: str, quotes: list[Row], trades: list[Row]) -> None:
    for schema, rows in ((pb.HISTORY_SCHEMA_TRADES, trades), (pb.HISTORY_SCHEMA_MBP_1, quotes)):
        start = midnight_ns(DAY)
        request = pb.StreamHistoryRequest(schema=schema, symbols=[symbol], start_ns=start, end_ns=start + 10**14)
        stream = b"".join([part.arrow async for part in stub.StreamHistory(request)])
        table = pa.ipc.open_stream(stream).read_all()
        assert table.num_rows == len(rows)
        assert table["sequence"].to_pylist() == list(range(1, len(rows) + 1))
        if schema == pb.HISTORY_SCHEMA_TRADES:
            assert [int(price * 10_000) for price in table["price"].to_pylist()] == [
                r.trade[0] for r in rows if r.trade
            ]
    seconds = recomputed(trades, 10**9)
    request = pb.StreamHistoryRequest(
        schema=pb.HISTORY_SCHEMA_OHLCV_1S, symbols=[symbol], start_ns=start, end_ns=start + 10**14
    )
    stream = b"".join([part.arrow async for part in stub.StreamHistory(request)])
    table = pa.ipc.open_stream(stream).read_all()
    assert table.column_names[:3] == ["ts_event", "symbol", "open"]
    assert [int(price * 10**9) for price in table["high"].to_pylist()] == [bar[2] for bar in seconds]


async def check_refusals(stub: MarketDataServiceStub) -> None:
    for request, field in (
        (pb.ListBarsRequest(symbols=["RPA"], interval_ns=MINUTE_NS + 1), "interval_ns"),
        (pb.ListBarsRequest(symbols=["RPA"], interval_ns=MINUTE_NS, limit=10_001), "limit"),
        (pb.ListBarsRequest(symbols=["RPA"], interval_ns=MINUTE_NS, start_ns=2, end_ns=1), "end_ns"),
        (pb.ListBarsRequest(symbols=["RPA"], interval_ns=MINUTE_NS, page_token="?"), "page_token"),
        (pb.ListBarsRequest(symbols=[], interval_ns=MINUTE_NS), "symbols"),
    ):
        with pytest.raises(InvalidArgument) as caught, rpc.translated():
            await stub.ListBars(request)
        assert caught.value.field == field
    week = 7 * 86_400 * 10**9
    for method, request, field in (
        (stub.ListBars, pb.ListBarsRequest(symbols=["RPA"], interval_ns=10**9, end_ns=week), "end_ns"),
        (stub.GetAsOf, pb.GetAsOfRequest(symbols=["RPA"], time_ns=-1), "time_ns"),
    ):
        with pytest.raises(InvalidArgument) as caught, rpc.translated():
            await method(request)
        assert caught.value.field == field
        assert caught.value.limit
    for history, field in (
        (pb.StreamHistoryRequest(symbols=["RPA"], end_ns=1), "schema"),
        (pb.StreamHistoryRequest(symbols=["RPA"], schema=pb.HISTORY_SCHEMA_TRADES, end_ns=5 * week), "end_ns"),
    ):
        with pytest.raises(InvalidArgument) as caught, rpc.translated():
            await stub.StreamHistory(history).read()
        assert caught.value.field == field
    with pytest.raises(NotFound, match="asset not found for X' OR"), rpc.translated():
        await stub.ListTrades(pb.ListTicksRequest(symbols=["X' OR '1'='1"]))


async def test_a_kill_in_the_middle_repeats_nothing(
    stores: Stores, serve: Serve, questdb: QuestDb, tmp_path: Path
) -> None:
    quotes, trades = made_up_day(3, 3000, 5)
    write(tmp_path / "ticks", "RPK", quotes, trades)

    async with serve(["RPK"], replay(tmp_path / "ticks", "500")) as market_data:
        await eventually(lambda: questdb.count("quotes", "RPK"), lambda n: n > 0)
        market_data.kill()
        assert 0 < await questdb.count("quotes", "RPK") < len(quotes)
    async with serve(["RPK"], replay(tmp_path / "ticks")) as market_data:
        await market_data.finished()
        await eventually(lambda: questdb.count("quotes", "RPK"), lambda n: n == len(quotes))
        await eventually(lambda: questdb.count("trades", "RPK"), lambda n: n == len(trades))
    # What a service answers that has heard nothing yet.
    reader = QuestDbReader(stores.questdb_url, "UTC")
    (quote,) = await reader.latest_quotes(["RPK"])
    assert (quote.row, quote.ask_price_nanos) == (len(quotes), quotes[-1].ask[0] * 100_000)
    (trade,) = await reader.latest_trades(["RPK"])
    assert trade.row == len(trades)
    await reader.close()


async def test_stores_that_die_lose_no_row_and_come_back(
    stores: Stores, serve: Serve, questdb: QuestDb, tmp_path: Path
) -> None:
    quotes, trades = made_up_day(4, 600, 4)
    write(tmp_path / "ticks", "RPD", quotes, trades)
    cache = redis.Redis.from_url(stores.cache_url)

    # 600 s of market in about 10 s of ours.
    async with serve(["RPD"], replay(tmp_path / "ticks", "60")) as market_data:
        await eventually(lambda: questdb.count("quotes", "RPD"), lambda n: n > 0)
        for store in ("questdb", "nats", "valkey"):
            stores.kill(store)
        before = (await market_data.status()).ticks
        status = await market_data.finished()
        assert status.ticks > before
        await asyncio.to_thread(stores.wait_until_ready)
        await eventually(lambda: questdb.count("quotes", "RPD"), lambda n: n == len(quotes))
        await eventually(lambda: questdb.count("trades", "RPD"), lambda n: n == len(trades))
        status = await market_data.status()
        assert (status.rows_dropped, status.rows_written >= status.ticks) == (0, True)
        await eventually(lambda: cache.exists("md:quote:RPD"), bool)
        (payload,) = await cached(cache, "md:quote:RPD")
        assert types_pb2.Quote.FromString(payload).sequence == len(quotes)
    await cache.aclose()


async def test_bad_rows_are_kept_apart(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    quotes, trades = made_up_day(5, 60, 5)
    lines = [row.line() for row in trades]
    last = trades[-1]
    assert last.trade is not None
    lines[20:20] = [
        "not,a,trade",
        Row(trades[20].milliseconds, trade=(last.trade[0] * 50, 1)).line(),
        Row(trades[0].milliseconds - 1000, trade=last.trade).line(),
        Row(trades[20].milliseconds, trade=(0, 1)).line(),
    ]
    lean_files.write(tmp_path / "ticks", "RPX", DAY, "quote", [row.line() for row in quotes])
    lean_files.write(tmp_path / "ticks", "RPX", DAY, "trade", lines)
    lean_files.write(tmp_path / "ticks", "RPX", date(2013, 10, 8), "trade", lines)
    (tmp_path / "ticks/rpx/20131008_quote.zip").write_bytes(b"nonsense")
    async with serve(["RPX"], replay(tmp_path / "ticks")) as market_data:
        await market_data.finished()
        # Of each day: all good ones, the outlier (2) and the late one (4).
        query = "SELECT flags, count() FROM trades WHERE symbol = 'RPX' ORDER BY flags"
        expected = [[0, 2 * len(trades)], [2, 2], [4, 2]]
        await eventually(lambda: questdb.rows(query), lambda rows: rows == expected)
        answer = await market_data.stub.ListTrades(pb.ListTicksRequest(symbols=["RPX"], limit=10_000))
        assert len(answer.trades) == 2 * len(trades)


async def test_a_replay_of_nothing_ends_at_once_and_says_why(tmp_path: Path, stores: Stores) -> None:
    path = tmp_path / "platform.json"
    path.write_text('{"name":"t","instruments":[{"symbol":"BAC"}],"feed":{"kind":"replay","path":"/does/not/exist"}}')
    environment = stores.environment() | {"CIFT_PLATFORM_FILE": str(path)}
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "cift_marketdata"], env=environment, capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert b"feed.path /does/not/exist does not exist" in ended.stderr


@pytest.mark.data
@pytest.mark.skipif(not REAL.is_dir(), reason="the real ticks are not beside the repository (../shared/data)")
async def test_a_real_day_is_in_questdb_to_the_last_row(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    folder = tmp_path / "ibm"
    folder.mkdir()
    for kind in ("quote", "trade"):
        (folder / f"20131010_{kind}.zip").write_bytes((REAL / f"ibm/20131010_{kind}.zip").read_bytes())
    async with serve(["IBM"], replay(folder)) as market_data:
        await market_data.finished()
        # `unzip -p 20131010_quote.zip | wc -l` and the same for trades.
        await eventually(lambda: questdb.count("quotes", "IBM"), lambda n: n == 105_428)
        await eventually(lambda: questdb.count("trades", "IBM"), lambda n: n == 22_415)
