"""What readers see: accounts and positions at the latest prices."""

from collections.abc import Callable
from dataclasses import dataclass

from cift_common import money
from cift_common.ids import Clock

from cift_trading.adapters.risk import Risk
from cift_trading.domain.account import Account, Valuation, value
from cift_trading.domain.position import Position
from cift_trading.state import State


@dataclass(frozen=True, slots=True)
class AccountView:
    account: Account
    valuation: Valuation
    buying_power: int
    reserved: int


@dataclass(frozen=True, slots=True)
class PositionView:
    position: Position
    available: int
    price: int
    # The official close before the present session; 0 where market data does not know one.
    last_day_price: int
    # The part that was opened today, and what it cost; the rest was held overnight.
    intraday_quantity: int
    intraday_cost: int


class Views:
    """`latest` gives the latest known price of a symbol, 0 where there is none; `last_day` yesterday's close."""

    def __init__(
        self,
        state: State,
        risk: Risk,
        latest: Callable[[str], int],
        last_day: Callable[[str], int],
        clock: Clock,
    ) -> None:
        self._state, self._risk, self._latest, self._last_day = state, risk, latest, last_day
        self._clock = clock

    def equity(self, account: Account) -> Valuation:
        held = self._state.held(account.account_id)
        return value(account, ((position, self._latest(position.symbol)) for position in held))

    def opening_equity(self, account: Account) -> int:
        """What an account was worth when the day began: what it held then at the last closes, and its cash then."""
        now, worth = self._clock(), account.cash
        for position in self._state.positions.get(account.account_id, {}).values():
            day = self._state.position_day(position, now)
            worth -= day.cash
            if day.opening:
                close = self._last_day(position.symbol) or self._latest(position.symbol) or position.average_price
                worth += money.multiply(day.opening, close)
        return worth

    def account(self, account_id: str) -> AccountView:
        account = self._state.account(account_id)
        seen = self._risk.exposure(account_id)
        return AccountView(account, self.equity(account), max(seen["buying_power"], 0), seen["reserved"])

    def position(self, position: Position) -> PositionView:
        day = self._state.position_day(position, self._clock())
        return PositionView(
            position,
            self._state.available(position),
            self._latest(position.symbol),
            self._last_day(position.symbol),
            day.intraday,
            day.intraday_basis,
        )

    def positions(self, account_id: str, symbol: str = "") -> list[PositionView]:
        self._state.account(account_id)
        held = self._state.held(account_id)
        return [self.position(position) for position in held if symbol in ("", position.symbol)]
