"""Double entry: every change of cash or of a position is lines that sum to zero, per transaction and asset."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from cift_trading.domain.position import cash_of

CUSTOMER = "customer"
CLEARING = "clearing"
EXTERNAL = "external"
FEES = "fees"


class Line(NamedTuple):
    """`amount` in nanos of `asset`: a currency or a symbol. `transaction_id` names the execution or the deposit."""

    transaction_id: str
    account_id: str
    book: str
    asset: str
    amount: int


def deposit(transaction_id: str, account_id: str, currency: str, amount: int) -> tuple[Line, ...]:
    """Money that came from outside."""
    return (
        Line(transaction_id, account_id, CUSTOMER, currency, amount),
        Line(transaction_id, account_id, EXTERNAL, currency, -amount),
    )


def trade(
    execution_id: str, account_id: str, symbol: str, currency: str, signed_quantity: int, price: int, fee: int = 0
) -> tuple[Line, ...]:
    """Cash against the clearing house, the thing against the clearing house, and the fee, if there is one."""
    cash = cash_of(signed_quantity, price)
    lines = (
        Line(execution_id, account_id, CUSTOMER, currency, cash - fee),
        Line(execution_id, account_id, CLEARING, currency, -cash),
        Line(execution_id, account_id, CUSTOMER, symbol, signed_quantity),
        Line(execution_id, account_id, CLEARING, symbol, -signed_quantity),
    )
    return (*lines, Line(execution_id, account_id, FEES, currency, fee)) if fee else lines


def is_balanced(lines: Iterable[Line]) -> bool:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.transaction_id, line.asset] += line.amount
    return not any(sums.values())
