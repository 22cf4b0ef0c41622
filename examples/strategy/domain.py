"""What to do about a signal. Pure: the clock and what the account holds are passed in."""

from collections import deque
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Literal

SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS


@dataclass(frozen=True)
class Limits:
    """The strategy's own; those of the platform's risk engine come on top."""

    edge: float = 0.05
    """How far from a coin a forecast has to be."""
    order_quantity: Decimal = Decimal(10)
    position_max: Decimal = Decimal(50)
    """Shares, long or short."""
    notional_max: Decimal = Decimal(10_000)
    """Of the position, in dollars."""
    orders_per_minute_max: int = 10
    age_seconds_max: float = 10
    """Of a signal."""
    loss_max: Decimal = Decimal(200)
    """Since the start, in dollars: then it closes what it has, and rests."""
    short: bool = False


@dataclass(frozen=True)
class Signal:
    symbol: str
    said_at_ns: int
    probability_up: float
    price: Decimal


@dataclass(frozen=True)
class Holding:
    """Of the signal's symbol; `profit`: of the account since the start."""

    quantity: Decimal
    open_orders: int
    profit: Decimal


@dataclass(frozen=True)
class Order:
    side: Literal["buy", "sell"]
    quantity: Decimal


@dataclass
class Rate:
    """When orders were sent, as far as the last minute goes."""

    sent_ns: deque[int] = field(default_factory=deque)

    def count(self, now_ns: int) -> int:
        while self.sent_ns and self.sent_ns[0] <= now_ns - MINUTE_NS:
            self.sent_ns.popleft()
        return len(self.sent_ns)


def decide(signal: Signal, holding: Holding, sent_last_minute: int, limits: Limits, now_ns: int) -> Order | str:
    """The order, or why there is none."""
    if now_ns - signal.said_at_ns > limits.age_seconds_max * SECOND_NS:
        return f"the signal is older than {limits.age_seconds_max:g} s"
    if holding.open_orders:
        return "an order is still open"
    if sent_last_minute >= limits.orders_per_minute_max:
        return f"{limits.orders_per_minute_max} orders within a minute are the limit"
    lost = holding.profit <= -limits.loss_max
    missing = (Decimal(0) if lost else target(signal, limits)) - holding.quantity
    # An order either closes or opens: a venue, or an account without margin, may refuse what does both.
    if holding.quantity and (missing > 0) != (holding.quantity > 0):
        missing = max(-abs(holding.quantity), min(abs(holding.quantity), missing))
    quantity = min(abs(missing), limits.order_quantity)
    if not quantity:
        return f"lost more than {limits.loss_max}" if lost else "the position is as wanted"
    return Order("buy" if missing > 0 else "sell", quantity)


def target(signal: Signal, limits: Limits) -> Decimal:
    """Shares that one would like to hold."""
    if abs(signal.probability_up - 0.5) < limits.edge or signal.price <= 0:
        return Decimal(0)
    if signal.probability_up < 0.5 and not limits.short:
        return Decimal(0)
    affordable = (limits.notional_max / signal.price).to_integral_value(ROUND_DOWN)
    most = min(limits.position_max, affordable)
    return most if signal.probability_up > 0.5 else -most
