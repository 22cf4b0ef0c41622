"""An order that an engine refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    account_id: str
    symbol: str
    # The rule's reason code, e.g. PRICE_COLLAR.
    reason: str
    message: str
    occurred_at_ns: int
