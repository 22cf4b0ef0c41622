"""`/v2/stocks`: history, latest prices and snapshots, for many symbols or one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cift_common.errors import InvalidArgument, NotFound
from cift_common.ids import system_clock
from cift_proto.execution.v1 import execution_pb2 as execution
from cift_proto.marketdata.v1 import marketdata_pb2 as marketdata
from fastapi import APIRouter, Depends, Query, Response

from cift_gateway.api import render, render_book, render_feed
from cift_gateway.api.context import Caller, Gateway, Here
from cift_gateway.api.models import market as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routes.orders import is_ascending, split_symbols
from cift_gateway.api.routing import Route
from cift_gateway.domain import fields, times

router = APIRouter(route_class=Route, tags=["market data"])
LIMIT_DEFAULT, LIMIT_MAX = 1000, 10_000
_ADJUSTMENTS = frozenset({"raw", "split", "dividend", "all"})
DEPTH_DEFAULT, DEPTH_MAX = 10, 1000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """What all histories share: [start, end), and how it is told."""

    start_ns: int
    end_ns: int
    limit: int
    page_token: str
    descending: bool


async def _zone(gateway: Gateway) -> ZoneInfo:
    clock = await gateway.backends.call(gateway.backends.marketdata.GetClock, marketdata.GetClockRequest())
    return ZoneInfo(clock.time_zone or "UTC")


async def _history(
    gateway: Here,
    start: str | None = None,
    end: str | None = None,
    limit: Annotated[fields.Whole, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    page_token: str = "",
    sort: str = "asc",
    currency: str = "USD",
) -> Range:
    """By default from today's midnight (UTC) to now. A date is a whole day where the exchange is."""
    now = system_clock()
    start_ns, end_ns = now - now % times.DAY_NS, now + 1
    dates = any(text and times.is_date(text) for text in (start, end))
    zone = await _zone(gateway) if dates else ZoneInfo("UTC")
    if start:
        is_day = times.is_date(start)
        start_ns = times.day_of("start", start, zone)[0] if is_day else times.parse_time("start", start)
    if end:
        # Alpaca's end is included.
        is_day = times.is_date(end)
        end_ns = times.day_of("end", end, zone)[1] if is_day else times.parse_time("end", end) + 1
    if currency.upper() != "USD":
        raise InvalidArgument("currency must be USD", field="currency", limit="USD")
    if start_ns > end_ns:
        raise InvalidArgument("start must not be after end", field="start")
    return Range(start_ns, end_ns, limit, page_token, not is_ascending("sort", sort))


History = Annotated[Range, Depends(_history)]


def adjustment_of(adjustment: str = "raw") -> tuple[bool, bool]:
    """Whether prices are adjusted by splits and by dividends; several words are joined by commas."""
    wanted = {part.strip().lower() for part in adjustment.split(",") if part.strip()}
    if unknown := wanted - _ADJUSTMENTS:
        choices = ", ".join(sorted(_ADJUSTMENTS))
        raise InvalidArgument(
            f"adjustment must be one of {choices}, not {min(unknown)[:32]!r}", field="adjustment", limit=choices
        )
    if "raw" in wanted and len(wanted) > 1:
        raise InvalidArgument("adjustment raw stands alone", field="adjustment", limit="raw")
    return bool(wanted & {"split", "all"}), bool(wanted & {"dividend", "all"})


Adjust = Annotated[tuple[bool, bool], Depends(adjustment_of)]


def _symbols(gateway: Gateway, text: str) -> list[str]:
    symbols = list(dict.fromkeys(split_symbols(text)))
    if not symbols:
        raise InvalidArgument("symbols is required", field="symbols")
    return [_symbol(gateway, symbol, "symbols") for symbol in symbols]


def _symbol(gateway: Gateway, symbol: str, field: str = "symbol") -> str:
    if symbol.upper() not in gateway.platform.by_symbol:
        raise InvalidArgument(f"invalid symbol: {symbol[:32]}", reason="UNKNOWN_SYMBOL", field=field)
    return symbol.upper()


def _grouped(rows: Iterable[Any], convert: Callable[[Any], Json]) -> dict[str, list[Json]]:
    groups: dict[str, list[Json]] = {}
    for row in rows:
        groups.setdefault(row.symbol, []).append(convert(row))
    return groups


async def _bars(gateway: Gateway, symbols: list[str], timeframe: str, history: Range, adjust: tuple[bool, bool]) -> Any:
    months = times.parse_months(timeframe)
    return await gateway.backends.call(
        gateway.backends.marketdata.ListBars,
        marketdata.ListBarsRequest(
            symbols=symbols,
            interval_ns=0 if months else times.parse_timeframe(timeframe),
            months=months,
            adjust_splits=adjust[0],
            adjust_dividends=adjust[1],
            start_ns=history.start_ns,
            end_ns=history.end_ns,
            limit=history.limit,
            page_token=history.page_token,
            descending=history.descending,
        ),
    )


