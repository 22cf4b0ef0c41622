"""What analytics knows of trading. Prices, quantities and money are in nanos, times in UTC nanoseconds."""

from typing import NamedTuple

BUY, SELL = 1, -1


class Fill(NamedTuple):
    """One execution of one order."""

    account_id: str
    strategy: str
    symbol: str
    execution_id: str
    order_id: str
    order_type: str
    side: int
    """BUY or SELL."""
    quantity: int
    price: int
    fee: int
    touch: int
    """What the order would have met when it was decided: the ask of a buy, the bid of a sell; 0: not known."""
    decided_at: int
    at: int
    sequence: int
    """Of the account's update that told it."""


class Lot(NamedTuple):
    """What is left of a fill that opened a position."""

    execution_id: str
    order_id: str
    side: int
    quantity: int
    price: int
    fee: int
    at: int


class RoundTrip(NamedTuple):
    """A quantity that one execution opened and another closed."""

    account_id: str
    strategy: str
    symbol: str
    entry_execution_id: str
    exit_execution_id: str
    entry_order_id: str
    exit_order_id: str
    side: int
    """Of the entry."""
    quantity: int
    entry_price: int
    exit_price: int
    fees: int
    profit: int
    """After fees."""
    opened_at: int
    closed_at: int

    @property
    def round_trip_id(self) -> str:
        """The same whenever the same fills are matched again."""
        return f"{self.entry_execution_id}/{self.exit_execution_id}"
