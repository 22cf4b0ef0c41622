"""Reads history from QuestDB over its HTTP interface.

Statements hold only numbers and symbols of the platform's own instruments, never a caller's text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import aiohttp
from cift_common import money
from cift_common.errors import Unavailable

from cift_marketdata.domain.bars import MINUTE_NS
from cift_marketdata.domain.sessions import DAY_NS
from cift_marketdata.domain.ticks import Bar, Quote, Trade

HOUR_NS = 60 * MINUTE_NS
WEEK_NS = 7 * DAY_NS

_QUOTE = (
    "symbol, bid_price, bid_quantity, ask_price, ask_quantity, timestamp::LONG, received_time::LONG, sequence, exchange"
)
_TRADE = "symbol, price, quantity, timestamp::LONG, received_time::LONG, sequence, exchange"
_BAR = "symbol, timestamp::LONG, open, high, low, close, volume, trades, notional / volume"


class QuestDbReader:
    def __init__(self, url: str, time_zone: str, timeout_seconds: float = 10) -> None:
        self._url, self._time_zone = f"{url.rstrip('/')}/exec", time_zone
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=timeout_seconds), connector=aiohttp.TCPConnector(limit=4)
        )

    async def close(self) -> None:
        await self._session.close()

    async def latest_quotes(self, symbols: Iterable[str]) -> list[Quote]:
        rows = await self._rows(
            f"SELECT {_QUOTE} FROM quotes WHERE flags = 0 AND symbol IN ({_list(symbols)})"
            " LATEST ON timestamp PARTITION BY symbol"
        )
        return [_quote(row) for row in rows]

    async def latest_trades(self, symbols: Iterable[str]) -> list[Trade]:
        rows = await self._rows(
            f"SELECT {_TRADE} FROM trades WHERE flags = 0 AND symbol IN ({_list(symbols)})"
            " LATEST ON timestamp PARTITION BY symbol"
        )
        return [_trade(row) for row in rows]

    async def latest_bars(self, view: str, symbols: Iterable[str], end_ns: int, back_ns: int) -> list[Bar]:
        """Bars of `view` with start in [end - back, end], the newest first."""
        rows = await self._rows(
            f"SELECT {_BAR} FROM {view} WHERE symbol IN ({_list(symbols)})"
            f" AND timestamp >= {end_ns - back_ns:d} AND timestamp <= {end_ns:d} ORDER BY timestamp DESC"
        )
        return [_bar(row) for row in rows]

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
            f"SELECT {columns} FROM {table} WHERE symbol = {_list([symbol])} AND flags = 0"
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
        view, unit_ns, unit = next(
            (view, unit_ns, unit)
            for view, unit_ns, unit in (
                ("bars_1d", DAY_NS, "d"),
                ("bars_1h", HOUR_NS, "h"),
                ("bars_1m", MINUTE_NS, "m"),
            )
            if interval_ns % unit_ns == 0
        )
        symbol_is = f"symbol = {_list([symbol])}"
        if interval_ns == unit_ns:
            return f"SELECT * FROM {view} WHERE {symbol_is}"
        # Buckets that begin within the range are whole, those that began before it are left out above.
        margin = interval_ns + DAY_NS
        every = "1w" if interval_ns == WEEK_NS else f"{interval_ns // unit_ns:d}{unit}"
        zone = f" TIME ZONE '{self._time_zone}'" if unit == "d" else ""
        return (
            "SELECT timestamp, symbol, first(open) open, max(high) high, min(low) low, last(close) close,"
            f" sum(volume) volume, sum(notional) notional, sum(trades) trades FROM {view}"
            f" WHERE {symbol_is} AND timestamp >= {start_ns - margin:d} AND timestamp < {end_ns + margin:d}"
            f" SAMPLE BY {every} ALIGN TO CALENDAR{zone}"
        )

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


def _bar(row: list[Any]) -> Bar:
    symbol, start_ns, open_, high, low, close, volume, trades, vwap = row
    return Bar(
        symbol, start_ns, _nanos(open_), _nanos(high), _nanos(low), _nanos(close), _nanos(volume), trades, _nanos(vwap)
    )
