"""Rows on disk while QuestDB is away: whole, in order, bounded, there after a kill; a full disk alone loses none."""

import asyncio
import struct
import subprocess
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from cift_marketdata.adapters import spool
from cift_marketdata.adapters.questdb_writer import CHUNK_ROWS, QuestDbWriter
from cift_marketdata.adapters.spool import Spool
from cift_marketdata.domain import columns
from cift_marketdata.domain.ticks import Quote, Trade

from services.marketdata.tests import lean_files
from services.marketdata.tests.lean_files import made_up_day
from services.marketdata.tests.support import QuestDb, Serve, eventually
from tests.processes import free_port


def quote(n: int) -> Quote:
    return Quote("BRK.B", n, 1, n + 1, 2, 10**18 + n, 10**18, n, "XNYS", n, 8)


def trade(n: int) -> Trade:
    return Trade("AAPL", n, 1, 10**18 + n, 10**18, n, "", n)


def fill(kept: Spool, first: int, last: int) -> int:
    return sum(kept.append(*columns.of([trade(n) for n in range(k, k + 100)])) for k in range(first, last, 100))


def numbers(kept: Spool) -> list[int]:
    found: list[int] = []
    while (records := kept.first()) is not None:
        found += [row for (trades,) in records for row in trades["row"].tolist()]
        kept.drop_first()
    return found


def test_what_was_kept_comes_back_in_another_process(tmp_path: Path) -> None:
    rows: list[Quote | Trade] = [quote(1), trade(1), quote(2)]
    Spool(tmp_path, 2**20).append(*columns.of(rows))
    again = Spool(tmp_path, 2**20)
    assert again.rows == 3
    records = again.first()
    assert records is not None
    ((quotes, trades),) = list(records)
    assert quotes.tolist()[1] == (b"BRK.B", b"XNYS", 2, 2, 1, 3, 2, 10**18 + 2, 10**18, 8)
    assert trades.tolist() == [(b"AAPL", b"", 1, 1, 1, 10**18 + 1, 10**18, 0)]
    again.drop_first()
    assert (again.rows, again.bytes, list(tmp_path.iterdir())) == (0, 0, [])


def test_what_an_earlier_version_left_behind_is_read(tmp_path: Path) -> None:
    quotes, trades = columns.of([quote(1), trade(1), quote(2)])
    packed = b"".join(np.array(part.tolist(), spool._packed(part.dtype)).tobytes() for part in (quotes, trades))
    header = struct.pack("<4sIII", b"CTK1", 2, 1, zlib.crc32(packed))
    (tmp_path / "000000000001.rows").write_bytes(header + packed)
    (found,) = spool.read(tmp_path / "000000000001.rows")
    assert [part.tolist() for part in found] == [quotes.tolist(), trades.tolist()]


def test_beyond_the_bound_the_oldest_go_and_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 100_000)
    kept = Spool(tmp_path, 2**20)
    dropped = fill(kept, 0, 30_000)
    assert 0 < dropped == 30_000 - kept.rows
    assert kept.bytes == sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2**20
    assert numbers(kept) == list(range(dropped, 30_000))


@pytest.mark.parametrize("cut", [1, 40, 3000])
def test_a_record_that_was_cut_off_is_left_out(tmp_path: Path, cut: int) -> None:
    fill(Spool(tmp_path, 2**20), 0, 300)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-cut])
    again = Spool(tmp_path, 2**20)
    assert again.rows == 200
    fill(again, 300, 400)
    assert numbers(again) == [*range(200), *range(300, 400)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def test_on_a_full_disk_rows_wait_in_memory_up_to_its_bound(small_disk: Path) -> None:
    kept = Spool(small_disk, 2**30)
    url = f"http://127.0.0.1:{free_port()}"
    writer = QuestDbWriter(url, "UTC", flush_seconds=0.05, buffer_bytes_max=2**21, spool=kept)
    writer.start()
    rows = 5 * CHUNK_ROWS
    writer.add([trade(n) for n in range(rows)])

    async def dropped() -> int:
        return writer.rows_dropped

    await eventually(dropped, lambda n: n > 0)
    await writer.stop()
    assert writer.rows_waiting == rows - writer.rows_dropped
    assert numbers(kept) == list(range(CHUNK_ROWS))


async def test_rows_survive_a_kill_while_questdb_is_away(serve: Serve, questdb: QuestDb, tmp_path: Path) -> None:
    quotes, trades = made_up_day(11, 200, 5)
    day = date(2013, 10, 7)
    lean_files.write(tmp_path / "ticks", "SPA", day, "quote", [row.line() for row in quotes])
    lean_files.write(tmp_path / "ticks", "SPA", day, "trade", [row.line() for row in trades])
    feed = {"kind": "replay", "path": str(tmp_path / "ticks"), "speed": "1000000"}
    spooled = tmp_path / "spool"

    async def on_disk() -> int:
        return await asyncio.to_thread(
            lambda: sum(len(part) for path in spooled.glob("*.rows") for parts in spool.read(path) for part in parts)
        )

    away = {"CIFT_QUESTDB_URL": f"http://127.0.0.1:{free_port()}", "CIFT_QUESTDB_SPOOL": str(spooled)}
    async with serve(["SPA"], feed, **away) as market_data:
        await market_data.finished()
        await eventually(on_disk, lambda rows: rows == len(quotes) + len(trades))
        market_data.kill()
    # Another feed, which does not say those ticks again.
    async with serve(["SPB"], {}, CIFT_QUESTDB_SPOOL=str(spooled)):
        await eventually(lambda: questdb.count("quotes", "SPA"), lambda rows: rows == len(quotes))
        await eventually(lambda: questdb.count("trades", "SPA"), lambda rows: rows == len(trades))
        await eventually(on_disk, lambda rows: rows == 0)
