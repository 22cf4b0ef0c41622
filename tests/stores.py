"""Real stores for the tests of any part: PostgreSQL, NATS, Valkey, QuestDB, started once a session on free ports.

In a part's `tests/conftest.py`: `from tests.stores import stores as stores`. A test, or a fixture, then takes `stores`:

    database = stores.create_database()          # a PostgreSQL URL, empty, its own
    environment = stores.environment(database)   # CIFT_DATABASE_URL, CIFT_NATS_URL, CIFT_CACHE_URL, CIFT_QUESTDB_URL
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from cift_operator.components import STORES
from cift_operator.local import Platform


@dataclass(frozen=True)
class Stores:
    """Where the stores are: URLs with their credentials."""

    platform: Platform
    database_url: str
    nats_url: str
    cache_url: str
    questdb_url: str

    def create_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{name}"))

    def environment(self, database_url: str | None = None) -> dict[str, str]:
        """The variables that services read."""
        return {
            "CIFT_DATABASE_URL": database_url or self.database_url,
            "CIFT_NATS_URL": self.nats_url,
            "CIFT_CACHE_URL": self.cache_url,
            "CIFT_QUESTDB_URL": self.questdb_url,
        }

    def kill(self, component: str) -> None:
        """SIGKILL; the process manager starts it again."""
        self.platform.kill(component)

    def stop(self, component: str) -> None:
        """It stays away until it is started; other tests must find it running."""
        self.platform.supervisor.stop_process(component)

    def start(self, component: str) -> None:
        self.platform.supervisor.start_process(component)

    def wait_until_ready(self, seconds: float = 60) -> None:
        """All of them answer."""
        self.platform.wait_until_ready(seconds)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """All four stores, stopped and removed at the end of the session; the same ones for every part that imports it."""
    _users.append(None)
    if _running is None:
        _start(tmp_path_factory.mktemp("stores") / "state")
    try:
        assert _running is not None
        yield _running
    finally:
        _users.pop()
        if not _users and _running is not None:
            _running.platform.down(purge=True)


# pytest makes one fixture of each import; all of them share these.
_running: Stores | None = None
_users: list[None] = []


def _start(state: Path) -> None:
    global _running
    platform = Platform(state, port_offset=None)
    platform.up(STORES)
    _running = Stores(platform, **platform.store_urls())
