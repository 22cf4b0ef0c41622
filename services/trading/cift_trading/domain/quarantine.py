"""An execution report that was not booked, and the halt that it causes."""

from enum import Enum
from typing import NamedTuple


class State(Enum):
    """What became of a quarantined report."""

    OPEN = 1
    BOOKED = 2
    DISCARDED = 3


class LocalHalt(NamedTuple):
    """Who may not trade until an operator has looked: an ACCOUNT, a SYMBOL or the PLATFORM."""

    scope: str
    key: str


class Quarantined(NamedTuple):
    """A report as it came, and why it is here. `genuine` ones were signed by execution and can be booked."""

    quarantine_id: str
    reason: str
    message: str
    payload: bytes
    broker: str = ""
    sequence: int = 0
    execution_id: str = ""
    order_id: str = ""
    account_id: str = ""
    symbol: str = ""
    halt: LocalHalt | None = None
    recorded_at: int = 0
    state: State = State.OPEN
    resolved_by: str = ""
    resolved_at: int = 0

    @property
    def is_genuine(self) -> bool:
        return self.reason not in (NOT_SIGNED, UNREADABLE)


NOT_SIGNED, UNREADABLE = "NOT_SIGNED", "UNREADABLE"
