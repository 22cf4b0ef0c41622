"""Issue 21, point 5: the profit of a position's day, as clients see it."""

import pytest
from cift_common import money
from cift_common.platform import Platform
from cift_gateway.api import render
from cift_proto.trading.v1 import trading_pb2

NANOS = money.NANOS
PLATFORM = Platform.model_validate({"name": "test", "instruments": [{"symbol": "AAPL"}]})


@pytest.mark.parametrize(
    ("quantity", "intraday", "intraday_cost", "last_close", "profit", "ratio"),
    [
        (10, 10, "1200", 100, "10", "0.008333333"),
        (10, 10, "1200", 0, "10", "0.008333333"),
        (10, 0, "0", 100, "210", "0.21"),
        (15, 5, "600", 100, "215", "0.134375"),
        (-10, -10, "-1200", 100, "-10", "-0.008333333"),
        (-10, 0, "0", 100, "-210", "-0.21"),
    ],
    ids=["bought today", "no close is known", "held overnight", "both", "sold short today", "short overnight"],
)
def test_the_intraday_profit_of_a_position_bought_today_counts_from_its_cost(
    quantity: int, intraday: int, intraday_cost: str, last_close: int, profit: str, ratio: str
) -> None:
    shown = render.position(
        trading_pb2.Position(
            symbol="AAPL",
            quantity_nanos=quantity * NANOS,
            average_entry_price_nanos=120 * NANOS,
            cost_basis=str(quantity * 120),
            current_price_nanos=121 * NANOS,
            last_day_price_nanos=last_close * NANOS,
            intraday_quantity_nanos=intraday * NANOS,
            intraday_cost_basis=intraday_cost,
        ),
        PLATFORM,
    )
    assert (shown["unrealized_intraday_pl"], shown["unrealized_intraday_plpc"]) == (profit, ratio)
    assert shown["lastday_price"] == (str(last_close) if last_close else None)
    assert shown["change_today"] == ("0.21" if last_close else "0")
