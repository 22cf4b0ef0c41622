"""A portfolio's history: what an account was worth, at even times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cift_common.errors import InvalidArgument

MINUTE_NS = 60 * 10**9
POINTS_MAX = 10_000


_UTC, _NEW_YORK = ZoneInfo("UTC"), ZoneInfo("America/New_York")


def trading_day(now: int, calendar: str) -> date:
    """The day that profit and loss is counted by: UTC's round the clock, New York's where an exchange closes."""
    return datetime.fromtimestamp(now // 10**9, _UTC if calendar == "24/7" else _NEW_YORK).date()


def day_start(day: date, calendar: str) -> int:
    """When a trading day began, in nanoseconds."""
    zone = _UTC if calendar == "24/7" else _NEW_YORK
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 10**9


@dataclass(frozen=True, slots=True)
class Point:
    time: int
    equity: int


def grid(start: int, end: int, interval: int) -> range:
    """The times of the points: every interval, on multiples of it, the end included when it is one."""
    if interval < MINUTE_NS:
        raise InvalidArgument(f"interval must be at least a minute, not {interval} ns", field="timeframe", limit="1Min")
    if start > end:
        raise InvalidArgument("start is after end", field="start", limit="<= end")
    if (end - start) // interval > POINTS_MAX:
        raise InvalidArgument(
            f"more than {POINTS_MAX} points; ask for a longer interval", field="timeframe", limit=str(POINTS_MAX)
        )
    first = -(-start // interval) * interval
    return range(first, end + 1, interval)


def sample(recorded: Sequence[Point], times: range) -> Iterator[Point]:
    """The last recorded equity at each time; nothing before the first record. `recorded` is in time order."""
    index, last = 0, None
    for time in times:
        while index < len(recorded) and recorded[index].time <= time:
            last = recorded[index]
            index += 1
        if last is not None:
            yield Point(time, last.equity)
