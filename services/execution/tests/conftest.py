import json
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from cift_common import execution_report, migrations
from cift_common.execution_report import Verifier
from cift_common.messaging import Messenger
from cift_operator.local import rust
from nats.js.errors import NotFoundError
from redis.asyncio import Redis

from tests.desk import Desk, OpenOrders
from tests.processes import MatcherProcess, ServiceProcess
from tests.stores import Stores
from tests.stores import stores as stores

PLATFORM = {
    "name": "test",
    "instruments": [{"symbol": "AAPL"}, {"symbol": "MSFT"}],
    "risk": {"maxPriceAgeMs": 1000},
}


@pytest.fixture(scope="session")
def matcher_binary() -> Path:
    return rust.matcher(print)


@pytest.fixture
async def matcher(matcher_binary: Path) -> AsyncIterator[MatcherProcess]:
    """The venue with an empty journal. In a folder with a short name: a socket's path has at most 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="cift-"))
    process = MatcherProcess(matcher_binary, folder)
    await process.start()
    try:
        yield process
    finally:
        process.kill()
        await process.channel.close()
        shutil.rmtree(folder)


@pytest.fixture
def platform_file(tmp_path: Path) -> Path:
    path = tmp_path / "platform.json"
    path.write_text(json.dumps(PLATFORM))
    return path


@pytest.fixture
def decision_key() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
async def messenger(stores: Stores) -> AsyncIterator[Messenger]:
    """With a fresh stream of orders."""
    connection = await Messenger.connect(stores.nats_url, "test")
    with suppress(NotFoundError):
        await connection.jetstream.delete_stream("ORDERS")
    await connection.ensure_streams()
    yield connection
    await connection.close()


@pytest.fixture
def report_seed() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
async def desk(stores: Stores, messenger: Messenger, decision_key: bytes, report_seed: bytes) -> AsyncIterator[Desk]:
    keys = execution_report.ring("", execution_report.public_keys(report_seed.hex()))
    async with Redis.from_url(stores.cache_url) as cache:
        desk = Desk(messenger, decision_key, cache, Verifier(keys))
        await desk.read()
        yield desk


@pytest.fixture
async def trading() -> AsyncIterator[OpenOrders]:
    service = OpenOrders()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
def traces(tmp_path: Path) -> Path:
    """Where services write their spans."""
    return tmp_path / "traces"


@pytest.fixture(scope="session")
def migrated(stores: Stores) -> str:
    database = stores.create_database()
    migrations.upgrade("cift_execution", "execution", database)
    return database


@pytest.fixture
def database(migrated: str) -> str:
    """Empty: its cursor is that of an empty journal."""
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("TRUNCATE execution.cursor, execution.sent_order")
    return migrated


@pytest.fixture
def environment(
    stores: Stores,
    database: str,
    platform_file: Path,
    matcher: MatcherProcess,
    decision_key: bytes,
    report_seed: bytes,
    trading: OpenOrders,
    traces: Path,
) -> dict[str, str]:
    return stores.environment(database) | {
        "CIFT_PLATFORM_FILE": str(platform_file),
        "CIFT_MATCHER_ADDRESS": matcher.address,
        "CIFT_TRADING_ADDRESS": f"127.0.0.1:{trading.port}",
        # Another one signs since a rotation; trading is about to hear of it.
        "CIFT_DECISION_KEY": f"{'ab' * 32},{decision_key.hex()}",
        "CIFT_REPORT_KEY": report_seed.hex(),
        "CIFT_TRACE_EXPORT": f"file:{traces}",
        "CIFT_TRACE_RATIO": "0",
        "CIFT_REDELIVER_SECONDS": "2",
        "CIFT_RECONCILE_SECONDS": "1",
        "CIFT_RECONCILE_GRACE_SECONDS": "1",
    }


@pytest.fixture
async def execution(environment: dict[str, str], desk: Desk) -> AsyncIterator[ServiceProcess]:
    async with ServiceProcess("execution", environment, migrate=False) as process:
        yield process
