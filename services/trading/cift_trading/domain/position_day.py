"""A position's day: which part of it was held overnight, and what the part that was traded today cost.

A position is closed first in, first out for this purpose: what was held overnight goes first.
"""

from datetime import date
from typing import NamedTuple

from cift_common import money

from cift_trading.domain.position import Position, cash_of, trade


class PositionDay(NamedTuple):
    """Quantities and money are signed as in `Position`.

    Holds always: the cash that today's trades brought in = overnight_cash + realized - intraday_basis.
    """

    day: date
    # Held when the day began, and what is left of it.
    opening: int = 0
    overnight: int = 0
    # What closing the part held overnight brought in.
    overnight_cash: int = 0
    # What was opened today and is still held, what it cost, and what closing the rest of it made.
    intraday: int = 0
    intraday_basis: int = 0
    realized: int = 0

    @property
    def cash(self) -> int:
        """What today's trades brought in."""
        return self.overnight_cash + self.realized - self.intraday_basis

    def profit(self, price: int, last_close: int) -> int:
        """Of what is held: the part held overnight counts from the last close, the other one from its cost."""
        overnight = money.multiply(self.overnight, price) - money.multiply(self.overnight, last_close)
        return overnight + money.multiply(self.intraday, price) - self.intraday_basis

    def realized_today(self, last_close: int) -> int:
        """Of what was closed today, by the same measure."""
        closed = money.multiply(self.opening, last_close) - money.multiply(self.overnight, last_close)
        return self.overnight_cash - closed + self.realized


def begin(day: date, quantity: int) -> PositionDay:
    return PositionDay(day, quantity, quantity)


def traded(before: PositionDay, day: date, signed_quantity: int, price: int) -> PositionDay:
    """After a trade of `day`. One of an earlier day, which was reported late, belongs to what was held overnight."""
    if day < before.day:
        return before._replace(opening=before.opening + signed_quantity, overnight=before.overnight + signed_quantity)
    left, overnight, overnight_cash = signed_quantity, before.overnight, before.overnight_cash
    if overnight * left < 0:
        closing = left if abs(left) <= abs(overnight) else -overnight
        overnight += closing
        overnight_cash += cash_of(closing, price)
        left -= closing
    if not left:
        return before._replace(overnight=overnight, overnight_cash=overnight_cash)
    held = Position("", "", before.intraday, before.intraday_basis, before.realized)
    after = trade(held, left, price, 0)
    return PositionDay(
        before.day, before.opening, overnight, overnight_cash, after.quantity, after.cost_basis, after.realized_pnl
    )
