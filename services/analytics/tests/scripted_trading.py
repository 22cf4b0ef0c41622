"""A trading service that tells what a test says: how else would the stream leave out just these updates?

What the real one tells is tested with the whole platform (`tests/analytics`).
"""

from typing import Any

from cift_analytics.domain.trades import BUY, Fill
from cift_common import rpc
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

_TYPES = {"limit": types_pb2.ORDER_TYPE_LIMIT, "market": types_pb2.ORDER_TYPE_MARKET}
DEPOSIT = "100000"


class ScriptedTrading(trading_pb2_grpc.TradingServiceServicer):
    """`updates` by account, in the order of their numbers."""

    def __init__(self) -> None:
        self.updates: dict[str, list[trading_pb2.AccountUpdate]] = {}

    async def ListAccountSequences(self, request: Any, _: Any) -> trading_pb2.ListAccountSequencesResponse:
        entry = trading_pb2.ListAccountSequencesResponse.AccountSequence
        accounts = [
            entry(account_id=key, sequence=len(updates))
            for key, updates in sorted(self.updates.items())
            if key > request.after_account_id
        ]
        return trading_pb2.ListAccountSequencesResponse(accounts=accounts[: request.limit])

    async def ListAccountUpdates(self, request: Any, _: Any) -> trading_pb2.ListAccountUpdatesResponse:
        after = request.after_sequence
        return trading_pb2.ListAccountUpdatesResponse(
            updates=self.updates[request.account_id][after : after + request.limit]
        )

    async def GetPortfolioHistory(self, request: Any, _: Any) -> trading_pb2.GetPortfolioHistoryResponse:
        return trading_pb2.GetPortfolioHistoryResponse(base_value=DEPOSIT)


async def serve(trading: ScriptedTrading, address: str) -> rpc.Server:
    server = rpc.Server(address)
    server.add(trading_pb2_grpc.add_TradingServiceServicer_to_server, trading, "cift.trading.v1.TradingService")
    await server.start()
    await server.ready()
    return server


def update_of(fill: Fill) -> trading_pb2.AccountUpdate:
    """As trading tells a fill. Fees are not told yet."""
    buys = fill.side == BUY
    return trading_pb2.AccountUpdate(
        account_id=fill.account_id,
        sequence=fill.sequence,
        event=trading_pb2.AccountUpdate.EVENT_FILL,
        order=trading_pb2.Order(
            order_id=fill.order_id,
            account_id=fill.account_id,
            client_order_id=fill.order_id,
            symbol=fill.symbol,
            side=types_pb2.SIDE_BUY if buys else types_pb2.SIDE_SELL,
            type=_TYPES[fill.order_type],  # type: ignore[arg-type]
            time_in_force=types_pb2.TIME_IN_FORCE_DAY,
            quantity_nanos=fill.quantity,
            filled_quantity_nanos=fill.quantity,
            status=types_pb2.ORDER_STATUS_FILLED,
            submitted_at_ns=fill.decided_at,
            updated_at_ns=fill.at,
            strategy=fill.strategy,
            version=fill.sequence,
        ),
        execution_id=fill.execution_id,
        price_nanos=fill.price,
        quantity_nanos=fill.quantity,
        occurred_at_ns=fill.at,
        decision_bid_price_nanos=0 if buys else fill.touch,
        decision_ask_price_nanos=fill.touch if buys else 0,
    )
