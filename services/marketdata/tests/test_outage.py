"""QuestDB is away while ticks flow: nothing is lost when it is back, and what does not fit is bounded and said.

Some seconds in `make test`; with CIFT_TEST_LONG=1 a whole minute.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from cift_marketdata.domain.ticks import BadTick
from cift_marketdata.feeds import recordings

from services.marketdata.tests.support import QuestDb, Serve, eventually
from tests.processes import free_port
from tests.stores import Stores

AWAY_SECONDS = 60 if os.environ.get("CIFT_TEST_LONG") == "1" else 4
QUOTES_PER_SECOND = 2000
SPOOL_BYTES = 2**26


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.rows"))


@pytest.mark.timeout(600)
async def test_no_row_is_lost_while_questdb_is_away(
    stores: Stores, serve: Serve, questdb: QuestDb, tmp_path: Path
) -> None:
    recording, spool = tmp_path / "recording", tmp_path / "spool"
    kept = {"CIFT_QUESTDB_SPOOL": str(spool)}
    symbols, feed = ["OUA", "OUB"], {"quotesPerSecond": QUOTES_PER_SECOND}
    bounds = {"CIFT_RECORD": str(recording), "CIFT_QUESTDB_SPOOL_BYTES": str(SPOOL_BYTES)}
    async with serve(symbols, feed, **bounds, **kept) as market_data:
        await eventually(lambda: questdb.count("quotes", *symbols), lambda rows: rows > 0)
        stores.stop("questdb")
        try:
            before = (await market_data.status()).ticks
            wanted = before + AWAY_SECONDS * QUOTES_PER_SECOND
            await eventually(market_data.status, lambda status: status.ticks >= wanted, 300)
            on_disk = await eventually(lambda: asyncio.to_thread(size, spool), lambda found: found > 0)
            assert on_disk <= SPOOL_BYTES
        finally:
            stores.start("questdb")
        await asyncio.to_thread(stores.wait_until_ready)
        await eventually(lambda: questdb.count("quotes", *symbols), lambda rows: rows > wanted // 2, 120)
        status = await eventually(market_data.status, lambda status: status.rows_written > wanted, 120)
        assert status.rows_dropped == 0
    # What a busy QuestDB did not take before the service had to end goes there from the next one.
    async with serve(["OUZ"], {}, **kept):
        await eventually(lambda: asyncio.to_thread(size, spool), lambda left: left == 0, 120)
    said: Counter[bool] = Counter()
    for block in recordings.read(recordings.find(recording)):
        assert not isinstance(block, BadTick)
        said.update(block["trade"].tolist())
    for table, trades in (("quotes", False), ("trades", True)):
        await eventually(lambda: questdb.count(table, *symbols), lambda rows: rows == said[trades], 120)  # noqa: B023


async def test_what_does_not_fit_on_disk_is_dropped_and_said(serve: Serve, tmp_path: Path) -> None:
    spool, bound = tmp_path / "spool", 2**20
    away = {"CIFT_QUESTDB_URL": f"http://127.0.0.1:{free_port()}", "CIFT_QUESTDB_SPOOL": str(spool)}
    feed = {"quotesPerSecond": 5 * QUOTES_PER_SECOND}
    async with serve(["OUC"], feed, CIFT_QUESTDB_SPOOL_BYTES=str(bound), **away) as market_data:
        await eventually(market_data.status, lambda status: status.rows_dropped > 0)
        assert 0 < await asyncio.to_thread(size, spool) <= bound
        assert (await market_data.status()).rows_written == 0
