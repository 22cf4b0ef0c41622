"""A trading service that does what a test tells it: how else would NATS lose just this update, or an answer not come?

What the real one does with an order is tested with the whole platform (`tests/order_flow`, `tests/alpaca`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from cift_common import rpc
from cift_common.errors import AlreadyExists, NotFound
from cift_common.ids import new_uuid7, system_clock
from cift_common.messaging import Messenger
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.trading.v1 import trading_pb2 as trading
from cift_proto.trading.v1 import trading_pb2_grpc

Event = trading.AccountUpdate.Event


class ScriptedTrading(trading_pb2_grpc.TradingServiceServicer):
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self.accounts: dict[str, str] = {}
        self.orders: dict[str, trading.Order] = {}
        self.updates: dict[str, list[trading.AccountUpdate]] = defaultdict(list)
        # Runs before an order is taken: raises, or waits.
        self.before_submit: Callable[[], Awaitable[None]] | None = None
        self.before_open: Callable[[], None] | None = None
        self.before_cancel_all: Callable[[], None] | None = None

    async def happen(self, account_id: str, event: int, order: trading.Order, *, told: bool = True) -> int:
        """Something happens to an order; NATS carries the news only where it is `told`."""
        sequence = len(self.updates[account_id]) + 1
        update = trading.AccountUpdate(
            account_id=account_id,
            sequence=sequence,
            event=event,  # type: ignore[arg-type]
            order=order,
            occurred_at_ns=system_clock(),
        )
        self.updates[account_id].append(update)
        if told:
            await self.tell(update)
        return sequence

    async def tell(self, update: trading.AccountUpdate) -> None:
        await self._messenger.client.publish(f"account.{update.account_id}.updates", update.SerializeToString())

    async def OpenAccount(self, request: trading.OpenAccountRequest, _: Any) -> trading.OpenAccountResponse:
        if self.before_open is not None:
            self.before_open()
        self.accounts[request.account_id] = request.deposit
        return trading.OpenAccountResponse(account=self._account(request.account_id))

    def _account(self, account_id: str) -> trading.Account:
        if account_id not in self.accounts:
            raise NotFound("no such account")
        cash = self.accounts[account_id]
        return trading.Account(
            account_id=account_id,
            account_number=account_id[:8],
            currency="USD",
            cash=cash,
            buying_power=cash,
            equity=cash,
            last_equity=cash,
            long_market_value="0",
            short_market_value="0",
            reserved="0",
            multiplier=1,
            created_at_ns=system_clock(),
            sequence=len(self.updates[account_id]),
        )

    async def GetAccount(self, request: trading.GetAccountRequest, _: Any) -> trading.GetAccountResponse:
        return trading.GetAccountResponse(account=self._account(request.account_id))

    async def SubmitOrder(self, request: trading.SubmitOrderRequest, _: Any) -> trading.SubmitOrderResponse:
        if self.before_submit is not None:
            await self.before_submit()
        order = self.new_order(request)
        for known in self.orders.values():
            if (known.account_id, known.client_order_id) == (order.account_id, order.client_order_id):
                if known.quantity_nanos != order.quantity_nanos:
                    raise AlreadyExists("client_order_id must be unique", field="client_order_id")
                return trading.SubmitOrderResponse(order=known, duplicate=True)
        self.orders[order.order_id] = order
        await self.happen(request.account_id, Event.EVENT_PENDING_NEW, order)
        return trading.SubmitOrderResponse(order=order)

    def new_order(self, request: trading.SubmitOrderRequest) -> trading.Order:
        now = system_clock()
        return trading.Order(
            order_id=new_uuid7(),
            account_id=request.account_id,
            client_order_id=request.client_order_id,
            symbol=request.symbol,
            side=request.side,
            type=request.type,
            time_in_force=request.time_in_force,
            quantity_nanos=request.quantity_nanos,
            limit_price_nanos=request.limit_price_nanos,
            status=common.ORDER_STATUS_PENDING_NEW,
            submitted_at_ns=now,
            updated_at_ns=now,
            version=1,
        )

    async def GetOrder(self, request: trading.GetOrderRequest, _: Any) -> trading.GetOrderResponse:
        for order in self.orders.values():
            named = order.order_id == request.order_id or order.client_order_id == request.client_order_id
            if named and order.account_id == request.account_id:
                return trading.GetOrderResponse(order=order)
        raise NotFound("order not found")

    def _owned(self, account_id: str, order_id: str) -> trading.Order:
        order = self.orders.get(order_id)
        if order is None or order.account_id != account_id:
            raise NotFound("order not found")
        return order

    async def ListOrders(self, request: trading.ListOrdersRequest, _: Any) -> trading.ListOrdersResponse:
        return trading.ListOrdersResponse(
            orders=[order for order in self.orders.values() if order.account_id == request.account_id]
        )

    async def CancelOrder(self, request: trading.CancelOrderRequest, _: Any) -> trading.CancelOrderResponse:
        self._owned(request.account_id, request.order_id).status = common.ORDER_STATUS_PENDING_CANCEL
        return trading.CancelOrderResponse()

    async def ReplaceOrder(self, request: trading.ReplaceOrderRequest, _: Any) -> trading.ReplaceOrderResponse:
        return trading.ReplaceOrderResponse(order=self._owned(request.account_id, request.order_id))

    async def CancelAllOrders(self, request: trading.CancelAllOrdersRequest, _: Any) -> trading.CancelAllOrdersResponse:
        if self.before_cancel_all is not None:
            self.before_cancel_all()
        canceled = [order for order in self.orders.values() if order.account_id == request.account_id]
        for order in canceled:
            order.status = common.ORDER_STATUS_PENDING_CANCEL
        return trading.CancelAllOrdersResponse(orders=canceled)

    async def ListAccountUpdates(
        self, request: trading.ListAccountUpdatesRequest, _: Any
    ) -> trading.ListAccountUpdatesResponse:
        updates = self.updates[request.account_id][request.after_sequence :][: request.limit]
        return trading.ListAccountUpdatesResponse(updates=updates)


class TradingServer:
    """Stops and starts again on the same port, with what it knew."""

    def __init__(self, servicer: ScriptedTrading) -> None:
        self.trading = servicer
        self.address = "127.0.0.1:0"
        self._server: rpc.Server | None = None

    async def start(self) -> None:
        self._server = rpc.Server(self.address)
        self._server.add(
            trading_pb2_grpc.add_TradingServiceServicer_to_server, self.trading, "cift.trading.v1.TradingService"
        )
        await self._server.start()
        await self._server.ready()
        self.address = f"127.0.0.1:{self._server.port}"

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.stop(0)
            self._server = None


async def for_ever() -> None:
    await asyncio.Event().wait()
