"""The gRPC edge: one method a call, proto in, use case, proto out."""

from typing import Any, TypeAlias

import grpc
from cift_common import money
from cift_common.errors import InvalidArgument
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

from cift_trading import api
from cift_trading.domain.quarantine import State as QuarantineState
from cift_trading.quarantine import Quarantines
from cift_trading.service import Trading

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
_OPEN = {
    trading_pb2.ListOrdersRequest.FILTER_UNSPECIFIED: True,
    trading_pb2.ListOrdersRequest.FILTER_OPEN: True,
    trading_pb2.ListOrdersRequest.FILTER_CLOSED: False,
    trading_pb2.ListOrdersRequest.FILTER_ALL: None,
}


class TradingServicer(trading_pb2_grpc.TradingServiceServicer):
    def __init__(self, trading: Trading, quarantines: Quarantines) -> None:
        self._trading, self._quarantines = trading, quarantines

    async def SubmitOrder(
        self, request: trading_pb2.SubmitOrderRequest, context: Context
    ) -> trading_pb2.SubmitOrderResponse:
        order, duplicate = await self._trading.submit(api.terms(request))
        legs = await self._trading.legs(order)
        return trading_pb2.SubmitOrderResponse(order=api.order(order, legs), duplicate=duplicate)

    async def PreviewOrder(
        self, request: trading_pb2.PreviewOrderRequest, context: Context
    ) -> trading_pb2.PreviewOrderResponse:
        return api.preview(await self._trading.preview(api.terms(request.order)))

    async def ReplaceOrder(
        self, request: trading_pb2.ReplaceOrderRequest, context: Context
    ) -> trading_pb2.ReplaceOrderResponse:
        order = await self._trading.replace(
            request.account_id,
            request.order_id,
            request.client_order_id,
            lambda terms: api.replaced_terms(terms, request),
        )
        return trading_pb2.ReplaceOrderResponse(order=api.order(order))

    async def CancelOrder(
        self, request: trading_pb2.CancelOrderRequest, context: Context
    ) -> trading_pb2.CancelOrderResponse:
        order = await self._trading.cancel(request.account_id, request.order_id)
        return trading_pb2.CancelOrderResponse(order=api.order(order))

    async def CancelAllOrders(
        self, request: trading_pb2.CancelAllOrdersRequest, context: Context
    ) -> trading_pb2.CancelAllOrdersResponse:
        orders = await self._trading.cancel_all(request.account_id, request.symbol)
        return trading_pb2.CancelAllOrdersResponse(orders=map(api.order, orders))

    async def GetOrder(self, request: trading_pb2.GetOrderRequest, context: Context) -> trading_pb2.GetOrderResponse:
        match request.WhichOneof("key"):
            case "order_id":
                order = await self._trading.order(request.account_id, request.order_id)
            case "client_order_id":
                order = await self._trading.order_by_client_id(request.account_id, request.client_order_id)
            case _:
                raise InvalidArgument("order_id or client_order_id is needed", field="order_id")
        legs = await self._trading.legs(order) if request.nested else ()
        return trading_pb2.GetOrderResponse(order=api.order(order, legs))

    async def ListOrders(
        self, request: trading_pb2.ListOrdersRequest, context: Context
    ) -> trading_pb2.ListOrdersResponse:
        orders = await self._trading.orders(
            request.account_id,
            is_open=_OPEN[request.filter],
            limit=request.limit,
            after=request.after_ns,
            until=request.until_ns,
            ascending=request.ascending,
            symbols=request.symbols,
            side=api.side_or_none(request.side),
            nested=request.nested,
        )
        return trading_pb2.ListOrdersResponse(orders=[api.order(order, legs) for order, legs in orders])

    async def ListPositions(
        self, request: trading_pb2.ListPositionsRequest, context: Context
    ) -> trading_pb2.ListPositionsResponse:
        positions = await self._trading.positions(request.account_id, request.symbol)
        return trading_pb2.ListPositionsResponse(positions=map(api.position, positions))

    async def ClosePosition(
        self, request: trading_pb2.ClosePositionRequest, context: Context
    ) -> trading_pb2.ClosePositionResponse:
        order = await self._trading.close_position(request.account_id, request.symbol, request.quantity_nanos)
        return trading_pb2.ClosePositionResponse(order=api.order(order))

    async def OpenAccount(
        self, request: trading_pb2.OpenAccountRequest, context: Context
    ) -> trading_pb2.OpenAccountResponse:
        view = await self._trading.open_account(request.account_id, request.deposit)
        return trading_pb2.OpenAccountResponse(account=api.account(view))

    async def GetAccount(
        self, request: trading_pb2.GetAccountRequest, context: Context
    ) -> trading_pb2.GetAccountResponse:
        view = await self._trading.account(request.account_id)
        return trading_pb2.GetAccountResponse(account=api.account(view))

    async def ConfigureAccount(
        self, request: trading_pb2.ConfigureAccountRequest, context: Context
    ) -> trading_pb2.ConfigureAccountResponse:
        view = await self._trading.configure(
            request.account_id,
            suspended=request.suspended if request.HasField("suspended") else None,
            shorting=request.shorting_enabled if request.HasField("shorting_enabled") else None,
            self_trade_prevention=api.self_trade_prevention_or_none(request.self_trade_prevention),
        )
        return trading_pb2.ConfigureAccountResponse(account=api.account(view))

    async def GetPortfolioHistory(
        self, request: trading_pb2.GetPortfolioHistoryRequest, context: Context
    ) -> trading_pb2.GetPortfolioHistoryResponse:
        points, base = await self._trading.portfolio_history(
            request.account_id, request.start_ns, request.end_ns, request.interval_ns
        )
        return trading_pb2.GetPortfolioHistoryResponse(
            points=[
                trading_pb2.EquityPoint(
                    time_ns=point.time,
                    equity=money.text(point.equity),
                    profit_loss=money.text(point.equity - base.equity),
                )
                for point in points
            ],
            base_value=money.text(base.equity),
        )

    async def ListActivities(
        self, request: trading_pb2.ListActivitiesRequest, context: Context
    ) -> trading_pb2.ListActivitiesResponse:
        fills = await self._trading.fills(
            request.account_id,
            limit=request.limit,
            after=request.after_ns,
            until=request.until_ns,
            ascending=request.ascending,
            page=min(request.page_sequence, 2**63 - 1),
        )
        return trading_pb2.ListActivitiesResponse(fills=map(trading_pb2.AccountUpdate.FromString, fills))

    async def ListAccountUpdates(
        self, request: trading_pb2.ListAccountUpdatesRequest, context: Context
    ) -> trading_pb2.ListAccountUpdatesResponse:
        updates = await self._trading.updates(request.account_id, request.after_sequence, request.limit)
        return trading_pb2.ListAccountUpdatesResponse(updates=map(trading_pb2.AccountUpdate.FromString, updates))

    async def ListAccountSequences(
        self, request: trading_pb2.ListAccountSequencesRequest, context: Context
    ) -> trading_pb2.ListAccountSequencesResponse:
        found = self._trading.account_sequences(request.after_account_id, request.limit)
        entry = trading_pb2.ListAccountSequencesResponse.AccountSequence
        return trading_pb2.ListAccountSequencesResponse(
            accounts=[entry(account_id=account_id, sequence=sequence) for account_id, sequence in found]
        )

    async def ListOpenOrders(
        self, request: trading_pb2.ListOpenOrdersRequest, context: Context
    ) -> trading_pb2.ListOpenOrdersResponse:
        orders = self._trading.open_orders(request.changed_before_ns)
        return trading_pb2.ListOpenOrdersResponse(orders=map(api.order_new, orders))

    async def ListAllPositions(
        self, request: trading_pb2.ListAllPositionsRequest, context: Context
    ) -> trading_pb2.ListAllPositionsResponse:
        positions = await self._trading.all_positions(request.symbol)
        return trading_pb2.ListAllPositionsResponse(positions=map(api.position, positions))

    async def CheckLedger(
        self, request: trading_pb2.CheckLedgerRequest, context: Context
    ) -> trading_pb2.CheckLedgerResponse:
        lines, transactions, differences = await self._trading.check_ledger()
        return trading_pb2.CheckLedgerResponse(
            balanced=not differences, lines=lines, transactions=transactions, differences=differences
        )

    async def ListBookedTrades(
        self, request: trading_pb2.ListBookedTradesRequest, context: Context
    ) -> trading_pb2.ListBookedTradesResponse:
        trades, more = await self._trading.booked_trades(request.broker, request.after_sequence, request.limit)
        return trading_pb2.ListBookedTradesResponse(trades=map(api.booked_trade, trades), more=more)

    async def ListQuarantine(
        self, request: trading_pb2.ListQuarantineRequest, context: Context
    ) -> trading_pb2.ListQuarantineResponse:
        reports = await self._quarantines.list(all_states=request.all, limit=request.limit)
        return trading_pb2.ListQuarantineResponse(reports=map(api.quarantined, reports))

    async def ResolveQuarantine(
        self, request: trading_pb2.ResolveQuarantineRequest, context: Context
    ) -> trading_pb2.ResolveQuarantineResponse:
        states = {state.value: state for state in (QuarantineState.BOOKED, QuarantineState.DISCARDED)}
        if request.state not in states:
            raise InvalidArgument("state must be BOOKED or DISCARDED", field="state", limit="booked, discarded")
        resolved = await self._quarantines.resolve(request.quarantine_id, states[request.state], request.actor)
        return trading_pb2.ResolveQuarantineResponse(report=api.quarantined(resolved))
