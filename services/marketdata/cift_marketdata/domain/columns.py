"""Ticks and rows of history as columns: numpy arrays of one record each, for what happens to many at once.

A record is 100 bytes or so, where an object is several hundred. Its numbers lie where the processor likes them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain.ticks import Depth, Quote, QuoteTick, Status, StatusTick, Trade, TradeTick

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
        ("role", "u1"),
    ],
    align=True,
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
    ],
    align=True,
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
    ],
    align=True,
)

LEVELS = 10
DEPTH = np.dtype(
    [
        ("symbol", "S16"),
        ("exchange", "S16"),
        ("row", "i8"),
        ("bid_price", "i8", (LEVELS,)),
        ("bid_quantity", "i8", (LEVELS,)),
        ("ask_price", "i8", (LEVELS,)),
        ("ask_quantity", "i8", (LEVELS,)),
        ("time", "i8"),
        ("received", "i8"),
        ("flags", "i4"),
    ],
    align=True,
)
"""Of each side ten levels, the best first; one that is empty is 0. As a feed says it, `received` and `flags` are 0."""
STATUS = np.dtype(
    [
        ("symbol", "S16"),
        ("exchange", "S16"),
        ("row", "i8"),
        ("action", "S32"),
        ("reason", "S48"),
        ("trading", "S1"),
        ("quoting", "S1"),
        ("time", "i8"),
        ("received", "i8"),
        ("flags", "i4"),
    ],
    align=True,
)
"""Trading and quoting are Y, N, or ~ where nobody says."""
KINDS = (QUOTE, TRADE, DEPTH, STATUS)
"""What history keeps."""
_SAID = {True: "Y", False: "N", None: "~"}


def by_kind(parts: Iterable[Rows]) -> list[Rows]:
    """Of each kind that there is one array, in the order of `KINDS`, with its rows in theirs."""
    sorted_: dict[np.dtype[np.void], list[Rows]] = {kind: [] for kind in KINDS}
    for part in parts:
        if len(part):
            sorted_[part.dtype].append(part)
    return [found[0] if len(found) == 1 else np.concatenate(found) for found in sorted_.values() if found]


def of_statuses(ticks: Sequence[StatusTick]) -> Rows:
    return np.array(
        [
            (t.symbol, t.exchange, t.row, t.action, t.reason, _SAID[t.trading], _SAID[t.quoting], t.time_ns, 0, 0)
            for t in ticks
        ],
        STATUS,
    )


def to_status(row: np.void, sequence: int) -> Status:
    fields: Any = row.item()
    symbol, exchange, _, action, reason, trading, quoting, time_ns, received_ns, _ = fields
    said = {b"Y": True, b"N": False}
    words = (action.decode(), reason.decode(), said.get(trading), said.get(quoting))
    return Status(symbol.decode(), *words, time_ns, received_ns, sequence, exchange.decode())


def to_depth(row: np.void, sequence: int) -> Depth:
    return Depth(
        row["symbol"].decode(),
        _levels(row["bid_price"].tolist(), row["bid_quantity"].tolist()),
        _levels(row["ask_price"].tolist(), row["ask_quantity"].tolist()),
        int(row["time"]),
        int(row["received"]),
        sequence,
        row["exchange"].decode(),
    )


def _levels(prices: list[int], quantities: list[int]) -> list[tuple[int, int]]:
    return [(price, quantity) for price, quantity in zip(prices, quantities, strict=True) if price]


def of_ticks(ticks: Sequence[QuoteTick | TradeTick]) -> Rows:
    return np.array([_tick(tick) for tick in ticks], TICK)


def _tick(tick: QuoteTick | TradeTick) -> tuple[Any, ...]:
    head = (tick.symbol, tick.exchange, tick.row, tick.time_ns)
    if isinstance(tick, TradeTick):
        return (*head, tick.price_nanos, tick.quantity_nanos, 0, 0, True, 0, tick.suspicious, tick.role)
    said = BID * (tick.bid_price_nanos is not None) + ASK * (tick.ask_price_nanos is not None)
    bid = (tick.bid_price_nanos or 0, tick.bid_quantity_nanos or 0)
    ask = (tick.ask_price_nanos or 0, tick.ask_quantity_nanos or 0)
    return (*head, *bid, *ask, False, said, tick.suspicious, 0)


def to_ticks(ticks: Rows) -> list[QuoteTick | TradeTick]:
    """The opposite of `of_ticks`."""
    found: list[QuoteTick | TradeTick] = []
    for symbol, exchange, row, time_ns, price, quantity, *rest in ticks.tolist():
        ask, ask_quantity, trade, said, suspicious, role = rest
        if trade:
            found.append(TradeTick(symbol.decode(), time_ns, price, quantity, exchange.decode(), row, suspicious, role))
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
