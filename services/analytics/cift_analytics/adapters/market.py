"""Sessions and last prices, as market data tells them."""

from typing import Any

from cift_common import rpc
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc

TIMEOUT_SECONDS = 10
MINUTE_NS = 60 * 10**9


class Market:
    """Raises `CiftError` as market data does."""

    def __init__(self, address: str) -> None:
        self._channel = rpc.channel(address)
        self._stub: Any = marketdata_pb2_grpc.MarketDataServiceStub(self._channel)

    async def sessions(self, start_date: str, end_date: str) -> list[tuple[str, int]]:
        """(ISO date, close in UTC nanoseconds) of the sessions between two dates, both included."""
        request = marketdata_pb2.ListSessionsRequest(start_date=start_date, end_date=end_date)
        with rpc.translated():
            answer = await self._stub.ListSessions(request, timeout=TIMEOUT_SECONDS)
        return [(session.date, session.close_ns) for session in answer.sessions]

    async def last_price(self, symbol: str, before_ns: int, since_ns: int) -> int:
        """The close of the last minute bar that began before a time; 0 where none is known."""
        request = marketdata_pb2.ListBarsRequest(
            symbols=[symbol], interval_ns=MINUTE_NS, start_ns=since_ns, end_ns=before_ns, limit=1, descending=True
        )
        with rpc.translated():
            answer = await self._stub.ListBars(request, timeout=TIMEOUT_SECONDS)
        return answer.bars[0].close_price_nanos if answer.bars else 0

    async def close(self) -> None:
        await self._channel.close()
