"""Bars from tick zips."""

import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from cift_common.errors import InvalidArgument

pytest.importorskip("pandas")

from cift_forecast.adapters import lean

OPEN = 34_200_000
QUOTES = [
    (OPEN, 140000, 10, 0, 0, "Q", 1, 0),
    (OPEN + 1000, 0, 0, 140200, 20, "Q", 1, 0),
    (OPEN + 1500, 140100, 30, 0, 0, "Q", 1, 1),
    (OPEN + 4000, 140100, 11, 0, 0, "Q", 1, 0),
    (OPEN + 4500, 900000, 5, 0, 0, "Q", 1, 0),
    (OPEN + 12_000, 140100, 11, 0, 0, "Q", 1, 0),
]
TRADES = [
    (OPEN + 2000, 140100, 100, "Q", 0, 0),
    (OPEN + 3000, 140100, 50, "Q", 0, 0),
    (OPEN + 7000, 140100, 9, "Q", 0, 0),
]


def write(folder: Path, name: str, rows: list[tuple[object, ...]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"20131007_{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ticks.csv", "".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def test_the_last_believed_quote_of_each_step_and_what_was_traded(tmp_path: Path) -> None:
    write(tmp_path / "tick" / "bac", "quote", QUOTES)
    write(tmp_path / "tick" / "bac", "trade", TRADES)
    bars = lean.bars(tmp_path, "BAC", 5)
    begin = int(datetime(2013, 10, 7, 9, 30, tzinfo=ZoneInfo("America/New_York")).timestamp()) * 10**9
    # A step without a quote is none; what was traded in it belongs to nobody.
    assert (bars.time - begin).tolist() == [5 * 10**9, 15 * 10**9]
    assert (bars.bid.tolist(), bars.ask.tolist()) == ([14.01, 14.01], [14.02, 14.02])
    assert (bars.bid_quantity.tolist(), bars.ask_quantity.tolist()) == ([11, 11], [20, 20])
    assert (bars.volume.tolist(), bars.trades.tolist()) == ([150, 0], [2, 0])
    assert np.isfinite(bars.middle).all()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="no tick zips"):
        lean.bars(tmp_path, "BAC", 5)
    path = write(tmp_path / "bac", "quote", QUOTES)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InvalidArgument, match=r"bac/20131007_quote\.zip"):
        lean.bars(tmp_path, "BAC", 5)
    write(tmp_path / "bac", "quote", [(*QUOTES[0][:7], "x")])
    with pytest.raises(InvalidArgument, match=r"bac/20131007_quote\.zip"):
        lean.bars(tmp_path, "BAC", 5)
