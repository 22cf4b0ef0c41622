"""The streams and durable consumers of JetStream, in one table: who keeps them, who reads them, and rights on them."""

from dataclasses import dataclass

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, StreamConfig

_DAY_SECONDS = 24 * 3600
ORDERS = StreamConfig(
    name="ORDERS",
    subjects=["order.>"],
    max_age=7 * _DAY_SECONDS,
    max_bytes=2**30,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
ACCOUNTS = StreamConfig(
    name="ACCOUNTS",
    subjects=["account.>"],
    max_age=_DAY_SECONDS,
    max_bytes=2**28,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
SIGNALS = StreamConfig(
    name="SIGNALS",
    subjects=["signal.>"],
    max_age=_DAY_SECONDS,
    max_bytes=2**26,
    discard=DiscardPolicy.OLD,
    duplicate_window=120,
)
STREAMS = (ORDERS, ACCOUNTS, SIGNALS)


@dataclass(frozen=True)
class DurableConsumer:
    """What one service reads of one stream; the server remembers how far it came."""

    stream: str
    durable: str
    subjects: tuple[str, ...]
    ack_wait_seconds: float = 30
    max_ack_pending: int = 4096

    @property
    def name(self) -> str:
        return f"{self.stream}/{self.durable}"

    @property
    def deliver_subject(self) -> str:
        return f"_deliver.{self.stream}.{self.durable}"

    @property
    def config(self) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self.durable,
            deliver_subject=self.deliver_subject,
            filter_subjects=list(self.subjects),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self.ack_wait_seconds,
            max_ack_pending=self.max_ack_pending,
            deliver_policy=DeliverPolicy.ALL,
            max_deliver=-1,
        )


COMMANDS = ("order.new.>", "order.cancel.>", "order.replace.>")
"""What trading sends to the venue."""
REPORTS = (
    "order.accepted.>",
    "order.filled.>",
    "order.canceled.>",
    "order.replaced.>",
    "order.rejected.>",
    "order.expired.>",
    "order.cancel_rejected.>",
    "order.replace_rejected.>",
)
"""What execution reports of the venue."""

TRADING_REPORTS = DurableConsumer("ORDERS", "trading", REPORTS, ack_wait_seconds=5)
EXECUTION_COMMANDS = DurableConsumer("ORDERS", "execution", COMMANDS, ack_wait_seconds=10)
MARKETDATA_FILLS = DurableConsumer("ORDERS", "marketdata-fills", ("order.filled.>",), ack_wait_seconds=5)
ANALYTICS_UPDATES = DurableConsumer("ACCOUNTS", "analytics-updates", ("account.*.updates",))
ANALYTICS_SIGNALS = DurableConsumer("SIGNALS", "analytics-signals", ("signal.*",))
CONSUMERS = {
    consumer.name: consumer
    for consumer in (TRADING_REPORTS, EXECUTION_COMMANDS, MARKETDATA_FILLS, ANALYTICS_UPDATES, ANALYTICS_SIGNALS)
}


def inbox_prefix(user: str | None) -> str:
    """Where replies to this user come."""
    return f"_INBOX.{user}" if user else "_INBOX"
