"""A running market data service, and the stores beside it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cift_common import execution_report

from services.marketdata.tests.support import MarketData, QuestDb, Serve
from tests.stores import Stores
from tests.stores import stores as stores

# What execution signs with.
REPORT_KEY = "33" * 32


@pytest.fixture
def questdb(stores: Stores) -> QuestDb:
    return QuestDb(stores.questdb_url)


@pytest.fixture
def serve(stores: Stores, tmp_path: Path) -> Serve:
    """`async with serve(symbols, feed) as market_data`: a running service."""

    @asynccontextmanager
    async def running(
        symbols: list[str], feed: dict[str, Any], calendar: str = "24/7", **environment: str
    ) -> AsyncIterator[MarketData]:
        path = tmp_path / f"platform-{symbols[0]}.json"
        instruments = [{"symbol": symbol, "tickSize": "0.01"} for symbol in symbols]
        platform = {"name": "test", "instruments": instruments, "feed": feed, "calendar": calendar}
        path.write_text(json.dumps(platform))
        variables = stores.environment() | {
            "CIFT_PLATFORM_FILE": str(path),
            "CIFT_REPORT_PUBLIC_KEYS": execution_report.public_keys(REPORT_KEY),
            "CIFT_QUESTDB_FLUSH_SECONDS": "0.2",
            **environment,
        }
        market_data = MarketData(variables)
        async with market_data:
            yield market_data

    return running
