"""What the trading service takes beside the common settings."""

from functools import cached_property
from pathlib import Path

from cift_common import execution_report, secret
from cift_common.settings import ServiceSettings
from cift_common.streams import CONSUMERS, DurableConsumer
from pydantic import Field


class Settings(ServiceSettings):
    # Several with commas between them: the first one signs, and the audit trail is verified with all.
    decision_key: str = ""
    audit_key: str = ""
    # Of execution, hex: verify execution reports; several as above. Whoever holds them can sign nothing.
    report_public_keys: str = ""
    # Seal what is sent to one service; each is shared with that service alone. Empty: it gets no seal.
    gateway_seal_key: str = ""
    analytics_seal_key: str = ""
    # Where signed heads of the audit trail are appended, outside the database.
    audit_anchor: Path = Path("audit-anchor.jsonl")

    # Orders that the venue has not acknowledged yet; beyond it new ones are refused at once.
    orders_in_flight_max: int = Field(default=400, ge=1)
    group_size_max: int = Field(default=128, ge=1, le=10_000)

    # What a new account may do: 1 is a cash account.
    account_multiplier: int = Field(default=1, ge=1, le=100)
    account_shorting: bool = False

    policy_refresh_seconds: float = Field(default=3, gt=0)
    cache_timeout_seconds: float = Field(default=0.2, gt=0)
    # A price that was read less than this ago is not read again.
    price_reuse_seconds: float = Field(default=0.02, ge=0)
    marketdata_timeout_seconds: float = Field(default=0.25, gt=0)
    equity_interval_seconds: int = Field(default=60, ge=1)
    audit_seal_seconds: float = Field(default=0.5, gt=0)
    audit_checkpoint_seconds: float = Field(default=10, gt=0)

    # How often the ledger and the audit trail are proved.
    ledger_check_seconds: float = Field(default=300, gt=0)
    audit_verify_seconds: float = Field(default=900, gt=0)

    # The durable consumers that this service keeps for others: STREAM/NAME of `cift_common.streams`, with commas.
    nats_consumers: str = ""

    @cached_property
    def kept_consumers(self) -> tuple[DurableConsumer, ...]:
        """Raises `ValueError` for a name that is not in the table."""
        names = [name for name in self.nats_consumers.split(",") if name]
        if unknown := [name for name in names if name not in CONSUMERS]:
            raise ValueError(f"CIFT_NATS_CONSUMERS names {', '.join(unknown)}; known are {', '.join(CONSUMERS)}")
        return tuple(CONSUMERS[name] for name in names)

    @cached_property
    def decision_secret(self) -> bytes:
        return secret.ring("CIFT_DECISION_KEY", self.decision_key)[0]

    @cached_property
    def report_keys(self) -> tuple[bytes, ...]:
        return execution_report.ring("CIFT_REPORT_PUBLIC_KEYS", self.report_public_keys)

    @cached_property
    def seal_secrets(self) -> dict[str, bytes]:
        """The key that seals what each service is sent."""
        rings = {"gateway": self.gateway_seal_key, "analytics": self.analytics_seal_key}
        return {name: secret.ring(f"CIFT_{name.upper()}_SEAL_KEY", ring)[0] for name, ring in rings.items() if ring}

    @cached_property
    def audit_secrets(self) -> tuple[bytes, ...]:
        return secret.ring("CIFT_AUDIT_KEY", self.audit_key)
