import asyncio
import importlib
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from cift_common import migrations
from cift_common.messaging import Messenger
from cift_common.service import Fatal

sys.path.insert(0, str(Path(__file__).parent))

from cift_gateway.__main__ import start
from cift_gateway.settings import Settings

from tests.processes import free_port
from tests.stores import Stores
from tests.stores import stores as stores

scripted_trading = importlib.import_module("scripted_trading")
PASSWORD = "correct horse battery staple"
PLATFORM = {
    "name": "test",
    "instruments": [{"symbol": "AAPL", "name": "Apple"}, {"symbol": "BRK.B", "exchange": "XNYS"}],
}


@dataclass
class RunningGateway:
    """A gateway of this process with real stores behind it."""

    base_url: str
    settings: Settings
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, **request: Any) -> tuple[int, Any, dict[str, str]]:
        async with self.session.request(method, self.base_url + path, **request) as answer:
            body = await answer.read()
            return answer.status, orjson.loads(body) if body else None, dict(answer.headers)

    async def sign_up(self, **request: Any) -> dict[str, Any]:
        person = {"email": f"{secrets.token_hex(8)}@example.org", "password": PASSWORD}
        status, body, _ = await self.call("POST", "/auth/signup", json=person, **request)
        assert status == 201, body
        status, body, _ = await self.call("POST", "/auth/login", json=person, **request)
        assert status == 200, body
        result: dict[str, Any] = body
        return result

    async def credentials(self) -> dict[str, str]:
        """What the demo user got."""
        await self.until_ready()
        found = await asyncio.to_thread(Path(self.settings.credentials_file).read_text)
        credentials: dict[str, str] = json.loads(found)
        return credentials

    async def until_ready(self) -> None:
        async with asyncio.timeout(30):
            while (await self.call("GET", "/readyz"))[0] != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


def bearer(log_in: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {log_in['access_token']}"}


@pytest.fixture
async def trading(stores: Stores) -> AsyncIterator[Any]:
    messenger = await Messenger.connect(stores.nats_url, "scripted trading")
    server = scripted_trading.TradingServer(scripted_trading.ScriptedTrading(messenger))
    await server.start()
    yield server
    await server.stop()
    await messenger.close()


Launch = Callable[..., Any]


@pytest.fixture(scope="session")
def database_url(stores: Stores) -> str:
    """One for all tests: each makes users of its own."""
    url = stores.create_database()
    migrations.upgrade("cift_gateway", "auth", url)
    return url


@pytest.fixture
async def launch(
    stores: Stores, database_url: str, trading: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Launch:
    """`async with launch(**settings) as gateway`: again and again on the same database."""
    platform_file = tmp_path / "platform.json"
    platform_file.write_text(json.dumps(PLATFORM))
    environment = stores.environment(database_url) | {
        "CIFT_PLATFORM_FILE": str(platform_file),
        "CIFT_TRADING_ADDRESS": trading.address,
        "CIFT_JWT_KEY": secrets.token_hex(32),
        "CIFT_CREDENTIALS_FILE": str(tmp_path / "credentials.json"),
        "CIFT_SIGN_UP": "open",
        "CIFT_LOG_IN_RATE_PER_ADDRESS": "10000/minute",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[RunningGateway]:
        settings = Settings(http_listen=f"127.0.0.1:{free_port()}", **changes)
        async with AsyncExitStack() as stack:
            fatal = Fatal()
            await stack.enter_async_context(start(settings, fatal))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            yield RunningGateway(f"http://{settings.http_listen}", settings, session)
            assert not fatal.reason

    return run


@pytest.fixture
async def gateway(launch: Launch) -> AsyncIterator[RunningGateway]:
    async with launch() as running:
        yield running
