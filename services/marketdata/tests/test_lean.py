"""The LEAN reader: what was written is read; what cannot be read is said and passed over."""

import csv
import io
import itertools
import zipfile
from datetime import date
from pathlib import Path

import pytest
from cift_common.platform import Platform
from cift_marketdata.domain import columns
from cift_marketdata.domain.ticks import BadTick, QuoteTick, TradeTick
from cift_marketdata.feeds import lean, lean_columns, merging
from cift_marketdata.feeds.base import FeedError
from cift_marketdata.feeds.replay import ReplayFeed, by_day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.marketdata.tests import lean_files
from services.marketdata.tests.lean_files import Row, midnight_ns

DAY = date(2013, 10, 7)
SYMBOL_FILE = Path("bac")
REAL = Path(__file__).resolve().parents[4] / "shared/data/lean/equity/usa/tick"

times = st.lists(st.integers(0, 86_399_999), min_size=1, max_size=50).map(sorted)


def merged(files: list[lean.LeanFile]) -> list[QuoteTick | TradeTick | BadTick]:
    found: list[QuoteTick | TradeTick | BadTick] = []
    for day in by_day(files):
        for block in merging.merged(day):
            found += [block] if isinstance(block, BadTick) else columns.to_ticks(block)
    return found


def parse(kind: str, lines: list[str]) -> list[QuoteTick | TradeTick | BadTick]:
    return list(lean.parse(lean.LeanFile(SYMBOL_FILE, "BAC", DAY, "quote" if kind == "quote" else "trade"), lines))


@given(times, st.data())
def test_what_was_written_is_read(milliseconds: list[int], data: st.DataObject) -> None:
    side = st.tuples(st.integers(1, 10**7), st.integers(1, 10**6))
    rows = [
        Row(time, bid=data.draw(side)) if data.draw(st.booleans()) else Row(time, ask=data.draw(side))
        for time in milliseconds
    ]
    ticks = parse("quote", [row.line() + "\n" for row in rows])
    assert len(ticks) == len(rows)
    for number, (row, tick) in enumerate(zip(rows, ticks, strict=True), start=1):
        assert isinstance(tick, QuoteTick)
        assert tick.row == number
        assert (tick.time_ns - midnight_ns(DAY)) // 10**6 == row.milliseconds
        bid, ask = row.bid, row.ask
        assert tick.bid_price_nanos == (bid[0] * 100_000 or None)
        assert tick.bid_quantity_nanos == (bid[1] * 10**9 or None)
        assert tick.ask_price_nanos == (ask[0] * 100_000 or None)
        assert tick.ask_quantity_nanos == (ask[1] * 10**9 or None)
    stamps = [tick.time_ns for tick in ticks if isinstance(tick, QuoteTick)]
    assert all(a < b for a, b in itertools.pairwise(stamps)), "order within a millisecond is lost"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("34200000,138000,100,P,2000", "has 5 columns, not 6"),
        ("34200000,138000,100,P,2000,0,7", "has 7 columns, not 6"),
        ("34200000,13.80,100,P,2000,0", "is not numbers"),
        ("later,138000,100,P,2000,0", "is not numbers"),
        ("-1,138000,100,P,2000,0", "not within a day"),
        ("99999999999,138000,100,P,2000,0", "not within a day"),
        ("\x00\xff\x00", "columns"),
    ],
)
def test_a_bad_line_is_said_and_passed_over(line: str, problem: str) -> None:
    good = Row(34_200_000, trade=(138_000, 100)).line()
    before, bad, after = parse("trade", [good, line, good])
    assert isinstance(before, TradeTick)
    assert isinstance(after, TradeTick)
    assert isinstance(bad, BadTick)
    assert bad.reason == "malformed"
    assert "bac line 2" in bad.detail
    assert problem in bad.detail


def test_a_quote_with_neither_side_is_malformed() -> None:
    (bad,) = parse("quote", [Row(34_200_000).line()])
    assert isinstance(bad, BadTick)
    assert "neither bid nor ask" in bad.detail


def test_a_tick_far_ahead_of_its_successor_is_suspicious(tmp_path: Path) -> None:
    times = [34_200_000, 80_000_000, 34_200_001, 34_200_002]
    lean_files.write(tmp_path, "BAC", DAY, "trade", [Row(time, trade=(138_000, 1)).line() for time in times])
    read = [tick for tick in lean.read(lean.find(tmp_path)[0]) if isinstance(tick, TradeTick)]
    assert [tick.suspicious for tick in read] == [False, True, False, False]


def test_corrupt_zips_are_said_and_passed_over(tmp_path: Path) -> None:
    lines = [Row(34_200_000 + n, trade=(138_000 + n % 7, 1 + n % 13)).line() for n in range(20_000)]
    whole = lean_files.write(tmp_path, "BAC", DAY, "trade", lines)
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    whole.write_bytes(content)
    (tmp_path / "bac/20131008_trade.zip").write_bytes(b"this is not a zip")
    with zipfile.ZipFile(tmp_path / "bac/20131009_trade.zip", "w") as archive:
        archive.writestr("readme.txt", "")
    lean_files.write(tmp_path, "BAC", date(2013, 10, 10), "trade", lines[:3])

    ticks = list(merged(lean.find(tmp_path)))
    bad = [tick for tick in ticks if isinstance(tick, BadTick)]
    unreadable = [tick.detail for tick in bad if tick.reason == "unreadable_file"]
    assert [detail.split()[0] for detail in unreadable] == [
        "bac/20131007_trade.zip",
        "bac/20131008_trade.zip",
        "bac/20131009_trade.zip",
    ]
    last_day = [t for t in ticks if isinstance(t, TradeTick) and t.time_ns >= midnight_ns(date(2013, 10, 10))]
    assert len(last_day) == 3


