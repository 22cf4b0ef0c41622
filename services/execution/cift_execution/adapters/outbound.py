"""Execution reports onto JetStream: written at once and in order, acknowledged in bulk, sent again until stored."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from cift_common import logging, telemetry
from cift_common.execution_report import Signer
from cift_common.messaging import Messenger, token
from cift_common.platform import Fees
from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from opentelemetry import context as otel_context
from opentelemetry import trace
from prometheus_client import Counter, Gauge

from cift_execution.domain.commission import commission
from cift_execution.domain.cursor import Cursor
from cift_execution.domain.events import EVENTS

_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_published = Counter("cift_execution_reports", "Execution reports that JetStream has stored", ["event"])
_waiting = Gauge("cift_execution_reports_waiting", "Execution reports that JetStream has not acknowledged")
_again = Counter("cift_execution_reports_sent_again", "Execution reports that were sent to JetStream again")

RETRY_SECONDS = 1.0
# Beyond it the broker's session is not read on: it holds the rest for us.
WAITING_MAX = 5_000

OnStored = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Message:
    subject: str
    event: str
    payload: bytes
    headers: dict[str, str]
    sequence: int
    sent_at: float
    span: trace.Span | None
    on_stored: OnStored | None


class Outbound:
    """nats-py's own publish waits for each acknowledgement in a task of its own, which at our rate costs more than the
    rest of this service; here one subscription takes all acknowledgements."""

    def __init__(self, messenger: Messenger, broker: str, cursor: Cursor, fees: Fees, signer: Signer) -> None:
        self._client = messenger.client
        self._broker, self.cursor, self._fees, self._signer = broker, cursor, fees, signer
        self._inbox = self._client.new_inbox()
        self._messages: dict[int, _Message] = {}
        self._numbers = 0
        self._room = asyncio.Event()
        self._room.set()

    async def start(self) -> None:
        await self._client.subscribe(f"{self._inbox}.*", cb=self._on_acknowledgement)

    @property
    def waiting(self) -> int:
        return len(self._messages)

    async def room(self) -> None:
        """Waits while too much is unacknowledged."""
        await self._room.wait()

    def signed(self, reports: Sequence[matcher_pb2.ExecutionReport]) -> list[execution_pb2.OrderExecution]:
        """What is published of reports that arrived together, signed together."""
        executions = [
            execution_pb2.OrderExecution(
                broker=self._broker, report=report, commission_nanos=commission(self._fees, report)
            )
            for report in reports
        ]
        self._signer.sign(executions)
        return executions

    async def publish(
        self,
        execution: execution_pb2.OrderExecution,
        context: otel_context.Context | None = None,
        on_stored: OnStored | None = None,
        *,
        again: bool = False,
    ) -> None:
        """`on_stored` is called when JetStream has it. A repeat of an execution id counts once, unless it is `again`
        to be stored: JetStream remembers the ids of messages that it has lost."""
        report = execution.report
        event = EVENTS[report.type]
        headers = {"Nats-Msg-Id": f"{report.execution_id}-{secrets.token_hex(4)}" if again else report.execution_id}
        span = None
        if context is not None:
            span = _tracer.start_span(
                f"nats.publish order.{event}",
                context=context,
                kind=trace.SpanKind.PRODUCER,
                attributes={"cift.order_id": report.order_id, "cift.execution_id": report.execution_id},
            )
            headers |= telemetry.headers_of(span)
        message = _Message(
            f"order.{event}.{token(report.symbol)}",
            event,
            execution.SerializeToString(),
            headers,
            report.sequence,
            asyncio.get_running_loop().time(),
            span,
            on_stored,
        )
        self._numbers += 1
        self._messages[self._numbers] = message
        if len(self._messages) >= WAITING_MAX:
            self._room.clear()
        await self._send(self._numbers, message)

    async def _send(self, number: int, message: _Message) -> None:
        try:
            await self._client.publish(
                message.subject, message.payload, reply=f"{self._inbox}.{number}", headers=message.headers
            )
        except NatsError as error:
            _log.warning("NATS did not take a report; it is sent again", subject=message.subject, error=repr(error))

    async def _on_acknowledgement(self, acknowledgement: Msg) -> None:
        if not acknowledgement.data or b'"error"' in acknowledgement.data:
            # No stream, or no room in it: sent again until there is.
            _log.warning("JetStream did not store a report", answer=acknowledgement.data.decode(errors="replace"))
            return
        message = self._messages.pop(int(acknowledgement.subject.rpartition(".")[2]), None)
        if message is None:
            return
        self.cursor.store(message.sequence)
        _published.labels(message.event).inc()
        if message.span is not None:
            message.span.end()
        if len(self._messages) < WAITING_MAX // 2:
            self._room.set()
        if message.on_stored is not None:
            await message.on_stored()

    async def run(self) -> None:
        """Sends again what was not acknowledged; ends only by cancellation."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RETRY_SECONDS / 2)
            _waiting.set(len(self._messages))
            oldest = next(iter(self._messages.values()), None)
            if oldest is None or loop.time() - oldest.sent_at < RETRY_SECONDS or not self._client.is_connected:
                continue
            # All of them, so that an order's reports stay in sequence; JetStream drops what it has.
            for number, message in list(self._messages.items()):
                if number in self._messages:
                    message.sent_at = loop.time()
                    _again.inc()
                    await self._send(number, message)
