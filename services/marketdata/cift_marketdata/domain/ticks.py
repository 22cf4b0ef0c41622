"""What a feed says (`QuoteTick`, `TradeTick`, `BadTick`) and what the service makes of it (`Quote`, `Trade`, `Bar`).

Prices and quantities are int nanos, times UTC nanoseconds.
"""

from dataclasses import dataclass

# Why a stored tick is not believed; a row may have several.
SUSPICIOUS = 1
OUTLIER = 2
LATE = 4
CROSSED = 8
FLAG_NAMES = {SUSPICIOUS: "suspicious", OUTLIER: "outlier", LATE: "late", CROSSED: "crossed"}
DOUBTED = SUSPICIOUS | OUTLIER | LATE | CROSSED
"""Rows with one of these reach no answer, message or cache."""
# What a trade is in its session: the official prints of its primary market's auctions.
OPENING_PRINT = 16
CLOSING_PRINT = 32
BAD_PRICE = SUSPICIOUS | OUTLIER
"""Trades with one of these stay out of bars."""


@dataclass(slots=True)
class QuoteTick:
    """A quote as a feed said it. A side that the feed did not mention is None; price 0 means that the side is empty.

    `row` identifies the tick in its source (symbol, kind and day): a replay of the same source gives it again.
    """

    symbol: str
    time_ns: int
    bid_price_nanos: int | None
    bid_quantity_nanos: int | None
    ask_price_nanos: int | None
    ask_quantity_nanos: int | None
    exchange: str
    row: int
    suspicious: bool = False


@dataclass(slots=True)
class TradeTick:
    symbol: str
    time_ns: int
    price_nanos: int
    quantity_nanos: int
    exchange: str
    row: int
    suspicious: bool = False
    # `OPENING_PRINT`, `CLOSING_PRINT`, or 0.
    role: int = 0


@dataclass(slots=True)
class BadTick:
    """Something that a feed could not read; `reason` is a metric label, `detail` is for people."""

    symbol: str
    reason: str
    detail: str


@dataclass(slots=True)
class StatusTick:
    """What a feed says of whether a symbol trades. `action` is a word of `status.ACTIONS`; None: it does not say."""

    symbol: str
    time_ns: int
    action: str
    reason: str
    trading: bool | None
    quoting: bool | None
    exchange: str
    row: int


FeedTick = QuoteTick | TradeTick | StatusTick | BadTick


@dataclass(slots=True)
class Quote:
    """The best bid and offer. An empty side has price and quantity 0; `sequence` counts per symbol and session."""

    symbol: str
    bid_price_nanos: int
    bid_quantity_nanos: int
    ask_price_nanos: int
    ask_quantity_nanos: int
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    row: int = 0
    flags: int = 0


@dataclass(slots=True)
class Trade:
    symbol: str
    price_nanos: int
    quantity_nanos: int
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str
    row: int = 0
    flags: int = 0


@dataclass(slots=True)
class Depth:
    """Up to ten levels a side as (price, quantity), the best first."""

    symbol: str
    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str


@dataclass(slots=True)
class Status:
    symbol: str
    action: str
    reason: str
    trading: bool | None
    quoting: bool | None
    exchange_time_ns: int
    received_time_ns: int
    sequence: int
    exchange: str


@dataclass(slots=True)
class Bar:
    """Open, high, low and close over [start, start + interval)."""

    symbol: str
    start_time_ns: int
    open_price_nanos: int
    high_price_nanos: int
    low_price_nanos: int
    close_price_nanos: int
    volume_nanos: int
    trade_count: int
    vwap_price_nanos: int
