"""Proto → the JSON that Alpaca's clients expect. Numbers leave as exact text, never through a float."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from cift_common import money
from cift_common.money import text
from cift_common.platform import Instrument, Platform
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.trading.v1 import trading_pb2 as trading

from cift_gateway.domain import words
from cift_gateway.domain.asset import asset_id, exchange
from cift_gateway.domain.times import SECOND_NS, rfc3339, rfc3339_or_none

Json = dict[str, Any]
# How a price or quantity in nanos, and a time in nanoseconds, is written.
Number = Callable[[int], Any]
Time = Callable[[int], Any]
_NANOS_PER_BP = 10_000_000
_EXECUTIONS = uuid.UUID("0b8a5f0e-7f0c-5b0c-9b53-2f7f2f1b7d11")


def _price(nanos: int) -> str | None:
    return text(nanos) if nanos else None


def number(nanos: int) -> orjson.Fragment:
    """A JSON number with exactly these digits."""
    return orjson.Fragment(text(nanos))


def decimal_number(value: str) -> orjson.Fragment:
    """The same from a decimal string."""
    return orjson.Fragment(format(Decimal(value or "0"), "f"))


def ratio_number(part: str, whole: str) -> orjson.Fragment | None:
    """None where the whole is zero."""
    return decimal_number(_ratio(Decimal(part or "0"), Decimal(whole))) if Decimal(whole or "0") else None


def order(message: trading.Order) -> Json:
    submitted = rfc3339(message.submitted_at_ns)
    kind = words.ORDER_TYPE.get(message.type, "")
    return {
        "id": message.order_id,
        "client_order_id": message.client_order_id,
        "created_at": submitted,
        "updated_at": rfc3339(message.updated_at_ns or message.submitted_at_ns),
        "submitted_at": submitted,
        "filled_at": rfc3339_or_none(message.filled_at_ns),
        "expired_at": rfc3339_or_none(message.expired_at_ns),
        "expires_at": rfc3339_or_none(message.expires_at_ns),
        "canceled_at": rfc3339_or_none(message.canceled_at_ns),
        "failed_at": rfc3339_or_none(message.failed_at_ns),
        "replaced_at": rfc3339_or_none(message.replaced_at_ns),
        "replaced_by": message.replaced_by or None,
        "replaces": message.replaces or None,
        "asset_id": asset_id(message.symbol),
        "symbol": message.symbol,
        "asset_class": "us_equity",
        "notional": None,
        "qty": text(message.quantity_nanos),
        "filled_qty": text(message.filled_quantity_nanos),
        "filled_avg_price": _price(message.filled_average_price_nanos),
        "order_class": words.ORDER_CLASS.get(message.order_class, "simple"),
        "order_type": kind,
        "type": kind,
        "side": words.SIDE.get(message.side, ""),
        "time_in_force": words.TIME_IN_FORCE.get(message.time_in_force, ""),
        "limit_price": _price(message.limit_price_nanos),
        "stop_price": _price(message.stop_price_nanos or message.trailing_stop_price_nanos),
        "status": words.ORDER_STATUS.get(message.status, ""),
        "extended_hours": message.extended_hours,
        "legs": [order(leg) for leg in message.legs] or None,
        "trail_percent": _price(message.trail_percent_bp * _NANOS_PER_BP),
        "trail_price": _price(message.trail_price_nanos),
        "hwm": _price(message.high_water_price_nanos),
        "reason": message.reason or None,
        "strategy": message.strategy or None,
        "group_id": message.group_id or None,
        "version": message.version,
    }


def execution_id(text_id: str) -> str | None:
    """A UUID, as Alpaca's clients demand; another form is mapped to one, always the same."""
    if not text_id:
        return None
    try:
        return str(uuid.UUID(text_id))
    except ValueError:
        return str(uuid.uuid5(_EXECUTIONS, text_id))


def event(update: trading.AccountUpdate) -> str:
    return words.EVENT.get(update.event, "")


def trade_update(update: trading.AccountUpdate) -> Json:
    """The `data` of a `trade_updates` message; `sequence` is ours."""
    data: Json = {
        "event": event(update),
        "timestamp": rfc3339(update.occurred_at_ns),
        "sequence": update.sequence,
        "order": order(update.order),
    }
    if update.execution_id:
        data["execution_id"] = execution_id(update.execution_id)
    if update.quantity_nanos:
        data["price"] = text(update.price_nanos)
        data["qty"] = text(update.quantity_nanos)
        data["position_qty"] = text(update.position_quantity_nanos)
        data["cash"] = update.cash
        data["commission"] = text(update.commission_nanos)
    return data


def activity(update: trading.AccountUpdate) -> Json:
    filled = update.order
    return {
        "id": f"{rfc3339(update.occurred_at_ns)[:19].translate(_DIGITS_ONLY)}000::{update.sequence}",
        "account_id": update.account_id,
        "activity_type": "FILL",
        "transaction_time": rfc3339(update.occurred_at_ns),
        "type": event(update),
        "price": text(update.price_nanos),
        "qty": text(update.quantity_nanos),
        "side": words.SIDE.get(filled.side, ""),
        "symbol": filled.symbol,
        "leaves_qty": text(filled.quantity_nanos - filled.filled_quantity_nanos),
        "order_id": filled.order_id,
        "cum_qty": text(filled.filled_quantity_nanos),
        "order_status": words.ORDER_STATUS.get(filled.status, ""),
        "commission": text(update.commission_nanos),
        "sequence": update.sequence,
    }


_DIGITS_ONLY = str.maketrans("", "", "-:T")


