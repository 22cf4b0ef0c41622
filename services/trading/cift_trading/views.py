"""What readers see: accounts and positions at the latest prices."""

from collections.abc import Callable
from dataclasses import dataclass

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
    last_day_price: int


class Views:
    """`latest` gives the latest known price of a symbol, 0 where there is none; `last_day` yesterday's close."""

    def __init__(self, state: State, risk: Risk, latest: Callable[[str], int], last_day: Callable[[str], int]) -> None:
        self._state, self._risk, self._latest, self._last_day = state, risk, latest, last_day

    def equity(self, account: Account) -> Valuation:
        held = self._state.held(account.account_id)
        return value(account, ((position, self._latest(position.symbol)) for position in held))

    def account(self, account_id: str) -> AccountView:
        account = self._state.account(account_id)
        seen = self._risk.exposure(account_id)
        held = self._risk.commissions_held(account_id)
        power = max(seen["buying_power"] - held, 0)
        return AccountView(account, self.equity(account), power, seen["reserved"] + held)

    def position(self, position: Position) -> PositionView:
        return PositionView(
            position,
            self._state.available(position),
            self._latest(position.symbol),
            self._last_day(position.symbol),
        )

    def positions(self, account_id: str, symbol: str = "") -> list[PositionView]:
        self._state.account(account_id)
        held = self._state.held(account_id)
        return [self.position(position) for position in held if symbol in ("", position.symbol)]
