"""Types that signatures of `cift_core` mention."""

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from cift_core._native import LevelChange, OrderChange, PhaseChange, QuoteChange, Report, Trade, Trigger

Number: TypeAlias = Decimal | int | str
"""A price or quantity with up to nine decimal places; never a float."""
OrderId: TypeAlias = str | int
"""A UUID, or its number for those who count."""
SideName: TypeAlias = Literal["buy", "sell"]
OrderTypeName: TypeAlias = Literal["market", "limit", "stop", "stop_limit", "trailing_stop"]
TimeInForceName: TypeAlias = Literal["day", "gtc", "opg", "ioc", "fok", "gtd", "cls"]
Event: TypeAlias = "Report | OrderChange | LevelChange | Trade | QuoteChange | Trigger | PhaseChange"


class PositionExposure(TypedDict):
    """One symbol of an account, nanos."""

    quantity: int
    cost_basis: int
    mark_price: int
    market_value: int
    open_buy: int
    open_sell: int


class AccountExposure(TypedDict):
    """What an account has, holds and has set aside, in nanos of money."""

    cash: int
    reserved: int
    buying_power: int
    equity: int
    gross: int
    net: int
    gross_worst: int
    """Gross if the worse side of the open orders fills."""
    open_buy: int
    open_sell: int
    day_start_equity: int
    daily_pnl: int
    day_started_at_ns: int
    open_orders: int
    multiplier: int
    shorting_enabled: bool
    positions: dict[str, PositionExposure]
