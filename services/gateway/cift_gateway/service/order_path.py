"""The way of an order to trading: how many at once, how long, and what it means when no answer comes."""

from collections import Counter as Count
from typing import NoReturn

import grpc
from cift_common import fair_share, rpc
from cift_common.errors import CiftError, ResourceExhausted
from cift_proto.trading.v1 import trading_pb2 as trading
from prometheus_client import Counter, Gauge

from cift_gateway.adapters.backends import Backends

_in_flight = Gauge("cift_gateway_orders_in_flight", "Order submissions that wait for trading")
_orders = Counter("cift_gateway_orders", "Order submissions by what became of them", ["outcome"])
_accepted, _duplicate = _orders.labels("accepted"), _orders.labels("duplicate")
_saturated, _unknown = _orders.labels("saturated"), _orders.labels("unknown")


class FateUnknown(CiftError):
    """No answer came: the order may live or not. `repeatable`: sending it again cannot make a second one."""

    default_reason = "ORDER_FATE_UNKNOWN"

    def __init__(self, why: str, client_order_id: str, *, repeatable: bool) -> None:
        super().__init__(
            f"{why}; the fate of the order is unknown, it is not rejected: look it up by"
            f" client_order_id {client_order_id}",
            field="client_order_id",
        )
        self.repeatable = repeatable
        self.client_order_id = client_order_id


class OrderPath:
    def __init__(self, backends: Backends, in_flight_max: int, timeout_seconds: float) -> None:
        self._backends, self._submit = backends, backends.trading.SubmitOrder
        self._in_flight_max, self._timeout = in_flight_max, timeout_seconds
        self._in_flight = 0
        self._by_account: Count[str] = Count()

    async def submit(self, request: trading.SubmitOrderRequest, *, repeatable: bool) -> trading.SubmitOrderResponse:
        """`repeatable`: the client chose the client_order_id, so the same request again is the same order."""
        account_id = request.account_id
        if not fair_share.allows(self._in_flight_max, self._in_flight, self._by_account[account_id]):
            self._refuse(account_id)
        self._in_flight += 1
        self._by_account[account_id] += 1
        _in_flight.set(self._in_flight)
        try:
            answer: trading.SubmitOrderResponse = await self._submit(
                request, timeout=self._timeout, metadata=self._backends.metadata(self._submit)
            )
        except grpc.aio.AioRpcError as error:
            raise _failure(error, request.client_order_id, repeatable) from None
        finally:
            self._in_flight -= 1
            self._by_account[account_id] -= 1
            if not self._by_account[account_id]:
                del self._by_account[account_id]
            _in_flight.set(self._in_flight)
        (_duplicate if answer.duplicate else _accepted).inc()
        return answer

    def _refuse(self, account_id: str) -> NoReturn:
        _saturated.inc()
        own = self._by_account[account_id]
        if not own:
            del self._by_account[account_id]
        is_own = self._in_flight < self._in_flight_max
        what = f"{own} of your orders are" if is_own else f"{self._in_flight} orders are"
        raise ResourceExhausted(
            f"{what} on their way already; nothing was stored, send it again",
            reason="ORDER_PATH_SATURATED",
            limit=str(own if is_own else self._in_flight_max),
        )


def _failure(error: grpc.aio.AioRpcError, client_order_id: str, repeatable: bool) -> CiftError:
    said = rpc.from_rpc_error(error)
    from_trading = any(key == "grpc-status-details-bin" for key, _ in error.trailing_metadata() or ())
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        _unknown.inc()
        return FateUnknown("trading did not answer in time", client_order_id, repeatable=repeatable)
    # A connection that broke may have carried the order; what trading itself says of it is certain.
    if error.code() is grpc.StatusCode.UNAVAILABLE and not from_trading:
        _unknown.inc()
        return FateUnknown("trading cannot be reached", client_order_id, repeatable=False)
    _orders.labels(said.reason).inc()
    return said
