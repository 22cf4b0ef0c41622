"""`signal.<SYMBOL>` from NATS: those that come while it listens."""

from collections.abc import Callable
from decimal import Decimal

from cift_common.messaging import Messenger
from cift_proto.forecast.v1 import forecast_pb2
from nats.aio.msg import Msg

from examples.strategy.domain import Signal

NANOS = 9


async def listen(messenger: Messenger, hear: Callable[[Signal], None]) -> None:
    async def on_signal(message: Msg) -> None:
        told = forecast_pb2.Signal.FromString(message.data)
        price = Decimal(told.middle_price_nanos).scaleb(-NANOS)
        hear(Signal(told.symbol, told.said_at_ns, told.probability_up, price))

    await messenger.subscribe_core("signal.*", on_signal)
    await messenger.client.flush()
