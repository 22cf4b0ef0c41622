"""What may be booked: everything that a venue can do with an order, in any order; nothing else."""

from decimal import Decimal

import pytest
from cift_common.platform import Fees, Instrument, Platform
from cift_trading.domain import lifecycle
from cift_trading.domain.booking import BookingRules, commission_bounds
from cift_trading.domain.order import Order, OrderTerms, OrderType, Side, Status, TimeInForce
from cift_trading.domain.report import Kind, Report
from hypothesis import given
from hypothesis import strategies as st

SHARE, CENT, NOW = 10**9, 10**7, 1_700_000_000 * 10**9
RULES = BookingRules(Platform(name="test", instruments=(Instrument(symbol="AAPL"),)))
CHARGED = Fees(per_share=Decimal("0.01"), per_order=Decimal(1), maker_bp=Decimal(-1), taker_bp=Decimal(25))


def order(quantity: int = 10, order_id: str = "o1", side: Side = Side.BUY, **more: object) -> Order:
    terms = OrderTerms(
        "a1", f"c-{order_id}", "AAPL", side, OrderType.LIMIT, TimeInForce.GTC, quantity * SHARE, limit_price=100 * SHARE
    )
    return Order(order_id, terms, NOW, NOW)._replace(**more)  # type: ignore[arg-type]


def trade(number: int = 7, quantity: int = 1, price: int = 100 * SHARE, order_id: str = "o1", side: int = 1) -> Report:
    return Report(
        f"PAPER-AAPL-{number}", number, Kind.TRADE, order_id, "a1", "AAPL", price, quantity * SHARE, time=NOW, side=side
    )


def reason(report: Report, of: Order, *others: Order, rules: BookingRules = RULES) -> str:
    known = {one.order_id: one for one in (of, *others)}
    found = rules.check(report, of, known.get)
    return found.reason if found is not None else ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"account_id": "a2"}, "ACCOUNT_DIFFERS"),
        ({"account_id": ""}, "ACCOUNT_DIFFERS"),
        ({"symbol": "MSFT", "execution_id": "PAPER-MSFT-7"}, "SYMBOL_DIFFERS"),
        ({"side": 2}, "SIDE_DIFFERS"),
        ({"sequence": 8}, "EXECUTION_ID"),
        ({"sequence": 0}, "EXECUTION_ID"),
        ({"execution_id": "PAPER-AAPL-8"}, "EXECUTION_ID"),
        ({"price": 0}, "PRICE"),
        ({"price": -CENT}, "PRICE"),
        ({"price": 100 * SHARE + CENT}, "PRICE_OUTSIDE_LIMIT"),
        ({"price": 90 * SHARE}, ""),
        ({"price": 99 * SHARE + 1}, "PRICE_OFF_GRID"),
        ({"quantity": 0}, "QUANTITY"),
        ({"quantity": -SHARE}, "QUANTITY"),
        ({"quantity": SHARE // 2}, "QUANTITY_OFF_GRID"),
        ({"quantity": 10 * SHARE}, ""),
        ({"quantity": 11 * SHARE}, "MORE_THAN_ORDERED"),
        ({"quantity": 1_000_000 * SHARE}, "MORE_THAN_ORDERED"),
        ({"cumulative_quantity": 11 * SHARE}, "MORE_THAN_ORDERED"),
        ({"quantity": 3 * SHARE, "cumulative_quantity": 2 * SHARE}, "CUMULATIVE_QUANTITY"),
        ({"commission": 1}, "COMMISSION"),
        ({"commission": -1}, "COMMISSION"),
    ],
)
def test_a_fill_has_to_agree_with_its_order(change: dict[str, object], expected: str) -> None:
    assert reason(trade()._replace(**change), order()) == expected  # type: ignore[arg-type]


def test_a_sale_is_never_below_its_limit_and_a_stop_limit_has_one_too() -> None:
    selling = order(side=Side.SELL)
    assert reason(trade(side=2), selling) == ""
    assert reason(trade(side=2, price=99 * SHARE), selling) == "PRICE_OUTSIDE_LIMIT"
    stop_limit = selling._replace(terms=selling.terms._replace(type=OrderType.STOP_LIMIT, stop_price=101 * SHARE))
    assert reason(trade(side=2, price=99 * SHARE), stop_limit) == "PRICE_OUTSIDE_LIMIT"
    market = selling._replace(terms=selling.terms._replace(type=OrderType.MARKET, limit_price=0))
    assert reason(trade(side=2, price=CENT), market) == ""


