"""The bodies that ask for an order or for its replacement, and what they mean to trading."""

from typing import Annotated, Any

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_common.platform import Platform
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.trading.v1 import trading_pb2 as trading
from pydantic import BaseModel, ConfigDict, Field

from cift_gateway.domain import times
from cift_gateway.domain.fields import (
    PRINTABLE,
    OptionalNanos,
    OrderClass,
    OrderType,
    Side,
    TimeInForce,
    nanos_of,
)

ClientOrderId = Annotated[str, Field(max_length=128, pattern=PRINTABLE)]

_LIMIT_TYPES = frozenset({common.ORDER_TYPE_LIMIT, common.ORDER_TYPE_STOP_LIMIT})
_STOP_TYPES = frozenset({common.ORDER_TYPE_STOP, common.ORDER_TYPE_STOP_LIMIT})
_TYPE_NAMES = {value: name.removeprefix("ORDER_TYPE_").lower() for name, value in common.OrderType.items()}
_INTENTS: dict[int, tuple[str, str]] = {
    common.SIDE_BUY: ("buy_to_open", "buy_to_close"),
    common.SIDE_SELL: ("sell_to_open", "sell_to_close"),
}
_NANOS_PER_BP = 10_000_000
_PERCENT_MAX_BP = 10_000
_NOTIONAL_TYPES = frozenset({common.ORDER_TYPE_MARKET, common.ORDER_TYPE_LIMIT})
NOTIONAL_MIN_NANOS = money.NANOS


class TakeProfit(BaseModel):
    """The leg that closes with a profit."""

    limit_price: nanos_of("take_profit.limit_price")  # type: ignore[valid-type]


class StopLoss(BaseModel):
    """The leg that closes with a loss; without a limit it goes to the market."""

    stop_price: nanos_of("stop_loss.stop_price")  # type: ignore[valid-type]
    limit_price: nanos_of("stop_loss.limit_price", optional=True) = None  # type: ignore[valid-type]


class SubmitOrder(BaseModel):
    """`POST /v2/orders`, as Alpaca's clients send it. What Alpaca has and this platform has not is refused by name."""

    model_config = ConfigDict(extra="ignore")

    symbol: Annotated[str, Field(min_length=1, max_length=32)]
    qty: OptionalNanos = None
    # Money instead of shares: the quantity that it pays for at the present price, in whole lots.
    notional: OptionalNanos = None
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    limit_price: OptionalNanos = None
    stop_price: OptionalNanos = None
    trail_price: OptionalNanos = None
    trail_percent: OptionalNanos = None
    extended_hours: bool | None = None
    client_order_id: ClientOrderId | None = None
    # Ours: which strategy the order belongs to, and until when a `gtd` order lives.
    strategy: Annotated[str, Field(max_length=64, pattern=PRINTABLE)] | None = None
    expires_at: Annotated[str, Field(max_length=40)] | None = None
    order_class: OrderClass | None = None
    take_profit: TakeProfit | None = None
    stop_loss: StopLoss | None = None
    position_intent: str | None = None


# Alpaca's fields for orders that this platform does not take; null and absent are the same.
_UNSUPPORTED = ("legs", "ratio_qty")


def refuse_unsupported(body: dict[str, Any]) -> None:
    for field in _UNSUPPORTED:
        if body.get(field) is not None:
            raise InvalidArgument(f"{field} is not supported; give qty", reason="UNSUPPORTED", field=field)


def check_size(order: SubmitOrder) -> None:
    """Exactly one of `qty` and `notional`, and the latter where Alpaca takes it."""
    if order.qty is None and order.notional is None:
        raise InvalidArgument("qty is required, or notional", field="qty")
    if order.notional is None:
        return
    if order.qty is not None:
        raise InvalidArgument("give qty or notional, not both", field="notional")
    if order.type not in _NOTIONAL_TYPES or order.time_in_force != common.TIME_IN_FORCE_DAY:
        raise InvalidArgument(
            "notional is for market and limit orders of time_in_force day; give qty",
            reason="UNSUPPORTED",
            field="notional",
            limit="market, limit; day",
        )
    if (order.order_class or common.ORDER_CLASS_SIMPLE) != common.ORDER_CLASS_SIMPLE:
        raise InvalidArgument(
            "notional is for simple orders; give qty", reason="UNSUPPORTED", field="notional", limit="simple"
        )
    if order.notional < NOTIONAL_MIN_NANOS:
        raise InvalidArgument("notional must be at least 1", field="notional", limit=">= 1")


