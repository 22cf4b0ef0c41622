"""NATS → this service: orders from JetStream, quotes from core NATS."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from cift_common import logging, telemetry
from cift_common.messaging import Messenger
from cift_common.streams import EXECUTION_COMMANDS
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2
from cift_proto.trading.v1 import trading_pb2
from google.protobuf.message import DecodeError, Message
from nats.aio.msg import Msg
from prometheus_client import Counter

from cift_execution.liquidity import Liquidity
from cift_execution.service import Delivery

_log = logging.get(__name__)
_repeats = Counter("cift_execution_redeliveries", "Messages that JetStream delivered again")
_malformed = Counter("cift_execution_malformed_messages", "Messages that are not what their subject says")

M = TypeVar("M", bound=Message)


class Orders(Protocol):
    async def on_new(self, message: trading_pb2.OrderNew, delivery: Delivery) -> None: ...
    async def on_cancel(self, message: trading_pb2.OrderCancel, delivery: Delivery) -> None: ...
    async def on_replace(self, message: trading_pb2.OrderReplace, delivery: Delivery) -> None: ...


class Inbound:
    def __init__(self, messenger: Messenger, orders: Orders, liquidity: Liquidity) -> None:
        self._messenger, self._orders, self._liquidity = messenger, orders, liquidity

    async def consume_orders(self, redeliver_seconds: float) -> None:
        consumer = replace(EXECUTION_COMMANDS, ack_wait_seconds=redeliver_seconds)
        await self._messenger.consume(consumer, self._on_order)

    async def subscribe_quotes(self) -> None:
        await self._messenger.subscribe_core("md.quote.>", self._on_quote)
        await self._messenger.subscribe_core("md.status.>", self._on_status)

    async def _on_order(self, message: Msg) -> None:
        if message.metadata.num_delivered > 1:
            _repeats.inc()
        kind = message.subject.split(".", 2)[1]
        match kind:
            case "new":
                await _decoded(message, trading_pb2.OrderNew, self._orders.on_new)
            case "cancel":
                await _decoded(message, trading_pb2.OrderCancel, self._orders.on_cancel)
            case "replace":
                await _decoded(message, trading_pb2.OrderReplace, self._orders.on_replace)

    async def _on_quote(self, message: Msg) -> None:
        try:
            # Which symbol it is about, and no more.
            self._liquidity.on_quote(types_pb2.Quote.FromString(message.data).symbol)
        except DecodeError:
            _malformed.inc()

    async def _on_status(self, message: Msg) -> None:
        try:
            self._liquidity.on_status(marketdata_pb2.TradingStatus.FromString(message.data))
        except DecodeError:
            _malformed.inc()


async def _decoded(message: Msg, kind: type[M], handle: Callable[[M, Delivery], Awaitable[None]]) -> None:
    try:
        decoded = kind.FromString(message.data)
    except DecodeError:
        _malformed.inc()
        _log.error("not what its subject says", subject=message.subject)
        await message.term()
        return
    await handle(decoded, Delivery(message.ack, telemetry.extract(message.headers)))
