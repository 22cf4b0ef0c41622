"""The cache, as `INFO` tells."""

from prometheus_client import Gauge
from redis.asyncio import Redis

_clients = Gauge("redis_clients_connected", "Connections of clients")
_memory = Gauge("redis_memory_used_bytes", "Memory that the data takes")
_memory_max = Gauge("redis_memory_max_bytes", "Memory that the data may take; 0: no limit")
_commands = Gauge("redis_commands_processed", "Commands that were carried out")
_hits = Gauge("redis_keyspace_hits", "Keys that were looked up and found")
_misses = Gauge("redis_keyspace_misses", "Keys that were looked up and not found")
_evicted = Gauge("redis_keys_evicted", "Keys that were dropped for want of memory")

_FIELDS = {
    "connected_clients": _clients,
    "used_memory": _memory,
    "maxmemory": _memory_max,
    "total_commands_processed": _commands,
    "keyspace_hits": _hits,
    "keyspace_misses": _misses,
    "evicted_keys": _evicted,
}


class Cache:
    name = "cache"

    def __init__(self, url: str) -> None:
        self._client = Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)

    async def read(self) -> None:
        """Raises what redis-py raises when the server is away."""
        info = await self._client.info()
        for field, gauge in _FIELDS.items():
            if field in info:
                gauge.set(float(info[field]))

    async def close(self) -> None:
        await self._client.aclose()
