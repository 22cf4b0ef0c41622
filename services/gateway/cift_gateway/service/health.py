"""Is the gateway of use right now?"""

import asyncio

import asyncpg

from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.outage import DATABASE_AWAY

_PROBE_SECONDS = 1.0


class Health:
    """Ready: the database and trading answer, and what the start has to make is made."""

    def __init__(self, pool: asyncpg.Pool, backends: Backends) -> None:
        self._pool, self._backends = pool, backends
        self.started = False
        self.stopping = False

    async def missing(self) -> list[str]:
        """What stands in the way; empty where the gateway is ready."""
        database, trading = await asyncio.gather(self._database_answers(), self._backends.trading_is_ready())
        checks = {
            "database": database,
            "trading": trading,
            "start": self.started,
            "running": not self.stopping,
        }
        return [name for name, fine in checks.items() if not fine]

    async def _database_answers(self) -> bool:
        try:
            await self._pool.fetchval("SELECT 1", timeout=_PROBE_SECONDS)
        except DATABASE_AWAY:
            return False
        return True
