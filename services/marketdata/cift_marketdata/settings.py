"""What market data takes beside the common settings; feed, instruments and calendar are in the platform file."""

from pathlib import Path
from typing import Annotated

from cift_common.settings import ServiceSettings
from pydantic import Field, SecretStr


class MarketDataSettings(ServiceSettings):
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
