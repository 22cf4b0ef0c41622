"""Limits on attempts at passwords, shared by all gateways through the cache; while it is down each counts alone."""

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from cift_common import logging
from cift_common.errors import ResourceExhausted, Unauthenticated
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from cift_gateway.domain.attempt import Attempt

_log = logging.get(__name__)
T = TypeVar("T")
_Key = tuple[RateLimitItem, tuple[str, ...]]


class TooManyAttempts(ResourceExhausted):
    """`retry_after_seconds` is when the window ends."""

    default_reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, limit: RateLimitItem, retry_after_seconds: int) -> None:
        super().__init__(f"too many attempts: {limit}; try again in {retry_after_seconds} s", limit=str(limit))
        self.retry_after_seconds = retry_after_seconds


class Attempts:
    """Counts what failed.

    An attempt is counted before its password is looked at, so that many at once are not all looked at, and given back
    when it succeeds.
    """

    def __init__(self, cache_url: str, per_address: str, per_email: str, per_email_from_anywhere: str) -> None:
        self._per_address, self._per_pair = parse(per_address), parse(per_email)
        self._per_email = parse(per_email_from_anywhere)
        self._shared = FixedWindowRateLimiter(
            RedisStorage(f"async+{cache_url}", implementation="redispy", key_prefix="auth:attempts")
        )
        self._own = FixedWindowRateLimiter(MemoryStorage())

    @asynccontextmanager
    async def attempt(self, attempt: Attempt) -> AsyncIterator[None]:
        """Surrounds the verification of a password: `TooManyAttempts` if there were too many failures.

        Leaving it without an exception is a success, which clears the failures of this address with this e-mail.
        """
        keys = self._keys(attempt)
        taken: list[_Key] = []
        for key in keys:
            try:
                await self._take(key)
            except TooManyAttempts:
                await self._give_back(taken)
                raise
            taken.append(key)
        try:
            yield
        except Unauthenticated:
            raise
        except Exception:
            # Nobody learned whether the password is right: the store or the processor was the reason.
            await self._give_back(keys)
            raise
        await self._on_limiter(lambda limiter: limiter.clear(keys[0][0], *keys[0][1]))
        await self._give_back(keys[1:])

    async def count(self, attempt: Attempt) -> None:
        """Counts what costs us work whether it succeeds or not, as a sign-up; `TooManyAttempts` above the limit."""
        await self._take((self._per_address, ("address", attempt.address)))

    def _keys(self, attempt: Attempt) -> list[_Key]:
        if attempt.device:
            # A device that logged in before has a counter of its own, which strangers cannot fill.
            return [(self._per_pair, ("device", attempt.device, attempt.email))]
        return [
            (self._per_pair, ("pair", attempt.address, attempt.email)),
            (self._per_address, ("address", attempt.address)),
            (self._per_email, ("email", attempt.email)),
        ]

    async def _take(self, key: _Key) -> None:
        limit, who = key
        if await self._on_limiter(lambda limiter: limiter.hit(limit, *who)):
            return
        stats = await self._on_limiter(lambda limiter: limiter.get_window_stats(limit, *who))
        raise TooManyAttempts(limit, max(1, math.ceil(stats.reset_time - time.time())))

    async def _give_back(self, keys: list[_Key]) -> None:
        for limit, who in keys:
            name, expiry = limit.key_for(*who), limit.get_expiry()
            await self._on_limiter(lambda limiter, n=name, e=expiry: limiter.storage.incr(n, e, amount=-1))  # type: ignore[misc]

    async def _on_limiter(self, work: Callable[[FixedWindowRateLimiter], Awaitable[T]]) -> T:
        try:
            return await work(self._shared)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("counting attempts alone, the cache is down", error=repr(error))
            return await work(self._own)
