"""Writes LEAN zips, and makes up a day of ticks."""

import random
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Row:
    """A line of a trade file (`trade`: price × 10,000, size) or of a quote file (`bid`, `ask`: the same)."""

    milliseconds: int
    trade: tuple[int, int] | None = None
    bid: tuple[int, int] = (0, 0)
    ask: tuple[int, int] = (0, 0)

    def line(self) -> str:
        if self.trade is not None:
            return f"{self.milliseconds},{self.trade[0]},{self.trade[1]},P,2000,0"
        return f"{self.milliseconds},{self.bid[0]},{self.bid[1]},{self.ask[0]},{self.ask[1]},P,1,0"


def write(folder: Path, symbol: str, day: date, kind: str, lines: list[str]) -> Path:
    """`folder/symbol/YYYYMMDD_kind.zip`."""
    path = folder / symbol.lower() / f"{day:%Y%m%d}_{kind}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        name = f"{day:%Y%m%d}_{symbol.lower()}_{kind.title()}_Tick.csv"
        archive.writestr(name, "\n".join(lines) + ("\n" if lines else ""))
    return path


def midnight_ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).timestamp()) * 10**9


def made_up_day(seed: int, seconds: int, per_second: int) -> tuple[list[Row], list[Row]]:
    """Quotes and trades from 09:30 on; several in a millisecond now and then."""
    rng = random.Random(seed)
    price, milliseconds = 138_000, 34_200_000
    quotes, trades = [], []
    for _ in range(seconds * per_second):
        milliseconds += rng.choice([0, 0, 1, 2 * 1000 // per_second])
        price = max(10_000, price + 100 * rng.choice([-1, 0, 0, 1]))
        size = 100 * rng.randint(1, 50)
        quotes.append(Row(milliseconds, bid=(price, size)))
        quotes.append(Row(milliseconds, ask=(price + 100, size)))
        if rng.random() < 0.4:
            trades.append(Row(milliseconds, trade=(price + rng.choice([0, 50, 100]), rng.randint(1, 900))))
    return quotes, trades
