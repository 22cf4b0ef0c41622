"""How large the store is, for whoever watches it."""

import asyncio

from cift_common import logging
from cift_common.errors import CiftError
from prometheus_client import Gauge

from cift_analytics.adapters.clickhouse import ClickHouse

_log = logging.get(__name__)
_available = Gauge("cift_analytics_store_available", "1 while ClickHouse answers")
_bytes = Gauge("cift_analytics_table_bytes", "Space on ClickHouse's disk", ["table"])
_rows = Gauge("cift_analytics_table_rows", "Rows, repeats that are not merged yet among them", ["table"])
_parts = Gauge("cift_analytics_table_parts", "Parts that are not merged with one another", ["table"])

_SIZES = (
    "SELECT table, sum(bytes_on_disk), sum(rows), count() FROM system.parts"
    " WHERE active AND database = currentDatabase() GROUP BY table"
)


class Figures:
    def __init__(self, clickhouse: ClickHouse, seconds: float) -> None:
        self._clickhouse, self._seconds = clickhouse, seconds

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                for table, size, rows, parts in await self._clickhouse.query(_SIZES):
                    _bytes.labels(table).set(size)
                    _rows.labels(table).set(rows)
                    _parts.labels(table).set(parts)
                _available.set(1)
            except CiftError as error:
                _log.debug("the store's size is not known", error=error.message)
                _available.set(0)
            await asyncio.sleep(self._seconds)
