"""The book in Python: events, depth, refusals; the engine itself is tested in Rust."""

from decimal import Decimal

import pytest
from cift_core import Book, LevelChange, PhaseChange, Refused, Report, Trade, Trigger


@pytest.fixture
def book() -> Book:
    return Book("AAPL", tick="0.01")


def test_a_crossing_order_trades_at_the_resting_price(book: Book) -> None:
    book.submit("sell", 10, "189.43", order_id=1)
    events = book.submit("buy", 4, "189.50", order_id=2)

    trade = next(event for event in events if isinstance(event, Trade))
    assert (trade.price, trade.quantity, trade.aggressor) == (Decimal("189.43"), Decimal(4), "buy")
    fills = [event for event in events if isinstance(event, Report) and event.kind == "TRADE"]
    assert {(fill.order_id[-1], fill.maker, fill.leaves_quantity) for fill in fills} == {
        ("1", True, Decimal(6)),
        ("2", False, Decimal(0)),
    }
    level = next(event for event in events if isinstance(event, LevelChange))
    assert (level.side, level.price, level.quantity, level.orders) == ("sell", Decimal("189.43"), Decimal(6), 1)
    assert book.last_trade_price == Decimal("189.43")


def test_depth_is_best_first_and_prints_as_a_ladder(book: Book) -> None:
    for price in ("189.40", "189.42", "189.41"):
        book.submit("buy", 100, price)
    book.submit("sell", Decimal("50"), Decimal("189.45"))

    depth = book.depth(levels=2)
    assert [level.price for level in depth.bids] == [Decimal("189.42"), Decimal("189.41")]
    assert [(level.price, level.quantity, level.orders) for level in depth.asks] == [
        (Decimal("189.45"), Decimal(50), 1)
    ]
    assert [line.split() for line in str(depth).splitlines()] == [
        ["bid", "price", "ask"],
        ["189.45", "50"],
        ["100", "189.42"],
        ["100", "189.41"],
    ]


def test_orders_change_under_a_new_id_and_are_canceled(book: Book) -> None:
    book.submit("buy", 10, "189.40")
    events = book.replace(1, quantity=5)
    replaced = next(event for event in events if isinstance(event, Report))
    assert (replaced.kind, replaced.original_order_id) == ("REPLACED", "00000000-0000-0000-0000-000000000001")
    assert [order.quantity for order in book.orders()] == [Decimal(5)]

    canceled = next(event for event in book.cancel(replaced.order_id) if isinstance(event, Report))
    assert (canceled.kind, canceled.reason) == ("CANCELED", "CANCEL_REQUESTED")
    assert len(book) == 0


def test_order_types_follow_from_the_prices(book: Book) -> None:
    book.quote("189.42", 100, "189.44", 100)
    book.submit("sell", 1, stop_price="189.00")
    book.submit("sell", 1, "188.90", stop_price="189.00")
    book.submit("sell", 1, trail_percent_bp=100)
    book.submit("sell", 1, "190.00")
    assert {order.type for order in book.orders()} == {"stop", "stop_limit", "trailing_stop", "limit"}
    filled = [event for event in book.submit("buy", 1) if isinstance(event, Trade)]
    assert [trade.price for trade in filled] == [Decimal("189.44")]


def test_a_stop_fires_when_the_market_trades_at_it(book: Book) -> None:
    book.submit("buy", 10, "189.00", order_id=1)
    book.submit("buy", 10, "188.00", order_id=2)
    book.submit("sell", 5, stop_price="189.00", order_id=3)
    events = book.submit("sell", 10, "189.00", order_id=4)
    assert [event.order_id[-1] for event in events if isinstance(event, Trigger)] == ["3"]
    assert [event.price for event in events if isinstance(event, Trade)] == [Decimal(189), Decimal(188)]


def test_an_auction_crosses_at_one_price(book: Book) -> None:
    phases = [event for event in book.auction(True) if isinstance(event, PhaseChange)]
    assert [event.phase for event in phases] == ["AUCTION"]
    book.submit("buy", 10, "189.50")
    book.submit("sell", 10, "189.40")
    trades = [event for event in book.auction(False, reference_price="189.45") if isinstance(event, Trade)]
    assert [(trade.price, trade.quantity, trade.aggressor) for trade in trades] == [
        (Decimal("189.45"), Decimal(10), None)
    ]
    assert book.phase == "CONTINUOUS"


@pytest.mark.parametrize(
    ("quantity", "price", "reason", "field"),
    [
        (0, "189.40", "INVALID_QUANTITY", "quantity_nanos"),
        ("1.5", "189.40", "OFF_LOT", "quantity_nanos"),
        (1, "189.405", "OFF_TICK", "limit_price_nanos"),
    ],
)
def test_a_malformed_order_is_refused_and_changes_nothing(
    book: Book, quantity: int | str, price: str, reason: str, field: str
) -> None:
    before = book.state_hash()
    with pytest.raises(Refused) as refused:
        book.submit("buy", quantity, price)
    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert book.state_hash() == before


def test_floats_and_nonsense_are_errors(book: Book) -> None:
    with pytest.raises(TypeError, match="price: give a str, an int or a Decimal, not a float"):
        book.submit("buy", 1, 189.4)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"quantity: .NaN. is not a decimal"):
        book.submit("buy", Decimal("NaN"), "189.40")
    with pytest.raises(ValueError, match=r"side: .long. is not one of buy, sell"):
        book.submit("long", 1, "189.40")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="order_id"):
        book.cancel("not-an-id")


def test_the_same_commands_give_the_same_state() -> None:
    def run() -> str:
        book = Book("AAPL", tick="0.01")
        for step in range(200):
            book.submit("buy" if step % 3 else "sell", 1 + step % 7, Decimal(18900 + step * 37 % 50) / 100)
        return book.state_hash()

    assert run() == run()
