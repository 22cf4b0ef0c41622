"""An attempt at a password, and the devices that have logged in before."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

_NONCE_CHARACTERS = 22


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose password it is, and from where it comes. `device` is empty if none is known for this user."""

    address: str
    email: str
    device: str = ""


class Devices:
    """Marks of devices, signed so that nobody invents one. A mark is worth nothing but a counter of its own."""

    def __init__(self, key: bytes) -> None:
        # Not the key itself: what signs access tokens signs nothing else.
        self._key = hmac.digest(key, b"cift known devices", "sha256")

    def mark(self, email: str, nonce: str) -> str:
        """The mark of a new device; `nonce` is 22 random characters."""
        return nonce + self._signature(email, nonce)

    def known(self, mark: str, email: str) -> str:
        """The device's name, or nothing if the mark is not of this user."""
        nonce, signature = mark[:_NONCE_CHARACTERS], mark[_NONCE_CHARACTERS:]
        if not mark.isascii() or not hmac.compare_digest(signature, self._signature(email, nonce)):
            return ""
        return nonce

    def _signature(self, email: str, nonce: str) -> str:
        return hmac.new(self._key, f"{email} {nonce}".encode(), sha256).hexdigest()
