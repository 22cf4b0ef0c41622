"""Answers about past trading: money as decimal strings, ratios as numbers, durations in seconds."""

from datetime import date, datetime
from typing import Literal

from cift_gateway.api.models import Model


class Groups(Model):
    """What a row is about; null where the answer is not grouped by it."""

    strategy: str | None = None
    symbol: str | None = None
    year: str | None = None
    month: str | None = None
    day: str | None = None
    hour: str | None = None
    weekday: str | None = None
    order_type: str | None = None


class Performance(Groups):
    round_trips: int
    wins: int
    losses: int
    win_rate: float
    profit: str
    gross_profit: str
    gross_loss: str
    fees: str
    entry_value: str
    best: str
    worst: str
    average_holding_seconds: float
    median_holding_seconds: float | None
    p90_holding_seconds: float | None


class PerformanceAnswer(Model):
    """`truncated`: there are more rows than `limit`."""

    rows: list[Performance]
    truncated: bool


class Costs(Groups):
    """`slippage` is what fills cost more than the touch at the decision; `fills_with_touch` of them are known."""

    fills: int
    quantity: str
    turnover: str
    fees: str
    slippage: str
    slippage_bp: float
    fills_with_touch: int


class CostsAnswer(Model):
    rows: list[Costs]
    truncated: bool


class RoundTrip(Model):
    """A quantity that one execution opened and another closed; `side` is the entry's."""

    id: str
    strategy: str
    symbol: str
    side: Literal["buy", "sell"]
    qty: str
    entry_price: str
    exit_price: str
    opened_at: datetime
    closed_at: datetime
    profit: str
    fees: str
    entry_order_id: str
    exit_order_id: str


class RoundTripsAnswer(Model):
    round_trips: list[RoundTrip]
    next_page_token: str | None


class Risk(Model):
    """`sharpe` and `sortino` are null where daily profit does not vary or there are fewer than two days."""

    strategy: str | None
    days: int
    profit: str
    sharpe: float | None
    sortino: float | None
    volatility: float
    max_drawdown: str
    max_drawdown_ratio: float
    drawdown_start: date | None
    drawdown_trough: date | None
    drawdown_end: date | None
    best_day: str
    worst_day: str


class RiskAnswer(Model):
    capital: str
    days_per_year: int
    rows: list[Risk]


class ClosingPosition(Model):
    day: date
    strategy: str
    symbol: str
    qty: str
    price: str | None
    market_value: str | None


class ClosingPositionsAnswer(Model):
    positions: list[ClosingPosition]
    truncated: bool


class Signal(Model):
    """`probability_up`: that the price is higher after the horizon, where it moves at all; `price`: the middle when it
    was said."""

    symbol: str
    at: datetime
    probability_up: float
    horizon_seconds: float
    price: str | None
    model: str
    version: str
    kind: str


class SignalsAnswer(Model):
    signals: list[Signal]
    truncated: bool
