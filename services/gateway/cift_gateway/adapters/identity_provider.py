"""An OpenID Connect provider: tokens that it signed, checked with the keys that it publishes."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Any

import jwt
from cift_common import logging
from cift_common.errors import Unauthenticated, Unavailable

_log = logging.get(__name__)
# Public keys only: whoever knew a shared one could sign for everybody.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_REQUIRED = ["iss", "aud", "sub", "exp", "iat"]
_LEEWAY_SECONDS = 30
_TIMEOUT_SECONDS = 5
_KEYS_SECONDS = 3600
# A token that names an unknown key may be of a new one, or somebody's invention: we do not ask more often for it.
_ASK_AGAIN_SECONDS = 10.0
_SIZE_MAX = 2**20


class IdentityProvider:
    """`issuer` is its URL, as it stands in tokens; `audience` is what it calls us."""

    def __init__(self, issuer: str, audience: str, jwks_url: str = "") -> None:
        self._issuer, self._audience, self._jwks_url = issuer, audience, jwks_url
        self._client: jwt.PyJWKClient | None = None
        self._asked = float("-inf")
        self._lock = asyncio.Lock()

    def issued(self, text: str) -> bool:
        """Says that it is one of this provider's tokens; that is not proven."""
        try:
            claims = jwt.decode(text, options={"verify_signature": False})
        except (jwt.InvalidTokenError, RecursionError):
            return False
        return claims.get("iss") == self._issuer

    async def claims(self, text: str) -> dict[str, Any]:
        """Of a valid token; `Unauthenticated` where it is not, `Unavailable` where the provider does not answer."""
        try:
            key = await self._key(text)
            found: dict[str, Any] = jwt.decode(
                text,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the access token has expired", reason="TOKEN_EXPIRED") from None
        except jwt.PyJWTError:
            raise Unauthenticated("the access token is not valid", reason="TOKEN_INVALID") from None
        return found

    async def _key(self, text: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(text)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        async with self._lock:
            try:
                return await asyncio.to_thread(self._find, str(header.get("kid") or ""))
            except (jwt.PyJWKClientConnectionError, urllib.error.URLError, OSError, ValueError) as error:
                _log.warning("the identity provider does not answer", issuer=self._issuer, error=str(error))
                raise Unavailable("the identity provider does not answer", reason="PROVIDER_UNREACHABLE") from None

    def _find(self, kid: str) -> jwt.PyJWK:
        if self._client is None:
            self._client = jwt.PyJWKClient(
                self._jwks_url or self._discover(), lifespan=_KEYS_SECONDS, timeout=_TIMEOUT_SECONDS
            )
        found = self._among(self._client.get_signing_keys(), kid)
        if found is None and time.monotonic() - self._asked > _ASK_AGAIN_SECONDS:
            self._asked = time.monotonic()
            found = self._among(self._client.get_signing_keys(refresh=True), kid)
        if found is None:
            raise jwt.InvalidTokenError("no such key")
        return found

    @staticmethod
    def _among(keys: list[jwt.PyJWK], kid: str) -> jwt.PyJWK | None:
        if not kid:
            return keys[0] if len(keys) == 1 else None
        return next((key for key in keys if key.key_id == kid), None)

    def _discover(self) -> str:
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:
            document = json.loads(answer.read(_SIZE_MAX))
        if document.get("issuer") != self._issuer:
            raise ValueError(f"{url} is of another issuer: {document.get('issuer')}")
        return str(document["jwks_uri"])
