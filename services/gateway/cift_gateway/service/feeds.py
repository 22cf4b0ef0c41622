"""The feeds of all accounts that somebody follows right now."""

import asyncio
from contextlib import suppress

from cift_common import logging
from cift_common.errors import CiftError, Unavailable
from cift_common.messaging import Messenger
from nats.errors import Error as NatsError

from cift_gateway.adapters.backends import Backends
from cift_gateway.service.account_feed import AccountFeed

_log = logging.get(__name__)
_PROBES_AT_ONCE = 8
_WATCH_SECONDS = 0.5


class Feeds:
    def __init__(
        self, backends: Backends, messenger: Messenger, probe_seconds: float, seal_keys: tuple[bytes, ...] = ()
    ) -> None:
        self._backends, self._messenger, self._probe_seconds = backends, messenger, probe_seconds
        self._seal_keys = seal_keys
        self._feeds: dict[str, asyncio.Future[AccountFeed]] = {}

    async def open(self, account_id: str) -> AccountFeed:
        """A started feed, shared by all who follow the account; attach before the next await."""
        while True:
            starting = self._feeds.get(account_id)
            if starting is None:
                starting = self._feeds[account_id] = asyncio.ensure_future(self._start(account_id))
            try:
                feed = await asyncio.shield(starting)
            except CiftError:
                if self._feeds.get(account_id) is starting:
                    del self._feeds[account_id]
                raise
            if self._feeds.get(account_id) is starting:
                return feed

    async def _start(self, account_id: str) -> AccountFeed:
        feed = AccountFeed(account_id, self._backends, self._messenger, self._seal_keys)
        try:
            await feed.start()
        except (NatsError, TimeoutError) as error:
            await feed.stop()
            raise Unavailable(f"NATS does not answer: {error!r}") from error
        except BaseException:
            await feed.stop()
            raise
        return feed

    async def run(self) -> None:
        """Finds losses that no message betrays: after a reconnect at once, else by asking now and then."""
        reconnects = self._messenger.client.stats["reconnects"]
        loop = asyncio.get_running_loop()
        next_probe = loop.time() + self._probe_seconds
        idle: set[AccountFeed] = set()
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            idle = await self._stop_idle(idle)
            now_reconnects = self._messenger.client.stats["reconnects"]
            if now_reconnects != reconnects:
                reconnects = now_reconnects
                for feed in self._started():
                    feed.catch_up("reconnect")
            elif loop.time() >= next_probe:
                next_probe = loop.time() + self._probe_seconds
                await self._probe_all()

    def _started(self) -> list[AccountFeed]:
        return [
            future.result()
            for future in self._feeds.values()
            if future.done() and not future.cancelled() and future.exception() is None
        ]

    async def _stop_idle(self, before: set[AccountFeed]) -> set[AccountFeed]:
        """Ends feeds that nobody followed last time and nobody follows now."""
        idle = {feed for feed in self._started() if not feed.is_followed}
        for feed in idle & before:
            del self._feeds[feed.account_id]
            await feed.stop()
        return idle - before

    async def _probe_all(self) -> None:
        permits = asyncio.Semaphore(_PROBES_AT_ONCE)

        async def probe(feed: AccountFeed) -> None:
            async with permits:
                with suppress(CiftError):
                    await feed.probe()

        await asyncio.gather(*(probe(feed) for feed in self._started()))

    async def close(self) -> None:
        for feed in self._started():
            await feed.stop()
