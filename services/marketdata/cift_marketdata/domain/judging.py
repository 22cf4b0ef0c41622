"""Judges many ticks of a symbol at once, as `SymbolIntake` judges each.

Nearly always nothing is wrong with any of them, and then the whole is a few operations on columns. Where anything is
out of the ordinary, None is given and nothing was changed: then each is judged by itself.
"""

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import QUOTE, TRADE, Rows
from cift_marketdata.domain.intake import NANOS_MAX, OUTLIER_FACTOR, SymbolIntake
from cift_marketdata.domain.ticks import CROSSED

Ints = NDArray[np.int64]


def quotes(intake: SymbolIntake, ticks: Rows, received_time_ns: int) -> Rows | None:
    """Whole quotes (`QUOTE`) of quote ticks (`TICK`) of one symbol."""
    if not _in_order(ticks, intake.quote_times.last_ns):
        return None
    sides = []
    for said, price, quantity, last in (
        (columns.BID, "price", "quantity", (intake.bid_price_nanos, intake.bid_quantity_nanos)),
        (columns.ASK, "ask_price", "ask_quantity", (intake.ask_price_nanos, intake.ask_quantity_nanos)),
    ):
        spoken = ticks["said"] & said != 0
        prices, quantities = ticks[price], ticks[quantity]
        if not (_storable(prices, 0) and _storable(quantities, 0)):
            return None
        empty = (prices == 0) | (quantities == 0)
        sides.append(
            (
                spoken,
                _carried(np.where(empty, 0, prices), spoken, last[0]),
                _carried(np.where(empty, 0, quantities), spoken, last[1]),
            )
        )
    (bid_spoken, bid_prices, bid_quantities), (ask_spoken, ask_prices, ask_quantities) = sides
    heard = [
        (anchor, prices[spoken & (prices > 0)])
        for anchor, prices, spoken in (
            (intake.bid_anchor, bid_prices, bid_spoken),
            (intake.ask_anchor, ask_prices, ask_spoken),
        )
    ]
    if not all(_steady(prices, anchor.price_nanos) for anchor, prices in heard):
        return None
    for anchor, prices in heard:
        if len(prices):
            anchor.price_nanos, anchor.candidates = int(prices[-1]), 0
    intake.bid_price_nanos, intake.bid_quantity_nanos = int(bid_prices[-1]), int(bid_quantities[-1])
    intake.ask_price_nanos, intake.ask_quantity_nanos = int(ask_prices[-1]), int(ask_quantities[-1])
    intake.quote_times.last_ns, intake.quote_times.late = int(ticks["time"][-1]), 0
    intake.quote_sequence += len(ticks)
    rows = _rows(ticks, QUOTE, received_time_ns)
    rows["bid_price"], rows["bid_quantity"] = bid_prices, bid_quantities
    rows["ask_price"], rows["ask_quantity"] = ask_prices, ask_quantities
    rows["flags"] = np.where((bid_prices > ask_prices) & (ask_prices > 0), CROSSED, 0)
    return rows


def trades(intake: SymbolIntake, ticks: Rows, received_time_ns: int) -> Rows | None:
    """Trades (`TRADE`) of trade ticks (`TICK`) of one symbol."""
    prices = ticks["price"]
    if not (
        _in_order(ticks, intake.trade_times.last_ns)
        and _storable(prices, 1)
        and _storable(ticks["quantity"], 1)
        and _steady(prices, intake.trade_anchor.price_nanos)
    ):
        return None
    intake.trade_anchor.price_nanos, intake.trade_anchor.candidates = int(prices[-1]), 0
    intake.trade_times.last_ns, intake.trade_times.late = int(ticks["time"][-1]), 0
    intake.trade_sequence += len(ticks)
    rows = _rows(ticks, TRADE, received_time_ns)
    rows["price"], rows["quantity"], rows["flags"] = prices, ticks["quantity"], ticks["role"]
    return rows


def _rows(ticks: Rows, kind: np.dtype[np.void], received_time_ns: int) -> Rows:
    rows = np.zeros(len(ticks), kind)
    for name in ("symbol", "exchange", "row", "time"):
        rows[name] = ticks[name]
    rows["received"] = received_time_ns
    return rows


def _in_order(ticks: Rows, last_ns: int) -> bool:
    times = ticks["time"]
    return bool(times[0] >= last_ns and (times[1:] >= times[:-1]).all() and not ticks["suspicious"].any())


def _storable(numbers: Ints, least: int) -> bool:
    return bool(numbers.min() >= least and numbers.max() <= NANOS_MAX)


def _steady(prices: Ints, anchor: int) -> bool:
    """No price is beyond the factor of the one before it."""
    if not len(prices):
        return True
    before = np.concatenate(([anchor or prices[0]], prices[:-1]))
    return bool(((before <= prices * OUTLIER_FACTOR) & (prices <= before * OUTLIER_FACTOR)).all())


def _carried(values: Ints, said: NDArray[np.bool_], last: int) -> Ints:
    """Each value, or the last one said before it."""
    where = np.maximum.accumulate(np.where(said, np.arange(len(values)), -1))
    return np.where(where >= 0, values[where], last)
