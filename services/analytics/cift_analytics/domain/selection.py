"""Which trades a question is about, and what may be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cift_common.errors import InvalidArgument

SECOND_NS = 10**9
QUARTER_NS = 15 * 60 * SECOND_NS
DAY_NS = 24 * 3600 * SECOND_NS
RANGE_DAYS_MAX = 3660
RANGE_DAYS_DEFAULT = 365
NAMES_MAX = 200
NAME_LENGTH_MAX = 64
GROUPS_MAX = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_NS = 7_258_118_400 * SECOND_NS  # 2200-01-01


class Dimension(StrEnum):
    STRATEGY = "strategy"
    SYMBOL = "symbol"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    WEEKDAY = "weekday"
    ORDER_TYPE = "order_type"


TIMES = frozenset({Dimension.YEAR, Dimension.MONTH, Dimension.DAY, Dimension.HOUR, Dimension.WEEKDAY})


@dataclass(frozen=True)
class Selection:
    """[start, end) in UTC nanoseconds; empty strategies or symbols: all."""

    account_id: str
    start: int
    end: int
    strategies: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    time_zone: str = "UTC"

    @property
    def is_utc(self) -> bool:
        return self.time_zone == "UTC"

    def aligned_to(self, length_ns: int) -> bool:
        return self.start % length_ns == 0 and self.end % length_ns == 0


def select(
    account_id: str,
    start: int,
    end: int,
    strategies: Sequence[str],
    symbols: Sequence[str],
    time_zone: str,
    now: int,
) -> Selection:
    """Checked, with defaults: until the end of today, the 365 days before. `InvalidArgument` names the field."""
    if not account_id:
        raise InvalidArgument("account_id is required", field="account_id")
    end = end or (now // DAY_NS + 1) * DAY_NS
    start = start or max(end - RANGE_DAYS_DEFAULT * DAY_NS, 0)
    if not 0 <= end <= LATEST_NS:
        raise InvalidArgument("end is out of range", field="end", limit="1970-01-01..2200-01-01")
    if not 0 <= start < end:
        raise InvalidArgument("start must be before end", field="start", limit="< end")
    if end - start > RANGE_DAYS_MAX * DAY_NS:
        raise InvalidArgument(
            f"the range is longer than {RANGE_DAYS_MAX} days", field="start", limit=f"{RANGE_DAYS_MAX} days"
        )
    for field, names in (("strategies", strategies), ("symbols", symbols)):
        if len(names) > NAMES_MAX:
            raise InvalidArgument(f"{field}: at most {NAMES_MAX} at once", field=field, limit=str(NAMES_MAX))
        if any(len(name) > NAME_LENGTH_MAX for name in names):
            raise InvalidArgument(
                f"{field}: at most {NAME_LENGTH_MAX} characters each", field=field, limit=str(NAME_LENGTH_MAX)
            )
    return Selection(account_id, start, end, tuple(strategies), tuple(symbols), _zone(time_zone))


def _zone(name: str) -> str:
    if name in ("", "UTC"):
        return "UTC"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgument(
            f"time_zone must be an IANA name such as America/New_York, not {name!r}", field="time_zone"
        ) from None
    return name


def check_groups(groups: Sequence[Dimension], allowed: frozenset[Dimension]) -> tuple[Dimension, ...]:
    """At most three different ones of those that the question knows."""
    if len(groups) > GROUPS_MAX:
        raise InvalidArgument(f"group_by: at most {GROUPS_MAX}", field="group_by", limit=str(GROUPS_MAX))
    known = ", ".join(sorted(allowed))
    for group in groups:
        if group not in allowed:
            raise InvalidArgument(f"group_by: {group} is not one of {known}", field="group_by", limit=known)
    if len(set(groups)) != len(groups):
        raise InvalidArgument("group_by: each at most once", field="group_by")
    return tuple(groups)


def check_limit(limit: int, most: int, default: int) -> int:
    if limit > most:
        raise InvalidArgument(f"limit must be at most {most}, not {limit}", field="limit", limit=str(most))
    return limit or default


def day_of(time_ns: int) -> datetime:
    """Midnight (UTC) before a time."""
    return _EPOCH + timedelta(days=time_ns // DAY_NS)
