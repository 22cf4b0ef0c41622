"""Ticks and rows of history as columns: numpy arrays of one record each, for what happens to many at once.

A record is 100 bytes or so, where an object is several hundred.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain.ticks import Quote, QuoteTick, Trade, TradeTick

Rows = NDArray[np.void]

BID, ASK = 1, 2
TICK = np.dtype(
    [
        ("symbol", "S16"),
        ("exchange", "S16"),
        ("row", "i8"),
        ("time", "i8"),
        ("price", "i8"),
        ("quantity", "i8"),
        ("ask_price", "i8"),
        ("ask_quantity", "i8"),
        ("trade", "?"),
        ("said", "u1"),
        ("suspicious", "?"),
    ]
)
"""What a feed says: a trade, or a quote whose bid is in `price` and `quantity`; `said`: the sides that it mentions."""

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


def of_ticks(ticks: Sequence[QuoteTick | TradeTick]) -> Rows:
    return np.array([_tick(tick) for tick in ticks], TICK)


def _tick(tick: QuoteTick | TradeTick) -> tuple[Any, ...]:
    head = (tick.symbol, tick.exchange, tick.row, tick.time_ns)
    if isinstance(tick, TradeTick):
        return (*head, tick.price_nanos, tick.quantity_nanos, 0, 0, True, 0, tick.suspicious)
    said = BID * (tick.bid_price_nanos is not None) + ASK * (tick.ask_price_nanos is not None)
    bid = (tick.bid_price_nanos or 0, tick.bid_quantity_nanos or 0)
    ask = (tick.ask_price_nanos or 0, tick.ask_quantity_nanos or 0)
    return (*head, *bid, *ask, False, said, tick.suspicious)


def to_ticks(ticks: Rows) -> list[QuoteTick | TradeTick]:
    """The opposite of `of_ticks`."""
    found: list[QuoteTick | TradeTick] = []
    for symbol, exchange, row, time_ns, price, quantity, ask, ask_quantity, trade, said, suspicious in ticks.tolist():
        if trade:
            found.append(TradeTick(symbol.decode(), time_ns, price, quantity, exchange.decode(), row, suspicious))
            continue
        bid = (price, quantity) if said & BID else (None, None)
        offer = (ask, ask_quantity) if said & ASK else (None, None)
        sides = (bid[0], bid[1], offer[0], offer[1])
        found.append(QuoteTick(symbol.decode(), time_ns, *sides, exchange.decode(), row, suspicious))
    return found


def to_trades(trades: Rows, sequence: int) -> list[Trade]:
    """Trades as objects, numbered from `sequence` on."""
    return [
        Trade(symbol.decode(), price, quantity, time_ns, received_ns, sequence + n, exchange.decode(), row, flags)
        for n, (symbol, exchange, row, price, quantity, time_ns, received_ns, flags) in enumerate(trades.tolist())
    ]


def to_quote(row: np.void, sequence: int) -> Quote:
    fields: Any = row.item()
    symbol, exchange, number, bid, bid_quantity, ask, ask_quantity, time_ns, received_ns, flags = fields
    return Quote(
        symbol.decode(),
        bid,
        bid_quantity,
        ask,
        ask_quantity,
        time_ns,
        received_ns,
        sequence,
        exchange.decode(),
        number,
        flags,
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
