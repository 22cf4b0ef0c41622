"""Limits on log-in and sign-up, shared by all gateways through the cache; each counts alone while the cache is away."""

import math
import time

from cift_common import logging
from cift_common.errors import ResourceExhausted
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

_log = logging.get(__name__)


class TooManyAttempts(ResourceExhausted):
    """`retry_after_seconds` is when the window ends."""

    default_reason = "TOO_MANY_ATTEMPTS"

    def __init__(self, limit: RateLimitItem, retry_after_seconds: int) -> None:
        super().__init__(f"too many attempts: {limit}; try again in {retry_after_seconds} s", limit=str(limit))
        self.retry_after_seconds = retry_after_seconds


class Attempts:
    def __init__(self, cache_url: str, per_address: str, per_email: str) -> None:
        self._limits = {"address": parse(per_address), "email": parse(per_email)}
        self._shared = FixedWindowRateLimiter(
            RedisStorage(f"async+{cache_url}", implementation="redispy", key_prefix="auth:attempts")
        )
        self._own = FixedWindowRateLimiter(MemoryStorage())

    async def count(self, kind: str, who: str) -> None:
        """Counts one attempt of an `address` or an `email`; `TooManyAttempts` above the limit."""
        limit = self._limits[kind]
        limiter = self._shared
        try:
            allowed = await limiter.hit(limit, kind, who)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("counting attempts alone, the cache is away", error=repr(error))
            limiter = self._own
            allowed = await limiter.hit(limit, kind, who)
        if not allowed:
            stats = await limiter.get_window_stats(limit, kind, who)
            raise TooManyAttempts(limit, max(1, math.ceil(stats.reset_time - time.time())))
