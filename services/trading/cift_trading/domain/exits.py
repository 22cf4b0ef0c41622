"""What a group of orders may ask for, and the legs that come of it.

A group is an entry with one exit (OTO) or two (bracket), or two exits for a position that is there (OCO). Legs are held
here, not at the venue, until `group.plan` says otherwise.
"""

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_common.platform import Instrument

from cift_trading.domain.group import Group
from cift_trading.domain.order import (
    Exits,
    Order,
    OrderClass,
    OrderTerms,
    OrderType,
    Role,
    Side,
    Status,
    TimeInForce,
)
from cift_trading.domain.terms import check_tick

SIMPLE, BRACKET, OCO, OTO = OrderClass.SIMPLE, OrderClass.BRACKET, OrderClass.OCO, OrderClass.OTO
TAKE_PROFIT_FIELD, STOP_LOSS_FIELD = "take_profit.limit_price", "stop_loss.stop_price"
STOP_LOSS_LIMIT_FIELD = "stop_loss.limit_price"
_ENTRY_TYPES = frozenset({OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT})
_TIMES_IN_FORCE = frozenset({TimeInForce.DAY, TimeInForce.GTC})


def check(terms: OrderTerms, instrument: Instrument, touch: tuple[int, int]) -> None:
    """Raises `InvalidArgument` for the first thing that is wrong; `touch` is the best bid and ask, 0 where unknown."""
    kind, exits = terms.order_class, terms.exits
    if kind is SIMPLE:
        if any(exits):
            raise _bad("order_class", "a simple order has no take_profit and no stop_loss", "bracket, oco or oto")
        return
    word = kind.name.lower()
    _check_time_in_force(terms)
    if terms.extended_hours:
        raise _bad("extended_hours", f"{word} orders take no extended_hours", "false")
    types = frozenset({OrderType.LIMIT}) if kind is OCO else _ENTRY_TYPES
    if terms.type not in types:
        names = ", ".join(sorted(member.name.lower() for member in types))
        raise _bad("type", f"type of {word} orders must be one of {names}", names)
    _check_presence(kind, exits)
    for field, price in (
        (TAKE_PROFIT_FIELD, exits.take_profit),
        (STOP_LOSS_FIELD, exits.stop_loss),
        (STOP_LOSS_LIMIT_FIELD, exits.stop_loss_limit),
    ):
        if price < 0:
            raise _bad(field, f"{field} must be > 0", "> 0")
        check_tick(field, price, instrument)
    if kind is OCO:
        check_sides(terms.side.opposite, Exits(terms.limit_price, exits.stop_loss), 0)
    else:
        check_sides(terms.side, exits, _base(terms, touch))


def _check_time_in_force(terms: OrderTerms) -> None:
    if terms.time_in_force not in _TIMES_IN_FORCE:
        word = terms.order_class.name.lower()
        raise _bad("time_in_force", f"time_in_force of {word} orders must be day or gtc", "day, gtc")


def _check_presence(kind: OrderClass, exits: Exits) -> None:
    word = kind.name.lower()
    if kind is BRACKET and not exits.take_profit:
        raise _bad(TAKE_PROFIT_FIELD, f"{word} orders require {TAKE_PROFIT_FIELD}", "> 0")
    if kind in (BRACKET, OCO) and not exits.stop_loss:
        raise _bad(STOP_LOSS_FIELD, f"{word} orders require {STOP_LOSS_FIELD}", "> 0")
    if kind is OCO and exits.take_profit:
        raise _bad(TAKE_PROFIT_FIELD, "the take profit of an oco order is its own limit_price", "none")
    if kind is OTO and bool(exits.take_profit) == bool(exits.stop_loss):
        raise _bad("take_profit", "oto orders require one of take_profit and stop_loss", "one of the two")
    if exits.stop_loss_limit and not exits.stop_loss:
        raise _bad(STOP_LOSS_FIELD, f"{STOP_LOSS_LIMIT_FIELD} requires {STOP_LOSS_FIELD}", "> 0")


def _base(terms: OrderTerms, touch: tuple[int, int]) -> int:
    """The price that the entry is expected to have; 0 where nobody knows."""
    if terms.type is OrderType.STOP:
        return terms.stop_price
    if terms.type is not OrderType.MARKET:
        return terms.limit_price
    return touch[1] if terms.side is Side.BUY else touch[0]


