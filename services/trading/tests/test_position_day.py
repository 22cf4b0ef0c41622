"""A position's day: what was held overnight counts from the last close, what was traded today from its cost."""

from datetime import date

from cift_trading.domain import position_day
from cift_trading.domain.position import Position, cash_of, trade
from hypothesis import given
from hypothesis import strategies as st

NANOS = 10**9
TODAY, YESTERDAY = date(2026, 3, 3), date(2026, 3, 2)
quantities = st.integers(-50, 50).map(lambda shares: shares * NANOS)
prices = st.integers(1, 50_000).map(lambda cents: cents * NANOS // 100)


@given(quantities, prices, prices, st.lists(st.tuples(quantities.filter(bool), prices), max_size=12), prices)
def test_what_positions_gained_and_what_was_realized_is_the_change_of_equity(
    opening: int, entry: int, last_close: int, trades: list[tuple[int, int]], price: int
) -> None:
    position = trade(Position("a", "AAPL"), opening, entry, 0)
    day, cash = position_day.begin(TODAY, opening), 0
    for signed, at in trades:
        day = position_day.traded(day, TODAY, signed, at)
        position = trade(position, signed, at, 0)
        cash += cash_of(signed, at)
    assert day.overnight + day.intraday == position.quantity
    assert day.cash == cash
    before, after = opening * last_close // NANOS, cash + position.quantity * price // NANOS
    assert day.profit(price, last_close) + day.realized_today(last_close) == after - before


def test_bought_today_counts_from_its_cost() -> None:
    day = position_day.traded(position_day.begin(TODAY, 0), TODAY, 10 * NANOS, 120 * NANOS)
    assert day.profit(121 * NANOS, 100 * NANOS) == 10 * NANOS


def test_the_part_held_overnight_counts_from_the_last_close_and_is_sold_first() -> None:
    day = position_day.begin(TODAY, 10 * NANOS)
    day = position_day.traded(day, TODAY, 5 * NANOS, 120 * NANOS)
    assert day.profit(121 * NANOS, 100 * NANOS) == (10 * 21 + 5) * NANOS
    day = position_day.traded(day, TODAY, -12 * NANOS, 121 * NANOS)
    assert (day.overnight, day.intraday) == (0, 3 * NANOS)
    assert day.profit(121 * NANOS, 100 * NANOS) == 3 * NANOS


def test_a_short_position_gains_when_the_price_falls() -> None:
    day = position_day.traded(position_day.begin(TODAY, -10 * NANOS), TODAY, -5 * NANOS, 95 * NANOS)
    assert day.profit(90 * NANOS, 100 * NANOS) == (10 * 10 + 5 * 5) * NANOS


def test_a_fill_of_yesterday_that_is_reported_today_was_held_overnight() -> None:
    day = position_day.traded(position_day.begin(TODAY, 0), YESTERDAY, 10 * NANOS, 120 * NANOS)
    assert (day.opening, day.overnight, day.intraday) == (10 * NANOS, 10 * NANOS, 0)
