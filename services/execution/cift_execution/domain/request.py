"""What a broker can be asked for."""

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from cift_proto.trading.v1 import trading_pb2


class Kind(enum.Enum):
    NEW = "new"
    CANCEL = "cancel"
    REPLACE = "replace"


class Key(NamedTuple):
    """Names a request: the order that it makes, or the one that it cancels."""

    kind: Kind
    order_id: str


@dataclass(frozen=True, slots=True)
class New:
    order: trading_pb2.Order
    decision: trading_pb2.RiskDecision = field(default_factory=trading_pb2.RiskDecision)

    @property
    def key(self) -> Key:
        return Key(Kind.NEW, self.order.order_id)

    @property
    def makes(self) -> str:
        return self.order.order_id

    @property
    def needs(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Cancel:
    order_id: str
    account_id: str
    symbol: str
    requested_at_ns: int

    @property
    def key(self) -> Key:
        return Key(Kind.CANCEL, self.order_id)

    @property
    def makes(self) -> str:
        return ""

    @property
    def needs(self) -> str:
        return self.order_id


@dataclass(frozen=True, slots=True)
class Replace:
    """`order` takes the place of `original_order_id`."""

    original_order_id: str
    order: trading_pb2.Order
    decision: trading_pb2.RiskDecision = field(default_factory=trading_pb2.RiskDecision)

    @property
    def key(self) -> Key:
        return Key(Kind.REPLACE, self.order.order_id)

    @property
    def makes(self) -> str:
        return self.order.order_id

    @property
    def needs(self) -> str:
        return self.original_order_id


Request = New | Cancel | Replace
"""`makes` is the order id that the venue will know after it, `needs` the one that it must know before."""
