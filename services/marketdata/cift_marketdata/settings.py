"""What market data takes beside the common settings; feed, instruments and calendar are in the platform file."""

from functools import cached_property
from pathlib import Path
from typing import Annotated

from cift_common import execution_report
from cift_common.settings import ServiceSettings
from pydantic import Field, SecretStr


class MarketDataSettings(ServiceSettings):
    # Of execution, hex, several with commas between them: verify the fills that are stored.
    report_public_keys: str = ""
    # How long ticks wait for others before they go to QuestDB together.
    questdb_flush_seconds: Annotated[float, Field(gt=0, le=10)] = 2.0
    # What waits in memory; beyond it the oldest rows are dropped. It is for when the spool cannot take them.
    questdb_buffer_bytes: Annotated[int, Field(ge=2**20, le=2**30)] = 2**25
    # Where rows wait while QuestDB is away, a folder of this process alone; unset: in memory.
    questdb_spool: Path | None = None
    questdb_spool_bytes: Annotated[int, Field(ge=2**20, le=2**40)] = 2**28
    # Another address of a live feed than its public one, and what it wants to know us by.
    feed_url: str = ""
    feed_key_id: str = ""
    feed_secret_key: SecretStr = SecretStr("")
    # A folder where all ticks are recorded, to be replayed as `feed.path`; beyond the bound the oldest go.
    record: Path | None = None
    record_bytes: Annotated[int, Field(ge=2**20, le=2**44)] = 2**33

    @cached_property
    def report_keys(self) -> tuple[bytes, ...]:
        """The keys of the ring; without any no fill is believed, and none is stored."""
        ring = self.report_public_keys
        return execution_report.ring("CIFT_REPORT_PUBLIC_KEYS", ring) if ring else ()
