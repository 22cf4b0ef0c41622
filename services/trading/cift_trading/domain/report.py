"""What the venue says about an order: an execution report, FIX 4.4 ExecType."""

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    NEW = 1
    TRADE = 2
    CANCELED = 3
    REPLACED = 4
    REJECTED = 5
    EXPIRED = 6
    CANCEL_REJECTED = 7
    REPLACE_REJECTED = 8


class Report(NamedTuple):
    """`price`, `quantity` and `commission` are those of this execution, 0 where it is no trade. A negative commission
    is a rebate.

    REPLACED: `order_id` is the new order, `original_order_id` the one whose place it took.
    """

    execution_id: str
    sequence: int
    kind: Kind
    order_id: str
    account_id: str
    symbol: str
    price: int = 0
    quantity: int = 0
    cumulative_quantity: int = 0
    original_order_id: str = ""
    reason: str = ""
    time: int = 0
    commission: int = 0
    side: int = 0
