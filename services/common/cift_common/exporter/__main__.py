"""`python -m cift_common.exporter`: asks every store again and again; `cift_store_up` says which of them answers."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from prometheus_client import Gauge, Histogram

from cift_common import logging, service
from cift_common.exporter.cache import Cache
from cift_common.exporter.jetstream import JetStream
from cift_common.exporter.postgres import Postgres
from cift_common.service import Fatal
from cift_common.settings import ServiceSettings

_log = logging.get(__name__)
_up = Gauge("cift_store_up", "1 while the store answers", ["store"])
_took = Histogram(
    "cift_store_answer_seconds",
    "How long a store took to tell about itself",
    ["store"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
_free = Gauge("system_filesystem_free_bytes", "Space that is left where the platform keeps its data")
_limit = Gauge("system_filesystem_limit_bytes", "Size of that file system")

TIMEOUT_SECONDS = 4.0


class Settings(ServiceSettings):
    """`exporter_seconds`: from one look to the next; `exporter_path`: the file system that is watched."""

    exporter_seconds: float = 5
    exporter_path: str = "."


class Store(Protocol):
    name: str

    async def read(self) -> None: ...

    async def close(self) -> None: ...


async def watch(store: Store, seconds: float) -> None:
    """Looks again and again; ends only by cancellation."""
    _up.labels(store.name).set(0)
    was_up = True
    while True:
        try:
            with _took.labels(store.name).time():
                await asyncio.wait_for(store.read(), TIMEOUT_SECONDS)
            is_up = True
        except Exception as error:
            # Whatever the reason: it does not answer, and that is what is told.
            is_up = False
            if was_up:
                _log.warning("a store does not answer", store=store.name, error=repr(error))
            await store.close()
        _up.labels(store.name).set(is_up)
        was_up = is_up
        await asyncio.sleep(seconds)


async def watch_disk(path: str, seconds: float) -> None:
    while True:
        seen = os.statvfs(path)
        _free.set(seen.f_bavail * seen.f_frsize)
        _limit.set(seen.f_blocks * seen.f_frsize)
        await asyncio.sleep(seconds)


@asynccontextmanager
async def start(settings: Settings, fatal: Fatal) -> AsyncIterator[None]:
    stores: list[Store] = [
        Postgres(settings.database_url), Cache(settings.cache_url), JetStream(settings.nats_url)
    ]  # fmt: skip
    tasks = [
        fatal.watch(asyncio.create_task(watch(store, settings.exporter_seconds), name=f"watch {store.name}"))
        for store in stores
    ]
    tasks.append(fatal.watch(asyncio.create_task(watch_disk(settings.exporter_path, settings.exporter_seconds))))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for store in stores:
            await store.close()


if __name__ == "__main__":
    service.main("exporter", Settings, start)
