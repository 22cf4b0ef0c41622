"""Files in Databento's shapes and our own recordings: what they hold is what the feed says."""

import gzip
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from cift_marketdata.domain import columns
from cift_marketdata.domain.ticks import BadTick, QuoteTick, TradeTick
from cift_marketdata.feeds import databento, recordings
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from pyarrow import parquet

from services.marketdata.tests.support import QuestDb, Serve, eventually

START = 1_700_000_000_000_000_000
TRADES = "ts_recv,ts_event,rtype,publisher_id,action,side,depth,price,size,flags,ts_in_delta,sequence,symbol"
BOOK = "ts_event,publisher_id,action,price,size,bid_px_00,ask_px_00,bid_sz_00,ask_sz_00,symbol"
NONE = 2**63 - 1


def read(path: Path) -> list[QuoteTick | TradeTick | BadTick]:
    found: list[QuoteTick | TradeTick | BadTick] = []
    for block in databento.read(path):
        found += [block] if isinstance(block, BadTick) else columns.to_ticks(block)
    return found


def trade_lines(numbers: Iterable[int]) -> list[str]:
    return [f"{START},{START + n},0,2,T,A,0,{189_430_000_000 + n},{n + 1},0,0,{n},AAPL" for n in numbers]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_trades_are_read_from_csv(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"xnas-20231114.trades{suffix}"
    text = "\n".join([TRADES, *trade_lines(range(1000)), f"{START},{START},0,2,C,A,0,1,1,0,0,1,AAPL"]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if suffix.endswith("gz") else text.encode())
    ticks = read(path)
    assert len(ticks) == 1000
    last = ticks[-1]
    assert isinstance(last, TradeTick)
    assert (last.symbol, last.exchange, last.time_ns) == ("AAPL", "2", START + 999)
    assert (last.price_nanos, last.quantity_nanos) == (189_430_000_999, 1000 * 10**9)
    assert len({tick.row for tick in ticks if isinstance(tick, TradeTick)}) == 1000


def test_a_book_gives_quotes_and_the_trades_in_it(tmp_path: Path) -> None:
    lines = [
        f"2023-11-14T22:13:20.000000001Z,2,A,189.43,1,189.42,189.44,300,{200},AAPL",
        "2023-11-14T22:13:20.000000002Z,2,T,189.44,100,189.42,,300,,AAPL",
    ]
    path = tmp_path / "a.mbp-1.csv"
    path.write_text("\n".join([BOOK, *lines]))
    first, trade, last = read(path)
    assert isinstance(first, QuoteTick)
    assert (first.time_ns, first.bid_price_nanos, first.ask_quantity_nanos) == (START + 1, 189_420_000_000, 200 * 10**9)
    assert isinstance(trade, TradeTick)
    assert (trade.price_nanos, trade.quantity_nanos) == (189_440_000_000, 100 * 10**9)
    assert isinstance(last, QuoteTick)
    assert (last.ask_price_nanos, last.ask_quantity_nanos) == (0, 0)


def depth_lines() -> list[str]:
    """Two books of ten levels, of which the second has nine bids, and one whose offers are not in order."""
    sides = [f"{side}_{what}_{n:02d}" for n in range(10) for side in ("bid", "ask") for what in ("px", "sz")]
    lines = [",".join(["ts_event", "publisher_id", "symbol", *sides])]
    for book in range(3):
        numbers = []
        for n in range(10):
            bid = "," if book == 1 and n == 9 else f"{100 - n}.{book}0,{n + 1}"
            ask = f"{101 + (n if book < 2 else -n)}.{book}0,{n + 2}"
            numbers += [bid, ask]
        lines.append(",".join([str(START + book), "2", "DPA", *numbers]))
    return lines


STATUSES = [
    "ts_recv,ts_event,rtype,publisher_id,action,reason,trading_event,is_trading,is_quoting,symbol",
    f"{START},{START},18,2,7,1,0,Y,Y,DPA",
    f"{START + 1},{START + 1},18,2,8,30,0,N,N,DPA",
]


async def test_depths_and_statuses_are_kept_and_given_out(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    folder = tmp_path / "ticks"
    folder.mkdir()
    (folder / "a.mbp-10.csv").write_text("\n".join(depth_lines()))
    (folder / "a.status.csv").write_text("\n".join(STATUSES))
    feed = {"kind": "replay", "path": str(folder), "speed": "1000000"}
    recording = tmp_path / "recording"
    request = pb.ListTicksRequest(symbols=["DPA"], start_ns=START - 1)
    async with serve(["DPA"], feed, CIFT_RECORD=str(recording)) as market_data:
        # Three touches, three depths, two statuses.
        assert (await market_data.finished()).ticks == 8
        await eventually(lambda: questdb.count("depths", "DPA"), lambda rows: rows == 2)
        await eventually(lambda: questdb.count("statuses", "DPA"), lambda rows: rows == 2)
        first, second = (await market_data.stub.ListDepths(request)).depths
        assert [(level.price_nanos, level.quantity_nanos) for level in first.bids] == [
            ((100 - n) * 10**9, (n + 1) * 10**9) for n in range(10)
        ]
        assert [level.price_nanos for level in second.asks] == [(101 + n) * 10**9 + 10**8 for n in range(10)]
        assert (len(second.bids), second.exchange_time_ns, second.exchange) == (9, START + 1, "2")
        page = await market_data.stub.ListStatuses(pb.ListTicksRequest(symbols=["DPA"], start_ns=1, limit=1))
        rest = await market_data.stub.ListStatuses(
            pb.ListTicksRequest(symbols=["DPA"], start_ns=1, limit=1, page_token=page.next_page_token)
        )
        (opened,), (halted,) = page.statuses, rest.statuses
        assert (opened.action, opened.reason, opened.trading) == ("trading", "scheduled", True)
        assert (halted.action, halted.reason, halted.trading) == ("halt", "news_pending", False)
        tables = {}
        for schema in (pb.HISTORY_SCHEMA_MBP_10, pb.HISTORY_SCHEMA_STATUS):
            wanted = pb.StreamHistoryRequest(schema=schema, symbols=["DPA"], start_ns=START, end_ns=START + 10**9)
            parts = [part.arrow async for part in market_data.stub.StreamHistory(wanted)]
            tables[schema] = pa.ipc.open_stream(b"".join(parts)).read_all()
        assert tables[pb.HISTORY_SCHEMA_MBP_10]["ask_px_09"].to_pylist() == [Decimal("110"), Decimal("110.1")]
        assert tables[pb.HISTORY_SCHEMA_STATUS]["is_trading"].to_pylist() == ["Y", "N"]
    for table in ("depths", "statuses"):
        await questdb.rows(f"TRUNCATE TABLE {table}")
    # What was recorded says the same; and a halt is not over because the service, which has no feed yet, starts anew.
    async with serve(["DPA"], {"kind": "replay", "path": str(recording), "speed": "1000000"}) as market_data:
        (snapshot,) = (await market_data.stub.GetSnapshots(pb.GetSnapshotsRequest(symbols=["DPA"]))).snapshots
        assert snapshot.status.action == "halt"
        await market_data.finished()
        await eventually(lambda: questdb.count("depths", "DPA"), lambda rows: rows == 2)
        await eventually(lambda: questdb.count("statuses", "DPA"), lambda rows: rows == 2)
        (snapshot,) = (await market_data.stub.GetSnapshots(pb.GetSnapshotsRequest(symbols=["DPA"]))).snapshots
        assert snapshot.depth.bids == second.bids


@pytest.mark.parametrize("kind", ["fixed", "decimal", "float"])
def test_parquet_holds_prices_in_three_ways(tmp_path: Path, kind: str) -> None:
    nanos = [189_430_000_000, 189_440_100_000, NONE]
    texts = [None if price == NONE else Decimal(price).scaleb(-9) for price in nanos]
    prices = {
        "fixed": pa.array(nanos, pa.int64()),
        "decimal": pa.array(texts, pa.decimal128(18, 9)),
        "float": pa.array([float("nan") if text is None else float(text) for text in texts]),
    }[kind]
    table = pa.table(
        {
            "ts_event": pa.array([START, START + 1, START + 2], pa.timestamp("ns", "UTC")),
            "symbol": pa.array(["AAPL"] * 3).dictionary_encode(),
            "bid_px_00": prices,
            "bid_sz_00": pa.array([1, 2, 0], pa.uint32()),
            "ask_px_00": prices,
            "ask_sz_00": pa.array([1, 2, 0], pa.uint32()),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    ticks = [tick for tick in read(tmp_path / "a.parquet") if isinstance(tick, QuoteTick)]
    assert [tick.bid_price_nanos for tick in ticks] == [*nanos[:2], 0]
    assert [tick.bid_quantity_nanos for tick in ticks] == [10**9, 2 * 10**9, 0]
    assert [tick.time_ns for tick in ticks] == [START, START + 1, START + 2]


@pytest.mark.parametrize(
    ("lines", "reason", "detail"),
    [
        (["time,px", "1,2"], "unreadable_file", "has no column ts_event, symbol, price, size"),
        ([TRADES, *trade_lines([1]), "1,2,3"], "malformed", "3 columns, not 13"),
        (
            [TRADES, *trade_lines([1]), trade_lines([2])[0].replace("18943", "x")],
            "unreadable_file",
            "cannot be read on",
        ),
        ([], "unreadable_file", "has no column"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, lines: list[str], reason: str, detail: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines))
    bad = [tick for tick in read(path) if isinstance(tick, BadTick)]
    assert [tick.reason for tick in bad] == [reason]
    assert detail in bad[0].detail
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    (bad_tick,) = read(tmp_path / "bad.parquet")
    assert isinstance(bad_tick, BadTick)
    assert bad_tick.detail.startswith("bad.parquet cannot be read on after 0 rows")


async def test_what_was_recorded_is_replayed(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    async with serve(["RCA", "RCB"], {"quotesPerSecond": 400}, CIFT_RECORD=str(recording)) as market_data:
        await eventually(market_data.status, lambda status: status.ticks > 1500)
    ticks = [block for block in recordings.read(recordings.find(recording)) if not isinstance(block, BadTick)]
    recorded = np.concatenate(ticks)
    assert len(recorded) > 1500
    stored = (
        "SELECT timestamp::LONG, sequence, price, quantity, exchange FROM trades WHERE symbol = 'RCA' ORDER BY 1, 2"
    )
    before = await eventually(lambda: questdb.rows(stored), lambda rows: len(rows) > 0)
    for table in ("quotes", "trades"):
        await questdb.rows(f"TRUNCATE TABLE {table}")
    feed = {"kind": "replay", "path": str(recording), "speed": "1000000"}
    async with serve(["RCA", "RCB"], feed) as market_data:
        assert (await market_data.finished()).ticks == len(recorded)
        for table, trade in (("trades", True), ("quotes", False)):
            count = int((recorded["trade"] == trade).sum())
            await eventually(lambda: questdb.count(table, "RCA", "RCB"), lambda rows: rows == count)  # noqa: B023
        assert before == (await questdb.rows(stored))[: len(before)]
