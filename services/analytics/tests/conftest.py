"""A running analytics service: a real ClickHouse engine, a real NATS, and a trading that tells what a test says."""

import json
import secrets
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from cift_common import sealed
from cift_common.messaging import Messenger
from cift_proto.analytics.v1 import analytics_pb2 as pb
from cift_proto.analytics.v1 import analytics_pb2_grpc
from cift_proto.trading.v1 import trading_pb2

from services.analytics.tests import scripted_market, scripted_trading
from services.analytics.tests.scripted_market import ScriptedMarket
from services.analytics.tests.scripted_trading import ScriptedTrading
from tests.clickhouse import ClickHouseProcess
from tests.processes import ServiceProcess, free_port
from tests.stores import Stores
from tests.stores import stores as stores

SEAL_KEY = secrets.token_bytes(32)


class Desk:
    """Everything around one account."""

    def __init__(self, messenger: Messenger, environment: dict[str, str], clickhouse: ClickHouseProcess) -> None:
        self.account_id = f"account-{secrets.token_hex(8)}"
        self.trading = ScriptedTrading()
        self.market = ScriptedMarket()
        self.clickhouse = clickhouse
        self.service = ServiceProcess("analytics", environment, migrate=False)
        self.stub: Any = analytics_pb2_grpc.AnalyticsServiceStub(self.service.channel)
        self._messenger = messenger

    async def tell(self, updates: Iterable[trading_pb2.AccountUpdate]) -> None:
        for update in updates:
            subject, payload = f"account.{update.account_id}.updates", update.SerializeToString()
            headers = {sealed.header("analytics"): sealed.seal(SEAL_KEY, subject, payload)}
            await self._messenger.publish(subject, payload, message_id=secrets.token_hex(8), headers=headers)

    async def say(self, subject: str, payload: bytes) -> None:
        await self._messenger.publish(subject, payload, message_id=secrets.token_hex(8))

    def selection(self, start_ns: int = 0, end_ns: int = 0, **more: Any) -> pb.Selection:
        return pb.Selection(account_id=self.account_id, start_ns=start_ns, end_ns=end_ns, **more)


@pytest.fixture(scope="session")
async def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ClickHouseProcess]:
    """One for all tests: each has an account of its own."""
    process = ClickHouseProcess(tmp_path_factory.mktemp("clickhouse"))
    await process.start()
    yield process
    process.kill()


@pytest.fixture
async def desk(stores: Stores, clickhouse: ClickHouseProcess, tmp_path: Path) -> AsyncIterator[Desk]:
    platform_file = tmp_path / "platform.json"
    platform_file.write_text(json.dumps({"name": "test", "instruments": [{"symbol": "AAPL"}]}))
    trading_address, market_address = (f"127.0.0.1:{free_port()}" for _ in range(2))
    environment = stores.environment() | {
        "CIFT_PLATFORM_FILE": str(platform_file),
        "CIFT_CLICKHOUSE_URL": clickhouse.url,
        "CIFT_TRADING_ADDRESS": trading_address,
        "CIFT_MARKETDATA_ADDRESS": market_address,
        "CIFT_SEAL_KEY": SEAL_KEY.hex(),
        "CIFT_CATCH_UP_SECONDS": "0.5",
        "CIFT_BATCH_SECONDS": "0.02",
        "CIFT_BATCH_SIZE_MAX": "50",
    }
    messenger = await Messenger.connect(stores.nats_url, "test")
    await messenger.ensure_streams()
    running = Desk(messenger, environment, clickhouse)
    servers = [
        await scripted_trading.serve(running.trading, trading_address),
        await scripted_market.serve(running.market, market_address),
    ]
    async with running.service:
        yield running
    for server in servers:
        await server.stop(0)
    await messenger.close()
