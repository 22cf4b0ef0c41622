"""PostgreSQL, as `pg_stat_*` tells."""

import asyncpg
from prometheus_client import Gauge

_backends = Gauge("postgresql_backends", "Sessions by what they do", ["state"])
_backends_max = Gauge("postgresql_connection_max", "Sessions that the server takes")
_size = Gauge("postgresql_db_size_bytes", "Size of the database")
_commits = Gauge("postgresql_commits", "Transactions that were committed, since the statistics began")
_rollbacks = Gauge("postgresql_rollbacks", "Transactions that were rolled back")
_deadlocks = Gauge("postgresql_deadlocks", "Deadlocks that the server ended")
_blocks = Gauge("postgresql_blocks", "Blocks that were read, by where from", ["source"])
_wal = Gauge("postgresql_wal_bytes", "Write-ahead log that was written")
_oldest = Gauge("postgresql_oldest_transaction_seconds", "Age of the oldest transaction that is open")
_waiting = Gauge("postgresql_sessions_waiting", "Sessions that wait for a lock")

_STATES = ("active", "idle", "idle in transaction")
_QUERY = """
    SELECT d.xact_commit, d.xact_rollback, d.deadlocks, d.blks_hit, d.blks_read,
           pg_database_size(d.datname) AS size, w.wal_bytes,
           current_setting('max_connections')::int AS connections_max,
           (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity
            WHERE datname = d.datname AND pid <> pg_backend_pid()) AS oldest,
           (SELECT count(*) FROM pg_stat_activity WHERE datname = d.datname AND wait_event_type = 'Lock') AS waiting
    FROM pg_stat_database d, pg_stat_wal w WHERE d.datname = current_database()"""


class Postgres:
    """One connection, made again when it was lost."""

    name = "postgres"

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    async def read(self) -> None:
        """Raises what asyncpg raises when the server is away."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url, timeout=3, command_timeout=3, server_settings={"application_name": "exporter"}
            )
        row = await self._connection.fetchrow(_QUERY)
        states = await self._connection.fetch(
            "SELECT state, count(*) AS n FROM pg_stat_activity WHERE datname = current_database() GROUP BY state"
        )
        counted = {row["state"]: row["n"] for row in states}
        for state in _STATES:
            _backends.labels(state).set(counted.get(state, 0))
        _backends_max.set(row["connections_max"])
        _size.set(row["size"])
        _commits.set(row["xact_commit"])
        _rollbacks.set(row["xact_rollback"])
        _deadlocks.set(row["deadlocks"])
        _blocks.labels("memory").set(row["blks_hit"])
        _blocks.labels("disk").set(row["blks_read"])
        _wal.set(row["wal_bytes"])
        _oldest.set(row["oldest"])
        _waiting.set(row["waiting"])

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
