"""The orders that trading holds open, and the trades that it has booked."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import grpc
from cift_common import rpc
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

TIMEOUT_SECONDS = 10.0
# One answer serves every question of so long: after an outage thousands of old messages come at once.
REUSE_SECONDS = 1.0


class Trading:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = cast("trading_pb2_grpc.TradingServiceAsyncStub", trading_pb2_grpc.TradingServiceStub(channel))
        self._asking = asyncio.Lock()
        self._known: dict[str, trading_pb2.OrderNew] = {}
        self._known_until = 0.0

    async def open_orders(self) -> list[trading_pb2.OrderNew]:
        with rpc.translated():
            response = await self._stub.ListOpenOrders(
                trading_pb2.ListOpenOrdersRequest(), timeout=TIMEOUT_SECONDS, wait_for_ready=False
            )
        return list(response.orders)

    async def find(self, order_id: str) -> trading_pb2.OrderNew | None:
        """The order as trading holds it open; what trading said within the last second counts."""
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() >= self._known_until:
                self._known = {message.order.order_id: message for message in await self.open_orders()}
                self._known_until = loop.time() + REUSE_SECONDS
        return self._known.get(order_id)

    async def booked_trades(self, broker: str, after_sequence: int) -> AsyncIterator[trading_pb2.BookedTrade]:
        """By sequence, page by page. `Unavailable` where trading does not answer."""
        while True:
            request = trading_pb2.ListBookedTradesRequest(broker=broker, after_sequence=after_sequence)
            with rpc.translated():
                response = await self._stub.ListBookedTrades(request, timeout=TIMEOUT_SECONDS, wait_for_ready=False)
            for trade in response.trades:
                yield trade
            if not response.more:
                return
            after_sequence = response.trades[-1].sequence
