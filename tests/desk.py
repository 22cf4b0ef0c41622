"""What is around the execution service in its tests: NATS, PostgreSQL and the matcher are the real ones; trading is
these few lines, because the tests decide what it holds open."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import grpc
from cift_common import decision, money
from cift_common.execution_report import Verifier
from cift_common.ids import new_uuid7
from cift_common.messaging import Messenger
from cift_common.streams import REPORTS, DurableConsumer
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2
from nats.aio.msg import Msg
from redis.asyncio import Redis

ACCOUNT = new_uuid7()
ENDS = {"FILLED", "CANCELED", "REJECTED", "EXPIRED"}


class OpenOrders:
    """Trading, as far as execution asks it."""

    def __init__(self) -> None:
        self.orders: list[trading_pb2.OrderNew] = []
        self.booked: list[trading_pb2.BookedTrade] = []
        self.asked, self.answers = asyncio.Event(), asyncio.Event()
        self.answers.set()
        self._server = grpc.aio.server()
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        handlers = {
            "ListBookedTrades": grpc.unary_unary_rpc_method_handler(
                self._list_booked,
                request_deserializer=trading_pb2.ListBookedTradesRequest.FromString,
                response_serializer=trading_pb2.ListBookedTradesResponse.SerializeToString,
            ),
            "ListOpenOrders": grpc.unary_unary_rpc_method_handler(
                self._list,
                request_deserializer=trading_pb2.ListOpenOrdersRequest.FromString,
                response_serializer=trading_pb2.ListOpenOrdersResponse.SerializeToString,
            ),
        }
        service = grpc.method_handlers_generic_handler("cift.trading.v1.TradingService", handlers)
        self._server.add_generic_rpc_handlers((service,))

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        await self._server.stop(None)

    async def _list_booked(self, request: Any, context: Any) -> trading_pb2.ListBookedTradesResponse:
        return trading_pb2.ListBookedTradesResponse(trades=self.booked)

    async def _list(self, request: Any, context: Any) -> trading_pb2.ListOpenOrdersResponse:
        self.asked.set()
        await self.answers.wait()
        return trading_pb2.ListOpenOrdersResponse(orders=self.orders)


class Desk:
    """Sends what trading sends, and reads what execution publishes: once each, from the stream."""

    def __init__(self, messenger: Messenger, key: bytes, cache: Redis, verifier: Verifier) -> None:
        self.messenger, self._key, self._cache, self._verifier = messenger, key, cache, verifier
        self.reports: dict[str, list[matcher_pb2.ExecutionReport]] = defaultdict(list)
        # By their place in the stream, which tells a message that comes again from one that is stored twice.
        self._stored: dict[int, str] = {}
        self._news = asyncio.Condition()

    async def read(self) -> None:
        await self.messenger.consume(DurableConsumer("ORDERS", "desk", REPORTS), self._on_report)

    async def _on_report(self, message: Msg) -> None:
        execution = execution_pb2.OrderExecution.FromString(message.data)
        assert execution.broker == "paper"
        assert self._verifier.is_genuine(execution), execution.report.execution_id
        place = message.metadata.sequence.stream
        if place not in self._stored:
            self._stored[place] = execution.report.execution_id
            self.reports[execution.report.order_id].append(execution.report)
        await message.ack()
        async with self._news:
            self._news.notify_all()

    @property
    def ids(self) -> list[str]:
        """The execution ids that the stream holds."""
        return list(self._stored.values())

    async def until(self, condition: Callable[[], Any], seconds: float = 60) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(condition)

    def new(self, side: types_pb2.Side = types_pb2.SIDE_BUY, price: str = "", **terms: Any) -> trading_pb2.OrderNew:
        """A signed order; without a price a market order."""
        order = trading_pb2.Order(
            **{
                "order_id": new_uuid7(),
                "account_id": ACCOUNT,
                "symbol": "AAPL",
                "side": side,
                "type": types_pb2.ORDER_TYPE_LIMIT if price else types_pb2.ORDER_TYPE_MARKET,
                "time_in_force": types_pb2.TIME_IN_FORCE_GTC if price else types_pb2.TIME_IN_FORCE_DAY,
                "quantity_nanos": money.NANOS,
                "limit_price_nanos": money.parse_nanos("price", price or "0"),
                "status": types_pb2.ORDER_STATUS_PENDING_NEW,
                "updated_at_ns": time.time_ns(),
            }
            | terms
        )
        made = trading_pb2.RiskDecision(policy_version=1, decided_at_ns=time.time_ns(), checks_passed=12)
        made.signature = decision.sign(self._key, order, made)
        return trading_pb2.OrderNew(order=order, decision=made)

    async def send(
        self, message: trading_pb2.OrderNew, message_id: str = "", headers: dict[str, str] | None = None
    ) -> str:
        order = message.order
        await self.messenger.publish(
            f"order.new.{order.symbol}",
            message.SerializeToString(),
            message_id=message_id or order.order_id,
            headers=headers,
        )
        return order.order_id

    async def cancel(self, order_id: str, symbol: str = "AAPL") -> None:
        wish = trading_pb2.OrderCancel(
            order_id=order_id, account_id=ACCOUNT, symbol=symbol, requested_at_ns=time.time_ns()
        )
        wish.signature = decision.sign_cancel(self._key, wish)
        await self.messenger.publish(
            f"order.cancel.{symbol}", wish.SerializeToString(), message_id=f"cancel {order_id}"
        )

    async def quote(self, bid: str, ask: str, symbol: str = "AAPL") -> None:
        now = time.time_ns()
        quote = types_pb2.Quote(
            symbol=symbol,
            bid_price_nanos=money.parse_nanos("bid", bid),
            bid_quantity_nanos=1_000_000 * money.NANOS,
            ask_price_nanos=money.parse_nanos("ask", ask),
            ask_quantity_nanos=1_000_000 * money.NANOS,
            exchange_time_ns=now,
            received_time_ns=now,
        )
        await self.publish_quote(quote)

    async def publish_quote(self, quote: types_pb2.Quote) -> None:
        """As market data does it: the cache has the quote, NATS tells of it."""
        await self._cache.set(f"md:quote:{quote.symbol}", quote.SerializeToString())
        await self.messenger.publish_core(f"md.quote.{quote.symbol}", quote.SerializeToString())

    def kinds(self, order_id: str) -> list[str]:
        return [
            types_pb2.ExecutionType.Name(report.type).removeprefix("EXECUTION_TYPE_")
            for report in self.reports[order_id]
        ]

    def end(self, order_id: str) -> str:
        """FILLED, CANCELED, REJECTED, EXPIRED, or empty while it is open."""
        reports = self.reports[order_id]
        if any(
            report.type == types_pb2.EXECUTION_TYPE_TRADE and not report.leaves_quantity_nanos for report in reports
        ):
            return "FILLED"
        return next((kind for kind in self.kinds(order_id) if kind in ENDS), "")
