"""A position at average cost, in exact integers: quantity in nanos, money in nanos of the account's currency."""

from typing import NamedTuple

from cift_common import money


class Position(NamedTuple):
    """`quantity` and `cost_basis` are negative when short. `realized_pnl` counts over the position's whole life.

    Holds always, whatever was traded: the cash that trading this symbol brought in = realized_pnl - cost_basis.
    """

    account_id: str
    symbol: str
    quantity: int = 0
    cost_basis: int = 0
    realized_pnl: int = 0
    updated_at: int = 0
    version: int = 0

    @property
    def average_price(self) -> int:
        if not self.quantity:
            return 0
        return money.divide_half_even(abs(self.cost_basis) * money.NANOS, abs(self.quantity))

    def market_value(self, price: int) -> int:
        return money.multiply(self.quantity, price)


def cash_of(signed_quantity: int, price: int) -> int:
    """What a trade does to the cash: negative for a buy."""
    return -money.multiply(signed_quantity, price)


def trade(position: Position, signed_quantity: int, price: int, now: int) -> Position:
    """The position after buying (positive) or selling (negative) a quantity at a price.

    What closes takes its share of the cost along and realizes the difference; what goes through zero opens anew.
    """
    cash = cash_of(signed_quantity, price)
    quantity = position.quantity + signed_quantity
    if position.quantity * signed_quantity >= 0:
        basis, realized = position.cost_basis - cash, 0
    elif abs(signed_quantity) <= abs(position.quantity):
        closed_cost = _share(position.cost_basis, abs(signed_quantity), abs(position.quantity))
        basis, realized = position.cost_basis - closed_cost, cash - closed_cost
    else:
        basis = money.multiply(quantity, price)
        realized = cash - position.cost_basis + basis
    return Position(
        position.account_id,
        position.symbol,
        quantity,
        basis,
        position.realized_pnl + realized,
        now,
        position.version + 1,
    )


def _share(whole: int, part: int, of: int) -> int:
    return whole if part == of else money.divide_half_even(whole * part, of)
