"""Issue 21, 2: every reservation bounds what can happen, and reserves no more than that needs."""

from decimal import Decimal

import pytest
from cift_common import money
from cift_common.platform import Fees
from cift_trading.domain.order import Order, OrderTerms, TimeInForce
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.engines import ACCOUNT, Engines, buy


def at_100(cash: int = 100_000, fees: Fees | None = None) -> Engines:
    engines = Engines(cash, fees)
    engines.quote("100.00", "100.02")
    return engines


def test_a_buy_stop_does_not_follow_the_market_to_140() -> None:
    engines = at_100()
    assert engines.submit(buy("stop", 828, stop_price="100.50"))
    engines.quote("139.98", "140.00")
    assert engines.cash == 100_000 * money.NANOS
    resting = engines.resting(engines.last)
    assert resting is not None
    assert resting.limit_price == Decimal("102.51")
    engines.quote("101.98", "102.00")
    assert engines.orders[engines.last].filled_quantity == 828 * money.NANOS
    assert engines.cash >= 0


def test_a_trailing_buy_does_not_follow_the_market_to_150() -> None:
    engines = at_100()
    assert engines.submit(buy("trailing_stop", 800, trail_price="0.50"))
    engines.quote("150.48", "150.50")
    assert engines.cash == 100_000 * money.NANOS


def test_a_market_order_pays_no_more_than_was_reserved() -> None:
    engines = at_100()
    engines.book.quote("100.00", 100, "140.00", 1_000)
    assert engines.submit(buy("market", 900, TimeInForce.DAY))
    assert engines.ends[engines.last] == "PRICE_PROTECTION"
    assert (engines.cash, engines.reserved) == (100_000 * money.NANOS, 0)


def test_97_percent_of_the_cash_buys_at_market() -> None:
    engines = at_100()
    assert engines.submit(buy("market", 978, TimeInForce.DAY))
    assert Decimal(978) * Decimal("100.02") > Decimal("0.97") * 100_000


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (buy("limit", 1, limit_price="20.00"), ""),
        (buy("limit", 1, limit_price="120.01"), ""),
        (buy("limit", 1, limit_price="120.02"), "PRICE_COLLAR"),
        (buy("limit", 1, limit_price="10.00"), "PRICE_COLLAR"),
        (buy("stop", 1, stop_price="500.00"), ""),
        (buy("stop", 1, stop_price="1000.11"), "PRICE_COLLAR"),
        (buy("stop_limit", 1, stop_price="500.00", limit_price="600.00"), ""),
        (buy("stop_limit", 1, stop_price="500.00", limit_price="600.01"), "PRICE_COLLAR"),
    ],
)
def test_the_collar_binds_aggressive_prices_and_a_wider_bound_all(terms: OrderTerms, reason: str) -> None:
    assert at_100().submit(terms).reason == reason


def test_a_refusal_for_the_commission_consumes_neither_rate_nor_duplicate_mark() -> None:
    engines = at_100(10_000, Fees(per_order=Decimal(5)))
    engines.risk.engine.set_policy(
        {"version": 2, "defaults": {"max_order_rate_per_second": 1, "duplicate_window_ms": 60_000}}
    )
    assert engines.submit(buy("limit", 100, limit_price="100.00")).reason == "BUYING_POWER"
    engines.risk.put_account(engines.account._replace(cash=10_006 * money.NANOS))
    assert engines.submit(buy("limit", 100, limit_price="100.00"))


FEES = Fees(per_order=Decimal(1), per_share=Decimal("0.005"), maker_bp=Decimal(-2), taker_bp=Decimal("7.5"))
PRICES = st.integers(6_000, 14_000)
ORDERS = st.one_of(
    st.builds(lambda q: buy("market", q, TimeInForce.DAY), st.integers(1, 300)),
    st.builds(lambda q, p: buy("limit", q, limit_price=f"{p / 100:.2f}"), st.integers(1, 300), PRICES),
    st.builds(lambda q, p: buy("stop", q, stop_price=f"{p / 100:.2f}"), st.integers(1, 300), PRICES),
    st.builds(lambda q, p: buy("trailing_stop", q, trail_price=f"{p / 100:.2f}"), st.integers(1, 300), PRICES),
    st.builds(lambda q, p: buy("trailing_stop", q, trail_percent=str(p)), st.integers(1, 300), st.integers(1, 30)),
)
STEPS = st.lists(st.one_of(ORDERS, st.tuples(PRICES, st.integers(1, 500))), max_size=40)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_path_of_prices_takes_the_cash_below_zero(steps: list[OrderTerms | tuple[int, int]]) -> None:
    engines = at_100(20_000, FEES)
    for step in steps:
        if isinstance(step, OrderTerms):
            engines.submit(step)
        else:
            ask, size = step
            engines.quote(f"{(ask - 2) / 100:.2f}", f"{ask / 100:.2f}", size)
        exposure = engines.risk.exposure(ACCOUNT)
        assert exposure["cash"] - exposure["reserved"] >= 0
        for order_id, order in engines.orders.items():
            worst = order.terms.limit_price or engines.decisions[order_id].protection_price
            assert order.filled_value <= order.filled_quantity * worst


@settings(max_examples=100, deadline=None)
@given(st.lists(ORDERS, max_size=25), st.integers(1_000, 60_000))
def test_a_preview_says_what_submitting_says(orders: list[OrderTerms], cash: int) -> None:
    engines = at_100(cash, FEES)
    for terms in orders:
        asked = Order("0190a5a0-0000-7000-8000-0000000000ff", terms, 0, 0)
        preview = engines.risk.preview(asked.order_id, asked, engines.now(), closing=False).decision
        decision = engines.submit(terms)
        assert (preview.accepted, preview.reason, preview.field, preview.limit) == (
            decision.accepted, decision.reason, decision.field, decision.limit,
        )  # fmt: skip
        assert preview.protection_price == decision.protection_price
