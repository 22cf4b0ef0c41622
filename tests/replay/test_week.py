"""A week of real ticks at full speed: QuestDB holds what the files hold, and answers what polars answers of the files.

Four million rows of two symbols, of which some are replayed three times: the service is killed twice.
"""

import json
import shutil
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import polars as pl
import pytest

from services.marketdata.tests.support import MarketData, QuestDb, eventually
from tests.stores import Stores
from tests.stores import stores as stores

TICKS = Path(__file__).resolve().parents[3] / "shared/data/lean/equity/usa/tick"
# Names of their own: other tests write to the same QuestDB.
SYMBOLS = {"WBAC": "bac", "WIBM": "ibm"}
NAMES = "'WBAC', 'WIBM'"
NEW_YORK = ZoneInfo("America/New_York")
MINUTE_NS = 60 * 10**9
SECONDS = 900

pytestmark = [
    pytest.mark.data,
    pytest.mark.timeout(2 * SECONDS),
    pytest.mark.skipif(not TICKS.is_dir(), reason="the real ticks are not beside the repository (../shared/data)"),
]
_COLUMNS = {
    "trade": ["milliseconds", "price", "size", "exchange", "condition", "suspicious"],
    "quote": ["milliseconds", "bid", "bid_size", "ask", "ask_size", "exchange", "condition", "suspicious"],
}


def read(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])


def copy(folder: Path) -> None:
    """The week's files, by the names that its symbols have here."""
    for symbol, source in SYMBOLS.items():
        shutil.copytree(TICKS / source, folder / symbol.lower())


def ticks(folder: Path, kind: str) -> pl.DataFrame:
    """The rows of the files by symbol and time; the number in the file and the time as history should have them."""
    frames = []
    for symbol in SYMBOLS:
        for path in sorted((folder / symbol.lower()).glob(f"*_{kind}.zip")):
            midnight = datetime.strptime(path.name[:8], "%Y%m%d").replace(tzinfo=NEW_YORK)
            frame = pl.read_csv(
                BytesIO(read(path)),
                has_header=False,
                new_columns=_COLUMNS[kind],
                schema_overrides={"exchange": pl.String, "condition": pl.String},
            )
            # Ticks of one millisecond stand a nanosecond apart, in the order of the file.
            within = pl.int_range(pl.len()).over("milliseconds")
            frames.append(
                frame.with_columns(
                    symbol=pl.lit(symbol),
                    sequence=pl.int_range(1, pl.len() + 1),
                    time=int(midnight.timestamp()) * 10**9 + pl.col("milliseconds") * 10**6 + within,
                )
            )
    # A day of QuestDB is one of UTC; the file of a day goes on for the first moment of the next.
    day = pl.from_epoch("time", "ns").dt.strftime("%Y%m%d")
    return pl.concat(frames).with_columns(day=day).sort("symbol", "time")


