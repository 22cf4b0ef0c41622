"""API keys and refresh tokens: 256 random bits, of which only a SHA-256 is kept.

A fast hash is enough: nobody guesses 256 bits, and a check costs a microsecond on every request.
"""

import base64
import hashlib
import hmac

SECRET_BYTES = 32
KEY_ID_BYTES = 15


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def matches(secret: str, stored: bytes) -> bool:
    return hmac.compare_digest(digest(secret), stored)


def secret_text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def key_id_text(random: bytes) -> str:
    return "CK" + base64.b32encode(random).rstrip(b"=").decode()
