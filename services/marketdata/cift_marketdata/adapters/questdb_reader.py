"""Reads history from QuestDB over its HTTP interface.

Statements hold only numbers and symbols of the platform's own instruments, never a caller's text.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Literal

import aiohttp
from cift_common import money
from cift_common.errors import Unavailable

from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.adapters.questdb_schema import LEVEL_COLUMNS, TRADE_BAR
from cift_marketdata.domain.bars import MINUTE_NS
from cift_marketdata.domain.columns import LEVELS
from cift_marketdata.domain.session_bars import OfficialPrint, with_official_prints
from cift_marketdata.domain.sessions import DAY_NS, SECOND_NS, Hours, Session, hours_of
from cift_marketdata.domain.ticks import (
    BAD_PRICE,
    CLOSING_PRINT,
    DOUBTED,
    OPENING_PRINT,
    Bar,
    Depth,
    Quote,
    Status,
    Trade,
)

HOUR_NS = 60 * MINUTE_NS
WEEK_NS = 7 * DAY_NS
_UNITS = {"d": DAY_NS, "h": HOUR_NS, "m": MINUTE_NS}
FRESH_NS = 45 * DAY_NS
"""Bars of a range up to this long are made from minutes, whose view is kept up at once."""

_QUOTE = (
    "symbol, bid_price, bid_quantity, ask_price, ask_quantity, timestamp::LONG, received_time::LONG, sequence, exchange"
)
_TRADE = "symbol, price, quantity, timestamp::LONG, received_time::LONG, sequence, exchange"
_BAR = "symbol, timestamp::LONG, open, high, low, close, volume, trades, notional / volume"
_DEPTH = f"symbol, exchange, sequence, timestamp::LONG, received_time::LONG, {', '.join(LEVEL_COLUMNS)}"
_STATUS = "symbol, action, reason, trading, quoting, timestamp::LONG, received_time::LONG, sequence, exchange"
_OHLCV = ("timestamp::LONG", "symbol", "open", "high", "low", "close", "volume", "trades")

Schema = Literal["trades", "mbp-1", "mbp-10", "status", "ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d"]
_SCHEMA_TABLES: dict[Schema, str] = {
    "trades": "trades",
    "mbp-1": "quotes",
    "mbp-10": "depths",
    "status": "statuses",
    # A view of seconds would be as large as the trades that it is made of.
    "ohlcv-1s": f"(SELECT timestamp, symbol, {TRADE_BAR} FROM trades WHERE {{where}} AND flags & {BAD_PRICE} = 0"
    " SAMPLE BY 1s ALIGN TO CALENDAR)",
    "ohlcv-1m": "bars_1m",
    "ohlcv-1h": "bars_1h",
    "ohlcv-1d": "bars_1d",
}
_SCHEMAS: dict[Schema, tuple[str, ...]] = {
    "trades": ("timestamp::LONG", "received_time::LONG", "symbol", "exchange", "sequence", "price", "quantity"),
    "mbp-1": (
        *("timestamp::LONG", "received_time::LONG", "symbol", "exchange", "sequence"),
        *("bid_price", "bid_quantity", "ask_price", "ask_quantity"),
    ),
    "mbp-10": ("timestamp::LONG", "received_time::LONG", "symbol", "exchange", "sequence", *LEVEL_COLUMNS),
    "status": (
        *("timestamp::LONG", "received_time::LONG", "symbol", "exchange", "sequence"),
        *("action", "reason", "trading", "quoting"),
    ),
    "ohlcv-1s": _OHLCV,
    "ohlcv-1m": _OHLCV,
    "ohlcv-1h": _OHLCV,
    "ohlcv-1d": _OHLCV,
}
LONG = aiohttp.ClientTimeout(total=600, sock_read=30)


class QuestDbReader:
    def __init__(self, url: str, time_zone: str, timeout_seconds: float = 10) -> None:
        at = QuestDbAddress.parse(url)
        self._base, self._time_zone = at.base_url, time_zone
        self._url = f"{self._base}/exec"
        self._session = aiohttp.ClientSession(
            headers=at.headers,
            timeout=aiohttp.ClientTimeout(total=timeout_seconds),
            connector=aiohttp.TCPConnector(limit=4),
        )

    async def close(self) -> None:
        await self._session.close()

    async def latest_quotes(self, symbols: Iterable[str]) -> list[Quote]:
        rows = await self._rows(
            f"SELECT {_QUOTE} FROM quotes WHERE flags & {DOUBTED} = 0 AND symbol IN ({_list(symbols)})"
            " LATEST ON timestamp PARTITION BY symbol"
        )
        return [_quote(row) for row in rows]

    async def latest_trades(self, symbols: Iterable[str]) -> list[Trade]:
        rows = await self._rows(
            f"SELECT {_TRADE} FROM trades WHERE flags & {DOUBTED} = 0 AND symbol IN ({_list(symbols)})"
            " LATEST ON timestamp PARTITION BY symbol"
        )
        return [_trade(row) for row in rows]

    async def quotes_as_of(self, symbols: Iterable[str], time_ns: int) -> list[Quote]:
        """Of each symbol the last believed quote at or before the instant."""
        return [_quote(row) for row in await self._as_of("quotes", _QUOTE, symbols, time_ns)]

    async def trades_as_of(self, symbols: Iterable[str], time_ns: int) -> list[Trade]:
        return [_trade(row) for row in await self._as_of("trades", _TRADE, symbols, time_ns)]

    async def _as_of(self, table: str, columns: str, symbols: Iterable[str], time_ns: int) -> list[list[Any]]:
        return await self._rows(
            f"SELECT {columns} FROM {table} WHERE flags & {DOUBTED} = 0 AND symbol IN ({_list(symbols)})"
            f" AND timestamp <= {time_ns:d} LATEST ON timestamp PARTITION BY symbol"
        )

    async def lines(self, schema: Schema, symbols: Iterable[str], start_ns: int, end_ns: int) -> AsyncIterator[bytes]:
        """A range as whole lines of CSV without a header, in parts, in the order of `SCHEMAS`."""
        names = ", ".join(_SCHEMAS[schema])
        condition = "" if schema.startswith("ohlcv") else f" AND flags & {DOUBTED} = 0"
        where = f"symbol IN ({_list(symbols)}) AND timestamp >= {start_ns:d} AND timestamp < {end_ns:d}"
        table = _SCHEMA_TABLES[schema].format(where=where)
        statement = f"SELECT {names} FROM {table} WHERE {where}{condition} ORDER BY timestamp"
        query, rest, first = {"query": statement}, b"", True
        try:
            async with self._session.get(f"{self._base}/exp", params=query, timeout=LONG) as answer:
                if answer.status != 200:
                    raise Unavailable(f"history is not available: {(await answer.read())[:200]!r}")
                async for part in answer.content.iter_chunked(2**18):
                    whole, newline, rest = (rest + part).rpartition(b"\n")
                    if first and newline:
                        _, _, whole = whole.partition(b"\n")
                        first = False
                    if whole:
                        yield whole + newline
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"history is not available: QuestDB does not answer ({type(error).__name__})") from error

    async def days(
        self, symbols: Iterable[str], start_ns: int, end_ns: int, sessions: Sequence[Session] | None
    ) -> list[Bar]:
        """Daily bars whose midnight is in [start, end), by time; of these sessions, or of whole days where None."""
        condition = f"symbol IN ({_list(symbols)})"
        if sessions is not None:
            if not sessions:
                return []
            condition += f" AND ({' OR '.join(map(_within, hours_of(sessions)))})"
        margin = 2 * DAY_NS
        sampled = _sample("bars_1m", condition, max(start_ns - margin, 0), end_ns + margin, "1d", self._time_zone)
        rows = await self._rows(
            f"SELECT {_BAR} FROM ({sampled}) WHERE timestamp >= {start_ns:d} AND timestamp < {end_ns:d}"
            " ORDER BY timestamp, symbol"
        )
        bars = [_bar(row) for row in rows]
        if sessions is None or not bars:
            return bars
        prints = await self._official_prints(symbols, bars[0].start_time_ns, bars[-1].start_time_ns + margin)
        return with_official_prints(bars, prints, sessions, self._time_zone)

    async def _official_prints(self, symbols: Iterable[str], start_ns: int, end_ns: int) -> list[OfficialPrint]:
        """The minutes tell where there are any: the trades of a range without them are not read."""
        among = f"symbol IN ({_list(symbols)})"
        ((first_ns, last_ns),) = await self._rows(
            f"SELECT min(timestamp)::LONG, max(timestamp)::LONG FROM bars_1m WHERE {among}"
            f" AND timestamp >= {start_ns:d} AND timestamp < {end_ns:d} AND official_prints > 0"
        )
        if first_ns is None:
            return []
        rows = await self._rows(
            f"SELECT symbol, timestamp::LONG, price, quantity, flags FROM trades WHERE {among}"
            f" AND timestamp >= {first_ns:d} AND timestamp < {last_ns + MINUTE_NS:d}"
            f" AND flags & {BAD_PRICE} = 0 AND flags & {OPENING_PRINT | CLOSING_PRINT} != 0 ORDER BY timestamp"
        )
        return [
            OfficialPrint(symbol, time_ns, _nanos(price), _nanos(quantity), bool(flags & CLOSING_PRINT))
            for symbol, time_ns, price, quantity, flags in rows
        ]

    async def quotes(
        self, symbol: str, start_ns: int, end_ns: int, limit: int, *, descending: bool, after: tuple[int, int] | None
    ) -> list[Quote]:
        rows = await self._ticks("quotes", _QUOTE, symbol, start_ns, end_ns, limit, descending, after)
        return [_quote(row) for row in rows]

    async def trades(
        self, symbol: str, start_ns: int, end_ns: int, limit: int, *, descending: bool, after: tuple[int, int] | None
    ) -> list[Trade]:
        rows = await self._ticks("trades", _TRADE, symbol, start_ns, end_ns, limit, descending, after)
        return [_trade(row) for row in rows]

    async def depths(
        self, symbol: str, start_ns: int, end_ns: int, limit: int, *, descending: bool, after: tuple[int, int] | None
    ) -> list[Depth]:
        rows = await self._ticks("depths", _DEPTH, symbol, start_ns, end_ns, limit, descending, after)
        return [_depth(row) for row in rows]

    async def statuses(
        self, symbol: str, start_ns: int, end_ns: int, limit: int, *, descending: bool, after: tuple[int, int] | None
    ) -> list[Status]:
        rows = await self._ticks("statuses", _STATUS, symbol, start_ns, end_ns, limit, descending, after)
        return [_status(row) for row in rows]

    async def _ticks(
        self,
        table: str,
        columns: str,
        symbol: str,
        start_ns: int,
        end_ns: int,
        limit: int,
        descending: bool,
        after: tuple[int, int] | None,
    ) -> list[list[Any]]:
        condition = ""
        if after is not None:
            time_ns, row = after
            if descending:
                end_ns, condition = time_ns + 1, f" AND (timestamp < {time_ns:d} OR sequence < {row:d})"
            else:
                start_ns, condition = time_ns, f" AND (timestamp > {time_ns:d} OR sequence > {row:d})"
        direction = "DESC" if descending else "ASC"
        return await self._rows(
            f"SELECT {columns} FROM {table} WHERE symbol = {_list([symbol])} AND flags & {DOUBTED} = 0"
            f" AND timestamp >= {start_ns:d} AND timestamp < {end_ns:d}{condition}"
            f" ORDER BY timestamp {direction}, sequence {direction} LIMIT {limit:d}"
        )

    async def bars(
        self, symbol: str, interval_ns: int, start_ns: int, end_ns: int, limit: int, *, descending: bool
    ) -> list[Bar]:
        """Bars that start in [start, end). Aligned to the calendar: weeks to Monday, days to midnight where the
        exchange is, shorter intervals to the epoch."""
        rows = await self._rows(
            f"SELECT {_BAR} FROM ({self._sampled(symbol, interval_ns, start_ns, end_ns)})"
            f" WHERE timestamp >= {start_ns:d} AND timestamp < {end_ns:d}"
            f" ORDER BY timestamp {'DESC' if descending else 'ASC'} LIMIT {limit:d}"
        )
        return [_bar(row) for row in rows]

    def _sampled(self, symbol: str, interval_ns: int, start_ns: int, end_ns: int) -> str:
        if interval_ns % MINUTE_NS:
            return _seconds(symbol, interval_ns // SECOND_NS, start_ns - interval_ns, end_ns + interval_ns)
        unit, unit_ns = next((unit, ns) for unit, ns in _UNITS.items() if interval_ns % ns == 0)
        # The views of hours and days lag by a minute and save reading a year of minutes.
        view = f"bars_1{unit}" if end_ns - start_ns > FRESH_NS else "bars_1m"
        condition = f"symbol = {_list([symbol])}"
        if view == f"bars_1{unit}" and interval_ns == unit_ns:
            return f"SELECT * FROM {view} WHERE {condition}"
        # Buckets that begin within the range are whole; those that began before it are left out above.
        margin = interval_ns + DAY_NS
        every = "1w" if interval_ns == WEEK_NS else f"{interval_ns // unit_ns:d}{unit}"
        zone = self._time_zone if unit == "d" else ""
        return _sample(view, condition, max(start_ns - margin, 0), end_ns + margin, every, zone)

    async def _rows(self, statement: str) -> list[list[Any]]:
        try:
            async with self._session.get(self._url, params={"query": statement}) as answer:
                body = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"history is not available: QuestDB does not answer ({type(error).__name__})") from error
        if "error" in body:
            raise Unavailable(f"history is not available: {body['error']}")
        rows: list[list[Any]] = body["dataset"]
        return rows


def _sample(view: str, condition: str, start_ns: int, end_ns: int, every: str, time_zone: str) -> str:
    zone = f" TIME ZONE '{time_zone}'" if time_zone else ""
    return (
        "SELECT timestamp, symbol, first(open) open, max(high) high, min(low) low, last(close) close,"
        f" sum(volume) volume, sum(notional) notional, sum(trades) trades FROM {view}"
        f" WHERE {condition} AND timestamp >= {start_ns:d} AND timestamp < {end_ns:d}"
        f" SAMPLE BY {every} ALIGN TO CALENDAR{zone}"
    )


def _within(hours: Hours) -> str:
    return (
        f"(timestamp >= {hours.start_ns:d} AND timestamp < {hours.end_ns:d}"
        f" AND (timestamp::LONG - {hours.start_ns:d}) % {DAY_NS:d} < {hours.length_ns:d})"
    )


def _seconds(symbol: str, seconds: int, start_ns: int, end_ns: int) -> str:
    """Straight from the trades: a view of seconds would be as large as they are."""
    return (
        f"SELECT timestamp, symbol, {TRADE_BAR} FROM trades"
        f" WHERE symbol = {_list([symbol])} AND flags & {BAD_PRICE} = 0"
        f" AND timestamp >= {max(start_ns, 0):d} AND timestamp < {end_ns:d} SAMPLE BY {seconds:d}s ALIGN TO CALENDAR"
    )


def _list(symbols: Iterable[str]) -> str:
    """Symbols as SQL literals. They come from the platform file, whose pattern has no quotes; held here once more."""
    literals: Sequence[str] = [f"'{symbol}'" for symbol in symbols if "'" not in symbol]
    return ", ".join(literals)


def _nanos(text: str) -> int:
    """A DECIMAL as QuestDB writes it: with all of its places."""
    whole, _, fraction = text.partition(".")
    if len(fraction) == money.PLACES:
        return int(whole + fraction)
    scale: int = 10 ** len(fraction)
    return money.divide_half_even(int(whole + fraction) * money.NANOS, scale)


def _quote(row: list[Any]) -> Quote:
    symbol, bid, bid_quantity, ask, ask_quantity, time_ns, received_ns, sequence, exchange = row
    return Quote(
        symbol,
        _nanos(bid),
        _nanos(bid_quantity),
        _nanos(ask),
        _nanos(ask_quantity),
        time_ns,
        received_ns,
        sequence,
        exchange or "",
        sequence,
    )


def _trade(row: list[Any]) -> Trade:
    symbol, price, quantity, time_ns, received_ns, sequence, exchange = row
    return Trade(symbol, _nanos(price), _nanos(quantity), time_ns, received_ns, sequence, exchange or "", sequence)


def _depth(row: list[Any]) -> Depth:
    symbol, exchange, sequence, time_ns, received_ns, *numbers = row
    nanos = [_nanos(number) for number in numbers]
    bids, bid_sizes, asks, ask_sizes = (nanos[n : n + LEVELS] for n in range(0, 4 * LEVELS, LEVELS))
    bid_levels = [level for level in zip(bids, bid_sizes, strict=True) if level[0]]
    ask_levels = [level for level in zip(asks, ask_sizes, strict=True) if level[0]]
    return Depth(symbol, bid_levels, ask_levels, time_ns, received_ns, sequence, exchange or "")


def _status(row: list[Any]) -> Status:
    symbol, action, reason, trading, quoting, time_ns, received_ns, sequence, exchange = row
    said = {"Y": True, "N": False}
    words = (action or "none", reason or "", said.get(trading), said.get(quoting))
    return Status(symbol, *words, time_ns, received_ns, sequence, exchange or "")


def _bar(row: list[Any]) -> Bar:
    symbol, start_ns, open_, high, low, close, volume, trades, vwap = row
    return Bar(
        symbol, start_ns, _nanos(open_), _nanos(high), _nanos(low), _nanos(close), _nanos(volume), trades, _nanos(vwap)
    )
