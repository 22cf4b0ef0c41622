"""Quotes, trades and bars as they come from NATS, for everyone who follows a symbol. Lost ones stay lost: a newer one
follows."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from cift_common import messaging
from cift_common.messaging import Messenger
from cift_proto.common.v1 import types_pb2 as common
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

Tick = common.Quote | common.Trade | common.Bar


class Kind(StrEnum):
    """Alpaca's names of the channels."""

    QUOTES = "quotes"
    TRADES = "trades"
    BARS = "bars"


_SUBJECTS: dict[Kind, tuple[str, Callable[[bytes], Tick]]] = {
    Kind.QUOTES: ("md.quote", common.Quote.FromString),
    Kind.TRADES: ("md.trade", common.Trade.FromString),
    Kind.BARS: ("md.bar.1m", common.Bar.FromString),
}
Channel = tuple[Kind, str]


class TickFollower(Protocol):
    def tick(self, kind: Kind, tick: Tick) -> None:
        """Takes a tick; must neither wait nor fail."""


class Ticks:
    """One NATS subscription per channel that somebody follows."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._followers: dict[Channel, set[TickFollower]] = {}
        self._subscriptions: dict[Channel, Subscription] = {}
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
            new = self._followers.keys() - self._subscriptions.keys()
            for channel in new:
                self._subscriptions[channel] = await self._subscribe(channel)
            if new:
                # Who is told that they follow must miss nothing from then on.
                await self._messenger.client.flush()
            for channel in self._subscriptions.keys() - self._followers.keys():
                with suppress(NatsError):
                    await self._subscriptions.pop(channel).unsubscribe()

    async def _subscribe(self, channel: Channel) -> Subscription:
        kind, symbol = channel
        subject, parse = _SUBJECTS[kind]

        async def on_message(message: Msg) -> None:
            tick = parse(message.data)
            for follower in tuple(self._followers.get(channel, ())):
                follower.tick(kind, tick)

        return await self._messenger.subscribe_core(f"{subject}.{messaging.token(symbol)}", on_message)
