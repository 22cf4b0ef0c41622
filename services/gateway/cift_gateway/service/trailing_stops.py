"""Where open trailing stops stand: the venue alone knows, and is asked when somebody reads such an order."""

from collections.abc import Iterable

from cift_common import logging
from cift_common.errors import CiftError
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.execution.v1 import execution_pb2 as execution
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.adapters.backends import Backends

_log = logging.get(__name__)
TIMEOUT_SECONDS = 1.0
_OPEN = frozenset(
    {
        common.ORDER_STATUS_NEW,
        common.ORDER_STATUS_PARTIALLY_FILLED,
        common.ORDER_STATUS_PENDING_CANCEL,
        common.ORDER_STATUS_PENDING_REPLACE,
    }
)


def is_trailing(order: trading.Order) -> bool:
    return order.type == common.ORDER_TYPE_TRAILING_STOP and order.status in _OPEN


async def locate(backends: Backends, account_id: str, orders: Iterable[trading.Order]) -> None:
    """Sets the high-water mark and the stop price of the trailing stops among an account's orders. Without an answer of
    the venue they stay unknown: an order is read all the same."""
    trailing = {order.order_id: order for order in orders if is_trailing(order)}
    if not trailing:
        return
    try:
        answer = await backends.call(
            backends.execution.ListTrailingStops,
            execution.ListTrailingStopsRequest(account_id=account_id),
            timeout=TIMEOUT_SECONDS,
        )
    except CiftError as error:
        _log.warning("the venue does not tell where trailing stops stand", reason=error.reason)
        return
    for stop in answer.trailing_stops:
        order = trailing.get(stop.order_id)
        if order is not None:
            order.high_water_price_nanos = stop.high_water_price_nanos
            order.trailing_stop_price_nanos = stop.stop_price_nanos
