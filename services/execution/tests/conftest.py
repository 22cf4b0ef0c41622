import json
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cift_operator.local import rust

from tests.processes import MatcherProcess
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
