"""A market data service with the sessions and last prices that a test says; the real one is in `tests/analytics`."""

from typing import Any

from cift_common import rpc
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc


class ScriptedMarket(marketdata_pb2_grpc.MarketDataServiceServicer):
    """`closes`: ISO date → UTC nanoseconds; `prices`: symbol → nanos of its last bar's close."""

    def __init__(self) -> None:
        self.closes: dict[str, int] = {}
        self.prices: dict[str, int] = {}

    async def ListSessions(self, request: Any, _: Any) -> marketdata_pb2.ListSessionsResponse:
        session = marketdata_pb2.ListSessionsResponse.Session
        return marketdata_pb2.ListSessionsResponse(
            sessions=[
                session(date=day, close_ns=close)
                for day, close in sorted(self.closes.items())
                if request.start_date <= day <= request.end_date
            ]
        )

    async def ListBars(self, request: Any, _: Any) -> marketdata_pb2.ListBarsResponse:
        (symbol,) = request.symbols
        if symbol not in self.prices:
            return marketdata_pb2.ListBarsResponse()
        return marketdata_pb2.ListBarsResponse(
            bars=[types_pb2.Bar(symbol=symbol, close_price_nanos=self.prices[symbol])]
        )


async def serve(market: ScriptedMarket, address: str) -> rpc.Server:
    server = rpc.Server(address)
    server.add(
        marketdata_pb2_grpc.add_MarketDataServiceServicer_to_server, market, "cift.marketdata.v1.MarketDataService"
    )
    await server.start()
    await server.ready()
    return server
