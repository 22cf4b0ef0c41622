"""What a caller presents to prove who they are.

Each kind of credential has a type of its own, and each value stands for the whole credential: there is no way to make
one from an id, a part or another kind.
"""

import hmac
from dataclasses import dataclass
from hashlib import blake2b

FINGERPRINT_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKeyProof:
    """An API key's id and secret, as one keyed digest of both."""

    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class AccessTokenProof:
    """An access token, ours or an identity provider's, as a keyed digest of its whole text."""

    fingerprint: bytes


def is_same(left: bytes, right: bytes) -> bool:
    """Compares two fingerprints in constant time."""
    return hmac.compare_digest(left, right)


class Fingerprints:
    """Makes proofs with a key that only this process knows, so that nobody outside can aim at a fingerprint."""

    def __init__(self, key: bytes) -> None:
        if len(key) != FINGERPRINT_KEY_BYTES:
            raise ValueError(f"key must have {FINGERPRINT_KEY_BYTES} bytes")
        self._key = key

    def api_key(self, key_id: str, key_secret: str) -> ApiKeyProof:
        # The length keeps "ab" + "c" and "a" + "bc" apart.
        text = f"{len(key_id)}:{key_id}{key_secret}"
        return ApiKeyProof(self._digest(b"api key", text))

    def access_token(self, text: str) -> AccessTokenProof:
        return AccessTokenProof(self._digest(b"access token", text))

    def _digest(self, kind: bytes, text: str) -> bytes:
        return blake2b(text.encode(errors="surrogatepass"), digest_size=32, key=self._key, person=kind).digest()