def check_sides(entry_side: Side, exits: Exits, base: int) -> None:
    """A take profit lies where the entry gains, a stop loss where it loses: seen from each other and from `base`, the
    entry's price (0: unknown)."""
    sign, more = entry_side.sign, (">" if entry_side is Side.BUY else "<")
    less = "<" if entry_side is Side.BUY else ">"
    if exits.take_profit and exits.stop_loss and sign * (exits.take_profit - exits.stop_loss) <= 0:
        limit = f"{more} {money.text(exits.stop_loss)}"
        raise _bad(TAKE_PROFIT_FIELD, f"{TAKE_PROFIT_FIELD} must be {more} {STOP_LOSS_FIELD}", limit)
    if not base:
        return
    if exits.take_profit and sign * (exits.take_profit - base) <= 0:
        limit = f"{more} {money.text(base)}"
        raise _bad(TAKE_PROFIT_FIELD, f"{TAKE_PROFIT_FIELD} must be {limit}, the price of the entry", limit)
    if exits.stop_loss and sign * (exits.stop_loss - base) >= 0:
        limit = f"{less} {money.text(base)}"
        raise _bad(STOP_LOSS_FIELD, f"{STOP_LOSS_FIELD} must be {limit}, the price of the entry", limit)


def check_change(group: Group, order: Order, terms: OrderTerms) -> None:
    """An order of a group may change its prices as long as all stay on their sides of each other; an entry what else an
    order may."""
    _check_time_in_force(terms)
    if order.role is Role.ENTRY:
        legs = Exits(*(_price(leg) for leg in (group.take_profit, group.stop_loss)))
        check_sides(terms.side, legs, _base(terms, (0, 0)))
        return
    if terms.quantity != order.terms.quantity:
        raise _bad("qty", "the qty of an exit follows what its group has to close", "none")
    if terms.time_in_force is not order.terms.time_in_force:
        raise _bad("time_in_force", "an exit keeps the time_in_force of its group", "none")
    prices = Exits(
        terms.limit_price if order.role is Role.TAKE_PROFIT else _price(group.take_profit),
        terms.stop_price if order.role is Role.STOP_LOSS else _price(group.stop_loss),
    )
    check_sides(terms.side.opposite, prices, 0)


def _price(leg: Order | None) -> int:
    """What a leg is for; 0 where it is over."""
    if leg is None or not leg.status.is_open:
        return 0
    return leg.terms.limit_price if leg.role is Role.TAKE_PROFIT else leg.terms.stop_price


def parent(order: Order) -> Order:
    """A new order as the first of its group; a simple one stays as it is."""
    kind = order.terms.order_class
    if kind is SIMPLE:
        return order
    return order._replace(group=order.order_id, role=Role.TAKE_PROFIT if kind is OCO else Role.ENTRY)


def legs(parent: Order, take_profit_id: str, stop_loss_id: str) -> tuple[Order, ...]:
    """The orders that depend on a new one."""
    terms, exits = parent.terms, parent.terms.exits
    side = terms.side if terms.order_class is OCO else terms.side.opposite
    common = terms._replace(
        side=side, type=OrderType.LIMIT, limit_price=0, stop_price=0, exits=Exits(), client_order_id=""
    )
    found = []
    if exits.take_profit:
        leg = common._replace(client_order_id=take_profit_id, limit_price=exits.take_profit)
        found.append(_held(parent, take_profit_id, leg, Role.TAKE_PROFIT))
    if exits.stop_loss:
        leg = common._replace(
            client_order_id=stop_loss_id,
            type=OrderType.STOP_LIMIT if exits.stop_loss_limit else OrderType.STOP,
            stop_price=exits.stop_loss,
            limit_price=exits.stop_loss_limit,
        )
        found.append(_held(parent, stop_loss_id, leg, Role.STOP_LOSS))
    return tuple(found)


def _held(parent: Order, order_id: str, terms: OrderTerms, role: Role) -> Order:
    return Order(
        order_id,
        terms,
        submitted_at=parent.submitted_at,
        updated_at=parent.updated_at,
        status=Status.HELD,
        group=parent.order_id,
        role=role,
    )


def _bad(field: str, message: str, limit: str) -> InvalidArgument:
    return InvalidArgument(message, reason="EXITS", field=field, limit=limit)
