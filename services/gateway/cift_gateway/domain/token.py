"""Access tokens: JWT, HS256 and nothing else, every claim required."""

import base64
import re
from dataclasses import dataclass

import jwt
from cift_common.errors import Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "cift.markets"
_AUDIENCE = "cift.markets/api"
_REQUIRED = ["iss", "aud", "sub", "sid", "iat", "exp"]
_LEEWAY_SECONDS = 5
_PARTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """`session_id` is the log-in that it belongs to; ending that session ends the token."""

    user_id: str
    session_id: str
    expires_at: int


def issue(key: bytes, user_id: str, session_id: str, now: int, lifetime_seconds: int) -> tuple[str, AccessToken]:
    """`now` in seconds since the epoch."""
    token = AccessToken(user_id, session_id, now + lifetime_seconds)
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": user_id,
        "sid": session_id,
        "iat": now,
        "exp": token.expires_at,
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM), token


def is_canonical(text: str) -> bool:
    """Whether the text is the one spelling of its token.

    Decoders of base64 skip strange characters and spare bits, so that one signature has many spellings.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None or len(parts[1]) % 4 == 1:
        return False
    signature = parts[1].encode()
    decoded = base64.urlsafe_b64decode(signature + b"=" * (-len(signature) % 4))
    return base64.urlsafe_b64encode(decoded).rstrip(b"=") == signature


def ends(text: str) -> float:
    """When a token ends that was verified before, in seconds since the epoch."""
    return float(jwt.decode(text, options={"verify_signature": False})["exp"])


def verify(key: bytes, text: str) -> AccessToken:
    """`Unauthenticated` says whether it is expired or not ours."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            leeway=_LEEWAY_SECONDS,
            options={"require": _REQUIRED},
        )
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("the access token has expired", reason="TOKEN_EXPIRED") from None
    # A header that is nested deeply enough is no header.
    except (jwt.InvalidTokenError, RecursionError):
        raise Unauthenticated("the access token is not valid", reason="TOKEN_INVALID") from None
    return AccessToken(str(claims["sub"]), str(claims["sid"]), int(claims["exp"]))
