"""The latest prices, in the cache that trading reads. One MSET at a time; what changes meanwhile goes with the next."""

import asyncio

import redis.asyncio as redis
from cift_common import logging
from prometheus_client import Counter
from redis.exceptions import RedisError

_log = logging.get(__name__)
_errors = Counter("cift_marketdata_cache_errors", "Writes to the cache that failed")
RETRY_SECONDS = 0.25


class LatestCache:
    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, single_connection_client=True, socket_timeout=2, socket_connect_timeout=2, protocol=3
        )
        self._pending: dict[str, bytes] = {}
        self._changed = asyncio.Event()
        self._up = True

    def put(self, key: str, value: bytes) -> None:
        """Conflates: only the last value of a key is written."""
        self._pending[key] = value
        self._changed.set()

    async def get(self, keys: list[str]) -> list[bytes | None]:
        """None for what is not there; all None where the cache is away."""
        try:
            values = await self._client.mget(keys)
        except (RedisError, OSError, TimeoutError):
            return [None] * len(keys)
        return [value if isinstance(value, bytes) else None for value in values]

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            writing, self._pending = self._pending, {}
            try:
                await self._client.mset(writing)
            except (RedisError, OSError, TimeoutError) as error:
                _errors.inc()
                if self._up:
                    _log.warning("the cache is away", error=repr(error))
                self._up = False
                self._pending = writing | self._pending
                self._changed.set()
                await asyncio.sleep(RETRY_SECONDS)
            else:
                if not self._up:
                    _log.info("the cache is back")
                self._up = True

    async def close(self) -> None:
        await self._client.aclose()
