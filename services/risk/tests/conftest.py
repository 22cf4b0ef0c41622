import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ServiceProcess
from tests.stores import Stores
from tests.stores import stores as stores

PLATFORM: dict[str, Any] = {"name": "test", "instruments": [{"symbol": "AAPL"}, {"symbol": "BRK.B"}]}

Declare = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def platform_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("risk") / "platform.json"
    path.write_text(json.dumps(PLATFORM))
    return path


@pytest.fixture
def declare(platform_file: Path) -> Declare:
    """Rewrites the platform file with these fields on top."""

    def write(fields: dict[str, Any]) -> None:
        platform_file.write_text(json.dumps(PLATFORM | fields))

    return write


@pytest.fixture(scope="module")
def environment(stores: Stores, platform_file: Path) -> dict[str, str]:
    return stores.environment(stores.create_database()) | {"CIFT_PLATFORM_FILE": str(platform_file)}


@pytest.fixture(scope="module")
async def risk(environment: dict[str, str]) -> AsyncIterator[ServiceProcess]:
    async with ServiceProcess("risk", environment) as process:
        yield process
