"""Issue 21, 4: an account does not trade with itself unless it says so."""

import pytest
from cift_trading.domain.account import SelfTradePrevention
from cift_trading.domain.order import Side, TimeInForce

from tests.reports.engines import ACCOUNT, Engines, buy

CANCEL_NEWEST, CANCEL_OLDEST = SelfTradePrevention.CANCEL_NEWEST, SelfTradePrevention.CANCEL_OLDEST
CANCEL_BOTH, NONE = SelfTradePrevention.CANCEL_BOTH, SelfTradePrevention.NONE


@pytest.mark.parametrize(
    ("policy", "oldest", "newest"),
    [
        (CANCEL_NEWEST, "", "SELF_TRADE"),
        (CANCEL_OLDEST, "SELF_TRADE", ""),
        (CANCEL_BOTH, "SELF_TRADE", "SELF_TRADE"),
    ],
)
def test_a_sale_does_not_meet_a_buy_of_its_own_account(policy: SelfTradePrevention, oldest: str, newest: str) -> None:
    engines = Engines()
    engines.quote("90.00", "110.00")
    engines.risk.engine.set_position(ACCOUNT, "AAPL", 10 * 10**9, 0)
    bid = buy("limit", 10, limit_price="100.00")
    assert engines.submit(bid, policy)
    first = engines.last
    assert engines.submit(bid._replace(side=Side.SELL), policy)
    assert (engines.ends.get(first, ""), engines.ends.get(engines.last, "")) == (oldest, newest)
    assert all(not order.filled_quantity for order in engines.orders.values())


def test_an_account_that_allows_it_trades_with_itself() -> None:
    engines = Engines()
    engines.quote("90.00", "110.00")
    engines.risk.engine.set_position(ACCOUNT, "AAPL", 10 * 10**9, 0)
    bid = buy("limit", 10, limit_price="100.00")
    engines.submit(bid, NONE)
    engines.submit(bid._replace(side=Side.SELL), NONE)
    assert all(order.filled_quantity for order in engines.orders.values())


def test_a_market_order_stops_at_an_order_of_its_own_account() -> None:
    engines = Engines()
    engines.risk.engine.set_position(ACCOUNT, "AAPL", 10 * 10**9, 0)
    engines.quote("99.00", "100.02", 5)
    engines.submit(buy("limit", 10, limit_price="100.01")._replace(side=Side.SELL))
    engines.submit(buy("market", 4, TimeInForce.DAY))
    assert engines.ends[engines.last] == "SELF_TRADE"
