"""PostgreSQL: a pool, and the one-writer lock."""

from collections.abc import Iterator

import asyncpg
from asyncpg.exceptions import _base
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cift_common import logging
from cift_common.errors import Unavailable

_log = logging.get(__name__)


# What a query raises when the server is away, starting, ending, or too slow.
OUTAGE: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


# What PostgreSQL, or its client before it, says of a value that a column cannot hold. The client's is an outage's kin:
# look for these first.
UNSTORABLE: tuple[type[Exception], ...] = (asyncpg.DataError, _base.DataError)


async def connect_pool(url: str, *, service: str, size_max: int = 8) -> asyncpg.Pool:
    """A pool whose connections name their service; raises when the server does not answer."""
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size_max,
        command_timeout=10,
        max_inactive_connection_lifetime=0,
        server_settings={"application_name": service},
    )
    assert pool is not None
    _pools[service] = pool
    return pool


class _PoolMetrics(Collector):
    """What pools hold, read when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        labels = ["db_client_connection_pool_name"]
        count = GaugeMetricFamily(
            "db_client_connection_count", "Connections by state", labels=[*labels, "db_client_connection_state"]
        )
        most = GaugeMetricFamily("db_client_connection_max", "Connections that a pool may have", labels=labels)
        for name, pool in list(_pools.items()):
            idle = pool.get_idle_size()
            count.add_metric([name, "idle"], idle)
            count.add_metric([name, "used"], pool.get_size() - idle)
            most.add_metric([name], pool.get_max_size())
        yield count
        yield most


_pools: dict[str, asyncpg.Pool] = {}
REGISTRY.register(_PoolMetrics())


class WriterLock:
    """An advisory lock that one process holds as long as its connection lives: the single writer of a key."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key
        self._connection: asyncpg.Connection | None = None

    async def acquire(self) -> None:
        """Waits until the lock is ours."""
        connection = await asyncpg.connect(
            self._url, server_settings={"application_name": f"writer {self._key}", "jit": "off"}
        )
        await connection.execute("SET idle_session_timeout = 0")
        _log.info("waiting to be the writer", key=self._key)
        await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", self._key, timeout=None)
        self._connection = connection

    @property
    def held(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    @property
    def connection(self) -> asyncpg.Connection:
        """The session that holds the lock. What is written through it cannot land after another writer took over."""
        self.check()
        assert self._connection is not None
        return self._connection

    def check(self) -> None:
        """`Unavailable` when the lock may be somebody else's by now."""
        if not self.held:
            raise Unavailable(f"no longer the writer of {self._key}", reason="NOT_THE_WRITER")

    async def release(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
