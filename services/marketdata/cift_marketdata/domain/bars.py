"""One-minute bars as the trades come."""

from dataclasses import dataclass
from itertools import pairwise
from operator import mul

import numpy as np
from cift_common import money

from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.ticks import Bar, Trade

MINUTE_NS = 60 * 10**9


@dataclass(slots=True)
class _Building:
    bar: Bar
    # Sum of price × quantity, in nanos of nanos: outgrows an int64, not a Python int.
    notional: int


class MinuteBars:
    """The bar that is being made of each symbol."""

    def __init__(self) -> None:
        self._building: dict[str, _Building] = {}

    def add(self, trade: Trade) -> Bar | None:
        """Takes a believed trade in; gives the bar that it closed."""
        price, quantity = trade.price_nanos, trade.quantity_nanos
        start = trade.exchange_time_ns - trade.exchange_time_ns % MINUTE_NS
        bar = Bar(trade.symbol, start, price, price, price, price, quantity, 1, price)
        return self._take(_Building(bar, price * quantity))

    def add_rows(self, symbol: str, trades: Rows) -> list[Bar]:
        """The same for believed trades (`TRADE`) of one symbol that are in order, a minute at a time."""
        starts = trades["time"] - trades["time"] % MINUTE_NS
        (changes,) = np.nonzero(np.diff(starts))
        closed = []
        for first, end in pairwise((0, *(changes + 1).tolist(), len(trades))):
            # As Python's integers: sums and products outgrow an int64.
            prices, quantities = trades["price"][first:end].tolist(), trades["quantity"][first:end].tolist()
            notional, volume = sum(map(mul, prices, quantities)), sum(quantities)
            highest, lowest = max(prices), min(prices)
            start = int(starts[first])
            bar = Bar(symbol, start, prices[0], highest, lowest, prices[-1], volume, end - first, prices[0])
            if (before := self._take(_Building(bar, notional))) is not None:
                closed.append(before)
        return closed

    def _take(self, later: _Building) -> Bar | None:
        """Goes on with the bar of the same minute, or begins one; gives the bar that this closed."""
        new = later.bar
        building = self._building.get(new.symbol)
        if building is not None and building.bar.start_time_ns > new.start_time_ns:
            return None
        if building is None or building.bar.start_time_ns < new.start_time_ns:
            self._building[new.symbol] = later
            new.vwap_price_nanos = money.divide_half_even(later.notional, new.volume_nanos)
            return building.bar if building is not None else None
        bar = building.bar
        bar.high_price_nanos = max(bar.high_price_nanos, new.high_price_nanos)
        bar.low_price_nanos = min(bar.low_price_nanos, new.low_price_nanos)
        bar.close_price_nanos = new.close_price_nanos
        bar.volume_nanos += new.volume_nanos
        bar.trade_count += new.trade_count
        building.notional += later.notional
        bar.vwap_price_nanos = money.divide_half_even(building.notional, bar.volume_nanos)
        return None

    def current(self, symbol: str) -> Bar | None:
        building = self._building.get(symbol)
        return building.bar if building is not None else None

    def close_before(self, time_ns: int) -> list[Bar]:
        """Ends the bars whose minute is over at this time."""
        over = [symbol for symbol, b in self._building.items() if b.bar.start_time_ns + MINUTE_NS <= time_ns]
        return [self._building.pop(symbol).bar for symbol in over]
