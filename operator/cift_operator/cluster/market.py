"""When an exchange closes, by its calendar. The library is large, so it is loaded when somebody asks."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=8)
def _calendar(name: str, year: int) -> Any:
    import exchange_calendars

    return exchange_calendars.get_calendar(name, start=f"{year}-01-01", end=f"{year + 1}-01-31")


def closes(calendar: str, now: datetime) -> datetime | None:
    """When the market that is open now closes; None: it is closed."""
    found = _calendar(calendar, now.year)
    moment = now.astimezone(UTC)
    if not found.is_open_on_minute(moment, ignore_breaks=True):
        return None
    close: datetime = found.next_close(moment).to_pydatetime()
    return close
