"""Quotes, trades and bars as they come from NATS, and books as the venue has them, for everyone who follows a symbol.
Lost ones stay lost: a newer one follows."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from cift_common import messaging
from cift_common.messaging import Messenger
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.execution.v1 import execution_pb2 as execution
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from cift_gateway.service.books import Books

Tick = common.Quote | common.Trade | common.Bar | execution.GetBookResponse


class Kind(StrEnum):
    """Alpaca's names of the channels."""

    QUOTES = "quotes"
    TRADES = "trades"
    BARS = "bars"
    UPDATED_BARS = "updatedBars"
    DAILY_BARS = "dailyBars"
    BOOKS = "orderbooks"


_SUBJECTS: dict[Kind, tuple[str, Callable[[bytes], Tick]]] = {
    Kind.QUOTES: ("md.quote", common.Quote.FromString),
    Kind.TRADES: ("md.trade", common.Trade.FromString),
    Kind.BARS: ("md.bar.1m", common.Bar.FromString),
    Kind.UPDATED_BARS: ("md.bar.updated", common.Bar.FromString),
    Kind.DAILY_BARS: ("md.bar.1d", common.Bar.FromString),
}
Channel = tuple[Kind, str]


class TickFollower(Protocol):
    def tick(self, kind: Kind, tick: Tick) -> None:
        """Takes a tick; must neither wait nor fail."""


class Source(Protocol):
    async def unsubscribe(self) -> None: ...


class Ticks:
    """One source per channel that somebody follows: a NATS subscription, or a watch of the venue's book."""

    def __init__(self, messenger: Messenger, books: Books) -> None:
        self._messenger, self._books = messenger, books
        self._followers: dict[Channel, set[TickFollower]] = {}
        self._sources: dict[Channel, Source] = {}
        self._changing = asyncio.Lock()

    async def follow(self, follower: TickFollower, channels: set[Channel]) -> None:
        for channel in channels:
            self._followers.setdefault(channel, set()).add(follower)
        await self._adjust()

    async def unfollow(self, follower: TickFollower, channels: set[Channel]) -> None:
        for channel in channels:
            if followers := self._followers.get(channel):
                followers.discard(follower)
                if not followers:
                    del self._followers[channel]
        await self._adjust()

    async def _adjust(self) -> None:
        """Subscribes to what is followed, and to nothing else."""
        async with self._changing:
            new = self._followers.keys() - self._sources.keys()
            for channel in new:
                self._sources[channel] = await self._begin(channel)
            if new:
                # Who is told that they follow must miss nothing from then on.
                await self._messenger.client.flush()
            for channel in self._sources.keys() - self._followers.keys():
                with suppress(NatsError):
                    await self._sources.pop(channel).unsubscribe()

    async def _begin(self, channel: Channel) -> Source:
        kind, symbol = channel

        def tell(tick: Tick) -> None:
            for follower in tuple(self._followers.get(channel, ())):
                follower.tick(kind, tick)

        if kind is Kind.BOOKS:
            return self._books.watch(symbol, tell)
        subject, parse = _SUBJECTS[kind]

        async def on_message(message: Msg) -> None:
            tell(parse(message.data))

        return await self._messenger.subscribe_core(f"{subject}.{messaging.token(symbol)}", on_message)
