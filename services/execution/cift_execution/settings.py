"""What the execution service takes from its environment."""

from functools import cached_property

from cift_common import execution_report, secret
from cift_common.settings import ServiceSettings


class ExecutionSettings(ServiceSettings):
    # `unix:/path` or `host:port`.
    matcher_address: str = "127.0.0.1:50061"
    # Proves that an order passed the risk engine; the same as trading's. Several with commas between them: any is good.
    decision_key: str = ""
    # Ed25519 seeds, hex: signs execution reports. Execution alone has them; several as above, the first one signs.
    report_key: str = ""
    # Of an order or a cancel that was decided longer ago trading is asked whether it still stands.
    order_age_seconds_max: float = 60
    # Between two comparisons of all open orders with the broker.
    reconcile_seconds: float = 30
    # An order is compared when nothing happened to it for so long.
    reconcile_grace_seconds: float = 5
    # Between two comparisons of what is booked with the venue's journal.
    bookings_seconds: float = 60
    # What rests at the broker and is not open in trading is canceled there when it was seen so for so long.
    stray_seconds: float = 60
    # JetStream delivers again what was not acknowledged for so long; a repeat is harmless.
    redeliver_seconds: float = 10

    @cached_property
    def decision_secrets(self) -> tuple[bytes, ...]:
        return secret.ring("CIFT_DECISION_KEY", self.decision_key)

    @cached_property
    def report_seeds(self) -> tuple[bytes, ...]:
        return execution_report.ring("CIFT_REPORT_KEY", self.report_key)
