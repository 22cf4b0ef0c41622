"""When the session closes: market data knows the calendar; where the market never closes, the UTC day ends."""

from typing import cast

import grpc
from cift_common import rpc
from cift_common.ids import Clock
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc

from cift_execution.domain.expiry import end_of_utc_day

ALWAYS_OPEN = "24/7"
TIMEOUT_SECONDS = 3.0


class Calendar:
    def __init__(self, channel: grpc.aio.Channel, name: str, clock: Clock) -> None:
        self._name, self._clock = name, clock
        self._stub = cast(
            "marketdata_pb2_grpc.MarketDataServiceAsyncStub", marketdata_pb2_grpc.MarketDataServiceStub(channel)
        )

    async def next_close(self) -> int:
        """UTC nanoseconds. `Unavailable` where market data does not answer."""
        if self._name == ALWAYS_OPEN:
            return end_of_utc_day(self._clock())
        with rpc.translated():
            response = await self._stub.GetClock(marketdata_pb2.GetClockRequest(), timeout=TIMEOUT_SECONDS)
        return int(response.next_close_ns)