async def _ticks(gateway: Gateway, method: Callable[..., Any], symbols: list[str], history: Range) -> Any:
    return await gateway.backends.call(
        method,
        marketdata.ListTicksRequest(
            symbols=symbols,
            start_ns=history.start_ns,
            end_ns=history.end_ns,
            limit=history.limit,
            page_token=history.page_token,
            descending=history.descending,
        ),
    )


def _many(name: str, rows: Iterable[Any], convert: Callable[[Any], Json], token: str) -> Response:
    return reply({name: _grouped(rows, convert), "next_page_token": token or None})


def _one(name: str, symbol: str, rows: Iterable[Any], convert: Callable[[Any], Json], token: str) -> Response:
    return reply({"symbol": symbol, name: [convert(row) for row in rows], "next_page_token": token or None})


async def _snapshots(gateway: Gateway, symbols: list[str]) -> dict[str, marketdata.Snapshot]:
    answer = await gateway.backends.call(
        gateway.backends.marketdata.GetSnapshots, marketdata.GetSnapshotsRequest(symbols=symbols)
    )
    return {snapshot.symbol: snapshot for snapshot in answer.snapshots}


_PARTS: dict[str, tuple[str, Callable[[Any], Json]]] = {
    "bar": ("minute_bar", render.bar),
    "quote": ("quote", render.quote),
    "trade": ("trade", render.trade),
    "depth": ("depth", render_feed.depth),
    "status": ("status", render_feed.status),
}


async def _latest_many(gateway: Gateway, kind: str, symbols: str) -> Response:
    part, convert = _PARTS[kind]
    snapshots = await _snapshots(gateway, _symbols(gateway, symbols))
    found = {s: convert(getattr(snap, part)) for s, snap in snapshots.items() if snap.HasField(part)}
    return reply({"statuses" if kind == "status" else f"{kind}s": found})


async def _latest_one(gateway: Gateway, kind: str, symbol: str) -> Response:
    part, convert = _PARTS[kind]
    snapshot = (await _snapshots(gateway, [_symbol(gateway, symbol)])).get(symbol.upper())
    if snapshot is None or not snapshot.HasField(part):
        raise NotFound(f"no {kind} found for {symbol.upper()}", field="symbol")
    return reply({"symbol": symbol.upper(), kind: convert(getattr(snapshot, part))})


def _snapshot(message: marketdata.Snapshot) -> Json:
    def part(name: str, convert: Callable[[Any], Json]) -> Json | None:
        return convert(getattr(message, name)) if message.HasField(name) else None

    return {
        "latestTrade": part("trade", render.trade),
        "latestQuote": part("quote", render.quote),
        "minuteBar": part("minute_bar", render.bar),
        "dailyBar": part("daily_bar", render.bar),
        "prevDailyBar": part("previous_daily_bar", render.bar),
    }


@router.get("/v2/stocks/bars", response_model=models.Bars)
async def list_bars(
    gateway: Here, _: Caller, history: History, symbols: str, timeframe: str, adjust: Adjust
) -> Response:
    """`limit` counts over all symbols; go on with `next_page_token`."""
    answer = await _bars(gateway, _symbols(gateway, symbols), timeframe, history, adjust)
    return _many("bars", answer.bars, render.bar, answer.next_page_token)


@router.get("/v2/stocks/quotes", response_model=models.Quotes)
async def list_quotes(gateway: Here, _: Caller, history: History, symbols: str) -> Response:
    answer = await _ticks(gateway, gateway.backends.marketdata.ListQuotes, _symbols(gateway, symbols), history)
    return _many("quotes", answer.quotes, render.quote, answer.next_page_token)


@router.get("/v2/stocks/trades", response_model=models.Trades)
async def list_trades(gateway: Here, _: Caller, history: History, symbols: str) -> Response:
    answer = await _ticks(gateway, gateway.backends.marketdata.ListTrades, _symbols(gateway, symbols), history)
    return _many("trades", answer.trades, render.trade, answer.next_page_token)


@router.get("/v2/stocks/depths", response_model=models.Depths)
async def list_depths(gateway: Here, _: Caller, history: History, symbols: str) -> Response:
    """Books of ten levels, from feeds that have them."""
    answer = await _ticks(gateway, gateway.backends.marketdata.ListDepths, _symbols(gateway, symbols), history)
    return _many("depths", answer.depths, render_feed.depth, answer.next_page_token)


@router.get("/v2/stocks/statuses", response_model=models.Statuses)
async def list_statuses(gateway: Here, _: Caller, history: History, symbols: str) -> Response:
    """Halts, pauses and what ended them, from feeds that say so."""
    answer = await _ticks(gateway, gateway.backends.marketdata.ListStatuses, _symbols(gateway, symbols), history)
    return _many("statuses", answer.statuses, render_feed.status, answer.next_page_token)


