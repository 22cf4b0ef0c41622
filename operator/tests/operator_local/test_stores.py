"""The four real stores, started as `cift up` starts them."""

import os
from pathlib import Path

import asyncpg
import nats
import psutil
from cift_operator.components import STORES
from cift_operator.local import Platform, pids
from cift_operator.local.ports import is_free
from redis.asyncio import Redis


async def _use(platform: Platform, value: str) -> None:
    """Writes to each store, through its own client."""
    urls = platform.store_urls()
    connection = await asyncpg.connect(urls["database_url"])
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
    await connection.execute("INSERT INTO kept VALUES ($1)", value)
    await connection.close()
    client = await nats.connect(urls["nats_url"])
    stream = client.jetstream()
    await stream.add_stream(name="KEPT", subjects=["kept.>"])
    await stream.publish("kept.one", value.encode())
    await client.close()
    async with Redis.from_url(urls["cache_url"]) as cache:
        assert await cache.set("kept", value)


async def _kept(platform: Platform) -> list[str]:
    connection = await asyncpg.connect(platform.store_urls()["database_url"])
    rows = await connection.fetch("SELECT value FROM kept")
    await connection.close()
    return [row["value"] for row in rows]


def _processes_below(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or ())
    ]


async def test_stores_survive_kills_and_leave_nothing(tmp_path: Path) -> None:
    # A folder that nobody else may enter, with a long name and a blank in it.
    closed = tmp_path / "closed folder" / ("x" * 60)
    closed.mkdir(parents=True, mode=0o700)
    closed.parent.chmod(0o700)
    platform = Platform(closed / "state", port_offset=None)
    platform.up(STORES)
    try:
        assert {status.name for status in platform.status() if status.ready} == STORES
        await _use(platform, "first")

        for name in sorted(STORES):
            platform.kill(name)
        platform.wait_until_ready()
        # PostgreSQL more than once, where what the killed one has left is not gone yet.
        assert {status.name for status in platform.status() if status.restarts} == STORES
        await _use(platform, "second")

        before = {status.name: status.pid for status in platform.status()}
        Platform(closed / "state").up(STORES)
        assert {status.name: status.pid for status in platform.status()} == before

        supervisor = pids.read(platform.state.pids, "supervisord")
        assert supervisor is not None
        os.kill(supervisor.pid, 9)
        platform = Platform(closed / "state", port_offset=None)
        platform.up(STORES)
        assert await _kept(platform) == ["first", "second"]

        ports = [port for process in map(platform.process, platform.names) for _, port in process.ports]
        platform.down()
        assert not _processes_below(closed)
        assert all(is_free("127.0.0.1", port) for port in ports)
        assert not any(status.ready for status in platform.status())
    finally:
        platform.down(purge=True)
    assert not (closed / "state").exists()
