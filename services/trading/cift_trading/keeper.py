"""What is done from time to time: prices of what is held, equity points, the start of a day."""

import asyncio

import asyncpg
import grpc
from cift_common import logging
from cift_common.database import OUTAGE
from cift_common.ids import Clock
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc

from cift_trading.adapters.prices import Prices
from cift_trading.adapters.risk import Risk
from cift_trading.adapters.store import Store
from cift_trading.change_lane import ChangeLane
from cift_trading.changes import AccountWish
from cift_trading.domain import history
from cift_trading.domain.account import Account
from cift_trading.domain.history import Point
from cift_trading.state import State
from cift_trading.views import Views

_log = logging.get(__name__)
PRICES_SECONDS = 1.0


class LastCloses:
    """Yesterday's close of each symbol, as market data tells it; 0 where it does not."""

    def __init__(self, marketdata: "marketdata_pb2_grpc.MarketDataServiceAsyncStub", timeout_seconds: float) -> None:
        self._marketdata, self._timeout = marketdata, timeout_seconds
        self._closes: dict[str, int] = {}

    def of(self, symbol: str) -> int:
        return self._closes.get(symbol, 0)

    async def refresh(self, symbols: list[str]) -> None:
        try:
            response = await self._marketdata.GetSnapshots(
                marketdata_pb2.GetSnapshotsRequest(symbols=symbols), timeout=self._timeout
            )
        except grpc.aio.AioRpcError as error:
            _log.warning("no closes from market data", error=error.details())
            return
        for snapshot in response.snapshots:
            self._closes[snapshot.symbol] = snapshot.last_close_price_nanos

    def missing(self, symbols: list[str]) -> list[str]:
        """Those whose close was never asked for."""
        return [symbol for symbol in symbols if symbol not in self._closes]


class Keeper:
    def __init__(
        self,
        *,
        state: State,
        store: Store,
        prices: Prices,
        closes: LastCloses,
        views: Views,
        risk: Risk,
        changes: ChangeLane,
        clock: Clock,
        calendar: str,
        equity_seconds: int,
    ) -> None:
        self._state, self._store, self._prices, self._closes, self._views = state, store, prices, closes, views
        self._risk, self._changes, self._clock, self._calendar = risk, changes, clock, calendar
        self._equity_ns = equity_seconds * 10**9
        self._recorded: dict[str, int] = {}

    async def keep_prices(self) -> None:
        """Values positions for the daily-loss and exposure rules even when nobody asks."""
        while True:
            held = self._state.held_symbols()
            await self._prices.refresh_all(held)
            if new := self._closes.missing(held):
                await self._closes.refresh(new)
            await asyncio.sleep(PRICES_SECONDS)

    async def keep_equity(self) -> None:
        """Writes what accounts are worth, on whole intervals, and begins days."""
        while True:
            if symbols := self._state.held_symbols():
                await self._closes.refresh(symbols)
            await self._begin_day()
            now = self._clock()
            due = (now // self._equity_ns + 1) * self._equity_ns
            await asyncio.sleep((due - now) / 1e9)
            try:
                await self.record_equity(due)
            except (asyncpg.PostgresError, *OUTAGE) as error:
                _log.warning("equity was not recorded", error=repr(error))

    async def record_equity(self, at: int) -> None:
        """A point for every account whose worth has changed since its last one."""
        points = []
        for account_id, account in self._state.accounts.items():
            equity = self._views.equity(account).equity
            if self._recorded.get(account_id) != equity:
                points.append((account_id, Point(at, equity)))
        await self._store.put_equity(points)
        self._recorded.update((account_id, point.equity) for account_id, point in points)

    async def _begin_day(self) -> None:
        now = self._clock()
        today = history.trading_day(now, self._calendar)
        for account in [account for account in self._state.accounts.values() if account.day < today]:
            equity = self._views.opening_equity(account)

            def change(account: Account, equity: int = equity) -> Account:
                return account._replace(last_equity=equity, day=today)

            wish = AccountWish(account.account_id, "DAY_STARTED", change, self._risk)
            self._changes.put(wish)
            await wish.finished()
            self._risk.start_day(self._state.account(account.account_id), now)
