"""What market data answers: the latest from memory, history from QuestDB, the clock from the calendar."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from cift_common import money
from cift_common.errors import InvalidArgument, Unavailable
from cift_common.ids import Clock
from cift_common.platform import Platform
from prometheus_client import Gauge

from cift_marketdata.adapters.questdb_reader import QuestDbReader, Schema
from cift_marketdata.daily import DailyBars
from cift_marketdata.domain import paging
from cift_marketdata.domain.adjusting import Adjustment, Factor, adjusted
from cift_marketdata.domain.bars import MINUTE_NS
from cift_marketdata.domain.latest import LatestPrices
from cift_marketdata.domain.session_bars import MONTHS, longer, period_end, period_start
from cift_marketdata.domain.sessions import DAY_NS, SECOND_NS, Calendar, ClockState, Session, day_start
from cift_marketdata.domain.ticks import Bar, Depth, Quote, Status, Trade

LIMIT_DEFAULT = 1_000
LIMIT_MAX = 10_000
SYMBOLS_MAX = 500
WEEK_NS = 7 * DAY_NS
RAW = Adjustment()
_COMPLETED: dict[Schema, int] = {
    "ohlcv-1s": SECOND_NS,
    "ohlcv-1m": MINUTE_NS,
    "ohlcv-1h": 60 * MINUTE_NS,
}
"""Bars of these lengths are in history when they are over."""
SECONDS_RANGE_NS = 2 * DAY_NS
"""Bars of seconds are made from trades when they are asked for."""
ARROW_RANGE_NS = 31 * DAY_NS
TIME_MAX_NS = 2**63 - 1 - 400 * DAY_NS

T = TypeVar("T", Bar, Quote, Trade, Depth, Status)


@dataclass(frozen=True, slots=True)
class Snapshot:
    symbol: str
    quote: Quote | None
    trade: Trade | None
    minute_bar: Bar | None
    daily_bar: Bar | None
    previous_daily_bar: Bar | None
    depth: Depth | None = None
    status: Status | None = None
    # The official close of the last session before the market's present day.
    last_close_nanos: int = 0


_session_open = Gauge("cift_marketdata_session_open", "1 while the calendar says that the market is open")


@dataclass(frozen=True, slots=True)
class Range:
    """A request for history: [start, end), over all symbols at most `limit` rows from `page_token` on."""

    symbols: Sequence[str]
    start_ns: int
    end_ns: int
    limit: int = 0
    page_token: str = ""
    descending: bool = False


class MarketData:
    def __init__(
        self,
        platform: Platform,
        latest: LatestPrices,
        reader: QuestDbReader,
        calendar: Calendar,
        clock: Clock,
        market_now: Clock | None = None,
        factors: Mapping[str, Sequence[Factor]] | None = None,
    ) -> None:
        """`market_now`: the feed's present, which a replay has of its own; by default the clock's."""
        self.market_now = market_now or clock
        self._factors = factors or {}
        self.platform, self.calendar, self.clock = platform, calendar, clock
        self._latest, self._reader = latest, reader
        self._daily = DailyBars(reader, calendar)
        _session_open.set_function(lambda: calendar.at(clock()).open)

    def known(self, symbols: Sequence[str]) -> list[str]:
        """The symbols sorted, each once; `NotFound` names one that the platform does not have."""
        if not symbols:
            raise InvalidArgument("symbols must not be empty", field="symbols")
        if len(symbols) > SYMBOLS_MAX:
            raise InvalidArgument(f"more than {SYMBOLS_MAX} symbols", field="symbols", limit=str(SYMBOLS_MAX))
        return sorted({self.platform.instrument(symbol).symbol for symbol in symbols})

    async def snapshots(self, symbols: Sequence[str]) -> list[Snapshot]:
        """What memory does not have comes from history; what history does not give now is missing."""
        known = self.known(symbols)
        latest = {symbol: self._latest[symbol] for symbol in known}
        quotes = {symbol: item.quote for symbol, item in latest.items() if item.quote is not None}
        trades = {symbol: item.trade for symbol, item in latest.items() if item.trade is not None}
        try:
            if missing := [symbol for symbol in known if symbol not in quotes]:
                quotes |= {quote.symbol: quote for quote in await self._reader.latest_quotes(missing)}
            if missing := [symbol for symbol in known if symbol not in trades]:
                trades |= {trade.symbol: trade for trade in await self._reader.latest_trades(missing)}
        except Unavailable:
            pass
        daily = await self._daily.of({symbol: trades[symbol].exchange_time_ns for symbol in known if symbol in trades})
        day_start_ns = day_start(self.market_now(), self.calendar.time_zone)
        found = []
        for symbol, item in latest.items():
            today, before, *_ = [*daily.get(symbol, []), None, None]
            snapshot = Snapshot(symbol, quotes.get(symbol), trades.get(symbol), item.minute_bar, today, before)
            last_close = next(
                (bar.close_price_nanos for bar in (today, before) if bar and bar.start_time_ns < day_start_ns), 0
            )
            found.append(replace(snapshot, depth=item.depth, status=item.status, last_close_nanos=last_close))
        return found

    async def bars(
        self, wanted: Range, interval_ns: int, months: int = 0, adjustment: Adjustment = RAW
    ) -> tuple[list[Bar], str]:
        """Bars by symbol and time, and the token of the next page ("" at the end).

        Those of a part of a day are completed ones; `months` goes before the interval.
        """
        self._check_factors(wanted.symbols, adjustment)
        if months or interval_ns in (DAY_NS, WEEK_NS):
            return await self._session_bars(wanted, interval_ns, months, adjustment)
        seconds = interval_ns < MINUTE_NS and interval_ns % SECOND_NS == 0 and MINUTE_NS % max(interval_ns, 1) == 0
        if interval_ns <= 0 or (interval_ns % MINUTE_NS and not seconds) or interval_ns > 366 * DAY_NS:
            limit = "seconds that divide a minute, or whole minutes up to 366 days"
            raise InvalidArgument(f"interval_ns {interval_ns} is not {limit}", field="interval_ns", limit=limit)
        if interval_ns < MINUTE_NS:
            _check_length(wanted.start_ns, wanted.end_ns, SECONDS_RANGE_NS)

        completed_ns = self.market_now() - interval_ns + 1

        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Bar]:
            start_ns, end_ns = _remaining(wanted, after)
            end_ns = max(min(end_ns, completed_ns), 0)
            if end_ns <= start_ns:
                return []
            bars = await self._reader.bars(symbol, interval_ns, start_ns, end_ns, limit, descending=wanted.descending)
            return self._adjusted(symbol, bars, adjustment)

        return await self._pages(wanted, page, lambda bar: paging.Position(bar.symbol, bar.start_time_ns))

    def _check_factors(self, symbols: Sequence[str], adjustment: Adjustment) -> None:
        if adjustment.is_raw:
            return
        if missing := [symbol for symbol in symbols if symbol not in self._factors]:
            raise InvalidArgument(
                f"splits and dividends of {', '.join(sorted(missing)[:5])} are not known here; ask for adjustment=raw",
                reason="UNSUPPORTED",
                field="adjustment",
                limit="raw",
            )

    def _adjusted(self, symbol: str, bars: list[Bar], adjustment: Adjustment) -> list[Bar]:
        if adjustment.is_raw:
            return bars
        return adjusted(bars, self._factors[symbol], adjustment, self.calendar.time_zone)

    async def _session_bars(
        self, wanted: Range, interval_ns: int, months: int, adjustment: Adjustment
    ) -> tuple[list[Bar], str]:
        if months and months not in MONTHS:
            limit = ", ".join(map(str, MONTHS))
            raise InvalidArgument(f"months {months} is not one of {limit}", field="months", limit=limit)
        time_zone = self.calendar.time_zone
        zone, is_longer = ZoneInfo(time_zone), bool(months) or interval_ns == WEEK_NS

        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Bar]:
            start_ns, end_ns = _remaining(wanted, after)
            if end_ns <= start_ns:
                return []
            until_ns = end_ns
            if is_longer:
                # A bar that begins within the range is whole.
                until_ns = period_end(period_start(end_ns - 1, zone, months=months), zone, months=months)
            sessions = self.calendar.opening_within(start_ns, until_ns + DAY_NS)
            bars = await self._reader.days([symbol], start_ns, until_ns, sessions)
            bars = self._adjusted(symbol, bars, adjustment)
            if is_longer:
                bars = [bar for bar in longer(bars, time_zone, months=months) if start_ns <= bar.start_time_ns < end_ns]
            return bars[::-1][:limit] if wanted.descending else bars[:limit]

        return await self._pages(wanted, page, lambda bar: paging.Position(bar.symbol, bar.start_time_ns))

    async def daily_bars(self, symbols: Sequence[str]) -> list[Bar]:
        """The bar of the present session of each symbol that has one."""
        now_ns = self.market_now()
        start_ns = day_start(now_ns, self.calendar.time_zone)
        sessions = self.calendar.opening_within(start_ns, now_ns + 1)
        return await self._reader.days(symbols, start_ns, now_ns + 1, sessions)

    async def as_of(self, symbols: Sequence[str], time_ns: int) -> list[Snapshot]:
        """The last believed quote and trade of each symbol at or before the instant, from history."""
        known = self.known(symbols)
        _check_time("time_ns", time_ns)
        quotes = {quote.symbol: quote for quote in await self._reader.quotes_as_of(known, time_ns)}
        trades = {trade.symbol: trade for trade in await self._reader.trades_as_of(known, time_ns)}
        return [Snapshot(symbol, quotes.get(symbol), trades.get(symbol), None, None, None) for symbol in known]

    async def arrow(self, schema: Schema, symbols: Sequence[str], start_ns: int, end_ns: int) -> AsyncIterator[bytes]:
        """A range of history as an Arrow IPC stream, in parts."""
        known = self.known(symbols)
        _check_range(Range(known, start_ns, end_ns))
        _check_length(start_ns, end_ns, SECONDS_RANGE_NS if schema == "ohlcv-1s" else ARROW_RANGE_NS)
        # pyarrow would stay in the memory of a service that nobody asks for it.
        from cift_marketdata.adapters.arrow import Encoder

        encoder = Encoder(schema)
        if schema == "ohlcv-1d":
            sessions = self.calendar.opening_within(start_ns, end_ns + DAY_NS)
            days = await self._reader.days(known, start_ns, end_ns, sessions)
            if days:
                yield encoder.encode(b"".join(map(_csv, days)))
        else:
            end_ns = min(end_ns, max(self.market_now() - _COMPLETED.get(schema, -DAY_NS) + 1, 0))
            async for lines in self._reader.lines(schema, known, start_ns, end_ns):
                yield encoder.encode(lines)
        yield encoder.end()

    async def quotes(self, wanted: Range) -> tuple[list[Quote], str]:
        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Quote]:
            return await self._reader.quotes(
                symbol, wanted.start_ns, wanted.end_ns, limit, descending=wanted.descending, after=_key(after)
            )

        return await self._pages(wanted, page, lambda q: paging.Position(q.symbol, q.exchange_time_ns, q.row))

    async def trades(self, wanted: Range) -> tuple[list[Trade], str]:
        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Trade]:
            return await self._reader.trades(
                symbol, wanted.start_ns, wanted.end_ns, limit, descending=wanted.descending, after=_key(after)
            )

        return await self._pages(wanted, page, lambda t: paging.Position(t.symbol, t.exchange_time_ns, t.row))

    async def depths(self, wanted: Range) -> tuple[list[Depth], str]:
        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Depth]:
            return await self._reader.depths(
                symbol, wanted.start_ns, wanted.end_ns, limit, descending=wanted.descending, after=_key(after)
            )

        return await self._pages(wanted, page, lambda d: paging.Position(d.symbol, d.exchange_time_ns, d.sequence))

    async def statuses(self, wanted: Range) -> tuple[list[Status], str]:
        async def page(symbol: str, limit: int, after: paging.Position | None) -> list[Status]:
            return await self._reader.statuses(
                symbol, wanted.start_ns, wanted.end_ns, limit, descending=wanted.descending, after=_key(after)
            )

        return await self._pages(wanted, page, lambda s: paging.Position(s.symbol, s.exchange_time_ns, s.sequence))

    async def _pages(
        self,
        wanted: Range,
        page: Callable[[str, int, paging.Position | None], Awaitable[list[T]]],
        position: Callable[[T], paging.Position],
    ) -> tuple[list[T], str]:
        """Symbol after symbol, until the page is full."""
        symbols = self.known(wanted.symbols)
        _check_range(wanted)
        after = paging.decode(wanted.page_token, symbols)
        limit = wanted.limit or LIMIT_DEFAULT
        rows: list[T] = []
        for symbol in symbols:
            if after is not None and symbol < after.symbol:
                continue
            # One more than wanted tells whether there is a next page.
            room = limit - len(rows) + 1
            rows += await page(symbol, room, after if after is not None and after.symbol == symbol else None)
            if len(rows) > limit:
                return rows[:limit], paging.encode(position(rows[limit - 1]))
        return rows, ""

    def clock_state(self) -> tuple[int, ClockState]:
        now = self.clock()
        return now, self.calendar.at(now)

    def sessions(self, start: date, end: date) -> list[Session]:
        return self.calendar.between(start, end)


def _key(after: paging.Position | None) -> tuple[int, int] | None:
    return (after.time_ns, after.row) if after is not None else None


def _remaining(wanted: Range, after: paging.Position | None) -> tuple[int, int]:
    """What of a range is left after the last bar of a page."""
    if after is None:
        return wanted.start_ns, wanted.end_ns
    if wanted.descending:
        return wanted.start_ns, min(wanted.end_ns, after.time_ns)
    return max(wanted.start_ns, after.time_ns + 1), wanted.end_ns


def _csv(bar: Bar) -> bytes:
    """A bar as QuestDB writes a row of `ohlcv-1d`."""
    prices = (bar.open_price_nanos, bar.high_price_nanos, bar.low_price_nanos, bar.close_price_nanos)
    numbers = ",".join(money.text(nanos) for nanos in (*prices, bar.volume_nanos))
    return f'{bar.start_time_ns},"{bar.symbol}",{numbers},{bar.trade_count}\n'.encode()


def _check_time(field: str, time_ns: int) -> None:
    if not 0 <= time_ns <= TIME_MAX_NS:
        raise InvalidArgument(f"{field} is not within 1970 to 2261", field=field, limit=f"0..{TIME_MAX_NS}")


def _check_length(start_ns: int, end_ns: int, most_ns: int) -> None:
    if end_ns - start_ns > most_ns:
        limit = f"{most_ns // DAY_NS} days"
        raise InvalidArgument(f"the range is longer than {limit}", field="end_ns", limit=limit)


def _check_range(wanted: Range) -> None:
    if wanted.limit > LIMIT_MAX:
        raise InvalidArgument(f"limit {wanted.limit} is above {LIMIT_MAX}", field="limit", limit=str(LIMIT_MAX))
    _check_time("start_ns", wanted.start_ns)
    _check_time("end_ns", wanted.end_ns)
    if wanted.end_ns < wanted.start_ns:
        raise InvalidArgument("end_ns is before start_ns", field="end_ns", limit=str(wanted.start_ns))
