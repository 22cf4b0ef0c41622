"""Issue 21, point 12: fractions and amounts of money work with the defaults, and assets tell the truth."""

from decimal import Decimal
from typing import Any

import pytest
from cift_common import money
from cift_common.errors import InvalidArgument
from cift_common.platform import Instrument
from cift_gateway.api import render
from cift_gateway.domain.fields import validated
from cift_gateway.domain.order_request import SubmitOrder, check_size, quantity_of
from cift_marketdata.domain.ticks import QuoteTick
from cift_marketdata.feeds.market import SimulatedMarket
from cift_operator.api.trading import Listing

SHARE = money.NANOS
AAPL = Instrument(symbol="AAPL", lot_size=Listing(symbol="AAPL").lot_size)
NOTIONAL = {"symbol": "AAPL", "notional": "150", "side": "buy", "type": "market", "time_in_force": "day"}


def test_an_instrument_takes_fractions_unless_it_says_otherwise() -> None:
    shown = render.asset(AAPL)
    assert (shown["fractionable"], shown["shortable"], shown["easy_to_borrow"]) == (True, True, True)
    assert (shown["min_order_size"], shown["min_trade_increment"]) == ("0.000001", "0.000001")
    assert render.asset(Instrument(symbol="A", lot_size=Decimal(1)))["fractionable"] is False


@pytest.mark.parametrize("lot", ["1", "0.01", "0.000001"])
def test_a_quote_of_the_simulated_market_has_shares_whatever_the_lot_is(lot: str) -> None:
    market = SimulatedMarket([Instrument(symbol="AAPL", lot_size=Decimal(lot))], 7, 1)
    quotes = [tick for n in range(50) for tick in market.step(n) if isinstance(tick, QuoteTick)]
    assert all((quote.ask_quantity_nanos or 0) >= SHARE for quote in quotes)


def test_notional_buys_what_it_pays_for_in_whole_lots() -> None:
    check_size(validated(SubmitOrder, NOTIONAL))
    assert quantity_of(150 * SHARE, 230 * SHARE, AAPL.lot_size_nanos) == 652_173_000
    assert quantity_of(150 * SHARE, 100 * SHARE, SHARE) == SHARE
    with pytest.raises(InvalidArgument) as caught:
        quantity_of(99 * SHARE, 100 * SHARE, SHARE)
    assert (caught.value.field, caught.value.limit) == ("notional", ">= 100")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"qty": "1"}, "notional"),
        ({"notional": None}, "qty"),
        ({"notional": "0.99"}, "notional"),
        ({"notional": "-1"}, "notional"),
        ({"time_in_force": "gtc"}, "notional"),
        ({"type": "stop", "stop_price": "100"}, "notional"),
        ({"order_class": "bracket"}, "notional"),
    ],
)
def test_notional_is_refused_by_name_where_it_has_no_meaning(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        check_size(validated(SubmitOrder, {**NOTIONAL, **change}))
    assert caught.value.field == field
