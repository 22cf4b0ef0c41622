"""What a market showed, in steps of equal length. Floats: these numbers are evidence, not money."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
CLOSED_NS = 30 * 60 * 10**9
"""A silence of this length parts two sessions."""


def sessions(time: Integers) -> Integers:
    """Counts up by one after each silence."""
    parted: Integers = np.cumsum(np.diff(time, prepend=time[:1]) > CLOSED_NS).astype(np.int64)
    return parted


@dataclass(frozen=True)
class Bars:
    """One entry a step that had a quote; all arrays have the same length.

    `time` is the step's end in UTC nanoseconds: everything in the entry was known then. `session` counts up by one
    where the market was closed in between.
    """

    time: Integers
    session: Integers
    bid: Floats
    ask: Floats
    bid_quantity: Floats
    ask_quantity: Floats
    volume: Floats
    trades: Floats

    def __len__(self) -> int:
        return len(self.time)

    @property
    def middle(self) -> Floats:
        middle: Floats = (self.bid + self.ask) / 2
        return middle

    def part(self, start: int, end: int) -> "Bars":
        """Entries [start, end)."""
        return Bars(**{name: getattr(self, name)[start:end] for name in self.__dataclass_fields__})
