"""Bars from tick zips in the LEAN format: `…/<symbol>/YYYYMMDD_quote.zip` and `_trade.zip`, one CSV in each.

Read with pandas, column by column: a training takes a week of ticks at once. What market data would not believe (marked
suspicious, crossed, back in time, beyond twice or half of what was believed before) is left out here as well.
"""

import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from cift_common.errors import InvalidArgument

from cift_forecast.domain.bars import Bars

NEW_YORK = ZoneInfo("America/New_York")
PRICE_SCALE = 10_000
_MILLISECOND_NS = 10**6
_SECOND_NS = 10**9
_OUTLIER_FACTOR = 2
_QUOTE = ["time", "bid", "bid_quantity", "ask", "ask_quantity", "exchange", "condition", "suspicious"]
_TRADE = ["time", "price", "quantity", "exchange", "condition", "suspicious"]


def bars(folder: Path, symbol: str, step_seconds: int) -> Bars:
    """All days of a symbol below `folder`. `InvalidArgument` names the file that cannot be read, or what is missing."""
    quotes = sorted(path for path in folder.rglob("*_quote.zip") if path.parent.name.upper() == symbol)
    quotes = [path for path in quotes if _is_tick(path)]
    if not quotes:
        raise InvalidArgument(f"{folder} has no tick zips {symbol.lower()}/YYYYMMDD_quote.zip", field="data")
    days = [_day(path, step_seconds) for path in quotes]
    sessions = np.concatenate([np.full(len(day), number) for number, day in enumerate(days)])
    whole = pd.concat(days)
    columns = ("bid", "ask", "bid_quantity", "ask_quantity", "volume", "trades")
    return Bars(
        whole.index.to_numpy(dtype=np.int64) + step_seconds * _SECOND_NS,
        sessions.astype(np.int64),
        **{name: whole[name].to_numpy(dtype=np.float64) for name in columns},
    )


def _day(path: Path, step_seconds: int) -> pd.DataFrame:
    quotes = _read(path, _QUOTE)
    # A tick tells one side; the other stands as it was said last.
    for side in ("bid", "ask"):
        said = quotes[side] > 0
        for column in (side, f"{side}_quantity"):
            quotes[column] = quotes[column].where(said).ffill().fillna(0)
    spread = quotes["ask"] - quotes["bid"]
    middle = (quotes["bid"] + quotes["ask"]) / 2
    usual = middle[spread >= 0].median()
    near = (middle < usual * _OUTLIER_FACTOR) & (middle > usual / _OUTLIER_FACTOR)
    good = quotes[(quotes["bid"] > 0) & (quotes["ask"] > 0) & (spread >= 0) & near]
    step = step_seconds * _SECOND_NS
    found = good.groupby(good["time"] // step * step)[["bid", "bid_quantity", "ask", "ask_quantity"]].last()
    traded = path.with_name(path.name.replace("_quote", "_trade"))
    trades = _read(traded, _TRADE) if traded.exists() else pd.DataFrame(columns=_TRADE, dtype=float)
    of_step = trades.groupby(trades["time"] // step * step)["quantity"]
    found["volume"], found["trades"] = of_step.sum(), of_step.count()
    found[["bid", "ask"]] /= PRICE_SCALE
    return found.fillna(0)


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    """Believable rows; `time` in UTC nanoseconds."""
    try:
        midnight = datetime.strptime(path.name[:8], "%Y%m%d").replace(tzinfo=NEW_YORK)
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            with archive.open(name) as stream:
                rows = pd.read_csv(stream, header=None, names=columns, index_col=False)
        numbers = [name for name in columns if name not in ("exchange", "condition")]
        rows[numbers] = rows[numbers].astype(np.int64)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InvalidArgument(f"{path.parent.name}/{path.name} is not a tick zip: {error}", field="data") from error
    rows["time"] = rows["time"] * _MILLISECOND_NS + int(midnight.timestamp()) * _SECOND_NS
    believed: pd.DataFrame = rows[(rows["suspicious"] == 0) & (rows["time"] >= rows["time"].cummax())]
    return believed


def _is_tick(path: Path) -> bool:
    """Bars have more columns: open, high, low and close of both sides."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as stream:
            return len(stream.readline().split(b",")) == len(_QUOTE)
    except (OSError, zipfile.BadZipFile, IndexError, zlib.error):
        return True
