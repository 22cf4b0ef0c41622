"""A feed over a WebSocket: connects, introduces itself, reads on, comes back; what was missed meanwhile is said.

How a source speaks is a `Dialect`; here is what all have in common.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from cift_common import logging
from cift_common.ids import Clock, system_clock
from prometheus_client import Counter, Gauge
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException

from cift_marketdata.domain.ticks import BadTick, FeedTick
from cift_marketdata.feeds.base import Batch

_log = logging.get(__name__)
_connected = Gauge("cift_marketdata_feed_connected", "1 while the live feed's connection stands")
_connects = Counter("cift_marketdata_feed_connects", "Attempts to connect to the live feed", ["outcome"])

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
OPENING_SECONDS = 10.0
MUTE_SECONDS = 60.0
"""A connection that says nothing for so long although pings are answered is made anew."""
MESSAGE_BYTES_MAX = 4 * 2**20


class Refused(Exception):
    """The source does not want us: wrong keys, an unknown channel; the message is its own."""


class Dialect(Protocol):
    name: str
    url: str

    async def open(self, connection: ClientConnection, symbols: Sequence[str]) -> None:
        """Introduces us and subscribes; `Refused` where that is not wanted."""
        ...

    def ticks(self, message: str | bytes, now_ns: int) -> list[FeedTick]:
        """What a message says; what cannot be read in it comes as `BadTick`, nothing is raised."""
        ...

    def reset(self) -> None:
        """A new connection: what is numbered may begin anew."""
        ...


class LiveFeed:
    is_timed_now = True
    finished = False
    can_wait = False

    def __init__(
        self,
        dialect: Dialect,
        symbols: Sequence[str],
        clock: Clock = system_clock,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.name, self.symbols = dialect.name, tuple(symbols)
        self._dialect, self._clock, self._retry_seconds = dialect, clock, retry_seconds
        self._lost_ns = 0
        self._is_connected = False

    async def batches(self) -> AsyncIterator[Batch]:
        failures = 0
        while True:
            try:
                async with connect(
                    self._dialect.url, max_size=MESSAGE_BYTES_MAX, open_timeout=OPENING_SECONDS, ping_timeout=20
                ) as connection:
                    async with asyncio.timeout(OPENING_SECONDS):
                        await self._dialect.open(connection, self.symbols)
                    self._begin()
                    failures = 0
                    if self._lost_ns:
                        yield self._gap()
                    async for batch in self._messages(connection):
                        yield batch
            except (Refused, InvalidURI, InvalidHandshake) as error:
                _connects.labels("refused").inc()
                _log.error("the feed refuses us", feed=self.name, error=str(error))
            except (WebSocketException, OSError, TimeoutError) as error:
                _connects.labels("failed").inc()
                _log.warning("the feed is away", feed=self.name, error=repr(error))
            self._end()
            pause = self._retry_seconds[min(failures, len(self._retry_seconds) - 1)]
            failures += 1
            # Many who lost the same source should not come back at the same moment.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    async def _messages(self, connection: ClientConnection) -> AsyncIterator[Batch]:
        while True:
            async with asyncio.timeout(MUTE_SECONDS):
                message = await connection.recv()
            if ticks := self._dialect.ticks(message, self._clock()):
                yield ticks

    def _begin(self) -> None:
        self._dialect.reset()
        self._is_connected = True
        _connects.labels("ok").inc()
        _connected.set(1)
        _log.info("the feed is connected", feed=self.name, symbols=len(self.symbols))

    def _end(self) -> None:
        if self._is_connected:
            self._lost_ns = self._clock()
        self._is_connected = False
        _connected.set(0)

    def _gap(self) -> list[FeedTick]:
        seconds = (self._clock() - self._lost_ns) / 1e9
        detail = f"{self.name} was away for {seconds:.1f} s: what it said meanwhile is missing"
        return [BadTick(symbol, "gap", detail) for symbol in self.symbols]
