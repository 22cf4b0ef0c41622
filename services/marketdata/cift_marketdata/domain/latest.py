"""The latest of every symbol, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from cift_marketdata.domain.ticks import Bar, Depth, Quote, Status, Trade


@dataclass(slots=True)
class Latest:
    quote: Quote | None = None
    trade: Trade | None = None
    minute_bar: Bar | None = None
    depth: Depth | None = None
    status: Status | None = None
    # When the quote was last sent out, which may be later than when it was heard.
    sent_ns: int = 0


class LatestPrices:
    def __init__(self, symbols: list[str]) -> None:
        self._by_symbol = {symbol: Latest() for symbol in symbols}

    def __getitem__(self, symbol: str) -> Latest:
        return self._by_symbol[symbol]

    def older_than(self, sent_ns: int) -> Iterator[tuple[str, Latest]]:
        """Symbols whose quote was last sent before this time."""
        for symbol, latest in self._by_symbol.items():
            if latest.quote is not None and latest.sent_ns < sent_ns:
                yield symbol, latest
