"""A cash account. Money is nanos of its currency, as `int` without bound."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from cift_trading.domain.position import Position


class SelfTradePrevention(IntEnum):
    """What the venue does where two orders of an account would trade with each other."""

    NONE = 1
    CANCEL_NEWEST = 2
    CANCEL_OLDEST = 3
    CANCEL_BOTH = 4
    DECREMENT = 5


class Account(NamedTuple):
    """`sequence` counts what the account was told; `last_equity` is what it was worth when `day` began."""

    account_id: str
    number: str
    cash: int
    created_at: int
    updated_at: int
    day: date
    currency: str = "USD"
    multiplier: int = 1
    shorting_enabled: bool = False
    suspended: bool = False
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.CANCEL_NEWEST
    last_equity: int = 0
    sequence: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an account is worth at given prices."""

    cash: int
    long_value: int
    short_value: int

    @property
    def equity(self) -> int:
        return self.cash + self.long_value + self.short_value

    @property
    def gross(self) -> int:
        return self.long_value - self.short_value


def value(account: Account, positions: Iterable[tuple[Position, int]]) -> Valuation:
    """`positions` with the latest price of each; where none is known (0), what it cost stands for its value."""
    long_value = short_value = 0
    for position, price in positions:
        worth = position.market_value(price) if price else position.cost_basis
        if worth > 0:
            long_value += worth
        else:
            short_value += worth
    return Valuation(account.cash, long_value, short_value)