def quantity_of(notional_nanos: int, price_nanos: int, lot_nanos: int) -> int:
    """The whole lots that an amount of money pays for."""
    quantity: int = notional_nanos * money.NANOS // price_nanos // lot_nanos * lot_nanos
    if not quantity:
        least = money.text(-(-price_nanos * lot_nanos // money.NANOS))
        raise InvalidArgument(
            f"notional {money.text(notional_nanos)} pays for less than the smallest quantity,"
            f" {money.text(lot_nanos)} at {money.text(price_nanos)}",
            field="notional",
            limit=f">= {least}",
        )
    return quantity


def _price(wanted: bool, field: str, value: int | None, order_type: int) -> int:
    if wanted and value is None:
        raise InvalidArgument(f"{_TYPE_NAMES[order_type]} orders require {field}", field=field)
    if not wanted and value is not None:
        raise InvalidArgument(f"{_TYPE_NAMES[order_type]} orders take no {field}", field=field)
    return value or 0


def percent_bp(field: str, nanos: int) -> int:
    """Percent in nanos → hundredths of a percent."""
    if nanos % _NANOS_PER_BP or nanos > _PERCENT_MAX_BP * _NANOS_PER_BP:
        raise InvalidArgument(f"{field} must be at most 100 with two decimal places", field=field, limit="0.01..100")
    return nanos // _NANOS_PER_BP


def to_submit(
    order: SubmitOrder, account_id: str, client_order_id: str, platform: Platform
) -> trading.SubmitOrderRequest:
    """Checks what can be checked without a price; `InvalidArgument` names the field."""
    if order.symbol not in platform.by_symbol:
        raise InvalidArgument(f'asset "{order.symbol}" not found', reason="UNKNOWN_SYMBOL", field="symbol")
    kind, is_oco = order.type, order.order_class == common.ORDER_CLASS_OCO
    limit_price = _take_profit_of_oco(order) if is_oco else order.limit_price
    trailing = kind == common.ORDER_TYPE_TRAILING_STOP
    if trailing and (order.trail_price is None) == (order.trail_percent is None):
        raise InvalidArgument("trailing_stop orders require one of trail_price and trail_percent", field="trail_price")
    request = trading.SubmitOrderRequest(
        account_id=account_id,
        client_order_id=client_order_id,
        symbol=order.symbol,
        side=order.side,  # type: ignore[arg-type]
        type=kind,  # type: ignore[arg-type]
        time_in_force=order.time_in_force,  # type: ignore[arg-type]
        quantity_nanos=order.qty or 0,
        limit_price_nanos=_price(kind in _LIMIT_TYPES, "limit_price", limit_price, kind),
        stop_price_nanos=_price(kind in _STOP_TYPES, "stop_price", order.stop_price, kind),
        extended_hours=bool(order.extended_hours),
        strategy=order.strategy or "",
        order_class=order.order_class or common.ORDER_CLASS_SIMPLE,  # type: ignore[arg-type]
    )
    if order.take_profit is not None and not is_oco:
        request.take_profit_limit_price_nanos = order.take_profit.limit_price
    if order.stop_loss is not None:
        request.stop_loss_stop_price_nanos = order.stop_loss.stop_price
        request.stop_loss_limit_price_nanos = order.stop_loss.limit_price or 0
    if trailing:
        request.trail_price_nanos = order.trail_price or 0
        if order.trail_percent is not None:
            request.trail_percent_bp = percent_bp("trail_percent", order.trail_percent)
    elif order.trail_price is not None or order.trail_percent is not None:
        raise InvalidArgument(f"{_TYPE_NAMES[kind]} orders take no trail", field="trail_price")
    _set_expiry(request, order)
    if order.position_intent and order.position_intent not in _INTENTS[order.side]:
        choices = ", ".join(_INTENTS[order.side])
        raise InvalidArgument(f"position_intent must be one of {choices}", field="position_intent", limit=choices)
    return request


def _take_profit_of_oco(order: SubmitOrder) -> int | None:
    """The limit of the order itself, which Alpaca's clients may give in either place."""
    inside = order.take_profit.limit_price if order.take_profit is not None else None
    if inside is not None and order.limit_price is not None and inside != order.limit_price:
        raise InvalidArgument(
            "take_profit.limit_price and limit_price of an oco order must be the same",
            field="take_profit.limit_price",
            limit="limit_price",
        )
    if inside is None and order.limit_price is None:
        raise InvalidArgument("oco orders require take_profit.limit_price", field="take_profit.limit_price")
    return inside if inside is not None else order.limit_price


def _set_expiry(request: trading.SubmitOrderRequest, order: SubmitOrder) -> None:
    gtd = order.time_in_force == common.TIME_IN_FORCE_GTD
    if gtd != (order.expires_at is not None):
        raise InvalidArgument("expires_at belongs to time_in_force gtd, and gtd needs it", field="expires_at")
    if order.expires_at is not None:
        request.expires_at_ns = times.parse_time("expires_at", order.expires_at)


class ReplaceOrder(BaseModel):
    """`PATCH /v2/orders/{id}`: what is not given stays as it was."""

    model_config = ConfigDict(extra="ignore")

    qty: OptionalNanos = None
    limit_price: OptionalNanos = None
    stop_price: OptionalNanos = None
    # Of a trailing stop, in the unit that the order was made with; ours: the same with its unit said.
    trail: OptionalNanos = None
    trail_price: OptionalNanos = None
    trail_percent: OptionalNanos = None
    time_in_force: TimeInForce | None = None
    # Ours: until when a `gtd` order lives.
    expires_at: Annotated[str, Field(max_length=40)] | None = None
    client_order_id: ClientOrderId | None = None


def to_replace(body: ReplaceOrder, account_id: str, order_id: str, client_order_id: str) -> trading.ReplaceOrderRequest:
    request = trading.ReplaceOrderRequest(account_id=account_id, order_id=order_id, client_order_id=client_order_id)
    if body.qty is not None:
        request.quantity_nanos = body.qty
    if body.limit_price is not None:
        request.limit_price_nanos = body.limit_price
    if body.stop_price is not None:
        request.stop_price_nanos = body.stop_price
    _set_trail(request, body)
    if body.expires_at is not None:
        request.expires_at_ns = times.parse_time("expires_at", body.expires_at)
    if body.time_in_force is not None:
        request.time_in_force = body.time_in_force  # type: ignore[assignment]
    changed = ("qty", "limit_price", "stop_price", *_TRAILS, "time_in_force", "expires_at")
    if all(getattr(body, field) is None for field in changed):
        raise InvalidArgument(f"give at least one of {', '.join(changed)}", field="qty", reason="NOTHING_TO_REPLACE")
    return request


_TRAILS = ("trail", "trail_price", "trail_percent")


def _set_trail(request: trading.ReplaceOrderRequest, body: ReplaceOrder) -> None:
    given = [name for name in _TRAILS if getattr(body, name) is not None]
    if len(given) > 1:
        raise InvalidArgument(f"give one of {', '.join(_TRAILS)}", field=given[1], limit="one of them")
    if body.trail is not None:
        request.trail_nanos = body.trail
    if body.trail_price is not None:
        request.trail_price_nanos = body.trail_price
    if body.trail_percent is not None:
        request.trail_percent_bp = percent_bp("trail_percent", body.trail_percent)
