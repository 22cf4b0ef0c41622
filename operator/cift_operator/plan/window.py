"""May an upgrade begin now? By the market's calendar, or by windows of the week."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cift_operator.api import PlatformSpec

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Closes = Callable[[str, datetime], datetime | None]
"""(calendar, now) → when the market that is open now closes; None: it is closed."""


def closed(spec: PlatformSpec, now: datetime, closes: Closes) -> str:
    """Why not; empty: it may."""
    window = spec.maintenance_window
    now = now.astimezone(UTC)
    if window.policy == "anytime" or (window.policy == "marketClosed" and spec.trading.calendar == "24/7"):
        return ""
    if window.policy == "marketClosed":
        end = closes(spec.trading.calendar, now)
        if end is None:
            return ""
        return f"{spec.trading.calendar} closes at {end:%Y-%m-%d %H:%M} UTC"
    for one in window.windows:
        start, end = _time(now, one.start), _time(now, one.end)
        if end > start:
            inside = start <= now < end and _DAYS[now.weekday()] in one.days
        else:
            yesterday = (now - timedelta(days=1)).weekday()
            inside = (now >= start and _DAYS[now.weekday()] in one.days) or (now < end and _DAYS[yesterday] in one.days)
        if inside:
            return ""
    said = ", ".join(f"{'/'.join(one.days)} {one.start}–{one.end}" for one in window.windows)
    return f"outside the maintenance windows ({said} UTC)"


def _time(day: datetime, text: str) -> datetime:
    hour, minute = text.split(":")
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
