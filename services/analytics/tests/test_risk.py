"""Ratios and drawdown against pandas."""

import math
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from cift_analytics.domain.risk import measure
from hypothesis import given
from hypothesis import strategies as st

CAPITAL = Decimal(100_000)
FIRST = date(2026, 3, 2)
amounts = st.decimals(-5000, 5000, places=2)


def every_day(_: date) -> bool:
    return True


@given(st.lists(amounts, min_size=2, max_size=60))
def test_as_pandas_computes_it(profits: list[Decimal]) -> None:
    days = {FIRST + timedelta(days=number): amount for number, amount in enumerate(profits)}
    risk = measure(days, CAPITAL, 252, every_day)
    cumulated = pd.Series([0, *(float(amount) for amount in profits)]).cumsum()
    fall = (cumulated.cummax() - cumulated).max()
    assert float(risk.drawdown.amount) == pytest.approx(fall, abs=1e-6)
    assert risk.profit == sum(profits)
    returns = pd.Series([float(amount / CAPITAL) for amount in profits])
    if returns.nunique() > 1:
        assert risk.sharpe == pytest.approx(returns.mean() / returns.std() * math.sqrt(252), abs=1e-6)
    else:
        assert risk.sharpe is None
    if (returns < 0).any():
        downside = math.sqrt((returns.clip(upper=0) ** 2).mean())
        assert risk.sortino == pytest.approx(returns.mean() / downside * math.sqrt(252), rel=1e-6)


def test_drawdown_says_when() -> None:
    profits = [100, -30, -50, 20, 60, 10, -5]
    days = {FIRST + timedelta(days=number): Decimal(amount) for number, amount in enumerate(profits)}
    fall = measure(days, CAPITAL, 252, every_day).drawdown
    said = (fall.amount, fall.start, fall.trough, fall.end)
    assert said == (Decimal(80), FIRST, FIRST + timedelta(days=2), FIRST + timedelta(days=4))


def test_trading_days_without_a_round_trip_count_as_zero() -> None:
    days = {date(2026, 3, 5): Decimal(10), date(2026, 3, 10): Decimal(30)}
    weekdays = measure(days, CAPITAL, 252, lambda day: day.weekday() < 5)
    assert weekdays.days == 4
    assert measure({}, CAPITAL, 252, every_day).sharpe is None
