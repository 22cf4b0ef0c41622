"""The outside market's quotes on their way to the venue: the latest of each symbol, and only while it is fresh.

A quote is liquidity once. Its age, sizes and sequence are its own: that it was published again makes it neither younger
nor new, and what orders took of it stays taken until the market quotes anew.
"""

from cift_proto.common.v1 import types_pb2


class QuoteBoard:
    """A quote older than `max_age_ns` by its own time is withdrawn, so that nobody trades on a dead price."""

    def __init__(self, symbols: tuple[str, ...], max_age_ns: int, since_ns: int = 0) -> None:
        """Quotes that were received up to `since_ns` are not used: an earlier process may have shown them."""
        self._max_age_ns = max_age_ns
        # Withdrawn at first: the venue may hold quotes from before we started.
        self._shown: dict[str, types_pb2.Quote] = {symbol: types_pb2.Quote(symbol=symbol) for symbol in symbols}
        self._latest: dict[str, types_pb2.Quote] = {}
        self._since_ns: dict[str, int] = dict.fromkeys(symbols, since_ns)
        self._stopped: dict[str, int] = {}
        self._changed: set[str] = set(symbols)
        self._sent: set[str] = set()

    def knows(self, symbol: str) -> bool:
        return symbol in self._shown

    def put(self, quote: types_pb2.Quote, now_ns: int) -> bool:
        """Takes a quote in; False for one that is unknown, known already, out of order, crossed, without sense, or
        too old to be shown."""
        if (
            quote.symbol not in self._shown
            or not self._is_fresh(quote, now_ns)
            or not self._is_new(quote)
            or not _makes_sense(quote)
        ):
            return False
        self._latest[quote.symbol] = quote
        self._sent.discard(quote.symbol)
        if quote.symbol not in self._stopped:
            self._show(quote)
        return True

    def set_trading(self, symbol: str, trading: bool, time_ns: int) -> None:
        """Withdraws the quote of a symbol that the market has halted; the next quote after the halt is shown."""
        if symbol not in self._shown or time_ns < self._stopped.get(symbol, 0):
            return
        if trading:
            self._stopped.pop(symbol, None)
            return
        if symbol not in self._stopped:
            self._withdraw(symbol)
        self._stopped[symbol] = time_ns

    def expire(self, now_ns: int) -> int:
        """Withdraws what has become stale; how many symbols."""
        stale = [symbol for symbol, quote in self._latest.items() if not self._is_fresh(quote, now_ns)]
        for symbol in stale:
            del self._latest[symbol]
            self._withdraw(symbol)
        return len(stale)

    def take(self) -> list[types_pb2.Quote]:
        """The quotes that changed since the last time."""
        changed, self._changed = self._changed, set()
        self._sent |= changed
        return [self._shown[symbol] for symbol in sorted(changed)]

    def retake(self) -> None:
        """Everything counts as changed: the venue's session began anew.

        A quote that was on its way before may have traded, and nobody knows how much of it is left: it is withdrawn,
        and the next one takes its place.
        """
        for symbol in self._sent:
            self._shown[symbol] = types_pb2.Quote(symbol=symbol)
        self._changed = set(self._shown)

    def _show(self, quote: types_pb2.Quote) -> None:
        self._shown[quote.symbol] = quote
        self._changed.add(quote.symbol)

    def _withdraw(self, symbol: str) -> None:
        self._show(types_pb2.Quote(symbol=symbol))

    def _is_fresh(self, quote: types_pb2.Quote, now_ns: int) -> bool:
        """A time far ahead is as wrong as one long ago: such a quote would never grow old."""
        return abs(now_ns - quote.received_time_ns) <= self._max_age_ns

    def _is_new(self, quote: types_pb2.Quote) -> bool:
        """Later than the last one that was used. Sequences begin again with a feed's session, so time goes first."""
        known = self._latest.get(quote.symbol)
        if known is None:
            since_ns = self._since_ns[quote.symbol]
            return not since_ns or quote.received_time_ns > since_ns
        if quote.sequence and (quote.sequence, quote.exchange_time_ns) == (known.sequence, known.exchange_time_ns):
            return False
        return (quote.received_time_ns, quote.sequence) > (known.received_time_ns, known.sequence)


def _makes_sense(quote: types_pb2.Quote) -> bool:
    bid, ask = quote.bid_price_nanos, quote.ask_price_nanos
    sizes = (quote.bid_quantity_nanos, quote.ask_quantity_nanos)
    return min(bid, ask, *sizes) >= 0 and not 0 < ask <= bid


def on_grid(quote: types_pb2.Quote, tick_nanos: int, lot_nanos: int) -> types_pb2.Quote:
    """What the venue can show of a quote: sizes in whole lots, a bid never higher and an offer never lower than it was.

    The venue refuses what is off its grid and would keep the quote before it, which is not the market any more.
    """
    bid = quote.bid_price_nanos // tick_nanos * tick_nanos
    ask = -(-quote.ask_price_nanos // tick_nanos) * tick_nanos
    bid_quantity = quote.bid_quantity_nanos // lot_nanos * lot_nanos if bid else 0
    ask_quantity = quote.ask_quantity_nanos // lot_nanos * lot_nanos if ask else 0
    shown = types_pb2.Quote()
    shown.CopyFrom(quote)
    shown.bid_price_nanos, shown.bid_quantity_nanos = (bid, bid_quantity) if bid_quantity else (0, 0)
    shown.ask_price_nanos, shown.ask_quantity_nanos = (ask, ask_quantity) if ask_quantity else (0, 0)
    return shown
