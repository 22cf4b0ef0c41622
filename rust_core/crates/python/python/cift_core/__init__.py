"""The Rust core of CIFT Markets in this process: risk engine, order book and replay.

`RiskEngine` is what the trading service runs: integers in nanos (1 = 1_000_000_000), ids as UUID strings, sides
and order types numbered as in `cift.common.v1`. `Book` and `replay` are for people: prices and quantities go in
as `Decimal`, `int` or decimal strings and come out as `Decimal`. Nothing here reads a clock; only `replay` does I/O.

    book = Book("AAPL", tick="0.01")
    book.submit("sell", 10, "189.43")
    book.submit("buy", 4, "189.43")     # [Report(kind=NEW, …), Trade(price=189.43, quantity=4, …), …]
    print(book.depth())
"""

from cift_core._native import (
    Book,
    Decision,
    Depth,
    DepthLevel,
    LevelChange,
    OpenOrder,
    OrderChange,
    PhaseChange,
    Preview,
    QuoteChange,
    Refused,
    Replay,
    Report,
    RiskEngine,
    Trade,
    Trigger,
    Usage,
    replay,
)

__all__ = [
    "Book",
    "Decision",
    "Depth",
    "DepthLevel",
    "LevelChange",
    "OpenOrder",
    "OrderChange",
    "PhaseChange",
    "Preview",
    "QuoteChange",
    "Refused",
    "Replay",
    "Report",
    "RiskEngine",
    "Trade",
    "Trigger",
    "Usage",
    "replay",
]
