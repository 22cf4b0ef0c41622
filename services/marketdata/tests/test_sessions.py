"""The clock and the calendar."""

from datetime import UTC, date, datetime

import pytest
from cift_common.errors import InvalidArgument
from cift_marketdata.adapters import calendars
from cift_marketdata.domain.sessions import AlwaysOpen, Calendar


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


def test_round_the_clock_every_day_is_a_session() -> None:
    calendar = AlwaysOpen()
    state = calendar.at(ns("2026-11-22T18:00"))
    assert state.open
    assert state.next_close_ns == state.next_open_ns == ns("2026-11-23T00:00")
    days = calendar.between(date(2026, 11, 21), date(2026, 11, 23))
    assert [day.day.isoformat() for day in days] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert (days[1].open_ns, days[1].close_ns) == (ns("2026-11-22T00:00"), ns("2026-11-23T00:00"))
    with pytest.raises(InvalidArgument, match="end_date"):
        calendar.between(date(2026, 11, 2), date(2026, 11, 1))
    with pytest.raises(InvalidArgument, match="3660 days"):
        calendar.between(date(2000, 1, 1), date(2026, 1, 1))


@pytest.fixture(scope="module")
async def new_york() -> Calendar:
    return await calendars.load("XNYS")


def test_new_york_has_weekends_holidays_and_early_closes(new_york: Calendar) -> None:
    # The week of Thanksgiving 2024: closed on the 28th, until 13:00 on the 29th.
    days = new_york.between(date(2024, 11, 27), date(2024, 12, 2))
    assert [(day.day.isoformat(), day.open, day.close) for day in days] == [
        ("2024-11-27", "09:30", "16:00"),
        ("2024-11-29", "09:30", "13:00"),
        ("2024-12-02", "09:30", "16:00"),
    ]
    assert days[1].close_ns == ns("2024-11-29T18:00")


@pytest.mark.parametrize(
    ("now", "is_open", "next_open", "next_close"),
    [
        ("2024-11-27T14:29", False, "2024-11-27T14:30", "2024-11-27T21:00"),
        ("2024-11-27T14:30", True, "2024-11-29T14:30", "2024-11-27T21:00"),
        ("2024-11-27T21:00", False, "2024-11-29T14:30", "2024-11-29T18:00"),
        ("2024-11-30T12:00", False, "2024-12-02T14:30", "2024-12-02T21:00"),
    ],
)
def test_the_clock_knows_what_comes_next(
    new_york: Calendar, now: str, is_open: bool, next_open: str, next_close: str
) -> None:
    state = new_york.at(ns(now))
    assert (state.open, state.next_open_ns, state.next_close_ns) == (is_open, ns(next_open), ns(next_close))


def test_outside_of_what_a_calendar_knows(new_york: Calendar) -> None:
    with pytest.raises(InvalidArgument, match="start_date is outside") as caught:
        new_york.between(date(1950, 1, 1), date(1950, 2, 1))
    assert caught.value.field == "start_date"


async def test_an_unknown_calendar_is_named() -> None:
    with pytest.raises(calendars.UnknownCalendar, match="'MOON'"):
        await calendars.load("MOON")