class History:
    """QuestDB's answers as data frames."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/exp"

    async def frame(self, query: str) -> pl.DataFrame:
        async with aiohttp.ClientSession() as session, session.get(self._url, params={"query": query}) as answer:
            body = await answer.read()
            assert answer.status == 200, body
        return pl.read_csv(BytesIO(body), infer_schema=False)


@pytest.fixture
async def replayed(stores: Stores, tmp_path: Path) -> AsyncIterator[Path]:
    """The folder that was replayed, by a service that was killed twice meanwhile."""
    copy(tmp_path / "ticks")
    platform = {
        "name": "week",
        "calendar": "XNYS",
        "instruments": [{"symbol": symbol, "tickSize": "0.0001"} for symbol in SYMBOLS],
        "feed": {"kind": "replay", "path": str(tmp_path / "ticks"), "speed": "1000000000"},
    }
    (tmp_path / "platform.json").write_text(json.dumps(platform))
    rows = len(ticks(tmp_path / "ticks", "quote")) + len(ticks(tmp_path / "ticks", "trade"))
    environment = stores.environment() | {
        "CIFT_PLATFORM_FILE": str(tmp_path / "platform.json"),
        "CIFT_QUESTDB_FLUSH_SECONDS": "0.2",
    }
    async with MarketData(environment) as market_data:
        for part in (0.2, 0.5):
            wanted = int(part * rows)
            await eventually(market_data.status, lambda s: s.rows_written >= wanted or s.finished, SECONDS)  # noqa: B023
            market_data.kill()
            await market_data.start()
        await eventually(market_data.status, lambda status: status.finished, SECONDS)
        await eventually(market_data.status, lambda status: status.rows_written >= rows, SECONDS)
        assert (await market_data.status()).rows_dropped == 0
        yield tmp_path / "ticks"


async def test_history_is_what_the_files_hold(stores: Stores, replayed: Path) -> None:
    questdb, history = QuestDb(stores.questdb_url), History(stores.questdb_url)
    quotes, trades = ticks(replayed, "quote"), ticks(replayed, "trade")
    for table, expected in (("quotes", quotes), ("trades", trades)):
        await eventually(lambda: questdb.count(table, *SYMBOLS), lambda n: n >= len(expected), SECONDS)  # noqa: B023
        counted = await history.frame(
            f"SELECT symbol, to_str(timestamp, 'yyyyMMdd') day, count() rows FROM {table}"
            f" WHERE symbol IN ({NAMES}) GROUP BY symbol, day ORDER BY symbol, day"
        )
        of_files = expected.group_by("symbol", "day").agg(rows=pl.len()).sort("symbol", "day")
        assert counted.rows() == [(symbol, day, str(rows)) for symbol, day, rows in of_files.rows()]
    await check_bars(history, trades)
    await check_as_of(history, quotes, trades)


async def check_bars(history: History, trades: pl.DataFrame) -> None:
    """Every minute of the view against the files: prices × 10,000, shares, and their products."""
    expected = (
        trades.filter(pl.col("suspicious") == 0)
        .group_by("symbol", start=pl.col("time") // MINUTE_NS * MINUTE_NS, maintain_order=True)
        .agg(
            open=pl.col("price").first(),
            high=pl.col("price").max(),
            low=pl.col("price").min(),
            close=pl.col("price").last(),
            volume=pl.col("size").sum(),
            notional=(pl.col("price") * pl.col("size")).sum(),
            trades=pl.len(),
        )
        .sort("symbol", "start")
        .rows()
    )

    async def bars() -> list[tuple[object, ...]]:
        found = await history.frame(
            "SELECT symbol, timestamp::LONG start, open, high, low, close, volume, notional, trades FROM bars_1m"
            f" WHERE symbol IN ({NAMES}) ORDER BY symbol, start"
        )
        return [
            (
                symbol,
                int(start),
                *(Decimal(price) * 10_000 for price in prices),
                Decimal(volume),
                Decimal(notional) * 10_000,
                int(count),
            )
            for symbol, start, *prices, volume, notional, count in found.rows()
        ]

    # The view follows its table in the background.
    await eventually(bars, lambda found: found == expected, SECONDS)


async def check_as_of(history: History, quotes: pl.DataFrame, trades: pl.DataFrame) -> None:
    """The quote that stood at each trade: QuestDB's join against polars' of the files."""
    sides = {}
    for side in ("bid", "ask"):
        # A row speaks of one side; the other is the last that somebody believable said.
        said = pl.when((pl.col(side) > 0) & (pl.col("suspicious") == 0)).then(pl.col(side))
        known = said.forward_fill().over("symbol").fill_null(0)
        sides[side] = pl.when(pl.col(side) > 0).then(pl.col(side)).otherwise(known)
    standing = quotes.with_columns(**sides).select("symbol", "time", "bid", "ask", quote="sequence")
    expected = (
        trades.select("symbol", "time", "sequence")
        .sort("time")
        .join_asof(standing.sort("time"), on="time", by="symbol", check_sortedness=False)
        .sort("symbol", "time")
    )
    found = await history.frame(
        "SELECT t.symbol symbol, t.timestamp::LONG time, t.sequence sequence, q.bid_price bid, q.ask_price ask,"
        " q.sequence quote FROM trades t ASOF JOIN quotes q ON (symbol)"
        f" WHERE t.symbol IN ({NAMES}) ORDER BY symbol, time"
    )
    price = (pl.col("bid", "ask").str.replace(".", "", literal=True).cast(pl.Int64)) // 100_000
    number = pl.col("time", "sequence", "quote").cast(pl.Int64)
    found = found.with_columns(price, number)
    assert found.columns == expected.columns
    assert found.equals(expected.with_columns(pl.col("time", "sequence", "quote").cast(pl.Int64)))
