"""Drawdown, Sharpe and Sortino of daily profit. Money is exact; ratios are floats."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

IsTradingDay = Callable[[date], bool]


@dataclass(frozen=True)
class Drawdown:
    """The largest fall of cumulated profit below an earlier peak; `end` is None as long as the peak is not reached."""

    amount: Decimal
    ratio: float
    start: date | None = None
    trough: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Risk:
    days: int
    profit: Decimal
    sharpe: float | None
    sortino: float | None
    volatility: float
    drawdown: Drawdown
    best_day: Decimal
    worst_day: Decimal


def measure(profits: Mapping[date, Decimal], capital: Decimal, days_per_year: int, trades_on: IsTradingDay) -> Risk:
    """`profits` of days with a round trip; trading days between them without one count as zero. Capital is above 0."""
    series = _filled(profits, trades_on)
    amounts = [amount for _, amount in series]
    returns = [float(amount / capital) for amount in amounts]
    mean = math.fsum(returns) / len(returns) if returns else 0.0
    deviation = _deviation(returns, mean)
    downside = math.sqrt(math.fsum(min(value, 0.0) ** 2 for value in returns) / len(returns)) if returns else 0.0
    year = math.sqrt(days_per_year)
    return Risk(
        days=len(series),
        profit=sum(amounts, Decimal(0)),
        sharpe=mean / deviation * year if deviation else None,
        sortino=mean / downside * year if downside and len(returns) > 1 else None,
        volatility=deviation * year,
        drawdown=drawdown(series, capital),
        best_day=max(amounts, default=Decimal(0)),
        worst_day=min(amounts, default=Decimal(0)),
    )


def drawdown(series: list[tuple[date, Decimal]], capital: Decimal) -> Drawdown:
    """Of the cumulated series; it begins at zero, on the first day."""
    worst = Drawdown(Decimal(0), 0.0)
    cumulated = peak = Decimal(0)
    peak_day = series[0][0] if series else None
    for day, amount in series:
        cumulated += amount
        if cumulated >= peak:
            if worst.end is None and worst.start is not None and worst.start == peak_day:
                worst = Drawdown(worst.amount, worst.ratio, worst.start, worst.trough, day)
            peak, peak_day = cumulated, day
        elif peak - cumulated > worst.amount:
            worst = Drawdown(peak - cumulated, float((peak - cumulated) / (capital + peak)), peak_day, day)
    return worst


def _filled(profits: Mapping[date, Decimal], trades_on: IsTradingDay) -> list[tuple[date, Decimal]]:
    if not profits:
        return []
    first, last = min(profits), max(profits)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, profits.get(day, Decimal(0))) for day in days if day in profits or trades_on(day)]


def _deviation(values: list[float], mean: float) -> float:
    """Of a sample; 0 with fewer than two values, or where all are the same."""
    if len(values) < 2 or min(values) == max(values):
        return 0.0
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
