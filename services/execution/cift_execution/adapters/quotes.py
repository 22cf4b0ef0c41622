"""The latest quotes as market data has them: from the cache, else from market data itself."""

import asyncio
from collections.abc import Sequence
from typing import cast

import grpc
from cift_common import logging
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc
from google.protobuf.message import DecodeError
from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = logging.get(__name__)

TIMEOUT_SECONDS = 0.25
REST_SECONDS = 1.0
"""How long a source that failed is left alone."""


class MarketQuotes:
    def __init__(self, cache: Redis, channel: grpc.aio.Channel) -> None:
        self._cache = cache
        self._stub = cast(
            "marketdata_pb2_grpc.MarketDataServiceAsyncStub", marketdata_pb2_grpc.MarketDataServiceStub(channel)
        )
        self._cache_rests_until = self._marketdata_rests_until = 0.0

    async def latest(self, symbols: Sequence[str]) -> list[types_pb2.Quote]:
        """The latest quotes; those that nobody answers for are left out. Never raises."""
        loop = asyncio.get_running_loop()
        found: list[types_pb2.Quote] = []
        if loop.time() >= self._cache_rests_until:
            found = await self._from_cache(symbols)
        missing = [symbol for symbol in symbols if all(quote.symbol != symbol for quote in found)]
        if missing and loop.time() >= self._marketdata_rests_until:
            found += await self._from_marketdata(missing)
        return found

    async def _from_cache(self, symbols: Sequence[str]) -> list[types_pb2.Quote]:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                values = await self._cache.mget([f"md:quote:{symbol}" for symbol in symbols])
            found = [types_pb2.Quote.FromString(value) for value in values if isinstance(value, bytes)]
        except (RedisError, OSError, TimeoutError, DecodeError) as error:
            self._cache_rests_until = asyncio.get_running_loop().time() + REST_SECONDS
            _log.warning("the cache does not answer; asking market data", error=repr(error))
            return []
        return [quote for quote in found if quote.symbol in symbols]

    async def _from_marketdata(self, symbols: Sequence[str]) -> list[types_pb2.Quote]:
        request = marketdata_pb2.GetSnapshotsRequest(symbols=symbols)
        try:
            response = await self._stub.GetSnapshots(request, timeout=TIMEOUT_SECONDS)
        except grpc.aio.AioRpcError as error:
            self._marketdata_rests_until = asyncio.get_running_loop().time() + REST_SECONDS
            _log.warning("market data does not answer", error=error.details())
            return []
        return [snapshot.quote for snapshot in response.snapshots if snapshot.HasField("quote")]
