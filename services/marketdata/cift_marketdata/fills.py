"""Fills into QuestDB: from a durable consumer, acknowledged when QuestDB has them."""

import asyncio
import time
from dataclasses import dataclass, field

from cift_common import logging, telemetry
from cift_common.errors import InvalidArgument, Unavailable
from cift_common.execution_report import Verifier
from cift_common.forgery import not_believed
from cift_common.messaging import Messenger
from cift_common.streams import MARKETDATA_FILLS
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from opentelemetry import trace
from prometheus_client import Counter

from cift_marketdata.adapters.questdb_rows import Fill
from cift_marketdata.adapters.questdb_writer import QuestDbWriter

_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_written = Counter("cift_marketdata_fills_written", "Fills that QuestDB has, repeats included")
_given_up = Counter("cift_marketdata_fills_given_up", "Fills that cannot be stored", ["reason"])

BATCH_MAX = 500
GATHER_SECONDS = 0.25
"""Fills of this time are written together: each writing is a transaction of QuestDB, whatever is in it."""
RETRY_SECONDS = 1.0


@dataclass(slots=True)
class _Waiting:
    fill: Fill
    started_ns: int
    # By their number in the stream: while QuestDB is away each comes again and again.
    messages: dict[int, Msg] = field(default_factory=dict)


class Fills:
    def __init__(self, writer: QuestDbWriter, verifier: Verifier) -> None:
        self._writer, self._verifier = writer, verifier
        self._waiting: dict[str, _Waiting] = {}
        self._changed = asyncio.Event()

    async def consume(self, messenger: Messenger) -> None:
        """Attaches to the stream; `NatsError` where NATS is away."""
        await messenger.ensure_streams()
        await messenger.consume(MARKETDATA_FILLS, self._take)

    async def _take(self, message: Msg) -> None:
        execution = execution_pb2.OrderExecution()
        try:
            execution.ParseFromString(message.data)
        except DecodeError as error:
            _given_up.labels("malformed").inc()
            _log.error("a fill cannot be read, it is given up", subject=message.subject, error=str(error))
            await message.term()
            return
        if not self._verifier.is_genuine(execution):
            not_believed("execution_report")
            _log.error("a fill that execution did not sign", subject=message.subject)
            await message.term()
            return
        fill = from_execution(execution)
        # A repeat waits with the first: both are acknowledged.
        waiting = self._waiting.setdefault(fill.execution_id, _Waiting(fill, time.time_ns()))
        waiting.messages[message.metadata.sequence.stream] = message
        self._changed.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._changed.clear()
            while self._waiting:
                batch = list(self._waiting.items())[:BATCH_MAX]
                try:
                    await self._write(batch)
                except Unavailable:
                    await asyncio.sleep(RETRY_SECONDS)

    async def _write(self, batch: list[tuple[str, _Waiting]]) -> None:
        try:
            await self._writer.write_fills([waiting.fill for _, waiting in batch])
            _written.inc(len(batch))
        except InvalidArgument as error:
            if len(batch) > 1:
                for one in batch:
                    await self._write([one])
                return
            _given_up.labels("refused").inc()
            _log.error("QuestDB refuses a fill, it is given up", execution_id=batch[0][0], error=error.message)
        for execution_id, _ in batch:
            waiting = self._waiting.pop(execution_id)
            for message in waiting.messages.values():
                try:
                    await message.ack()
                except (NatsError, JetStreamError) as error:
                    # It comes again, and writing it again changes nothing.
                    _log.warning("a fill was not acknowledged", execution_id=execution_id, error=repr(error))
            _trace(waiting)


def _trace(waiting: _Waiting) -> None:
    context = telemetry.extract(next(iter(waiting.messages.values())).headers)
    if context is not None:
        _tracer.start_span(
            "questdb.write fill",
            context=context,
            kind=trace.SpanKind.CONSUMER,
            start_time=waiting.started_ns,
            attributes={"cift.order_id": waiting.fill.order_id, "cift.execution_id": waiting.fill.execution_id},
        ).end()


def from_execution(execution: execution_pb2.OrderExecution) -> Fill:
    report = execution.report
    return Fill(
        time_ns=report.time_ns,
        symbol=report.symbol,
        side="buy" if report.side == types_pb2.SIDE_BUY else "sell",
        broker=execution.broker,
        execution_id=report.execution_id,
        order_id=report.order_id,
        account_id=report.account_id,
        price_nanos=report.last_price_nanos,
        quantity_nanos=report.last_quantity_nanos,
        cumulative_quantity_nanos=report.cumulative_quantity_nanos,
        leaves_quantity_nanos=report.leaves_quantity_nanos,
        maker=report.maker,
        venue_sequence=report.sequence,
        trade_id=report.trade_id,
    )