def _plain(value: Decimal, places: int | None = None) -> str:
    return format(money.strip(value if places is None else money.round_places(value, places)), "f")


def _ratio(part: Decimal, whole: Decimal) -> str:
    return _plain(part / abs(whole), 9) if whole else "0"


def position(message: trading.Position, platform: Platform) -> Json:
    quantity = money.from_nanos(message.quantity_nanos)
    price = money.from_nanos(message.current_price_nanos)
    cost = Decimal(message.cost_basis or "0")
    value = quantity * price
    unrealized = value - cost if message.current_price_nanos else Decimal(0)
    last_day = money.from_nanos(message.last_day_price_nanos)
    overnight = quantity - money.from_nanos(message.intraday_quantity_nanos)
    # What was held overnight counts from the last close (from its cost where there is none), the rest from its cost.
    start = last_day or money.from_nanos(message.average_entry_price_nanos)
    base = overnight * start + Decimal(message.intraday_cost_basis or "0")
    intraday = value - base if message.current_price_nanos else Decimal(0)
    return {
        "asset_id": asset_id(message.symbol),
        "symbol": message.symbol,
        "exchange": exchange(platform.by_symbol.get(message.symbol)),
        "asset_class": "us_equity",
        "asset_marginable": False,
        "qty": text(message.quantity_nanos),
        "qty_available": text(message.quantity_available_nanos),
        "side": "short" if message.quantity_nanos < 0 else "long",
        "avg_entry_price": text(message.average_entry_price_nanos),
        "market_value": _plain(value, 9) if message.current_price_nanos else None,
        "cost_basis": _plain(cost),
        "unrealized_pl": _plain(unrealized, 9),
        "unrealized_plpc": _ratio(unrealized, cost),
        "unrealized_intraday_pl": _plain(intraday, 9),
        "unrealized_intraday_plpc": _ratio(intraday, base),
        "current_price": _price(message.current_price_nanos),
        "lastday_price": _price(message.last_day_price_nanos),
        "change_today": _ratio(price - last_day, last_day) if message.current_price_nanos else "0",
        "realized_pl": message.realized_pnl or "0",
    }


def account(message: trading.Account) -> Json:
    created = rfc3339(message.created_at_ns)
    return {
        "id": message.account_id,
        "account_number": message.account_number,
        "status": "ACTIVE",
        "crypto_status": "INACTIVE",
        "currency": message.currency or "USD",
        "cash": message.cash,
        "buying_power": message.buying_power,
        "regt_buying_power": message.buying_power,
        "non_marginable_buying_power": message.buying_power,
        "options_buying_power": "0",
        "accrued_fees": "0",
        "pending_transfer_in": "0",
        "pending_transfer_out": "0",
        "portfolio_value": message.equity,
        "equity": message.equity,
        "last_equity": message.last_equity,
        "long_market_value": message.long_market_value,
        "short_market_value": message.short_market_value,
        "initial_margin": "0",
        "maintenance_margin": "0",
        "last_maintenance_margin": "0",
        "sma": "0",
        "trading_blocked": message.trading_blocked,
        "transfers_blocked": False,
        "account_blocked": False,
        "blocked_reason": message.blocked_reason or None,
        "trade_suspended_by_user": message.suspended_by_user,
        "created_at": created,
        "multiplier": str(message.multiplier or 1),
        "shorting_enabled": message.shorting_enabled,
        "reserved": message.reserved,
        "sequence": message.sequence,
    }


def asset(instrument: Instrument) -> Json:
    """Sizes and increments as Alpaca gives them, as text."""
    lot = format(money.strip(instrument.lot_size), "f")
    return {
        "id": asset_id(instrument.symbol),
        "class": "us_equity",
        "exchange": exchange(instrument),
        "symbol": instrument.symbol,
        "name": instrument.name or instrument.symbol,
        "status": "active",
        "tradable": True,
        "marginable": False,
        # The paper venue lends every symbol; an account sells short once its owner has set `no_shorting` to false.
        "shortable": True,
        "easy_to_borrow": True,
        "fractionable": instrument.lot_size < 1,
        "min_order_size": lot,
        "min_trade_increment": lot,
        "price_increment": format(money.strip(instrument.tick_size), "f"),
        "attributes": [],
    }


def bar(message: common.Bar, number: Number = number, time: Time = rfc3339) -> Json:
    return {
        "t": time(message.start_time_ns),
        "o": number(message.open_price_nanos),
        "h": number(message.high_price_nanos),
        "l": number(message.low_price_nanos),
        "c": number(message.close_price_nanos),
        "v": number(message.volume_nanos),
        "n": message.trade_count,
        "vw": number(message.vwap_price_nanos),
    }


def quote(message: common.Quote, number: Number = number, time: Time = rfc3339) -> Json:
    return {
        "t": time(message.exchange_time_ns),
        "ax": message.exchange,
        "ap": number(message.ask_price_nanos),
        "as": number(message.ask_quantity_nanos),
        "bx": message.exchange,
        "bp": number(message.bid_price_nanos),
        "bs": number(message.bid_quantity_nanos),
        "c": ["R"],
        "z": "C",
    }


def trade(message: common.Trade, number: Number = number, time: Time = rfc3339) -> Json:
    return {
        "t": time(message.exchange_time_ns),
        "x": message.exchange,
        "p": number(message.price_nanos),
        "s": number(message.quantity_nanos),
        "c": ["@"],
        "i": int(message.trade_id) if message.trade_id.isdecimal() else message.sequence,
        "z": "C",
    }


def seconds(time_ns: int) -> int:
    return time_ns // SECOND_NS
