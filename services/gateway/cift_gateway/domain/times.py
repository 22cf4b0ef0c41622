"""RFC 3339 and nanoseconds, and Alpaca's words for lengths of time."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cift_common.errors import InvalidArgument

from cift_gateway.domain.shown import shown

SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS
HOUR_NS = 60 * MINUTE_NS
DAY_NS = 24 * HOUR_NS
WEEK_NS = 7 * DAY_NS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1970, 2261
RANGE = f"{_FIRST_YEAR}-01-01..{_LAST_YEAR}-12-31"
_TIME_NS_MAX = ((date(_LAST_YEAR + 1, 1, 1) - date(1970, 1, 1)).days * 86_400 - 1) * SECOND_NS
CHARACTERS_MAX = 64
_EPOCH_SECONDS = re.compile(r"[0-9]{9,11}")


@lru_cache(maxsize=4096)
def _whole_second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def rfc3339(time_ns: int) -> str:
    """With nine places, in UTC."""
    seconds, nanos = divmod(time_ns, SECOND_NS)
    return f"{_whole_second(seconds)}.{nanos:09d}Z"


def rfc3339_or_none(time_ns: int) -> str | None:
    """None for 0, which means that it did not happen."""
    return rfc3339(time_ns) if time_ns else None


_FRACTION = re.compile(r"\.([0-9]{1,9})(?=[Zz+-]|$)")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_date(text: str) -> bool:
    return _DATE.fullmatch(text.strip()) is not None


def day_of(field: str, text: str, zone: ZoneInfo) -> tuple[int, int]:
    """The midnights that a day lies between, where `zone` is."""
    day = parse_date(field, text.strip())
    start, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + timedelta(days=1)))
    return max(int(start.timestamp()), 0) * SECOND_NS, int(end.timestamp()) * SECOND_NS


def parse_time(field: str, text: str) -> int:
    """Nanoseconds of an RFC 3339 time, an ISO date (its midnight, UTC), or seconds since the epoch."""
    if not text.isascii() or len(text) > CHARACTERS_MAX:
        raise _no_time(field, text)
    # A `+` that the client did not escape arrives as a space.
    cleaned = text.strip().replace(" ", "+") if "T" in text else text.strip().replace(" ", "T", 1)
    nanos = 0
    if match := _FRACTION.search(cleaned):
        nanos = int(match[1].ljust(9, "0"))
        cleaned = cleaned[: match.start()] + cleaned[match.end() :]
    try:
        if _EPOCH_SECONDS.fullmatch(cleaned):
            return _in_range(field, int(cleaned) * SECOND_NS + nanos)
        moment = datetime.fromisoformat(cleaned)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        since = moment - _EPOCH
    except (ValueError, OverflowError):
        raise _no_time(field, text) from None
    return _in_range(field, (since.days * 86_400 + since.seconds) * SECOND_NS + nanos)


def _no_time(field: str, text: str) -> InvalidArgument:
    return InvalidArgument(
        f"{field} must be an RFC 3339 time or an ISO date, not {shown(text)}", field=field, limit=RANGE
    )


def _in_range(field: str, time_ns: int) -> int:
    """Some days before int64 ends, so that what is added to it fits as well."""
    if not 0 <= time_ns <= _TIME_NS_MAX:
        raise InvalidArgument(f"{field} must be within {RANGE}", field=field, limit=RANGE)
    return time_ns


def parse_date(field: str, text: str) -> date:
    try:
        if not text.isascii() or len(text) > CHARACTERS_MAX:
            raise ValueError
        found = date.fromisoformat(text[:10])
    except ValueError:
        raise InvalidArgument(f"{field} must be an ISO date, not {shown(text)}", field=field, limit=RANGE) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise InvalidArgument(f"{field} must be within {RANGE}", field=field, limit=RANGE)
    return found


_UNITS = {
    "min": (MINUTE_NS, 59), "t": (MINUTE_NS, 59), "hour": (HOUR_NS, 23), "h": (HOUR_NS, 23),
    "day": (DAY_NS, 1), "d": (DAY_NS, 1), "week": (WEEK_NS, 1), "w": (WEEK_NS, 1),
}  # fmt: skip
_TIMEFRAME = re.compile(r"([0-9]{1,3})([A-Za-z]{1,8})")
TIMEFRAMES = "[1-59]Min, [1-23]Hour, 1Day, 1Week, [1,2,3,4,6,12]Month"
_MONTHS = (1, 2, 3, 4, 6, 12)


def parse_months(text: str) -> int:
    """How many months a timeframe has: `3Month`; 0 for another one."""
    match = _TIMEFRAME.fullmatch(text)
    if match is None or match[2].lower() not in ("month", "m"):
        return 0
    if (months := int(match[1])) not in _MONTHS:
        raise InvalidArgument(
            f"timeframe must be one of {TIMEFRAMES}, not {text!r}", field="timeframe", limit=TIMEFRAMES
        )
    return months


def parse_timeframe(text: str) -> int:
    """A bar's length in nanoseconds: `5Min`, `1Hour`, `1Day`, `1Week`."""
    match = _TIMEFRAME.fullmatch(text)
    length, most = _UNITS.get(match[2].lower(), (0, 0)) if match else (0, 0)
    count = int(match[1]) if match else 0
    if not length or not 1 <= count <= most:
        raise InvalidArgument(
            f"timeframe must be one of {TIMEFRAMES}, not {shown(text)}", field="timeframe", limit=TIMEFRAMES
        )
    return count * length


_PERIOD_DAYS = {"D": 1, "W": 7, "M": 30, "A": 365}
_PERIOD = re.compile(r"([0-9]{1,4})([DWMA])")
_PORTFOLIO_TIMEFRAMES = {
    "1Min": MINUTE_NS, "5Min": 5 * MINUTE_NS, "15Min": 15 * MINUTE_NS, "1H": HOUR_NS, "1D": DAY_NS,
}  # fmt: skip
PERIOD_DAYS_MAX = 3650


def parse_period(text: str) -> int:
    """The length of a portfolio history in nanoseconds: `1D`, `2W`, `1M` (30 days), `1A`."""
    match = _PERIOD.fullmatch(text.upper()) if text.isascii() else None
    days = int(match[1]) * _PERIOD_DAYS[match[2]] if match else 0
    if not 1 <= days <= PERIOD_DAYS_MAX:
        raise InvalidArgument(
            f"period must be a number and D, W, M or A, at most ten years, not {shown(text)}",
            field="period",
            limit="10A",
        )
    return days * DAY_NS


def portfolio_timeframe(text: str | None, length_ns: int) -> tuple[str, int]:
    """The word and nanoseconds between two points; by default finer for shorter periods."""
    if text is None:
        text = "1Min" if length_ns < 7 * DAY_NS else "15Min" if length_ns < 30 * DAY_NS else "1D"
    if text not in _PORTFOLIO_TIMEFRAMES:
        choices = ", ".join(_PORTFOLIO_TIMEFRAMES)
        raise InvalidArgument(
            f"timeframe must be one of {choices}, not {shown(text)}", field="timeframe", limit=choices
        )
    return text, _PORTFOLIO_TIMEFRAMES[text]
