"""Judges books of ten levels, as `SymbolIntake` judges quotes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.intake import NANOS_MAX
from cift_marketdata.domain.ticks import CROSSED, LATE

Booleans = NDArray[np.bool_]
_PRICES = (("bid_price", "bid_quantity", -1), ("ask_price", "ask_quantity", 1))


@dataclass(slots=True)
class DepthIntake:
    """Of one symbol."""

    sequence: int = 0
    last_ns: int = 0

    def take(self, depths: Rows, received_time_ns: int) -> tuple[Rows, int]:
        """The rows (`DEPTH`) that can be stored, flagged, and how many others there were."""
        sides = [_in_order(depths, *side) for side in _PRICES]
        good = depths[np.logical_and.reduce(sides)].copy()
        if not len(good):
            return good, len(depths)
        before = np.maximum.accumulate(np.concatenate(([self.last_ns], good["time"][:-1])))
        bid, ask = good["bid_price"][:, 0], good["ask_price"][:, 0]
        crossed = (bid > ask) & (ask > 0)
        good["flags"] = np.where(good["time"] < before, LATE, 0) | np.where(crossed, CROSSED, 0)
        good["received"] = received_time_ns
        self.last_ns = max(self.last_ns, int(good["time"].max()))
        self.sequence += len(good)
        return good, len(depths) - len(good)


def _in_order(depths: Rows, price: str, quantity: str, direction: int) -> Booleans:
    """Numbers that can be stored; levels without gaps, each worse than the one before it."""
    prices, quantities = depths[price], depths[quantity]
    storable = (prices >= 0) & (prices <= NANOS_MAX) & (quantities >= 0) & (quantities <= NANOS_MAX)
    there = (prices > 0) & (quantities > 0)
    worse = (np.diff(prices, axis=1) * direction > 0) | ~there[:, 1:]
    gaps = there[:, 1:] & ~there[:, :-1]
    empty = there | ((prices == 0) & (quantities == 0))
    found: Booleans = storable.all(axis=1) & worse.all(axis=1) & ~gaps.any(axis=1) & empty.all(axis=1)
    return found
