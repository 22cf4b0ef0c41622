"""What the business looks like, for dashboards: floats are good enough here, and nothing decides by them."""

import asyncio

from cift_common.money import NANOS

from cift_trading import metrics
from cift_trading.state import State
from cift_trading.views import Views

FIGURES_SECONDS = 5.0
ACCOUNTS_AT_ONCE = 100


class Figures:
    """Sums over all accounts, at the latest prices."""

    def __init__(self, state: State, views: Views) -> None:
        self._state, self._views = state, views

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self.count()
            await asyncio.sleep(FIGURES_SECONDS)

    async def count(self) -> None:
        cash = equity = day_profit = 0
        accounts = list(self._state.accounts.values())
        for number, account in enumerate(accounts, start=1):
            worth = self._views.equity(account).equity
            cash += account.cash
            equity += worth
            day_profit += worth - account.last_equity
            if number % ACCOUNTS_AT_ONCE == 0:
                # Orders go first.
                await asyncio.sleep(0)
        metrics.accounts.set(len(accounts))
        metrics.cash.set(cash / NANOS)
        metrics.equity.set(equity / NANOS)
        metrics.day_profit.set(day_profit / NANOS)
        metrics.positions.set(sum(len(self._state.held(account.account_id)) for account in accounts))