_ODD = [
    "",
    "34200000,138000,100,P,2000",
    "x,138000,100,P,2000,0",
    "34200000,-5,100,P,2000,0",
    "1,1,1,P,2,1",
    "9,0,0,P,1,0",
]
_lines = st.tuples(times, st.integers(0, 60), st.sampled_from(["", *_ODD])).map(
    lambda drawn: [
        *[Row(ms, trade=(138_000 + n, 100 + n)).line() for n, ms in enumerate(drawn[0])],
        *([drawn[2]] if drawn[1] < 20 else []),
        *[Row(70_000_000 + 40_000 * n, trade=(138_000, 1)).line() for n in range(drawn[1] % 7)],
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_lines, size=st.sampled_from([1, 50, 300, 2**18]), end=st.sampled_from(["\n", ""]))
def test_blocks_hold_what_lines_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], size: int, end: str
) -> None:
    path = lean_files.write(tmp_path, "BAC", DAY, "trade", lines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "\n".join(lines) + end)
    monkeypatch.setattr(lean_columns, "BLOCK_BYTES", size)
    (file,) = lean.find(tmp_path)
    found = [b if isinstance(b, BadTick) else columns.to_ticks(b) for b in lean_columns.read(file)]
    expected = list(lean.read(file))
    assert [t for t in found if isinstance(t, BadTick)] == [t for t in expected if isinstance(t, BadTick)]
    good = [tick for block in found if isinstance(block, list) for tick in block]
    assert good == [tick for tick in expected if not isinstance(tick, BadTick)]


def test_symbols_and_files_come_together_in_time(tmp_path: Path) -> None:
    for symbol, offset in (("BAC", 0), ("IBM", 1)):
        for day in (date(2013, 10, 8), DAY):
            quotes = [Row(34_200_000 + 2 * n + offset, bid=(100 + n, 1)).line() for n in range(50)]
            trades = [Row(34_200_000 + 2 * n + offset, trade=(100 + n, 1)).line() for n in range(50)]
            lean_files.write(tmp_path, symbol, day, "quote", quotes)
            lean_files.write(tmp_path, symbol, day, "trade", trades)
    ticks = [tick for tick in merged(lean.find(tmp_path)) if not isinstance(tick, BadTick)]
    assert len(ticks) == 400
    assert [tick.time_ns for tick in ticks] == sorted(tick.time_ns for tick in ticks)
    assert [isinstance(tick, TradeTick) for tick in ticks[:4]] == [True, False, True, False]


def platform(path: Path, *symbols: str) -> Platform:
    return Platform.model_validate(
        {
            "name": "test",
            "instruments": [{"symbol": symbol} for symbol in symbols],
            "feed": {"kind": "replay", "path": str(path)},
        }
    )


def test_a_replay_that_cannot_begin_says_why(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="does not exist"):
        ReplayFeed(platform(tmp_path / "nothing", "BAC"))
    with pytest.raises(FeedError, match="has no tick zips"):
        ReplayFeed(platform(tmp_path, "BAC"))
    lean_files.write(tmp_path, "BAC", DAY, "trade", [])
    lean_files.write(tmp_path, "IBM", DAY, "trade", [])
    with pytest.raises(FeedError, match="has ticks of BAC, IBM; the platform trades AAPL"):
        ReplayFeed(platform(tmp_path, "AAPL"))
    assert ReplayFeed(platform(tmp_path, "AAPL", "IBM")).symbols == ("IBM",)
    assert ReplayFeed(platform(tmp_path / "bac/20131007_trade.zip", "BAC")).symbols == ("BAC",)


@pytest.mark.data
@pytest.mark.skipif(not REAL.is_dir(), reason="the real ticks are not beside the repository (../shared/data)")
def test_every_row_of_a_real_day_is_read() -> None:
    for file in lean.find(REAL / "ibm"):
        if file.day != date(2013, 10, 10):
            continue
        with zipfile.ZipFile(file.path) as archive:
            rows = list(csv.reader(io.TextIOWrapper(archive.open(archive.namelist()[0]))))
        ticks = list(lean.read(file))
        assert len(ticks) == len(rows)
        assert not any(isinstance(tick, BadTick) for tick in ticks)
        for row, tick in zip(rows, ticks, strict=True):
            if isinstance(tick, TradeTick):
                assert tick.price_nanos == int(row[1]) * 100_000
            elif isinstance(tick, QuoteTick):
                assert (tick.bid_price_nanos or 0, tick.ask_price_nanos or 0) == (
                    int(row[1]) * 100_000,
                    int(row[3]) * 100_000,
                )
