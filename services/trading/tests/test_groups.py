"""Groups of orders against a venue that answers late and in any order: exits close what was opened, and no more."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from cift_common.errors import InvalidArgument
from cift_common.platform import Instrument
from cift_trading.domain import exits, group, lifecycle
from cift_trading.domain.group import Cancel, End, Resize, Send
from cift_trading.domain.order import (
    WORKING,
    Exits,
    Order,
    OrderClass,
    OrderTerms,
    OrderType,
    Side,
    Status,
    TimeInForce,
)
from cift_trading.domain.report import Kind, Report
from hypothesis import given, settings
from hypothesis import strategies as st

SHARE = 10**9
NOW = 1_700_000_000 * 10**9
AAPL = Instrument(symbol="AAPL")
TOUCH = (100 * SHARE, 101 * SHARE)


def bracket(**changes: object) -> OrderTerms:
    terms = OrderTerms(
        "a1",
        "c1",
        "AAPL",
        Side.BUY,
        OrderType.MARKET,
        TimeInForce.GTC,
        10 * SHARE,
        order_class=OrderClass.BRACKET,
        exits=Exits(120 * SHARE, 90 * SHARE),
    )
    return terms._replace(**changes)  # type: ignore[arg-type]


def oco(**changes: object) -> OrderTerms:
    return bracket(
        side=Side.SELL,
        type=OrderType.LIMIT,
        limit_price=120 * SHARE,
        order_class=OrderClass.OCO,
        exits=Exits(stop_loss=90 * SHARE),
    )._replace(**changes)  # type: ignore[arg-type]


@dataclass
class AtVenue:
    """An order as the venue has it."""

    quantity: int
    filled: int = 0
    open: bool = True


@dataclass
class World:
    """Trading's memory, the venue, and what is on its way between them."""

    orders: dict[str, Order] = field(default_factory=dict)
    venue: dict[str, AtVenue] = field(default_factory=dict)
    to_venue: list[tuple[str, str]] = field(default_factory=list)
    to_us: list[Report] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)
    number: int = 0

    def submit(self, terms: OrderTerms) -> None:
        exits.check(terms, AAPL, TOUCH)
        parent = exits.parent(Order("parent", terms, submitted_at=NOW, updated_at=NOW))
        for order in (parent, *exits.legs(parent, "profit", "loss")):
            self.orders[order.order_id] = order
        self.to_venue.append(("new", "parent"))

    def group(self) -> group.Group:
        return group.assemble(self.orders.values())

    def advance(self) -> None:
        while steps := group.plan(self.group(), self.said):
            for step in steps:
                order_id = step.order.order_id
                match step:
                    case Send(order, quantity):
                        self.orders[order_id] = lifecycle.release_held(order, quantity, NOW)
                        self.to_venue.append(("new", order_id))
                    case Resize(order, quantity):
                        self.orders[order_id] = lifecycle.resize_held(order, quantity, NOW)
                    case Cancel(order):
                        self.cancel(order)
                    case End(order, status, reason):
                        self.orders[order_id] = lifecycle.end_held(order, status, reason, NOW)

    def cancel(self, order: Order) -> None:
        step = lifecycle.wish_cancel(order, NOW)
        self.orders[order.order_id] = step.order
        if step.news:
            self.to_venue.append(("cancel", order.order_id))

    def deliver_to_venue(self) -> None:
        what, order_id = self.to_venue.pop(0)
        if what == "new":
            assert order_id not in self.venue, "sent twice"
            self.venue[order_id] = AtVenue(self.orders[order_id].terms.quantity)
            self.report(Kind.NEW, order_id)
        elif self.venue[order_id].open:
            self.venue[order_id].open = False
            self.report(Kind.CANCELED, order_id)
        else:
            self.report(Kind.CANCEL_REJECTED, order_id)

    def report(self, kind: Kind, order_id: str, quantity: int = 0) -> None:
        self.number += 1
        filled = self.venue[order_id].filled
        self.to_us.append(
            Report(
                f"x{self.number}",
                self.number,
                kind,
                order_id,
                "a1",
                "AAPL",
                price=100 * SHARE if quantity else 0,
                quantity=quantity,
                cumulative_quantity=filled,
                time=NOW,
            )
        )

    def fill(self, order_id: str, quantity: int) -> None:
        order = self.venue[order_id]
        quantity = min(quantity * SHARE, order.quantity - order.filled)
        order.filled += quantity
        order.open = order.filled < order.quantity
        self.report(Kind.TRADE, order_id, quantity)

    def end(self, order_id: str, kind: Kind) -> None:
        self.venue[order_id].open = False
        self.report(kind, order_id)

    def hear(self, place: int) -> None:
        report = self.to_us.pop(place)
        order = lifecycle.apply_execution(self.orders[report.order_id], report, NOW).order
        self.orders[order.order_id] = order
        if report.kind in (Kind.CANCELED, Kind.EXPIRED) and report.cumulative_quantity > order.filled_quantity:
            self.said[order.order_id] = report.cumulative_quantity
        if report.kind is not Kind.CANCEL_REJECTED:
            self.advance()

    def trigger(self) -> None:
        if group.is_armed(self.group()):
            self.orders["loss"] = lifecycle.trigger(self.orders["loss"], NOW)
            self.advance()

    def crash(self) -> None:
        """Memory comes back from what is stored; what the venue said stays in its messages."""
        self.orders = dict(self.orders)
        self.advance()

    def exits_filled_at_venue(self) -> int:
        return sum(self.venue[one].filled for one in self.venue if self.orders[one].role not in (0, 1))

    def opened_at_venue(self) -> int:
        if self.orders["parent"].terms.order_class is OrderClass.OCO:
            return self.orders["parent"].terms.quantity
        return self.venue["parent"].filled if "parent" in self.venue else 0

    def check(self) -> None:
        """What must hold at every moment, at the venue and not only as far as we know."""
        working = [one for one, order in self.venue.items() if order.open and self.orders[one].role in (2, 3)]
        assert len(working) <= 1, f"two exits at the venue: {working}"
        could_fill = sum(self.venue[one].quantity - self.venue[one].filled for one in working)
        waiting = sum(
            self.orders[one].terms.quantity
            for what, one in self.to_venue
            if what == "new" and self.orders[one].role in (2, 3)
        )
        assert self.exits_filled_at_venue() + could_fill + waiting <= self.opened_at_venue()

    def settle(self) -> None:
        """Everything that is on its way arrives, and what is left to do is done."""
        while self.to_venue or self.to_us:
            if self.to_venue:
                self.deliver_to_venue()
            while self.to_us:
                self.hear(0)
            self.advance()
            self.check()


