"""Accounts and positions in the cache, for readers that can do with it. A failure is logged and made up for later."""

import asyncio
import time

from cift_common import logging
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cift_trading import api, metrics, tracing
from cift_trading.domain.position import Position
from cift_trading.state import State
from cift_trading.tracing import Trace
from cift_trading.views import Views

_log = logging.get(__name__)
_ok = metrics.cache_writes.labels("ok")
_failed = metrics.cache_writes.labels("failed")

PAUSE_SECONDS = 0.05
RETRY_SECONDS = 1.0


class AccountCache:
    """Writes what changed, the latest state of each key once, however often it changed meanwhile."""

    def __init__(self, cache: Redis, state: State, views: Views) -> None:
        self._cache, self._state, self._views = cache, state, views
        self._accounts: set[str] = set()
        self._positions: dict[tuple[str, str], Position] = {}
        self._traces: list[tuple[Trace, str]] = []
        self._changed = asyncio.Event()

    def account(self, account_id: str) -> None:
        self._accounts.add(account_id)
        self._changed.set()

    def position(self, position: Position) -> None:
        self._positions[position.account_id, position.symbol] = position
        self._changed.set()

    def traced(self, trace: Trace, order_id: str) -> None:
        """The next writing shows up in this order's trace."""
        if trace is not None:
            self._traces.append((trace, order_id))

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            accounts, self._accounts = self._accounts, set()
            positions, self._positions = self._positions, {}
            traces, self._traces = self._traces, []
            started = time.time_ns()
            try:
                await self._cache.mset(self._entries(accounts, positions))
            except (RedisError, OSError) as error:
                _failed.inc()
                _log.warning("the cache was not written", error=repr(error))
                self._accounts |= accounts
                self._positions = {**positions, **self._positions}
                self._changed.set()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            _ok.inc(len(accounts) + len(positions))
            for trace, order_id in traces:
                tracing.record("cache.set_account", trace, order_id, started)
            await asyncio.sleep(PAUSE_SECONDS)

    def _entries(self, accounts: set[str], positions: dict[tuple[str, str], Position]) -> dict[str, bytes]:
        entries = {
            f"account:{account_id}": api.account(self._views.account(account_id)).SerializeToString()
            for account_id in accounts
        }
        for (account_id, symbol), position in positions.items():
            entries[f"position:{account_id}:{symbol}"] = api.position(
                self._views.position(position)
            ).SerializeToString()
        return entries
