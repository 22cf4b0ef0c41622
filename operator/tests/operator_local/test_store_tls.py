"""Stores with certificates of the platform's, as pods are told to start them; services' own clients check them.

PyPI's builds of PostgreSQL and Valkey have no TLS: those of Debian are taken where they are there.
"""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import nats as nats_py
import psycopg
import pytest
from cift_common.messaging import Messenger
from cift_operator.api import validate
from cift_operator.cluster import certificates
from cift_operator.components import components, nats, postgres, valkey
from cift_operator.components.model import Component, Stage
from cift_operator.components.values import Value
from cift_operator.local import unprivileged
from cift_operator.local.programs import find
from cift_operator.render.local import LocalFacts, Process, processes
from redis.asyncio import Redis
from redis.exceptions import RedisError

HOST = "localhost"
STORES = {"nats": ("client", "monitor"), "postgres": ("sql",), "valkey": ("client",)}
PLATFORM = validate(
    {
        "apiVersion": "cift.markets/v1alpha1",
        "kind": "TradingPlatform",
        "metadata": {"name": "secure"},
        "spec": {"security": {"tls": {"enabled": True}}},
    }
)


class Stores:
    """One of them, rendered with real certificates into a folder; and who comes to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        now = datetime.now(UTC)
        files = certificates.complete({}, {store: [HOST] for store in STORES}, now, platform="tls")
        files["other.crt"] = certificates.complete({}, {}, now, platform="other")["ca.crt"]
        for name, text in files.items():
            path = folder / name
            path.write_text(text)
            path.chmod(0o644 if name in ("ca.crt", "other.crt") else 0o600)
            unprivileged.own_file(path)
        self._components = {component.name: component for component in components(PLATFORM)}

    def process(self, store: str, program: tuple[str, ...], ports: tuple[int, int]) -> Process:
        component = self._components[store]
        programs = {component.command[0]: program, "pg_isready": ("true",)}
        files = {"ca.crt": "ca.crt", "tls.crt": f"{store}.crt", "tls.key": f"{store}.key"}
        (found,) = processes([component], self._facts(store, ports, programs, files))
        return found

    def url(self, store: str, url: Value, ports: tuple[int, int], authority: str = "ca.crt") -> str:
        """What a service gets that knows this CA."""
        client = Component("client", Stage.EDGE, "", ("client",), env={"URL": url})
        (found,) = processes([client], self._facts("client", ports, {"client": ("true",)}, {"ca.crt": authority}))
        return found.env["URL"]

    def _facts(
        self, component: str, ports: tuple[int, int], programs: dict[str, tuple[str, ...]], files: dict[str, str]
    ) -> LocalFacts:
        return LocalFacts(
            state=self.folder,
            sockets=self.folder,
            ports={
                (store, port): number
                for store, names in STORES.items()
                for port, number in zip(names, ports, strict=False)
            },
            programs=programs,
            secrets={(s.name, s.key): "secret" for one in self._components.values() for s in one.secrets},
            site={},
            host=HOST,
            certificates={(component, name): str(self.folder / file) for name, file in files.items()},
        )


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    unprivileged.own(tmp_path)
    return Stores(tmp_path)


async def test_nats_shows_a_certificate_that_services_check(stores: Stores) -> None:
    component = next(one for one in components(PLATFORM) if one.name == "nats")
    program = find([component], stores.folder, print)["nats-server"].argv
    ports = _free_ports()
    async with _running(stores.process("nats", program, ports), ports[0]):
        messenger = await Messenger.connect(stores.url("nats", nats.url(PLATFORM.spec), ports), "test")
        await messenger.ensure_streams()
        await messenger.close()
        context = ssl.create_default_context(cafile=str(stores.folder / "other.crt"))
        with pytest.raises(ssl.SSLCertVerificationError):
            await nats_py.connect(f"tls://cift:secret@{HOST}:{ports[0]}", tls=context, allow_reconnect=False)


async def test_postgres_shows_a_certificate_that_services_check(stores: Stores) -> None:
    command, ports = _database(stores.folder), _free_ports()
    url = stores.url("postgres", postgres.url(PLATFORM.spec), ports).replace("/cift?", "/postgres?")
    async with _running(stores.process("postgres", command, ports), ports[0]):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        await connection.close()
        # libpq's way: migrations, backups.
        with psycopg.connect(url) as other:
            assert other.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == (True,)
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncpg.connect(stores.url("postgres", postgres.url(PLATFORM.spec), ports, "other.crt"))
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="no encryption"):
            await asyncpg.connect(url.partition("?")[0], ssl=False)


async def test_the_cache_shows_a_certificate_that_services_check(stores: Stores) -> None:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server (Debian: redis-server)")
    ports = _free_ports()
    async with _running(stores.process("valkey", (program,), ports), ports[0]):
        async with Redis.from_url(stores.url("valkey", valkey.url(PLATFORM.spec), ports)) as cache:
            assert await cache.ping()
        async with Redis.from_url(stores.url("valkey", valkey.url(PLATFORM.spec), ports, "other.crt")) as stranger:
            with pytest.raises(RedisError, match="certificate verify failed"):
                await stranger.ping()


def _database(folder: Path) -> tuple[str, ...]:
    """An empty one; how its server is started."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        pytest.skip("no PostgreSQL with TLS (Debian: postgresql)")
    data, password = folder / "data" / "postgres", folder / "password"
    password.write_text("secret")
    data.parent.mkdir()
    for path in (folder, password, data.parent):
        unprivileged.own_file(path)
    prefix = unprivileged.prefix([folder])
    made = ("-D", data, "-U", "cift", "--pwfile", password, "--auth", "scram-sha-256", "-N")
    subprocess.run([*prefix, programs / "initdb", *made], check=True, capture_output=True, cwd="/")
    return (*prefix, str(programs / "postgres"))


@asynccontextmanager
async def _running(process: Process, port: int) -> AsyncIterator[None]:
    for folder in process.folders:
        folder.mkdir(parents=True, exist_ok=True)
        unprivileged.own_file(folder)
    for path, text in process.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        unprivileged.own_file(path)
    child = await asyncio.create_subprocess_exec(*process.argv, env={**os.environ, **process.env}, cwd="/")
    try:
        async with asyncio.timeout(60):
            while not await _answers(port, process.name):
                assert child.returncode is None, "it did not start"
                await asyncio.sleep(0.05)
        yield
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGINT if process.stop_signal == "INT" else signal.SIGTERM)
        await child.wait()


async def _answers(port: int, store: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        if store == "postgres":
            # A starting one takes connections too, and only says no; it is asked whether it has TLS.
            writer.write(struct.pack("!ii", 8, 80877103))
            if await reader.read(1) != b"S":
                return False
    except OSError:
        return False
    writer.close()
    return True


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        return one.getsockname()[1], two.getsockname()[1]