def play(world: World, data: st.DataObject) -> None:
    """A few dozen things that happen, each of those that can."""
    for _ in range(data.draw(st.integers(1, 40), "moves")):
        moves: list[Callable[[], object]] = [world.trigger, world.crash]
        if world.to_venue:
            moves += [world.deliver_to_venue] * 3
        if world.to_us:
            place = data.draw(st.integers(0, len(world.to_us) - 1))
            moves += [lambda place=place: world.hear(place)] * 3
        for order_id in [one for one, order in world.venue.items() if order.open]:
            quantity = data.draw(st.integers(1, 12))
            moves += [lambda order_id=order_id, quantity=quantity: world.fill(order_id, quantity)] * 2
            kind = data.draw(st.sampled_from([Kind.CANCELED, Kind.EXPIRED]))
            moves.append(lambda order_id=order_id, kind=kind: world.end(order_id, kind))
        for order in world.orders.values():
            if order.status in WORKING:
                moves.append(lambda order=order: world.cancel(order))
        data.draw(st.sampled_from(moves))()
        world.check()


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(["bracket", "oco", "take profit", "stop loss"]))
def test_exits_never_close_more_than_was_opened(data: st.DataObject, kind: str) -> None:
    world = World()
    match kind:
        case "bracket":
            world.submit(bracket())
        case "oco":
            world.submit(oco())
        case "take profit":
            world.submit(bracket(order_class=OrderClass.OTO, exits=Exits(take_profit=120 * SHARE)))
        case _:
            world.submit(bracket(order_class=OrderClass.OTO, exits=Exits(stop_loss=90 * SHARE)))
    play(world, data)
    world.settle()
    for order_id, there in world.venue.items():
        assert world.orders[order_id].filled_quantity == there.filled
        assert (world.orders[order_id].status in WORKING) == there.open
    held = [order for order in world.orders.values() if order.status is Status.HELD]
    if held and not any(order.status in WORKING for order in world.orders.values()):
        raise AssertionError(f"held for ever: {held}")


def entered() -> World:
    world = World()
    world.submit(bracket())
    world.deliver_to_venue()
    return world


def test_a_bracket_is_activated_when_its_entry_is_filled_and_one_exit_cancels_the_other() -> None:
    world = entered()
    world.fill("parent", 4)
    world.settle()
    assert {order.status for key, order in world.orders.items() if key != "parent"} == {Status.HELD}
    world.fill("parent", 6)
    world.settle()
    assert world.orders["profit"].status is Status.NEW
    assert world.orders["loss"].status is Status.HELD
    world.fill("profit", 3)
    world.settle()
    assert world.orders["loss"].terms.quantity == 7 * SHARE
    world.fill("profit", 7)
    world.settle()
    assert (world.orders["loss"].status, world.orders["loss"].reason) == (Status.CANCELED, group.OTHER_FILLED)


