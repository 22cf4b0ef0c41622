"""The running service, the database beside it, and waiting for them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import redis.asyncio as redis
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from cift_proto.marketdata.v1 import marketdata_pb2_grpc

from tests.processes import ServiceProcess

T = TypeVar("T")
Serve = Callable[..., Any]
"""`async with serve(symbols, feed) as market_data`, see the fixture."""


class MarketData(ServiceProcess):
    """The service with a platform file of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__("marketdata", environment, migrate=False)
        self.stub = marketdata_pb2_grpc.MarketDataServiceStub(self.channel)

    async def status(self) -> pb.GetFeedStatusResponse:
        status: pb.GetFeedStatusResponse = await self.stub.GetFeedStatus(pb.GetFeedStatusRequest())
        return status

    async def finished(self) -> pb.GetFeedStatusResponse:
        """When the feed has ended."""
        return await eventually(self.status, lambda status: status.finished)


async def cached(cache: redis.Redis, *keys: str) -> list[bytes]:
    """The values of keys that must be there."""
    values = [value for value in await cache.mget(keys) if isinstance(value, bytes)]
    assert len(values) == len(keys)
    return values


class QuestDb:
    def __init__(self, url: str) -> None:
        self._url = url

    async def rows(self, query: str) -> list[list[Any]]:
        """Empty where QuestDB, or the table, is not there."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self._url}/exec", params={"query": query}) as answer,
            ):
                rows: list[list[Any]] = (await answer.json()).get("dataset", [])
                return rows
        except aiohttp.ClientError:
            return []

    async def count(self, table: str, *symbols: str) -> int:
        names = ", ".join(f"'{symbol}'" for symbol in symbols)
        rows = await self.rows(f"SELECT count() FROM {table} WHERE symbol IN ({names})")
        return int(rows[0][0]) if rows else 0


async def eventually(ask: Callable[[], Awaitable[T]], good: Callable[[T], bool], seconds: float = 60) -> T:
    """Asks until the answer is good, and gives it."""
    async with asyncio.timeout(seconds):
        # Other processes are asked; nothing here could tell.
        while not good(answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return answer
