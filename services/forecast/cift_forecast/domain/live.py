"""Steps as they happen: the same entries that history gives, from ticks."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from cift_forecast.domain.bars import Bars, sessions

GRACE_NS = 100 * 10**6
"""Trades and quotes of a step come by different ways: so much later than its end one may still come."""
SECOND_NS = 10**9


@dataclass(frozen=True)
class Quote:
    """Prices in dollars, quantities in shares; a side that is empty is 0."""

    time_ns: int
    bid: float
    ask: float
    bid_quantity: float
    ask_quantity: float


@dataclass
class _Open:
    quote: Quote | None = None
    volume: float = 0.0
    trades: float = 0.0


class LiveSteps:
    """Of one symbol. What came before its first tick has to be given by `remember`."""

    def __init__(self, step_seconds: int, keep: int) -> None:
        self.step_ns = step_seconds * SECOND_NS
        self._open: dict[int, _Open] = {}
        self._entries: deque[tuple[float, ...]] = deque(maxlen=keep)
        self._times: deque[int] = deque(maxlen=keep)
        self._closed_until = 0

    def __len__(self) -> int:
        return len(self._times)

    @property
    def first_ns(self) -> int | None:
        """The end of the first entry."""
        return self._times[0] if self._times else None

    def quote(self, quote: Quote) -> None:
        if quote.bid > 0 and quote.ask > 0 and (step := self._step(quote.time_ns)) is not None:
            step.quote = quote

    def trade(self, time_ns: int, quantity: float) -> None:
        if (step := self._step(time_ns)) is not None:
            step.volume += quantity
            step.trades += 1

    def close(self, heard_ns: int) -> int:
        """Ends the steps that are over where the market's time is `heard_ns`; gives how many had a quote."""
        over = sorted(begin for begin in self._open if begin + self.step_ns + GRACE_NS <= heard_ns)
        added = 0
        for begin in over:
            step = self._open.pop(begin)
            first = self._closed_until == 0
            self._closed_until = begin + self.step_ns
            # Of the very first step we have not heard everything.
            if step.quote is None or first:
                continue
            quote = step.quote
            self._times.append(self._closed_until)
            self._entries.append(
                (quote.bid, quote.ask, quote.bid_quantity, quote.ask_quantity, step.volume, step.trades)
            )
            added += 1
        return added

    def remember(self, history: Bars) -> None:
        """Puts what was before in front."""
        first = self._times[0] if self._times else 2**63 - 1
        times, entries = list(self._times), list(self._entries)
        before = history.part(0, int(np.searchsorted(history.time, first)))
        columns = (before.bid, before.ask, before.bid_quantity, before.ask_quantity, before.volume, before.trades)
        self._times.clear()
        self._entries.clear()
        self._times.extend([*(int(time) for time in before.time), *times])
        self._entries.extend([*zip(*(column.tolist() for column in columns), strict=True), *entries])

    def bars(self) -> Bars:
        times = np.array(self._times, dtype=np.int64)
        return Bars(times, sessions(times), *np.array(self._entries, dtype=np.float64).reshape(-1, 6).T)

    def _step(self, time_ns: int) -> _Open | None:
        """None for what comes too late."""
        begin = time_ns - time_ns % self.step_ns
        if begin < self._closed_until:
            return None
        return self._open.setdefault(begin, _Open())
