"""What an order may ask for: the rules that need no market and no account. Every refusal names field and limit."""

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_common.platform import Instrument

from cift_trading.domain.order import OrderTerms, OrderType, TimeInForce

CLIENT_ORDER_ID_LENGTH_MAX = 128
STRATEGY_LENGTH_MAX = 64
TRAIL_PERCENT_BP_MAX = 9_999

MARKET, LIMIT, STOP = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP
STOP_LIMIT, TRAILING_STOP = OrderType.STOP_LIMIT, OrderType.TRAILING_STOP

_RESTING = frozenset({TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD})
_ALL = frozenset(TimeInForce)
_TIMES_IN_FORCE = {
    MARKET: _ALL - {TimeInForce.GTD},
    LIMIT: _ALL,
    STOP: _RESTING,
    STOP_LIMIT: _RESTING,
    TRAILING_STOP: _RESTING,
}
_WANTS_LIMIT = frozenset({LIMIT, STOP_LIMIT})
_WANTS_STOP = frozenset({STOP, STOP_LIMIT})


def check(terms: OrderTerms, instrument: Instrument, now: int) -> None:
    """Raises `InvalidArgument` for the first thing that is wrong."""
    check_quantity(terms.quantity, instrument)
    kind = terms.type.name
    _check_price("limit_price", terms.limit_price, terms.type in _WANTS_LIMIT, kind, instrument)
    _check_price("stop_price", terms.stop_price, terms.type in _WANTS_STOP, kind, instrument)
    if terms.type is TRAILING_STOP or terms.trail_price or terms.trail_percent_bp:
        _check_trail(terms, instrument)
    if terms.time_in_force not in _TIMES_IN_FORCE[terms.type]:
        allowed = ", ".join(sorted(name.name.lower() for name in _TIMES_IN_FORCE[terms.type]))
        raise InvalidArgument(
            f"a {kind.lower()} order cannot be {terms.time_in_force.name.lower()}; time_in_force may be {allowed}",
            reason="TIME_IN_FORCE",
            field="time_in_force",
            limit=allowed,
        )
    if terms.time_in_force is TimeInForce.GTD or terms.expires_at:
        _check_expiry(terms, now)
    if terms.extended_hours and terms.type is not LIMIT:
        raise InvalidArgument(
            "extended_hours goes with limit orders only", reason="EXTENDED_HOURS", field="extended_hours", limit="limit"
        )
    _check_text("client_order_id", terms.client_order_id, CLIENT_ORDER_ID_LENGTH_MAX)
    _check_text("strategy", terms.strategy, STRATEGY_LENGTH_MAX)


def check_replacement(old: OrderTerms, new: OrderTerms) -> None:
    """What a replacement may not change, whatever the order is: nothing that rests becomes immediate, and orders for an
    auction stay what they are."""
    wanted, has = new.time_in_force, old.time_in_force
    if wanted is has or (wanted in _RESTING and has in _RESTING):
        return
    allowed = "day, gtc, gtd" if has in _RESTING else has.name.lower()
    raise InvalidArgument(
        f"a {has.name.lower()} order cannot be made {wanted.name.lower()} by a replacement; cancel it and send a new"
        f" order; time_in_force may be {allowed}",
        reason="TIME_IN_FORCE",
        field="time_in_force",
        limit=allowed,
    )


def check_quantity(quantity: int, instrument: Instrument) -> None:
    lot = instrument.lot_size_nanos
    if quantity <= 0:
        raise InvalidArgument(
            f"qty must be > 0, not {money.text(quantity)}", reason="QUANTITY", field="qty", limit="> 0"
        )
    if quantity % lot:
        raise InvalidArgument(
            f"qty {money.text(quantity)} is not a multiple of the lot size {money.text(lot)} of {instrument.symbol}",
            reason="LOT_SIZE",
            field="qty",
            limit=money.text(lot),
        )


def _check_price(field: str, price: int, wanted: bool, kind: str, instrument: Instrument) -> None:
    if not wanted:
        if price:
            raise InvalidArgument(f"a {kind.lower()} order has no {field}", reason="PRICE", field=field, limit="none")
        return
    if price <= 0:
        raise InvalidArgument(
            f"a {kind.lower()} order needs a {field} > 0, not {money.text(price)}",
            reason="PRICE",
            field=field,
            limit="> 0",
        )
    check_tick(field, price, instrument)


def check_tick(field: str, price: int, instrument: Instrument) -> None:
    tick = instrument.tick_size_nanos
    if price % tick:
        raise InvalidArgument(
            f"{field} {money.text(price)} is not a multiple of the tick size {money.text(tick)} of {instrument.symbol}",
            reason="TICK_SIZE",
            field=field,
            limit=money.text(tick),
        )


def _check_trail(terms: OrderTerms, instrument: Instrument) -> None:
    if terms.type is not TRAILING_STOP:
        field = "trail_price" if terms.trail_price else "trail_percent"
        raise InvalidArgument(
            f"a {terms.type.name.lower()} order has no {field}", reason="PRICE", field=field, limit="none"
        )
    if bool(terms.trail_price) == bool(terms.trail_percent_bp):
        raise InvalidArgument(
            "a trailing_stop order needs one of trail_price and trail_percent",
            reason="PRICE",
            field="trail_price",
            limit="one of the two",
        )
    if terms.trail_price < 0:
        raise InvalidArgument("trail_price must be > 0", reason="PRICE", field="trail_price", limit="> 0")
    if terms.trail_price:
        check_tick("trail_price", terms.trail_price, instrument)
    elif not 0 < terms.trail_percent_bp <= TRAIL_PERCENT_BP_MAX:
        raise InvalidArgument(
            "trail_percent must be between 0.01 and 99.99", reason="PRICE", field="trail_percent", limit="0.01..99.99"
        )


def _check_expiry(terms: OrderTerms, now: int) -> None:
    if terms.time_in_force is not TimeInForce.GTD:
        raise InvalidArgument("only a gtd order has expires_at", reason="EXPIRY", field="expires_at", limit="none")
    if terms.expires_at <= now:
        raise InvalidArgument(
            "a gtd order needs an expires_at in the future", reason="EXPIRY", field="expires_at", limit="> now"
        )


def _check_text(field: str, text: str, length_max: int) -> None:
    if len(text) > length_max or not (text.isprintable() or not text):
        raise InvalidArgument(
            f"{field} must be at most {length_max} printable characters",
            reason="TEXT",
            field=field,
            limit=str(length_max),
        )
