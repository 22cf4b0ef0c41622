"""For whom the gateway calls a service: signed, short-lived, and for one service only.

Each service has a key of its own for this (HMAC-SHA-256), which the gateway has too: what one service can verify it
could sign, but for itself alone.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from cift_common.errors import Unauthenticated

LIFE_SECONDS = 60
"""How long a principal is believed: a revoked credential is worth nothing after it."""
RENEW_SECONDS = 30
_KNOWN_MAX = 10_000
_TEXT_MAX = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """A user, the account, and the credential (session or API key) that proved it; times in seconds of Unix time."""

    user_id: str
    account_id: str
    credential_id: str
    scopes: frozenset[str]
    expires_at: int = 0


def seconds() -> int:
    return int(time.time())


class Signer:
    """Signs with the first key of a ring, and signs one principal once for all its calls of half a minute."""

    def __init__(self, keys: tuple[bytes, ...], now: Callable[[], int] = seconds) -> None:
        self._key, self._now = keys[0], now
        self._signed: dict[tuple[str, str, str, frozenset[str]], tuple[int, str]] = {}

    def sign(self, user_id: str, account_id: str, credential_id: str, scopes: frozenset[str]) -> str:
        identity = (user_id, account_id, credential_id, scopes)
        now = self._now()
        held = self._signed.get(identity)
        if held is not None and now < held[0]:
            return held[1]
        if len(self._signed) >= _KNOWN_MAX:
            self._signed.clear()
        body = {
            "sub": user_id,
            "acc": account_id,
            "crd": credential_id,
            "scp": sorted(scopes),
            "exp": now + LIFE_SECONDS,
        }
        encoded = _encode(json.dumps(body, separators=(",", ":")).encode())
        text = f"{encoded}.{_encode(_mac(self._key, encoded))}"
        self._signed[identity] = (now + RENEW_SECONDS, text)
        return text


class Verifier:
    """Verifies with every key of a ring, and each principal once."""

    def __init__(self, keys: tuple[bytes, ...], now: Callable[[], int] = seconds) -> None:
        self._keys, self._now = keys, now
        self._known: dict[str, Principal] = {}

    def verify(self, text: str) -> Principal:
        """`Unauthenticated` where there is none, it was signed by somebody else, or its time is over."""
        principal = self._known.get(text)
        if principal is None:
            principal = self._read(text)
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            self._known[text] = principal
        if principal.expires_at <= self._now():
            self._known.pop(text, None)
            raise Unauthenticated("the principal of this call has expired", reason="PRINCIPAL_EXPIRED")
        return principal

    def _read(self, text: str) -> Principal:
        if not text:
            raise Unauthenticated("this call needs a principal: it is about an account", reason="PRINCIPAL_MISSING")
        encoded, _, signature = text.partition(".")
        try:
            # Texts are compared, not bytes: one signature has several spellings in base64.
            if len(text) > _TEXT_MAX or not any(
                hmac.compare_digest(_encode(_mac(key, encoded)).encode(), signature.encode()) for key in self._keys
            ):
                raise Unauthenticated("the principal of this call was not signed for us", reason="PRINCIPAL_FORGED")
            body = json.loads(_decode(encoded))
            return Principal(body["sub"], body["acc"], body["crd"], frozenset(body["scp"]), int(body["exp"]))
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise Unauthenticated("the principal of this call cannot be read", reason="PRINCIPAL_FORGED") from None


def _mac(key: bytes, encoded: str) -> bytes:
    return hmac.new(key, b"cift-principal." + encoded.encode(), hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
