"""Orders, positions, the account."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from cift_gateway.api.models import Model


class Order(Model):
    id: str
    client_order_id: str
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime
    filled_at: datetime | None
    expired_at: datetime | None
    expires_at: datetime | None
    canceled_at: datetime | None
    failed_at: datetime | None
    replaced_at: datetime | None
    replaced_by: str | None
    replaces: str | None
    asset_id: str
    symbol: str
    asset_class: Literal["us_equity"]
    notional: None
    qty: str
    filled_qty: str
    filled_avg_price: str | None
    order_class: Literal["simple", "bracket", "oco", "oto"]
    order_type: str
    type: str
    side: Literal["buy", "sell"]
    time_in_force: str
    limit_price: str | None
    stop_price: str | None
    status: str
    extended_hours: bool
    # The orders that depend on this one, as they stand; where the request asked for them, or made them.
    legs: list["Order"] | None
    trail_percent: str | None
    trail_price: str | None
    hwm: str | None
    # Ours: why it ended, whose idea it was, the first order of its group, how often it changed.
    reason: str | None
    strategy: str | None
    group_id: str | None
    version: int


class CanceledOrder(Model):
    """`status` is the HTTP status that canceling this one alone would have had."""

    id: str
    status: int
    body: dict[str, object] | None


class Position(Model):
    asset_id: str
    symbol: str
    exchange: str
    asset_class: Literal["us_equity"]
    asset_marginable: bool
    qty: str
    qty_available: str
    side: Literal["long", "short"]
    avg_entry_price: str
    market_value: str | None
    cost_basis: str
    unrealized_pl: str
    unrealized_plpc: str
    unrealized_intraday_pl: str
    unrealized_intraday_plpc: str
    current_price: str | None
    lastday_price: str | None
    change_today: str
    realized_pl: str


class ClosedPosition(Model):
    """`body` is the closing order, or an error."""

    symbol: str
    status: int
    order_id: str | None
    body: dict[str, object]


class Account(Model):
    id: str
    account_number: str
    status: str
    crypto_status: str
    currency: str
    cash: str
    buying_power: str
    regt_buying_power: str
    non_marginable_buying_power: str
    options_buying_power: str
    accrued_fees: str
    pending_transfer_in: str
    pending_transfer_out: str
    portfolio_value: str
    equity: str
    last_equity: str
    long_market_value: str
    short_market_value: str
    initial_margin: str
    maintenance_margin: str
    last_maintenance_margin: str
    sma: str
    trading_blocked: bool
    transfers_blocked: bool
    account_blocked: bool
    blocked_reason: str | None
    trade_suspended_by_user: bool
    created_at: datetime
    multiplier: str
    shorting_enabled: bool
    # Ours: what open orders hold back, and the number of the last update.
    reserved: str
    sequence: int


class AccountConfiguration(Model):
    suspend_trade: bool
    no_shorting: bool
    # Ours: what the venue does where two orders of the account would trade with each other.
    self_trade_prevention: Literal["none", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"]
    fractional_trading: bool
    max_margin_multiplier: str
    trade_confirm_email: Literal["none"]
    ptp_no_exception_entry: bool
    max_options_trading_level: int
    dtbp_check: Literal["both"]
    pdt_check: Literal["both"]


class Activity(Model):
    id: str
    account_id: str
    activity_type: Literal["FILL"]
    transaction_time: datetime
    type: Literal["fill", "partial_fill"]
    price: str
    qty: str
    side: Literal["buy", "sell"]
    symbol: str
    leaves_qty: str
    order_id: str
    cum_qty: str
    order_status: str
    # Ours: what was charged for it (FIX Commission; negative: a rebate), and the update that told it.
    commission: str
    sequence: int


class PortfolioHistory(Model):
    """One entry in each list per point; `timestamp` in seconds."""

    timestamp: list[int]
    equity: list[float]
    profit_loss: list[float]
    profit_loss_pct: list[float | None]
    base_value: float
    timeframe: str
    cashflow: dict[str, list[float]]


class Asset(Model):
    id: str
    asset_class: Literal["us_equity"] = Field(alias="class")
    exchange: str
    symbol: str
    name: str
    status: Literal["active"]
    tradable: bool
    marginable: bool
    shortable: bool
    easy_to_borrow: bool
    fractionable: bool
    min_order_size: str
    min_trade_increment: str
    price_increment: str
    attributes: list[str]


class Clock(Model):
    timestamp: datetime
    is_open: bool
    next_open: datetime
    next_close: datetime
    calendar: str


class CalendarDay(Model):
    """Times are the exchange's wall clock."""

    date: str
    open: str
    close: str
    session_open: str
    session_close: str


class Watchlist(Model):
    id: str
    account_id: str
    name: str
    created_at: datetime
    updated_at: datetime
    assets: list[Asset]
