"""What questions are answered with. Money and quantities are exact decimals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cift_analytics.domain.selection import Dimension

Groups = tuple[tuple[Dimension, str], ...]
"""E.g. ((month, 2026-03), (strategy, momentum))."""


@dataclass(frozen=True)
class Performance:
    groups: Groups
    round_trips: int
    wins: int
    losses: int
    profit: Decimal
    gross_profit: Decimal
    gross_loss: Decimal
    fees: Decimal
    entry_value: Decimal
    best: Decimal
    worst: Decimal
    average_holding_ns: int
    median_holding_ns: int
    p90_holding_ns: int

    @property
    def win_rate(self) -> float:
        return self.wins / self.round_trips if self.round_trips else 0.0


@dataclass(frozen=True)
class Costs:
    groups: Groups
    fills: int
    quantity: Decimal
    turnover: Decimal
    fees: Decimal
    slippage: Decimal
    touch_value: Decimal
    fills_with_touch: int

    @property
    def slippage_bp(self) -> float:
        return float(self.slippage / self.touch_value) * 10_000 if self.touch_value else 0.0


@dataclass(frozen=True)
class RoundTripRow:
    strategy: str
    symbol: str
    side: str
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    opened_at: int
    closed_at: int
    profit: Decimal
    fees: Decimal
    entry_order_id: str
    exit_order_id: str
    entry_execution_id: str
    exit_execution_id: str


@dataclass(frozen=True)
class ClosingPosition:
    day: date
    strategy: str
    symbol: str
    quantity: Decimal
    price: Decimal | None
