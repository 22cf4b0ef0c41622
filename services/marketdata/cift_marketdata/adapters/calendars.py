"""Exchange calendars from `exchange_calendars`.

They are read in a process of their own that ends at once: pandas would stay in this one's memory for a table of days.
"""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from cift_marketdata.domain.sessions import ALWAYS_OPEN, AlwaysOpen, Calendar, SessionCalendar


class UnknownCalendar(Exception):
    """No exchange has this name."""


async def load(name: str) -> Calendar:
    """`24/7`, or a name such as XNYS; `UnknownCalendar` otherwise."""
    if name == ALWAYS_OPEN:
        return AlwaysOpen()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = await asyncio.get_running_loop().run_in_executor(pool, _days, name)
    if found is None:
        raise UnknownCalendar(f"calendar {name!r} is neither {ALWAYS_OPEN} nor one of exchange_calendars, e.g. XNYS")
    time_zone, days = found
    return SessionCalendar(name, time_zone, days)


def _days(name: str) -> tuple[str, list[tuple[date, int, int]]] | None:
    import exchange_calendars

    if name not in exchange_calendars.get_calendar_names():
        return None
    calendar = exchange_calendars.get_calendar(name)
    schedule = calendar.schedule
    return str(calendar.tz), [
        (day.date(), int(open_.timestamp()), int(close.timestamp()))
        for day, open_, close in zip(schedule.index, schedule["open"], schedule["close"], strict=True)
    ]
