"""Who sent this request? Keys and tokens are verified against the database, then believed for a short while."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from cift_common.errors import ResourceExhausted, Unauthenticated

from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.sessions import Owner, SessionStore
from cift_gateway.domain import secret, token
from cift_gateway.domain.bucket import Bucket
from cift_gateway.domain.credential import FINGERPRINT_KEY_BYTES, AccessTokenProof, ApiKeyProof, Fingerprints
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.service.last_use import LastUse
from cift_gateway.service.verified_cache import P, Verified, VerifiedCache

_BUCKETS_MAX = 20_000
_TEXT_MAX = 4096


class NotAuthorized(Unauthenticated):
    """Alpaca's words for a key that is missing or wrong."""

    def __init__(self, message: str = "request is not authorized") -> None:
        super().__init__(message, reason="UNAUTHENTICATED")


class RateLimited(ResourceExhausted):
    def __init__(self, per_second: float) -> None:
        super().__init__(
            f"rate limit exceeded: {per_second:g} requests a second", reason="RATE_LIMITED", limit=f"{per_second:g}/s"
        )
        self.retry_after_seconds = 1


class Outside(Protocol):
    """An identity provider, and the users whom it vouches for."""

    def issued(self, text: str) -> bool: ...

    async def owner(self, text: str) -> tuple[Owner, float]: ...


def principal_of(owner: Owner, credential: str, kind: CredentialKind) -> Principal:
    """What the owner of a credential may do by it."""
    return Principal(
        owner.user_id,
        owner.account_id,
        owner.email,
        frozenset(owner.roles),
        credential,
        kind,
        owner.scopes,
        owner.expires_at,
    )


class Authenticator:
    """Verifies API keys (id and secret) and access tokens.

    A verified credential is believed for `cache_seconds`; a revocation on this gateway, or announced by another one,
    ends that at once.
    """

    def __init__(
        self,
        keys: ApiKeyStore,
        sessions: SessionStore,
        jwt_secret: bytes,
        *,
        cache_seconds: float,
        rate_per_second: float,
        rate_burst: float,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        uses: LastUse | None = None,
    ) -> None:
        self._keys, self._sessions, self._jwt_secret = keys, sessions, jwt_secret
        self._cache_seconds, self._clock, self._wall_clock = cache_seconds, clock, wall_clock
        self._rate, self._burst = rate_per_second, rate_burst
        self._fingerprints = Fingerprints(secrets.token_bytes(FINGERPRINT_KEY_BYTES))
        self._verified_keys = VerifiedCache(ApiKeyProof)
        self._verified_tokens = VerifiedCache(AccessTokenProof)
        self._buckets: dict[str, Bucket] = {}
        self._revocations = 0
        self._outside: Outside | None = None
        self._uses = uses

    async def by_key(self, key_id: str, key_secret: str) -> Principal:
        """`NotAuthorized` for a wrong pair, `RateLimited` where its user asks too often."""
        if not (key_id.isascii() and key_id.isalnum() and key_secret) or len(key_id) + len(key_secret) > _TEXT_MAX:
            raise NotAuthorized
        proof = self._fingerprints.api_key(key_id, key_secret)
        verified = self._verified_keys.find(proof, self._clock())
        if verified is None:
            seen = self._revocations
            found = await self._keys.find(key_id)
            if found is None or not secret.matches(key_secret, found[0]):
                raise NotAuthorized
            principal = principal_of(found[1], key_id, CredentialKind.KEY)
            left = principal.expires_at - self._wall_clock() if principal.expires_at else self._cache_seconds
            verified = self._entry(proof, principal, min(self._cache_seconds, left))
            self._keep(self._verified_keys, verified, seen)
        self._spend(verified.bucket)
        return verified.principal

    def trust(self, outside: "Outside") -> None:
        """Takes the tokens of an identity provider, too."""
        self._outside = outside

    async def by_token(self, text: str) -> Principal:
        """`Unauthenticated` says whether the token expired, is not ours, or its session is over."""
        if len(text) > _TEXT_MAX or not token.is_canonical(text):
            raise NotAuthorized
        proof = self._fingerprints.access_token(text)
        verified = self._verified_tokens.find(proof, self._clock())
        if verified is None:
            seen = self._revocations
            principal, expires_at = await self._verify_token(text)
            left = max(0.0, expires_at - self._wall_clock())
            verified = self._entry(proof, principal, min(self._cache_seconds, left))
            self._keep(self._verified_tokens, verified, seen)
        self._spend(verified.bucket)
        return verified.principal

    async def _verify_token(self, text: str) -> tuple[Principal, float]:
        """Whom the token belongs to, and when it expires (seconds since the epoch)."""
        if self._outside is not None and self._outside.issued(text):
            vouched, expires_at = await self._outside.owner(text)
            return principal_of(vouched, "oidc", CredentialKind.OIDC), expires_at
        verified = token.verify(self._jwt_secret, text)
        owner = await self._sessions.owner(verified.session_id)
        if owner is None or owner.user_id != verified.user_id:
            raise Unauthenticated("the session is over, log in again", reason="SESSION_OVER")
        return principal_of(owner, verified.session_id, CredentialKind.SESSION), verified.expires_at

    def expires_in(self, text: str) -> float:
        """Seconds until a token that was verified ends."""
        if self._outside is not None and self._outside.issued(text):
            return token.ends(text) - self._wall_clock()
        return token.verify(self._jwt_secret, text).expires_at - self._wall_clock()

    def _entry(self, proof: P, principal: Principal, seconds: float) -> Verified[P]:
        if self._uses is not None:
            self._uses.note(principal)
        bucket = self._buckets.get(principal.user_id)
        if bucket is None:
            if len(self._buckets) >= _BUCKETS_MAX:
                used = self._verified_keys.users() | self._verified_tokens.users()
                self._buckets = {user: held for user, held in self._buckets.items() if user in used}
            bucket = self._buckets[principal.user_id] = Bucket(self._rate, self._burst, self._clock())
        return Verified(proof, principal, self._clock() + seconds, bucket)

    def _keep(self, cache: VerifiedCache[P], entry: Verified[P], seen: int) -> None:
        # A revocation that arrived while the database was read makes what was read stale.
        if seen == self._revocations:
            cache.keep(entry, self._clock())

    def _spend(self, bucket: Bucket) -> None:
        if not bucket.take(self._clock()):
            raise RateLimited(self._rate)

    def forget(self, names: Iterable[str]) -> None:
        """Credentials or users that are revoked or changed: the next request queries the database."""
        self._revocations += 1
        gone = set(names)
        self._verified_keys.forget(gone)
        self._verified_tokens.forget(gone)

    def held(self) -> list[Principal]:
        """Returns the principals that need no query to the database now."""
        now = self._clock()
        return [*self._verified_keys.principals(now), *self._verified_tokens.principals(now)]

    def renew(self, changed: Mapping[Principal, Principal | None], _: frozenset[str]) -> None:
        """Forgets the credentials of those who may do something else now, or nothing any more."""
        self._revocations += 1
        self._verified_keys.drop(changed)
        self._verified_tokens.drop(changed)
