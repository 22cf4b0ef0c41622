"""The outside market's quotes on their way to the venue: the latest of each symbol, and only while it is fresh."""

from cift_proto.common.v1 import types_pb2


class QuoteBoard:
    """A symbol whose feed is silent for `max_age_ns` is withdrawn, so that nobody trades on a dead price."""

    def __init__(self, symbols: tuple[str, ...], max_age_ns: int) -> None:
        self._max_age_ns = max_age_ns
        # Withdrawn at first: the venue may hold quotes from before we started.
        self._quotes: dict[str, types_pb2.Quote] = {symbol: types_pb2.Quote(symbol=symbol) for symbol in symbols}
        self._heard_ns: dict[str, int] = {}
        self._changed: set[str] = set(symbols)

    def put(self, quote: types_pb2.Quote, now_ns: int) -> bool:
        """Takes a quote in; False where it is unknown, out of order, crossed or too old to be shown."""
        held = self._quotes.get(quote.symbol)
        if (
            held is None
            or quote.received_time_ns < held.received_time_ns
            or now_ns - quote.received_time_ns > self._max_age_ns
            or 0 < quote.ask_price_nanos <= quote.bid_price_nanos
        ):
            return False
        self._heard_ns[quote.symbol] = now_ns
        # Also where it says the same again: the market shows anew what orders have taken at the venue.
        self._changed.add(quote.symbol)
        self._quotes[quote.symbol] = quote
        return True

    def expire(self, now_ns: int) -> int:
        """Withdraws what has become stale; how many symbols."""
        stale = [symbol for symbol, heard_ns in self._heard_ns.items() if now_ns - heard_ns > self._max_age_ns]
        for symbol in stale:
            del self._heard_ns[symbol]
            self._quotes[symbol] = types_pb2.Quote(
                symbol=symbol, received_time_ns=self._quotes[symbol].received_time_ns
            )
            self._changed.add(symbol)
        return len(stale)

    def take(self) -> list[types_pb2.Quote]:
        """The quotes that changed since the last time."""
        changed, self._changed = self._changed, set()
        return [self._quotes[symbol] for symbol in sorted(changed)]

    def retake(self) -> None:
        """Everything counts as changed: the venue's session began anew."""
        self._changed = set(self._quotes)
