"""What risk answers about an order: the engine's decision, or that the commission is more than there is."""

from typing import TYPE_CHECKING

from cift_common import money
from cift_core import Decision

if TYPE_CHECKING:
    from cift_core._native import AccountExposure


class ShortOfCommission:
    """The engine let an order through whose commission the account cannot pay: the answer is another."""

    accepted, unavailable, reason, field = False, False, "BUYING_POWER", "quantity"

    def __init__(self, needed: int, power: int, decision: Decision) -> None:
        self.limit = money.text(power)
        self.message = f"the commission of up to {money.text(needed)} is more than the buying power left, {self.limit}"
        self.checks, self.policy_version = decision.checks, decision.policy_version
        self.duration_ns = decision.duration_ns


Answer = Decision | ShortOfCommission


def only_covers(exposure: "AccountExposure", symbol: str) -> bool:
    """Whether all open buys of a symbol together do no more than close a short position."""
    position = exposure["positions"].get(symbol)
    return position is not None and position["open_buy"] <= -position["quantity"]
