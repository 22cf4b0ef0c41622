"""Who sent this request? Keys and tokens are verified against the database, then believed for a short while."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from cift_common.errors import ResourceExhausted, Unauthenticated

from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.sessions import Owner, SessionStore
from cift_gateway.domain import secret, token
from cift_gateway.domain.bucket import Bucket
from cift_gateway.domain.principal import Principal

_ENTRIES_MAX = 20_000
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


@dataclass(slots=True)
class _Entry:
    principal: Principal
    proof: bytes
    until: float
    bucket: Bucket


def _principal(owner: Owner, credential: str) -> Principal:
    return Principal(owner.user_id, owner.account_id, owner.email, frozenset(owner.roles), credential)


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
    ) -> None:
        self._keys, self._sessions, self._jwt_secret = keys, sessions, jwt_secret
        self._cache_seconds, self._clock, self._wall_clock = cache_seconds, clock, wall_clock
        self._rate, self._burst = rate_per_second, rate_burst
        self._entries: dict[str, _Entry] = {}
        self._buckets: dict[str, Bucket] = {}
        self._revocations = 0
        self._outside: Outside | None = None

    async def by_key(self, key_id: str, key_secret: str) -> Principal:
        """`NotAuthorized` for a wrong pair, `RateLimited` where its user asks too often."""
        if not (key_id.isascii() and key_id.isalnum() and key_secret) or len(key_id) + len(key_secret) > _TEXT_MAX:
            raise NotAuthorized
        proof = secret.digest(key_secret)
        entry = self._entries.get(key_id)
        if entry is None or entry.until < self._clock() or entry.proof != proof:
            seen = self._revocations
            found = await self._keys.find(key_id)
            if found is None or not secret.matches(key_secret, found[0]):
                self._entries.pop(key_id, None)
                raise NotAuthorized
            entry = self._remember(key_id, proof, _principal(found[1], key_id), self._cache_seconds, seen)
        self._spend(entry)
        return entry.principal

    def trust(self, outside: "Outside") -> None:
        """Takes the tokens of an identity provider, too."""
        self._outside = outside

    async def by_token(self, text: str) -> Principal:
        """`Unauthenticated` says whether the token expired, is not ours, or its session is over."""
        if len(text) > _TEXT_MAX:
            raise NotAuthorized
        entry = self._entries.get(text)
        if entry is not None and entry.until >= self._clock():
            pass
        elif self._outside is not None and self._outside.issued(text):
            seen = self._revocations
            vouched, expires_at = await self._outside.owner(text)
            left = max(0.0, expires_at - self._wall_clock())
            entry = self._remember(text, b"", _principal(vouched, "oidc"), min(self._cache_seconds, left), seen)
        else:
            verified = token.verify(self._jwt_secret, text)
            seen = self._revocations
            owner = await self._sessions.owner(verified.session_id)
            if owner is None or owner.user_id != verified.user_id:
                raise Unauthenticated("the session is over, log in again", reason="SESSION_OVER")
            left = max(0.0, verified.expires_at - self._wall_clock())
            principal = _principal(owner, verified.session_id)
            entry = self._remember(text, b"", principal, min(self._cache_seconds, left), seen)
        self._spend(entry)
        return entry.principal

    def expires_in(self, text: str) -> float:
        """Seconds until a token that was verified ends."""
        if self._outside is not None and self._outside.issued(text):
            return token.ends(text) - self._wall_clock()
        return token.verify(self._jwt_secret, text).expires_at - self._wall_clock()

    def _remember(self, name: str, proof: bytes, principal: Principal, seconds: float, seen: int) -> _Entry:
        if len(self._entries) >= _ENTRIES_MAX:
            now = self._clock()
            self._entries = {key: entry for key, entry in self._entries.items() if entry.until > now}
            if len(self._entries) >= _ENTRIES_MAX:
                self._entries.clear()
            used = {entry.principal.user_id for entry in self._entries.values()}
            self._buckets = {user: bucket for user, bucket in self._buckets.items() if user in used}
        bucket = self._buckets.get(principal.user_id)
        if bucket is None:
            bucket = self._buckets[principal.user_id] = Bucket(self._rate, self._burst, self._clock())
        entry = _Entry(principal, proof, self._clock() + seconds, bucket)
        # What was read before a revocation came in is not to be believed after it.
        if seen == self._revocations:
            self._entries[name] = entry
        return entry

    def _spend(self, entry: _Entry) -> None:
        if not entry.bucket.take(self._clock()):
            raise RateLimited(self._rate)

    def forget(self, names: Iterable[str]) -> None:
        """Credentials or users that are revoked or changed: the next request asks the database."""
        self._revocations += 1
        gone = set(names)
        self._entries = {
            key: entry
            for key, entry in self._entries.items()
            if key not in gone and entry.principal.credential not in gone and entry.principal.user_id not in gone
        }
