"""Alpaca's words for our enumerations, both ways."""

from cift_common.errors import InvalidArgument
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.matcher.v1 import matcher_pb2 as matcher
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.domain.shown import shown


def _words(enum: object, prefix: str) -> dict[int, str]:
    """`SIDE_BUY` → "buy"; the unspecified value has no word."""
    items: list[tuple[str, int]] = enum.items()  # type: ignore[attr-defined]
    return {value: name.removeprefix(prefix).lower() for name, value in items if value}


SIDE = _words(common.Side, "SIDE_")
ORDER_TYPE = _words(common.OrderType, "ORDER_TYPE_")
TIME_IN_FORCE = _words(common.TimeInForce, "TIME_IN_FORCE_")
ORDER_CLASS = _words(common.OrderClass, "ORDER_CLASS_")
ORDER_STATUS = _words(common.OrderStatus, "ORDER_STATUS_")
EVENT = _words(trading.AccountUpdate.Event, "EVENT_")

SELF_TRADE_PREVENTION = _words(matcher.SelfTradePrevention, "SELF_TRADE_PREVENTION_")

SIDE_VALUES = {word: value for value, word in SIDE.items()}
ORDER_TYPE_VALUES = {word: value for value, word in ORDER_TYPE.items()}
# Alpaca's clients write nothing, too.
ORDER_CLASS_VALUES = {"": common.ORDER_CLASS_SIMPLE, **{word: value for value, word in ORDER_CLASS.items()}}
TIME_IN_FORCE_VALUES = {word: value for value, word in TIME_IN_FORCE.items()}
SELF_TRADE_PREVENTION_VALUES = {word: value for value, word in SELF_TRADE_PREVENTION.items()}

# ISO 10383 → the exchanges that Alpaca knows; anything else is its empty word.
EXCHANGE = {"XNAS": "NASDAQ", "XNYS": "NYSE", "ARCX": "ARCA", "XASE": "AMEX", "BATS": "BATS", "OTCM": "OTC"}


def value_of(field: str, word: object, values: dict[str, int]) -> int:
    """The enumeration's value; `InvalidArgument` lists the words."""
    value = values.get(word) if isinstance(word, str) else None
    if value is None:
        choices = ", ".join(values)
        raise InvalidArgument(f"{field} must be one of {choices}, not {shown(word)}", field=field, limit=choices)
    return value
