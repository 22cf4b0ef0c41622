"""Reads tick zips in the LEAN format.

A zip `YYYYMMDD_quote.zip` or `YYYYMMDD_trade.zip` in a folder named after its symbol holds one CSV. Columns of a trade:
time, price, size, exchange, condition, suspicious; of a quote: time, bid, bid size, ask, ask size, exchange, condition,
suspicious. Times are milliseconds since midnight in New York, prices dollars × 10,000.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from cift_common import logging

from cift_marketdata.domain.adjusting import Factor, parse_factors
from cift_marketdata.domain.ticks import CLOSING_PRINT, OPENING_PRINT, BadTick, QuoteTick, TradeTick
from cift_marketdata.feeds.base import FeedError

NEW_YORK = ZoneInfo("America/New_York")
PRICE_NANOS = 100_000
SHARE_NANOS = 10**9
MILLISECOND_NS = 10**6
DAY_MILLISECONDS = 25 * 3_600_000
LEAP_NS = 60 * 10**9
"""A tick whose successor is earlier by more has a wrong time itself."""

_log = logging.get(__name__)
_LEVELS_UP = 3
_OPENING_BIT, _CLOSING_BIT = 0x40, 0x80

FileTick = QuoteTick | TradeTick | BadTick

_NAME = re.compile(r"^(\d{8})_(quote|trade)\.zip$")


@dataclass(frozen=True, slots=True)
class LeanFile:
    path: Path
    symbol: str
    day: date
    kind: Literal["quote", "trade"]


def find(path: Path) -> list[LeanFile]:
    """The tick zips at or under a path, by day and symbol; `FeedError` where there are none."""
    if not path.exists():
        raise FeedError(f"feed.path {path} does not exist")
    candidates = [path] if path.is_file() else sorted(path.rglob("*.zip"))
    files = []
    for candidate in candidates:
        match = _NAME.match(candidate.name)
        if match is None:
            continue
        try:
            day = datetime.strptime(match[1], "%Y%m%d").date()
        except ValueError:
            continue
        kind: Literal["quote", "trade"] = "quote" if match[2] == "quote" else "trade"
        files.append(LeanFile(candidate, candidate.resolve().parent.name.upper(), day, kind))
    if not files:
        raise FeedError(
            f"feed.path {path} has no tick zips named YYYYMMDD_quote.zip or YYYYMMDD_trade.zip,"
            " and no .csv, .parquet or .rows"
        )
    # Trades go before quotes of the same time: the book moves because of them.
    return sorted(files, key=lambda file: (file.day, file.symbol, file.kind == "quote"))


def find_factors(path: Path, symbols: Iterable[str]) -> dict[str, list[Factor]]:
    """The factors of each symbol that has a file of them near the ticks."""
    found: dict[str, list[Factor]] = {}
    folders = [folder / "factor_files" for folder in (path, *path.resolve().parents[:_LEVELS_UP])]
    folder = next((folder for folder in folders if folder.is_dir()), None)
    for symbol in symbols if folder is not None else ():
        try:
            with (folder / f"{symbol.lower()}.csv").open() as lines:  # type: ignore[operator]
                found[symbol] = parse_factors(lines)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            _log.warning("a factor file cannot be read", symbol=symbol, error=str(error))
    return found


def read(file: LeanFile) -> Iterator[FileTick]:
    """The ticks of a file in its order. What cannot be read comes as `BadTick`; nothing is raised.

    Ticks of one millisecond get times one nanosecond apart, so that their order survives sorting by time.
    """
    return _without_leaps(_unzipped(file))


def _unzipped(file: LeanFile) -> Iterator[FileTick]:
    where = f"{file.symbol.lower()}/{file.path.name}"
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".csv")]
            if len(names) != 1:
                yield BadTick(file.symbol, "unreadable_file", f"{where} holds {len(names)} CSV files, not one")
                return
            with archive.open(names[0]) as stream:
                yield from parse(file, io.TextIOWrapper(stream, encoding="ascii", errors="replace", newline="\n"))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        yield BadTick(file.symbol, "unreadable_file", f"{where} cannot be read (on): {error}")


def _without_leaps(ticks: Iterator[FileTick]) -> Iterator[FileTick]:
    """Marks a tick far ahead of its successor as suspicious: believed, it would make all that follow look late."""
    held: QuoteTick | TradeTick | None = None
    for tick in ticks:
        if isinstance(tick, BadTick):
            yield tick
            continue
        if held is not None:
            if held.time_ns - tick.time_ns > LEAP_NS:
                held.suspicious = True
            yield held
        held = tick
    if held is not None:
        yield held


@dataclass(slots=True)
class Place:
    """How far a file is read: lines, the last one's time, and how many of that time were before it."""

    row: int = 0
    milliseconds: int = -1
    within: int = 0


def midnight_ns(file: LeanFile) -> int:
    return int(datetime(file.day.year, file.day.month, file.day.day, tzinfo=NEW_YORK).timestamp()) * 10**9


def parse(file: LeanFile, lines: Iterable[str], place: Place | None = None) -> Iterator[FileTick]:
    """Goes on from `place`, and moves it."""
    place = place or Place()
    start_ns = midnight_ns(file)
    columns = 8 if file.kind == "quote" else 6
    for line in lines:
        place.row += 1
        row = place.row
        fields = line.rstrip("\r\n").split(",")
        if fields == [""]:
            continue
        if len(fields) != columns:
            yield _malformed(file, row, f"has {len(fields)} columns, not {columns}")
            continue
        try:
            milliseconds = int(fields[0])
            numbers = [int(field) for field in fields[1 : columns - 3]]
        except ValueError:
            yield _malformed(file, row, f"is not numbers where it should be: {line.strip()[:80]!r}")
            continue
        if not 0 <= milliseconds < DAY_MILLISECONDS:
            yield _malformed(file, row, f"has time {milliseconds} ms, which is not within a day")
            continue
        place.within = place.within + 1 if milliseconds == place.milliseconds else 0
        place.milliseconds = milliseconds
        time_ns = start_ns + milliseconds * MILLISECOND_NS + place.within
        exchange, suspicious = fields[columns - 3], fields[columns - 1] not in ("0", "")
        role = role_of(fields[columns - 2])
        if columns == 6:
            price, size = numbers
            nanos = (price * PRICE_NANOS, size * SHARE_NANOS)
            yield TradeTick(file.symbol, time_ns, *nanos, exchange, row, suspicious, role)
            continue
        bid, bid_size, ask, ask_size = numbers
        if bid == 0 and ask == 0:
            yield _malformed(file, row, "has neither bid nor ask")
            continue
        yield QuoteTick(
            file.symbol,
            time_ns,
            bid * PRICE_NANOS if bid else None,
            bid_size * SHARE_NANOS if bid else None,
            ask * PRICE_NANOS if ask else None,
            ask_size * SHARE_NANOS if ask else None,
            exchange,
            row,
            suspicious,
        )


def role_of(condition: str) -> int:
    """Whether a trade is an official print: AlgoSeek writes conditions as a hexadecimal set of bits."""
    try:
        bits = int(condition, 16)
    except ValueError:
        return 0
    return OPENING_PRINT * bool(bits & _OPENING_BIT) | CLOSING_PRINT * bool(bits & _CLOSING_BIT)


def _malformed(file: LeanFile, row: int, problem: str) -> BadTick:
    return BadTick(file.symbol, "malformed", f"{file.symbol.lower()}/{file.path.name} line {row} {problem}")
