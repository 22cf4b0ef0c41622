"""One-minute bars as the trades come."""

from dataclasses import dataclass

from cift_common import money

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
        start = trade.exchange_time_ns - trade.exchange_time_ns % MINUTE_NS
        building = self._building.get(trade.symbol)
        if building is not None and building.bar.start_time_ns == start:
            bar = building.bar
            bar.high_price_nanos = max(bar.high_price_nanos, trade.price_nanos)
            bar.low_price_nanos = min(bar.low_price_nanos, trade.price_nanos)
            bar.close_price_nanos = trade.price_nanos
            bar.volume_nanos += trade.quantity_nanos
            bar.trade_count += 1
            building.notional += trade.price_nanos * trade.quantity_nanos
            bar.vwap_price_nanos = money.divide_half_even(building.notional, bar.volume_nanos)
            return None
        if building is not None and building.bar.start_time_ns > start:
            return None
        price = trade.price_nanos
        self._building[trade.symbol] = _Building(
            Bar(trade.symbol, start, price, price, price, price, trade.quantity_nanos, 1, price),
            price * trade.quantity_nanos,
        )
        return building.bar if building is not None else None

    def current(self, symbol: str) -> Bar | None:
        building = self._building.get(symbol)
        return building.bar if building is not None else None

    def close_before(self, time_ns: int) -> list[Bar]:
        """Ends the bars whose minute is over at this time."""
        over = [symbol for symbol, b in self._building.items() if b.bar.start_time_ns + MINUTE_NS <= time_ns]
        return [self._building.pop(symbol).bar for symbol in over]
