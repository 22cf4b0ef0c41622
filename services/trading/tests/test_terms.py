"""What an order may ask for: each refusal names field and limit."""

from decimal import Decimal

import pytest
from cift_common.errors import InvalidArgument
from cift_common.platform import Instrument
from cift_trading.domain.history import MINUTE_NS, Point, grid, sample
from cift_trading.domain.order import OrderTerms, OrderType, Side, TimeInForce
from cift_trading.domain.terms import check
from hypothesis import given
from hypothesis import strategies as st

NANOS = 10**9
NOW = 1_700_000_000 * NANOS
AAPL = Instrument(symbol="AAPL", tick_size=Decimal("0.01"), lot_size=Decimal(1))
MARKET = OrderTerms("a", "c", "AAPL", Side.BUY, OrderType.MARKET, TimeInForce.DAY, NANOS)
LIMIT = MARKET._replace(type=OrderType.LIMIT, limit_price=100 * NANOS)

GOOD = [
    MARKET,
    LIMIT,
    MARKET._replace(type=OrderType.STOP, stop_price=NANOS, time_in_force=TimeInForce.GTC),
    LIMIT._replace(type=OrderType.STOP_LIMIT, stop_price=NANOS),
    MARKET._replace(type=OrderType.TRAILING_STOP, trail_price=NANOS),
    MARKET._replace(type=OrderType.TRAILING_STOP, trail_percent_bp=50),
    LIMIT._replace(time_in_force=TimeInForce.GTD, expires_at=NOW + 1),
    LIMIT._replace(extended_hours=True),
]
BAD = [
    (MARKET._replace(quantity=0), "qty", "> 0"),
    (MARKET._replace(quantity=-NANOS), "qty", "> 0"),
    (MARKET._replace(quantity=NANOS // 2), "qty", "1"),
    (MARKET._replace(limit_price=NANOS), "limit_price", "none"),
    (LIMIT._replace(limit_price=0), "limit_price", "> 0"),
    (LIMIT._replace(limit_price=-NANOS), "limit_price", "> 0"),
    (LIMIT._replace(limit_price=NANOS + 1), "limit_price", "0.01"),
    (MARKET._replace(type=OrderType.STOP), "stop_price", "> 0"),
    (LIMIT._replace(type=OrderType.STOP_LIMIT, stop_price=5), "stop_price", "0.01"),
    (MARKET._replace(trail_price=NANOS), "trail_price", "none"),
    (MARKET._replace(type=OrderType.TRAILING_STOP), "trail_price", "one of the two"),
    (MARKET._replace(type=OrderType.TRAILING_STOP, trail_percent_bp=10_000), "trail_percent", "0.01..99.99"),
    (MARKET._replace(type=OrderType.STOP, stop_price=NANOS, time_in_force=TimeInForce.IOC), "time_in_force", "day"),
    (LIMIT._replace(time_in_force=TimeInForce.GTD), "expires_at", "> now"),
    (LIMIT._replace(expires_at=NOW + 1), "expires_at", "none"),
    (MARKET._replace(extended_hours=True), "extended_hours", "limit"),
    (MARKET._replace(client_order_id="x" * 129), "client_order_id", "128"),
    (MARKET._replace(client_order_id="a\nb"), "client_order_id", "128"),
    (MARKET._replace(strategy="x" * 65), "strategy", "64"),
]


@pytest.mark.parametrize("terms", GOOD)
def test_good_terms_pass(terms: OrderTerms) -> None:
    check(terms, AAPL, NOW)


@pytest.mark.parametrize(("terms", "field", "limit"), BAD)
def test_bad_terms_are_refused_by_name(terms: OrderTerms, field: str, limit: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check(terms, AAPL, NOW)
    assert refused.value.field == field
    assert limit in refused.value.limit
    assert refused.value.reason


@given(st.lists(st.tuples(st.integers(0, 60), st.integers()), max_size=20), st.integers(0, 60), st.integers(0, 60))
def test_history_shows_the_last_worth_before_each_time(records: list[tuple[int, int]], a: int, b: int) -> None:
    recorded = [Point(minute * MINUTE_NS, equity) for minute, equity in sorted(records)]
    start, end = sorted((a * MINUTE_NS, b * MINUTE_NS))
    points = list(sample(recorded, grid(start, end, MINUTE_NS)))
    for point in points:
        assert point.equity == [record.equity for record in recorded if record.time <= point.time][-1]
    first = recorded[0].time if recorded else end + 1
    assert len(points) == len([time for time in grid(start, end, MINUTE_NS) if time >= first])


def test_history_refuses_what_is_too_fine_or_too_long() -> None:
    for start, end, interval in ((0, 10, 10), (10, 0, MINUTE_NS), (0, 10**6 * MINUTE_NS, MINUTE_NS)):
        with pytest.raises(InvalidArgument):
            grid(start, end, interval)
