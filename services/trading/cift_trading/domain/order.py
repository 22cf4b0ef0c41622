"""An order and its words. Numbers are nanos, times UTC nanoseconds; enumerations carry the numbers of the contract."""

from enum import IntEnum
from typing import NamedTuple

from cift_common import money


class Side(IntEnum):
    BUY = 1
    SELL = 2

    @property
    def sign(self) -> int:
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> "Side":
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(IntEnum):
    MARKET = 1
    LIMIT = 2
    STOP = 3
    STOP_LIMIT = 4
    TRAILING_STOP = 5


class TimeInForce(IntEnum):
    DAY = 1
    GTC = 2
    OPG = 3
    IOC = 4
    FOK = 5
    GTD = 6
    CLS = 7


class Status(IntEnum):
    """FIX 4.4 OrdStatus."""

    PENDING_NEW = 1
    NEW = 2
    PARTIALLY_FILLED = 3
    FILLED = 4
    PENDING_CANCEL = 5
    CANCELED = 6
    PENDING_REPLACE = 7
    REPLACED = 8
    REJECTED = 9
    EXPIRED = 10
    HELD = 11

    @property
    def is_open(self) -> bool:
        return self in OPEN


# What the venue has, or will have.
WORKING = frozenset(
    {Status.PENDING_NEW, Status.NEW, Status.PARTIALLY_FILLED, Status.PENDING_CANCEL, Status.PENDING_REPLACE}
)
OPEN = WORKING | {Status.HELD}


class OrderClass(IntEnum):
    SIMPLE = 1
    BRACKET = 2
    OCO = 3
    OTO = 4


class Role(IntEnum):
    """What an order is in its group."""

    NONE = 0
    ENTRY = 1
    TAKE_PROFIT = 2
    STOP_LOSS = 3


EXITS = frozenset({Role.TAKE_PROFIT, Role.STOP_LOSS})


class Exits(NamedTuple):
    """The prices of a group's legs; 0 where it has no such leg, or the stop loss no limit."""

    take_profit: int = 0
    stop_loss: int = 0
    stop_loss_limit: int = 0


class OrderTerms(NamedTuple):
    """What a client asks for: the part of an order that never changes."""

    account_id: str
    client_order_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: int
    limit_price: int = 0
    stop_price: int = 0
    trail_price: int = 0
    trail_percent_bp: int = 0
    expires_at: int = 0
    extended_hours: bool = False
    strategy: str = ""
    order_class: OrderClass = OrderClass.SIMPLE
    # Of an OCO the take profit is the order's own limit.
    exits: Exits = Exits()


class Order(NamedTuple):
    """Terms, and what became of them.

    `filled_quantity` and `filled_value` (nanos × nanos, exact) count what an order that this one replaces had before.
    """

    order_id: str
    terms: OrderTerms
    submitted_at: int
    updated_at: int
    status: Status = Status.PENDING_NEW
    acknowledged: bool = False
    filled_quantity: int = 0
    filled_value: int = 0
    reason: str = ""
    filled_at: int = 0
    canceled_at: int = 0
    expired_at: int = 0
    failed_at: int = 0
    replaced_at: int = 0
    replaces: str = ""
    replaced_by: str = ""
    # The order that shall take this one's place, as long as the venue has not said.
    replacement: str = ""
    version: int = 1
    # The serialized risk decision, which travels with the order.
    decision: bytes = b""
    # The first order of the group that this one belongs to.
    group: str = ""
    role: Role = Role.NONE
    # When the market reached the price of a stop loss that was held.
    triggered_at: int = 0

    @property
    def leaves_quantity(self) -> int:
        """What may still be filled; 0 once the order is closed, and as long as no venue has it."""
        return max(self.terms.quantity - self.filled_quantity, 0) if self.status in WORKING else 0

    @property
    def is_parent(self) -> bool:
        """The order of a group that its legs depend on."""
        return self.role is Role.ENTRY or (self.role is Role.TAKE_PROFIT and self.terms.order_class is OrderClass.OCO)

    @property
    def average_price(self) -> int:
        return money.divide_half_even(self.filled_value, self.filled_quantity) if self.filled_quantity else 0

    @property
    def resting_status(self) -> Status:
        """What the order is when no wish to cancel it is pending at the venue."""
        if self.filled_quantity >= self.terms.quantity:
            return Status.FILLED
        if self.replacement:
            return Status.PENDING_REPLACE
        if self.filled_quantity:
            return Status.PARTIALLY_FILLED
        return Status.NEW if self.acknowledged else Status.PENDING_NEW
