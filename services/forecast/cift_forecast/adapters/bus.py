"""NATS: the market's ticks in, signals out."""

import asyncio
from collections import deque

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger, token
from cift_proto.common.v1 import types_pb2
from cift_proto.forecast.v1 import forecast_pb2 as pb
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from prometheus_client import Counter

from cift_forecast import api
from cift_forecast.service import Forecasts

_log = logging.get(__name__)
_lost = Counter("cift_forecast_signals_lost", "Signals that nobody got because NATS was away")
CONNECT_RETRY_SECONDS = 1.0
WAITING_MAX = 1000


class Signals:
    """What waits to be published; where it becomes too much the oldest go, which nobody would act on any more."""

    def __init__(self) -> None:
        self._waiting: deque[pb.Signal] = deque()
        self._more = asyncio.Event()

    def put(self, signal: pb.Signal) -> None:
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.popleft()
            _lost.inc()
        self._waiting.append(signal)
        self._more.set()

    async def run(self, messenger: Messenger) -> None:
        """Ends only by cancellation."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                signal = self._waiting.popleft()
                try:
                    await messenger.publish(
                        f"signal.{token(signal.symbol)}",
                        signal.SerializeToString(),
                        message_id=f"{signal.model}/{signal.version}/{signal.time_ns}",
                    )
                except Unavailable as error:
                    _lost.inc()
                    _log.warning("a signal is lost", symbol=signal.symbol, error=error.message)


async def run(url: str, forecasts: Forecasts, signals: Signals, connected: asyncio.Event) -> None:
    """Hears ticks and publishes signals; ends only by cancellation."""
    while True:
        try:
            messenger = await Messenger.connect(url, "forecast")
            break
        except (NatsError, OSError, TimeoutError) as error:
            _log.warning("NATS is away", error=repr(error))
            await asyncio.sleep(CONNECT_RETRY_SECONDS)
    try:
        while True:
            try:
                await messenger.ensure_streams()
                break
            except (NatsError, JetStreamError, TimeoutError) as error:
                _log.warning("JetStream is away", error=repr(error))
                await asyncio.sleep(CONNECT_RETRY_SECONDS)

        async def on_quote(message: Msg) -> None:
            told = types_pb2.Quote.FromString(message.data)
            forecasts.quote(told.symbol, api.quote(told))

        async def on_trade(message: Msg) -> None:
            told = types_pb2.Trade.FromString(message.data)
            forecasts.trade(told.symbol, *api.trade(told))

        await messenger.subscribe_core("md.quote.>", on_quote)
        await messenger.subscribe_core("md.trade.>", on_trade)
        await messenger.client.flush()
        connected.set()
        await signals.run(messenger)
    finally:
        await messenger.close()
