"""What open buys hold back of the buying power for the commissions that they may cost, beside their worst price.

The cash of an account that spends all its buying power stays at or above zero: an order that passes holds at least what
its executions can be charged, and a charge takes away of the hold what it takes of the cash.
"""

from collections import defaultdict
from typing import NamedTuple

from cift_common import money
from cift_common.platform import Fees

_BASIS_POINTS = 10_000


def commission_at_most(fees: Fees, quantity: int, value: int, lot_size: int, *, first: bool) -> int:
    """Nanos of money that executions of this quantity (nanos) and worst value (nanos of money) can be charged in all.

    `first`: an order's first execution is among them. Each execution is rounded by itself, and there are at most as
    many as there are lots.
    """
    rate: int = money.to_nanos(max(fees.maker_bp, fees.taker_bp))
    per_share: int = quantity * money.to_nanos(fees.per_share) * money.NANOS * _BASIS_POINTS
    ad_valorem: int = value * max(rate, 0) * money.NANOS
    charge: int = -(-(per_share + ad_valorem) // (money.NANOS**2 * _BASIS_POINTS))
    if not charge and not fees.per_order:
        return 0
    per_order: int = money.to_nanos(fees.per_order) if first else 0
    return charge + quantity // lot_size + per_order


class Hold(NamedTuple):
    account_id: str
    amount: int


class Holds:
    def __init__(self) -> None:
        self._orders: dict[str, Hold] = {}
        self._accounts: defaultdict[str, int] = defaultdict(int)

    def of(self, account_id: str) -> int:
        """All that the account holds back, in nanos."""
        return self._accounts.get(account_id, 0)

    def add(self, order_id: str, account_id: str, amount: int) -> None:
        if amount:
            before = self._orders.get(order_id, Hold(account_id, 0))
            self._put(order_id, Hold(account_id, before.amount + amount))

    def charge(self, order_id: str, commission: int) -> None:
        """The order was charged so much; a rebate frees nothing, other executions may still cost."""
        hold = self._orders.get(order_id)
        if hold is not None and commission > 0:
            self._put(order_id, hold._replace(amount=max(hold.amount - commission, 0)))

    def move(self, order_id: str, successor: str) -> None:
        """Another order has taken this one's place."""
        hold = self._orders.get(order_id)
        if hold is not None:
            self.release(order_id)
            self.add(successor, *hold)

    def release(self, order_id: str) -> None:
        hold = self._orders.get(order_id)
        if hold is not None:
            self._put(order_id, hold._replace(amount=0))

    def _put(self, order_id: str, hold: Hold) -> None:
        before = self._orders.pop(order_id, None)
        self._accounts[hold.account_id] += hold.amount - (before.amount if before is not None else 0)
        if hold.amount:
            self._orders[order_id] = hold
        if not self._accounts[hold.account_id]:
            del self._accounts[hold.account_id]
