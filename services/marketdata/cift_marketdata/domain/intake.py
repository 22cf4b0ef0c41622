"""Which ticks are believed: one judge per symbol, who knows the last good prices.

A tick that cannot be stored is refused with a reason. One that can be stored and is not believed is flagged: history
keeps it, nobody trades on it.
"""

from dataclasses import dataclass, field

from cift_marketdata.domain.ticks import (
    CROSSED,
    LATE,
    OUTLIER,
    SUSPICIOUS,
    Quote,
    QuoteTick,
    Trade,
    TradeTick,
)

NANOS_MAX = 10**18 - 1
"""What DECIMAL(18,9) holds: prices and quantities below a thousand million."""
OUTLIER_FACTOR = 2
"""A price beyond twice or below half of the last believed one is an outlier …"""
OUTLIERS_BELIEVED = 10
"""… until so many in a row agree with one another: then the market did move."""
LATE_BELIEVED = 100
"""So many late ticks in a row mean that the one which was ahead of them had a wrong time."""


@dataclass(slots=True)
class Refused:
    reason: str
    detail: str


@dataclass(slots=True)
class _Anchor:
    """The last believed price, and the outliers since."""

    price_nanos: int = 0
    candidate_nanos: int = 0
    candidates: int = 0

    def is_outlier(self, price_nanos: int) -> bool:
        if self.price_nanos == 0 or _near(price_nanos, self.price_nanos):
            self.price_nanos = price_nanos
            self.candidates = 0
            return False
        if self.candidates and _near(price_nanos, self.candidate_nanos):
            self.candidates += 1
        else:
            self.candidates = 1
        self.candidate_nanos = price_nanos
        if self.candidates >= OUTLIERS_BELIEVED:
            self.price_nanos = price_nanos
            self.candidates = 0
            return False
        return True


@dataclass(slots=True)
class _Times:
    """The time of the last believed tick, and how many came late since."""

    last_ns: int = 0
    late: int = 0

    def is_late(self, time_ns: int) -> bool:
        if time_ns >= self.last_ns:
            self.late = 0
            return False
        self.late += 1
        if self.late >= LATE_BELIEVED:
            self.late = 0
            return False
        return True


def _near(price_nanos: int, other_nanos: int) -> bool:
    return other_nanos <= price_nanos * OUTLIER_FACTOR and price_nanos <= other_nanos * OUTLIER_FACTOR


@dataclass(slots=True)
class SymbolIntake:
    """Judges the ticks of one symbol in the order in which they come."""

    symbol: str
    quote_sequence: int = 0
    trade_sequence: int = 0
    bid_price_nanos: int = 0
    bid_quantity_nanos: int = 0
    ask_price_nanos: int = 0
    ask_quantity_nanos: int = 0
    quote_times: _Times = field(default_factory=_Times)
    trade_times: _Times = field(default_factory=_Times)
    # Bids, offers and trades have anchors of their own: a stub quote far away must not make trades outliers.
    bid_anchor: _Anchor = field(default_factory=_Anchor)
    ask_anchor: _Anchor = field(default_factory=_Anchor)
    trade_anchor: _Anchor = field(default_factory=_Anchor)

    def quote(self, tick: QuoteTick, received_time_ns: int, *, stale: bool = False) -> Quote | Refused:
        """The whole quote: a side that the tick does not mention is the last one known.

        `stale`: the tick was old when it arrived.
        """
        bid_said, ask_said = tick.bid_price_nanos is not None, tick.ask_price_nanos is not None
        bid_price, bid_quantity = (
            _side(tick.bid_price_nanos, tick.bid_quantity_nanos)
            if bid_said
            else (self.bid_price_nanos, self.bid_quantity_nanos)
        )
        ask_price, ask_quantity = (
            _side(tick.ask_price_nanos, tick.ask_quantity_nanos)
            if ask_said
            else (self.ask_price_nanos, self.ask_quantity_nanos)
        )
        if refused := _refused(bid_price, bid_quantity, 0) or _refused(ask_price, ask_quantity, 0):
            return refused
        flags = (SUSPICIOUS if tick.suspicious else 0) | (LATE if stale else 0)
        if not flags and self.quote_times.is_late(tick.time_ns):
            flags |= LATE
        if not flags:
            # Both sides are judged: a market that moved has moved on both, and neither waits for the other.
            bid_is_outlier = bool(bid_said and bid_price and self.bid_anchor.is_outlier(bid_price))
            ask_is_outlier = bool(ask_said and ask_price and self.ask_anchor.is_outlier(ask_price))
            flags |= OUTLIER * (bid_is_outlier or ask_is_outlier)
        if not flags:
            self.bid_price_nanos, self.bid_quantity_nanos = bid_price, bid_quantity
            self.ask_price_nanos, self.ask_quantity_nanos = ask_price, ask_quantity
            self.quote_times.last_ns = tick.time_ns
        # A crossed quote is often the first half of a move whose other half is the next tick: known, but not shown.
        if bid_price > ask_price > 0:
            flags |= CROSSED
        self.quote_sequence += 1
        return Quote(
            self.symbol,
            bid_price,
            bid_quantity,
            ask_price,
            ask_quantity,
            tick.time_ns,
            received_time_ns,
            self.quote_sequence,
            tick.exchange,
            tick.row,
            flags,
        )

    def trade(self, tick: TradeTick, received_time_ns: int, *, stale: bool = False) -> Trade | Refused:
        if refused := _refused(tick.price_nanos, tick.quantity_nanos, 1):
            return refused
        flags = (SUSPICIOUS if tick.suspicious else 0) | (LATE if stale else 0)
        if not flags and self.trade_times.is_late(tick.time_ns):
            flags |= LATE
        if not flags & SUSPICIOUS and not stale and self.trade_anchor.is_outlier(tick.price_nanos):
            flags |= OUTLIER
        if not flags:
            self.trade_times.last_ns = tick.time_ns
        self.trade_sequence += 1
        return Trade(
            self.symbol,
            tick.price_nanos,
            tick.quantity_nanos,
            tick.time_ns,
            received_time_ns,
            self.trade_sequence,
            tick.exchange,
            tick.row,
            flags | tick.role,
        )


def _side(price_nanos: int | None, quantity_nanos: int | None) -> tuple[int, int]:
    return (price_nanos, quantity_nanos) if price_nanos and quantity_nanos else (0, 0)


def _refused(price_nanos: int, quantity_nanos: int, least: int) -> Refused | None:
    if not least <= price_nanos <= NANOS_MAX:
        return Refused("price", f"price of {price_nanos} nanos is not between {least} and {NANOS_MAX}")
    if not least <= quantity_nanos <= NANOS_MAX:
        return Refused("quantity", f"quantity of {quantity_nanos} nanos is not between {least} and {NANOS_MAX}")
    return None