@router.get("/v2/stocks/depths/latest", response_model=models.LatestDepths)
async def latest_depths(gateway: Here, _: Caller, symbols: str) -> Response:
    return await _latest_many(gateway, "depth", symbols)


@router.get("/v2/stocks/statuses/latest", response_model=models.LatestStatuses)
async def latest_statuses(gateway: Here, _: Caller, symbols: str) -> Response:
    return await _latest_many(gateway, "status", symbols)


@router.get("/v2/stocks/bars/latest", response_model=models.LatestBars)
async def latest_bars(gateway: Here, _: Caller, symbols: str) -> Response:
    return await _latest_many(gateway, "bar", symbols)


@router.get("/v2/stocks/quotes/latest", response_model=models.LatestQuotes)
async def latest_quotes(gateway: Here, _: Caller, symbols: str) -> Response:
    return await _latest_many(gateway, "quote", symbols)


@router.get("/v2/stocks/trades/latest", response_model=models.LatestTrades)
async def latest_trades(gateway: Here, _: Caller, symbols: str) -> Response:
    return await _latest_many(gateway, "trade", symbols)


@router.get("/v2/stocks/snapshots", response_model=dict[str, models.SnapshotParts])
async def list_snapshots(gateway: Here, _: Caller, symbols: str) -> Response:
    """Latest trade, quote and bars of each symbol."""
    snapshots = await _snapshots(gateway, _symbols(gateway, symbols))
    return reply({symbol: _snapshot(snapshot) for symbol, snapshot in snapshots.items()})


@router.get("/v2/stocks/{symbol}/bars", response_model=models.SymbolBars)
async def list_bars_of_one(
    gateway: Here, _: Caller, history: History, symbol: str, timeframe: str, adjust: Adjust
) -> Response:
    wanted = _symbol(gateway, symbol)
    answer = await _bars(gateway, [wanted], timeframe, history, adjust)
    return _one("bars", wanted, answer.bars, render.bar, answer.next_page_token)


@router.get("/v2/stocks/{symbol}/quotes", response_model=models.SymbolQuotes)
async def list_quotes_of_one(gateway: Here, _: Caller, history: History, symbol: str) -> Response:
    wanted = _symbol(gateway, symbol)
    answer = await _ticks(gateway, gateway.backends.marketdata.ListQuotes, [wanted], history)
    return _one("quotes", wanted, answer.quotes, render.quote, answer.next_page_token)


@router.get("/v2/stocks/{symbol}/trades", response_model=models.SymbolTrades)
async def list_trades_of_one(gateway: Here, _: Caller, history: History, symbol: str) -> Response:
    wanted = _symbol(gateway, symbol)
    answer = await _ticks(gateway, gateway.backends.marketdata.ListTrades, [wanted], history)
    return _one("trades", wanted, answer.trades, render.trade, answer.next_page_token)


@router.get("/v2/stocks/{symbol}/bars/latest", response_model=models.LatestBar)
async def latest_bar(gateway: Here, _: Caller, symbol: str) -> Response:
    return await _latest_one(gateway, "bar", symbol)


@router.get("/v2/stocks/{symbol}/quotes/latest", response_model=models.LatestQuote)
async def latest_quote(gateway: Here, _: Caller, symbol: str) -> Response:
    return await _latest_one(gateway, "quote", symbol)


@router.get("/v2/stocks/{symbol}/trades/latest", response_model=models.LatestTrade)
async def latest_trade(gateway: Here, _: Caller, symbol: str) -> Response:
    return await _latest_one(gateway, "trade", symbol)


@router.get("/v2/stocks/{symbol}/snapshot", response_model=models.Snapshot)
async def get_snapshot(gateway: Here, _: Caller, symbol: str) -> Response:
    wanted = _symbol(gateway, symbol)
    snapshot = (await _snapshots(gateway, [wanted])).get(wanted)
    if snapshot is None:
        raise NotFound(f"no snapshot found for {wanted}", field="symbol")
    return reply({"symbol": wanted, **_snapshot(snapshot)})


@router.get("/v2/stocks/{symbol}/book", response_model=models.SymbolBook)
async def get_book(
    gateway: Here, _: Caller, symbol: str, depth: Annotated[fields.Whole, Query(ge=1, le=DEPTH_MAX)] = DEPTH_DEFAULT
) -> Response:
    """What rests at the venue by price, the outside market's quote and all users' orders; 503 without a venue.

    The channel `orderbooks` of the WebSocket `/v2/iex` tells the same as it changes.
    """
    wanted = _symbol(gateway, symbol)
    answer = await gateway.backends.call(
        gateway.backends.execution.GetBook, execution.GetBookRequest(symbol=wanted, depth=depth)
    )
    return reply({"symbol": wanted, "book": render_book.book(answer)})
