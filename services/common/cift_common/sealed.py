"""Messages from one service to another, with a seal that only the two can make (HMAC-SHA-256, in a header).

The key belongs to one pair of services, so that a recipient can forge nothing but messages to itself. The seal covers
the subject and the payload. It costs a hundredth of a public-key signature, and is for messages whose content is in
PostgreSQL as well: one that is not believed is fetched there.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from cift_common import canonical

_PURPOSE = "cift.sealed-message.v1"


def header(recipient: str) -> str:
    """The header that carries the seal for a recipient."""
    return f"Cift-Seal-{recipient}"


def seal(key: bytes, subject: str, payload: bytes) -> str:
    return hmac.digest(key, canonical.framed(_PURPOSE, (subject, payload)), hashlib.sha256).hex()


def is_sealed(
    keys: Iterable[bytes], recipient: str, subject: str, payload: bytes, headers: Mapping[str, str] | None
) -> bool:
    """Whether the one who shares the key with this recipient has sent it; the keys are those of a ring."""
    found = (headers or {}).get(header(recipient), "")
    return any(hmac.compare_digest(seal(key, subject, payload).encode(), found.encode()) for key in keys)
