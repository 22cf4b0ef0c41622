"""Codes that are good once, until they expire: whoever has one may do the one thing that it is for."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a code lets its holder do."""

    INVITE = "invite"
    VERIFY = "verify"
    RESET = "reset"


LIFETIME_SECONDS = {Purpose.INVITE: 7 * 24 * 3600, Purpose.VERIFY: 24 * 3600, Purpose.RESET: 3600}


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code as its maker sees it, once. `link` opens the terminal with it."""

    purpose: Purpose
    email: str
    text: str
    expires_at_ns: int

    def link(self, base_url: str) -> str:
        # Behind the # it is not sent to any server, and stands in no log.
        return f"{base_url.rstrip('/')}/#{self.purpose}={self.text}"
