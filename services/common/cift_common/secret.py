"""Secrets as the environment has them: hex, or base64 where it is not hex."""

import base64
import binascii

_URL_SAFE = str.maketrans("-_", "+/")


def ring(name: str, text: str) -> tuple[bytes, ...]:
    """Secrets with commas between them: the first one signs, all of them verify. `ValueError` as `decode`."""
    return tuple(decode(name, part) for part in text.split(","))


def decode(name: str, text: str) -> bytes:
    """The bytes of a secret of at least 16 bytes; `ValueError` names the variable, never its value."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        try:
            standard = text.strip().translate(_URL_SAFE).rstrip("=")
            raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except binascii.Error:
            raise ValueError(f"{name} must be hex or base64") from None
    if len(raw) < 16:
        raise ValueError(f"{name} must hold at least 16 bytes; make one with: openssl rand -hex 32")
    return raw
