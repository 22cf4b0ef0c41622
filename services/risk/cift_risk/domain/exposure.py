"""What the accounts hold, in money."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Holding:
    """One account's position; negative when short. `price` is None where none is known, then cost counts."""

    symbol: str
    quantity: Decimal
    price: Decimal | None
    cost_basis: Decimal

    @property
    def value(self) -> Decimal:
        return self.cost_basis if self.price is None else self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Line:
    symbol: str
    long: Decimal
    short: Decimal


@dataclass(frozen=True, slots=True)
class Exposure:
    lines: tuple[Line, ...]

    @property
    def gross(self) -> Decimal:
        return sum((line.long + line.short for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        return sum((line.long - line.short for line in self.lines), Decimal(0))


def exposure(holdings: Iterable[Holding]) -> Exposure:
    """Long and short value of each symbol, both positive; one account's long does not offset another's short."""
    long: dict[str, Decimal] = {}
    short: dict[str, Decimal] = {}
    for holding in holdings:
        side = short if holding.quantity < 0 else long
        side[holding.symbol] = side.get(holding.symbol, Decimal(0)) + abs(holding.value)
    symbols = sorted(long.keys() | short.keys())
    return Exposure(
        tuple(Line(symbol, long.get(symbol, Decimal(0)), short.get(symbol, Decimal(0))) for symbol in symbols)
    )
