"""The orders that trading holds open."""

from typing import cast

import grpc
from cift_common import rpc
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

TIMEOUT_SECONDS = 10.0


class Trading:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = cast("trading_pb2_grpc.TradingServiceAsyncStub", trading_pb2_grpc.TradingServiceStub(channel))

    async def open_orders(self) -> list[trading_pb2.OrderNew]:
        with rpc.translated():
            response = await self._stub.ListOpenOrders(
                trading_pb2.ListOpenOrdersRequest(), timeout=TIMEOUT_SECONDS, wait_for_ready=False
            )
        return list(response.orders)
