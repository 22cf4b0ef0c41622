"""What market data takes beside the common settings; feed, instruments and calendar are in the platform file."""

from typing import Annotated

from cift_common.settings import ServiceSettings
from pydantic import Field


class MarketDataSettings(ServiceSettings):
    # How long ticks wait for others before they go to QuestDB together.
    questdb_flush_seconds: Annotated[float, Field(gt=0, le=10)] = 2.0
    # What waits in memory while QuestDB is away; beyond it the oldest rows are dropped.
    questdb_buffer_bytes: Annotated[int, Field(ge=2**20, le=2**30)] = 2**25
