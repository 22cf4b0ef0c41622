"""Rows of history as columns: numpy arrays of one record a row, for what happens to many rows at once.

A record is 100 bytes or so, where an object is several hundred.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain.ticks import Quote, Trade

Rows = NDArray[np.void]

QUOTE = np.dtype(
    [
        ("symbol", "S16"),
        ("exchange", "S16"),
        ("row", "i8"),
        ("bid_price", "i8"),
        ("bid_quantity", "i8"),
        ("ask_price", "i8"),
        ("ask_quantity", "i8"),
        ("time", "i8"),
        ("received", "i8"),
        ("flags", "i4"),
    ]
)
TRADE = np.dtype(
    [
        ("symbol", "S16"),
        ("exchange", "S16"),
        ("row", "i8"),
        ("price", "i8"),
        ("quantity", "i8"),
        ("time", "i8"),
        ("received", "i8"),
        ("flags", "i4"),
    ]
)


def of(rows: Sequence[Quote | Trade]) -> tuple[Rows, Rows]:
    """Quotes and trades apart, each in their order."""
    quotes: list[tuple[Any, ...]] = []
    trades: list[tuple[Any, ...]] = []
    for row in rows:
        if isinstance(row, Quote):
            quotes.append(
                (
                    row.symbol,
                    row.exchange,
                    row.row,
                    row.bid_price_nanos,
                    row.bid_quantity_nanos,
                    row.ask_price_nanos,
                    row.ask_quantity_nanos,
                    row.exchange_time_ns,
                    row.received_time_ns,
                    row.flags,
                )
            )
        else:
            trades.append(
                (
                    row.symbol,
                    row.exchange,
                    row.row,
                    row.price_nanos,
                    row.quantity_nanos,
                    row.exchange_time_ns,
                    row.received_time_ns,
                    row.flags,
                )
            )
    return np.array(quotes, QUOTE), np.array(trades, TRADE)
