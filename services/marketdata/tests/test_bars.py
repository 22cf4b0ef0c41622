"""Minute bars against a naive recomputation."""

from fractions import Fraction
from itertools import groupby

import numpy as np
from cift_marketdata.domain.bars import MINUTE_NS, MinuteBars
from cift_marketdata.domain.columns import TRADE
from cift_marketdata.domain.ticks import Bar, Trade
from hypothesis import given
from hypothesis import strategies as st

trades = st.lists(
    st.tuples(st.integers(0, 5 * MINUTE_NS), st.integers(1, 10**15), st.integers(1, 10**15)), min_size=1, max_size=60
).map(sorted)


def naive(rows: list[tuple[int, int, int]]) -> list[Bar]:
    bars = []
    for start, group in groupby(rows, key=lambda row: row[0] // MINUTE_NS * MINUTE_NS):
        minute = list(group)
        prices, volume = [price for _, price, _ in minute], sum(quantity for _, _, quantity in minute)
        vwap = round(Fraction(sum(price * quantity for _, price, quantity in minute), volume))
        bars.append(Bar("A", start, prices[0], max(prices), min(prices), prices[-1], volume, len(minute), vwap))
    return bars


@given(trades)
def test_bars_are_those_of_a_naive_recomputation(rows: list[tuple[int, int, int]]) -> None:
    bars = MinuteBars()
    closed = [bars.add(Trade("A", price, quantity, time_ns, 0, 0, "")) for time_ns, price, quantity in rows]
    assert [*filter(None, closed), *bars.close_before(2**63)] == naive(rows)
    assert bars.current("A") is None


@given(trades, st.data())
def test_columns_give_the_same_bars(rows: list[tuple[int, int, int]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    columns = np.zeros(len(rows), TRADE)
    columns["time"], columns["price"], columns["quantity"] = zip(*rows, strict=True)
    bars = MinuteBars()
    closed = [bar for part in (columns[:cut], columns[cut:]) if len(part) for bar in bars.add_rows("A", part)]
    assert [*closed, *bars.close_before(2**63)] == naive(rows)
