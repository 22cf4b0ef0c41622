"""Positions, from the service that owns them."""

from typing import cast

import grpc
from cift_common import money, rpc, telemetry
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

from cift_risk.domain.exposure import Holding

TIMEOUT_SECONDS = 3.0


class TradingPositions:
    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = cast("trading_pb2_grpc.TradingServiceAsyncStub", trading_pb2_grpc.TradingServiceStub(channel))

    async def holdings(self, account_id: str) -> list[Holding]:
        """Of one account; of all where it is empty."""
        with rpc.translated():
            if account_id:
                one = trading_pb2.ListPositionsRequest(account_id=account_id)
                positions = (
                    await self._stub.ListPositions(one, timeout=TIMEOUT_SECONDS, metadata=telemetry.metadata())
                ).positions
            else:
                every = trading_pb2.ListAllPositionsRequest()
                positions = (
                    await self._stub.ListAllPositions(every, timeout=TIMEOUT_SECONDS, metadata=telemetry.metadata())
                ).positions
        return [
            Holding(
                position.symbol,
                money.from_nanos(position.quantity_nanos),
                money.from_nanos(position.current_price_nanos) if position.current_price_nanos else None,
                money.parse_decimal("cost_basis", position.cost_basis or "0"),
            )
            for position in positions
        ]