def test_a_fill_counts_however_its_order_ended_and_not_while_it_is_held() -> None:
    for status in Status:
        assert reason(trade(), order(status=status)) == ("ORDER_HELD" if status is Status.HELD else "")


def test_fills_of_an_order_and_of_those_that_took_its_place_are_one_sum() -> None:
    first = order(10, "o1", status=Status.REPLACED, filled_quantity=4 * SHARE, replaced_by="o2")
    second = order(12, "o2", replaces="o1", filled_quantity=9 * SHARE)
    assert reason(trade(quantity=3), first, second) == ""
    assert reason(trade(quantity=4), first, second) == "MORE_THAN_ORDERED"
    # The venue's report of the change is on its way: what the original had is not carried yet.
    pending = order(12, "o2", replaces="o1", filled_quantity=5 * SHARE)
    original = order(10, "o1", filled_quantity=4 * SHARE, replacement="o2")
    assert reason(trade(quantity=3, order_id="o2"), pending, original) == ""
    assert reason(trade(quantity=4, order_id="o2"), pending, original) == "MORE_THAN_ORDERED"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TRADE])
def test_only_a_trade_moves_money(kind: Kind) -> None:
    said = Report("PAPER-AAPL-7", 7, kind, "o1", "a1", "AAPL", time=NOW)
    assert reason(said, order()) == ""
    for change in ({"price": 1}, {"quantity": 1}, {"commission": 1}):
        assert reason(said._replace(**change), order()) == "NOT_A_TRADE"
    assert reason(said._replace(account_id="a2"), order()) == "ACCOUNT_DIFFERS"
    assert reason(said._replace(symbol="MSFT"), order()) == "SYMBOL_DIFFERS"


def test_a_replacement_is_that_of_its_original() -> None:
    said = Report("PAPER-AAPL-7", 7, Kind.REPLACED, "o2", "a1", "AAPL", original_order_id="o1", time=NOW)
    assert reason(said, order(order_id="o2", replaces="o1")) == ""
    assert reason(said, order(order_id="o2", replaces="o9")) == "ORIGINAL_DIFFERS"


@given(st.lists(st.integers(1, 5), max_size=6), st.data())
def test_whatever_a_venue_does_is_booked_in_any_order(fills: list[int], data: st.DataObject) -> None:
    """Fills of at most the order, an end, a refusal; shuffled and repeated as delivery may."""
    while sum(fills) > 10:
        fills.pop()
    reports = [Report("PAPER-AAPL-1", 1, Kind.NEW, "o1", "a1", "AAPL", time=NOW)]
    done = 0
    for number, quantity in enumerate(fills, 2):
        done += quantity
        price = data.draw(st.integers(1, 10_000)) * CENT
        reports.append(trade(number, quantity, price)._replace(cumulative_quantity=done * SHARE))
    reports.append(Report("PAPER-AAPL-90", 90, Kind.CANCELED, "o1", "a1", "AAPL", time=NOW))
    now = order()
    for one in data.draw(st.permutations(reports)):
        assert reason(one, now) == ""
        now = lifecycle.apply_execution(now, one, NOW).order
    assert now.filled_quantity == sum(fills) * SHARE


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["maker", "taker"]), st.booleans())
def test_every_charge_of_the_schedule_is_within_its_bounds(quantity: int, cents: int, side: str, first: bool) -> None:
    price = cents * CENT
    rate = CHARGED.maker_bp if side == "maker" else CHARGED.taker_bp
    value = Decimal(quantity * price) / SHARE
    charge = quantity * CHARGED.per_share + value * rate / 10_000 + (CHARGED.per_order if first else 0)
    least, most = commission_bounds(CHARGED, quantity * SHARE, price)
    assert least <= round(charge * SHARE) <= most
    assert most - least <= (value * 26 / 10_000 + CHARGED.per_order) * SHARE + 2