def test_a_stop_loss_waits_for_the_venue_to_say_what_the_take_profit_has() -> None:
    world = entered()
    world.fill("parent", 10)
    world.settle()
    world.trigger()
    assert world.orders["profit"].status is Status.PENDING_CANCEL
    world.fill("profit", 4)
    world.deliver_to_venue()
    # The end is heard of before the fill.
    world.to_us.reverse()
    world.hear(0)
    assert world.orders["loss"].terms.quantity == 6 * SHARE
    world.settle()
    assert world.venue["loss"].quantity == 6 * SHARE


def test_what_was_bought_before_an_entry_ended_is_protected_and_nothing_else() -> None:
    world = entered()
    world.fill("parent", 4)
    world.end("parent", Kind.EXPIRED)
    world.settle()
    assert (world.orders["profit"].status, world.orders["profit"].terms.quantity) == (Status.NEW, 4 * SHARE)
    world = entered()
    world.end("parent", Kind.CANCELED)
    world.settle()
    assert {world.orders[leg].status for leg in ("profit", "loss")} == {Status.CANCELED}
    assert world.orders["loss"].reason == group.ENTRY_ENDED


def test_a_take_profit_that_the_venue_gave_up_leaves_the_stop_loss() -> None:
    world = entered()
    world.fill("parent", 10)
    world.settle()
    world.end("profit", Kind.CANCELED)
    world.settle()
    assert world.orders["loss"].status is Status.NEW


WRONG: list[tuple[OrderTerms, str]] = [
    (bracket(exits=Exits(stop_loss=90 * SHARE)), exits.TAKE_PROFIT_FIELD),
    (bracket(exits=Exits(take_profit=120 * SHARE)), exits.STOP_LOSS_FIELD),
    (bracket(exits=Exits(90 * SHARE, 120 * SHARE)), exits.TAKE_PROFIT_FIELD),
    (bracket(exits=Exits(101 * SHARE, 90 * SHARE)), exits.TAKE_PROFIT_FIELD),
    (bracket(exits=Exits(120 * SHARE, 101 * SHARE)), exits.STOP_LOSS_FIELD),
    (bracket(exits=Exits(120 * SHARE + 1, 90 * SHARE)), exits.TAKE_PROFIT_FIELD),
    (bracket(exits=Exits(120 * SHARE, 90 * SHARE, 1)), exits.STOP_LOSS_LIMIT_FIELD),
    (bracket(side=Side.SELL), exits.TAKE_PROFIT_FIELD),
    (bracket(time_in_force=TimeInForce.IOC), "time_in_force"),
    (bracket(extended_hours=True), "extended_hours"),
    (bracket(type=OrderType.TRAILING_STOP), "type"),
    (bracket(order_class=OrderClass.SIMPLE), "order_class"),
    (bracket(order_class=OrderClass.OTO), "take_profit"),
    (bracket(order_class=OrderClass.OTO, exits=Exits()), "take_profit"),
    (oco(type=OrderType.MARKET, limit_price=0), "type"),
    (oco(limit_price=80 * SHARE), exits.TAKE_PROFIT_FIELD),
    (oco(exits=Exits(stop_loss_limit=80 * SHARE)), exits.STOP_LOSS_FIELD),
]


@pytest.mark.parametrize(("terms", "name"), WRONG, ids=[f"{number}-{name}" for number, (_, name) in enumerate(WRONG)])
def test_a_wrong_group_is_refused_by_the_field_that_is_wrong(terms: OrderTerms, name: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        exits.check(terms, AAPL, TOUCH)
    assert refused.value.field == name
    assert refused.value.limit


def test_a_short_entry_turns_everything_around() -> None:
    terms = bracket(side=Side.SELL, exits=Exits(90 * SHARE, 120 * SHARE))
    exits.check(terms, AAPL, TOUCH)
    parent = exits.parent(Order("parent", terms, submitted_at=NOW, updated_at=NOW))
    profit, loss = exits.legs(parent, "profit", "loss")
    assert profit.terms.side is loss.terms.side is Side.BUY
    assert group.is_reached(loss, 0, 120 * SHARE)
    assert not group.is_reached(loss, 0, 119 * SHARE)
    assert not group.is_reached(loss, 0, 0)
