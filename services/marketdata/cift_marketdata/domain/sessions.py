"""When the market is open: sessions in order, asked about one instant or a range of dates."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from cift_common.errors import InvalidArgument

SECOND_NS = 10**9
DAY_NS = 86_400 * SECOND_NS
ALWAYS_OPEN = "24/7"
DAYS_MAX = 3660


@dataclass(frozen=True, slots=True)
class Session:
    """A trading day; `open` and `close` are wall-clock times (HH:MM) where the exchange is."""

    day: date
    open: str
    close: str
    open_ns: int
    close_ns: int


def day_start(time_ns: int, time_zone: str) -> int:
    """The midnight before an instant, where the exchange is."""
    zone = ZoneInfo(time_zone)
    day = datetime.fromtimestamp(time_ns // SECOND_NS, zone).date()
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND_NS


@dataclass(frozen=True, slots=True)
class ClockState:
    open: bool
    next_open_ns: int
    next_close_ns: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A run of sessions of one length that open at the same time of day, UTC."""

    start_ns: int
    end_ns: int
    length_ns: int


class Calendar(Protocol):
    name: str
    time_zone: str

    def at(self, now_ns: int) -> ClockState: ...

    def between(self, start: date, end: date) -> list[Session]:
        """The sessions of these days, both included; `InvalidArgument` outside of what the calendar knows."""
        ...

    def opening_within(self, start_ns: int, end_ns: int) -> list[Session] | None:
        """The sessions that open in [start, end); None where every day is one, from midnight to midnight."""
        ...


class AlwaysOpen:
    """A day is a session from midnight to midnight UTC, every day."""

    name = ALWAYS_OPEN
    time_zone = "UTC"

    def at(self, now_ns: int) -> ClockState:
        midnight = now_ns - now_ns % DAY_NS + DAY_NS
        return ClockState(True, midnight, midnight)

    def between(self, start: date, end: date) -> list[Session]:
        _check(start, end)
        days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        return [_whole_day(day) for day in days]

    def opening_within(self, start_ns: int, end_ns: int) -> list[Session] | None:
        return None


def hours_of(sessions: Sequence[Session]) -> list[Hours]:
    """Sessions in order as runs: a year has a few, for its short days and its changes of the clock."""
    runs: list[Hours] = []
    for session in sessions:
        length_ns = session.close_ns - session.open_ns
        last = runs[-1] if runs else None
        if last and last.length_ns == length_ns and (session.open_ns - last.start_ns) % DAY_NS == 0:
            runs[-1] = Hours(last.start_ns, session.close_ns, length_ns)
        else:
            runs.append(Hours(session.open_ns, session.close_ns, length_ns))
    return runs


def _whole_day(day: date) -> Session:
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND_NS
    # Clients read HH:MM, which has no 24:00; the exact end is in close_ns.
    return Session(day, "00:00", "23:59", start, start + DAY_NS)


class SessionCalendar:
    """An exchange's calendar, from the opens and closes of its days (UTC seconds, ascending)."""

    def __init__(self, name: str, time_zone: str, days: Sequence[tuple[date, int, int]]) -> None:
        self.name, self.time_zone = name, time_zone
        self._zone = ZoneInfo(time_zone)
        self._days = [day for day, _, _ in days]
        self._opens = [open_ * SECOND_NS for _, open_, _ in days]
        self._closes = [close * SECOND_NS for _, _, close in days]

    def at(self, now_ns: int) -> ClockState:
        opened = bisect_right(self._opens, now_ns)
        closed = bisect_right(self._closes, now_ns)
        if opened >= len(self._opens) or closed >= len(self._closes):
            raise InvalidArgument(f"the calendar {self.name} ends on {self._days[-1]}", field="now")
        return ClockState(opened > closed, self._opens[opened], self._closes[closed])

    def between(self, start: date, end: date) -> list[Session]:
        _check(start, end)
        if start < self._days[0] or end > self._days[-1]:
            limit = f"{self._days[0]}..{self._days[-1]}"
            field = "start_date" if start < self._days[0] else "end_date"
            raise InvalidArgument(f"{field} is outside of {limit}, which {self.name} knows", field=field, limit=limit)
        first, last = bisect_right(self._days, start - timedelta(days=1)), bisect_right(self._days, end)
        return [self._session(i) for i in range(first, last)]

    def opening_within(self, start_ns: int, end_ns: int) -> list[Session] | None:
        first, last = bisect_left(self._opens, start_ns), bisect_left(self._opens, end_ns)
        return [self._session(i) for i in range(first, last)]

    def _session(self, i: int) -> Session:
        opens, closes = self._opens[i], self._closes[i]
        return Session(self._days[i], self._wall(opens), self._wall(closes), opens, closes)

    def _wall(self, time_ns: int) -> str:
        return datetime.fromtimestamp(time_ns // SECOND_NS, self._zone).strftime("%H:%M")


def _check(start: date, end: date) -> None:
    if end < start:
        raise InvalidArgument(f"end_date {end} is before start_date {start}", field="end_date", limit=str(start))
    if (end - start).days > DAYS_MAX:
        raise InvalidArgument(f"more than {DAYS_MAX} days at once", field="end_date", limit=f"{DAYS_MAX} days")
