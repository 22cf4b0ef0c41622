"""`signal.<SYMBOL>` into the store, each with one effect: acknowledged when it is stored, the same row when it comes
again."""

import asyncio
from contextlib import suppress

from cift_common import logging
from cift_common.errors import CiftError
from cift_common.messaging import Messenger
from cift_common.streams import ANALYTICS_SIGNALS
from cift_proto.forecast.v1.forecast_pb2 import Signal
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from prometheus_client import Counter, Gauge

from cift_analytics.adapters.signals import Signals

_log = logging.get(__name__)
_stored = Counter("cift_analytics_signals_stored", "Signals in the store")
_unusable = Counter("cift_analytics_signals_unusable", "Signals that make no sense and were given up")
_waiting = Gauge("cift_analytics_signals_waiting", "Signals that were heard and are not stored yet")

RETRY_SECONDS = 1.0
STREAM_MAX = ANALYTICS_SIGNALS.max_ack_pending
"""Signals that the stream gives before the first is acknowledged: what waits here while ClickHouse is away."""
LATEST_NS = 2**63 - 1


class SignalIntake:
    def __init__(self, signals: Signals, *, batch_seconds: float) -> None:
        self._signals, self._batch_seconds = signals, batch_seconds
        self._heard: dict[int, tuple[Signal, Msg]] = {}
        self._changed = asyncio.Event()

    async def consume(self, messenger: Messenger) -> None:
        """Attaches to the stream; `NatsError` where NATS is away."""
        await messenger.consume(ANALYTICS_SIGNALS, self._take)

    async def _take(self, message: Msg) -> None:
        try:
            signal = Signal.FromString(message.data)
            problem = what_is_wrong(signal)
        except DecodeError as error:
            signal, problem = Signal(), str(error)
        if problem:
            _unusable.inc()
            _log.error("a signal cannot be used, it is given up", subject=message.subject, problem=problem)
            await message.term()
            return
        self._heard[message.metadata.sequence.stream] = signal, message
        self._changed.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(self._batch_seconds)
            self._changed.clear()
            batch = dict(self._heard)
            _waiting.set(len(batch))
            try:
                await self._signals.write([signal for signal, _ in batch.values()])
            except CiftError as error:
                _log.warning("signals cannot be stored yet", error=error.message, waiting=len(batch))
                await asyncio.sleep(RETRY_SECONDS)
                self._changed.set()
                continue
            _stored.inc(len(batch))
            for number, (_, message) in batch.items():
                self._heard.pop(number, None)
                # It comes again where this is lost, and is the same row then.
                with suppress(NatsError, JetStreamError):
                    await message.ack()
            _waiting.set(len(self._heard))


def what_is_wrong(signal: Signal) -> str:
    """Empty where it can be stored."""
    if not 0 < len(signal.symbol) <= 16:
        return "symbol must have 1 to 16 characters"
    if not (0 < signal.time_ns <= LATEST_NS and 0 <= signal.said_at_ns <= LATEST_NS):
        return "time_ns must be > 0"
    if not 0 <= signal.probability_up <= 1:
        return f"probability_up must be within 0..1, not {signal.probability_up}"
    return ""
