"""`/v2/analytics`: what the caller's own trading earned, where, when and at what cost."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_proto.analytics.v1 import analytics_pb2 as analytics
from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import StreamingResponse

from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import analytics as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route
from cift_gateway.domain import fields, times, words

router = APIRouter(route_class=Route, prefix="/v2/analytics", tags=["analytics"])
SECOND_NS = 10**9
EXPORT_TIMEOUT_SECONDS = 60
_DIMENSIONS = {name.removeprefix("DIMENSION_").lower(): value for name, value in analytics.Dimension.items() if value}
_DIMENSION_WORDS = {value: word for word, value in _DIMENSIONS.items()}
_ORDERS = {
    "group": analytics.ORDER_GROUP,
    "best": analytics.ORDER_PROFIT_DESCENDING,
    "worst": analytics.ORDER_PROFIT_ASCENDING,
}
_BY = {
    "closed_at": analytics.ListRoundTripsRequest.BY_CLOSED_AT,
    "profit": analytics.ListRoundTripsRequest.BY_PROFIT,
}
_TABLES = {name.removeprefix("TABLE_").lower(): value for name, value in analytics.Table.items() if value}
_FORMATS = {"csv": analytics.FORMAT_CSV, "parquet": analytics.FORMAT_PARQUET}
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_DIRECTIONS = {"desc": 0, "asc": 1}


class Selected:
    """The query parameters that all questions share: by default everything of the last 365 days."""

    def __init__(
        self,
        caller: Caller,
        start: Annotated[str | None, Query(description="RFC 3339 or a date; included")] = None,
        end: Annotated[str | None, Query(description="RFC 3339 or a date; not included")] = None,
        strategies: Annotated[str | None, Query(description="With commas; none: all")] = None,
        symbols: Annotated[str | None, Query(description="With commas; none: all")] = None,
        time_zone: Annotated[str, Query(description="IANA name, for calendar parts")] = "UTC",
    ) -> None:
        self.message = analytics.Selection(
            account_id=caller.account_id,
            start_ns=times.parse_time("start", start) if start else 0,
            end_ns=times.parse_time("end", end) if end else 0,
            strategies=_list(strategies),
            symbols=[symbol.upper() for symbol in _list(symbols)],
            time_zone=time_zone,
        )


Selection = Annotated[Selected, Depends()]
GroupBy = Annotated[str | None, Query(description=f"At most three of {', '.join(_DIMENSIONS)}, with commas")]


def _list(text: str | None) -> list[str]:
    return [] if text is None else [part.strip() for part in text.split(",")]


def _dimensions(text: str | None) -> list[int]:
    return [words.value_of("group_by", part, _DIMENSIONS) for part in _list(text)]


def _groups(row: Any) -> dict[str, str]:
    return {_DIMENSION_WORDS[group.dimension]: group.value for group in row.groups}


@router.get("/performance", response_model=models.PerformanceAnswer, response_model_exclude_unset=True)
async def get_performance(
    gateway: Here,
    selection: Selection,
    group_by: GroupBy = None,
    order: Annotated[str, Query(description="group, best or worst")] = "group",
    limit: Annotated[fields.Whole, Query(ge=1, le=1000)] = 1000,
    holding_quantiles: Annotated[bool, Query(description="Median and 90th percentile; reads every trade")] = False,
) -> Response:
    """Profit, win rate and holding times of round trips, e.g. `group_by=strategy,month` or `weekday,hour`."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.GetPerformance,
        analytics.GetPerformanceRequest(
            selection=selection.message,
            group_by=_dimensions(group_by),  # type: ignore[arg-type]
            order=words.value_of("order", order, _ORDERS),  # type: ignore[arg-type]
            limit=limit,
            holding_quantiles=holding_quantiles,
        ),
    )
    return reply({"rows": [_performance(row, holding_quantiles) for row in answer.rows], "truncated": answer.truncated})


def _performance(row: analytics.Performance, quantiles: bool) -> dict[str, Any]:
    return {
        **_groups(row),
        "round_trips": row.round_trips,
        "wins": row.wins,
        "losses": row.losses,
        "win_rate": row.win_rate,
        "profit": row.profit,
        "gross_profit": row.gross_profit,
        "gross_loss": row.gross_loss,
        "fees": row.fees,
        "entry_value": row.entry_value,
        "best": row.best,
        "worst": row.worst,
        "average_holding_seconds": row.average_holding_ns / SECOND_NS,
        "median_holding_seconds": row.median_holding_ns / SECOND_NS if quantiles else None,
        "p90_holding_seconds": row.p90_holding_ns / SECOND_NS if quantiles else None,
    }


@router.get("/round_trips", response_model=models.RoundTripsAnswer)
async def list_round_trips(
    gateway: Here,
    selection: Selection,
    min_profit: str = "",
    max_profit: str = "",
    sort: Annotated[str, Query(description="closed_at or profit")] = "closed_at",
    direction: str = "desc",
    limit: Annotated[fields.Whole, Query(ge=1, le=1000)] = 100,
    page_token: str = "",
) -> Response:
    """Single round trips: e.g. those of a year with a profit above an amount, the best first."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.ListRoundTrips,
        analytics.ListRoundTripsRequest(
            selection=selection.message,
            min_profit=min_profit,
            max_profit=max_profit,
            by=words.value_of("sort", sort, _BY),  # type: ignore[arg-type]
            ascending=bool(words.value_of("direction", direction, _DIRECTIONS)),
            limit=limit,
            page_token=page_token,
        ),
    )
    trips = [_round_trip(trip) for trip in answer.round_trips]
    return reply({"round_trips": trips, "next_page_token": answer.next_page_token or None})


def _round_trip(trip: analytics.RoundTrip) -> dict[str, Any]:
    return {
        "id": trip.round_trip_id,
        "strategy": trip.strategy,
        "symbol": trip.symbol,
        "side": words.SIDE[trip.side],
        "qty": trip.quantity,
        "entry_price": trip.entry_price,
        "exit_price": trip.exit_price,
        "opened_at": times.rfc3339(trip.opened_at_ns),
        "closed_at": times.rfc3339(trip.closed_at_ns),
        "profit": trip.profit,
        "fees": trip.fees,
        "entry_order_id": trip.entry_order_id,
        "exit_order_id": trip.exit_order_id,
    }


@router.get("/costs", response_model=models.CostsAnswer, response_model_exclude_unset=True)
async def get_costs(
    gateway: Here,
    selection: Selection,
    group_by: GroupBy = None,
    limit: Annotated[fields.Whole, Query(ge=1, le=1000)] = 1000,
) -> Response:
    """Turnover, fees and slippage of fills, e.g. `group_by=strategy,order_type`."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.GetCosts,
        analytics.GetCostsRequest(
            selection=selection.message,
            group_by=_dimensions(group_by),  # type: ignore[arg-type]
            limit=limit,
        ),
    )
    rows = [
        {
            **_groups(row),
            "fills": row.fills,
            "quantity": row.quantity,
            "turnover": row.turnover,
            "fees": row.fees,
            "slippage": row.slippage,
            "slippage_bp": row.slippage_bp,
            "fills_with_touch": row.fills_with_touch,
        }
        for row in answer.rows
    ]
    return reply({"rows": rows, "truncated": answer.truncated})


@router.get("/risk", response_model=models.RiskAnswer)
async def get_risk(
    gateway: Here,
    selection: Selection,
    capital: Annotated[str, Query(description="Default: the account's equity when the range began")] = "",
    by_strategy: bool = False,
) -> Response:
    """Drawdown, Sharpe and Sortino of daily profit."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.GetRisk,
        analytics.GetRiskRequest(selection=selection.message, capital=capital, by_strategy=by_strategy),
    )
    rows = [_risk(row, by_strategy) for row in answer.rows]
    return reply({"capital": answer.capital, "days_per_year": answer.days_per_year, "rows": rows})


def _risk(row: analytics.Risk, by_strategy: bool) -> dict[str, Any]:
    return {
        "strategy": row.strategy if by_strategy else None,
        "days": row.days,
        "profit": row.profit,
        "sharpe": row.sharpe if row.HasField("sharpe") else None,
        "sortino": row.sortino if row.HasField("sortino") else None,
        "volatility": row.volatility,
        "max_drawdown": row.max_drawdown,
        "max_drawdown_ratio": row.max_drawdown_ratio,
        "drawdown_start": row.drawdown_start or None,
        "drawdown_trough": row.drawdown_trough or None,
        "drawdown_end": row.drawdown_end or None,
        "best_day": row.best_day,
        "worst_day": row.worst_day,
    }


@router.get("/positions", response_model=models.ClosingPositionsAnswer)
async def list_closing_positions(
    gateway: Here, selection: Selection, limit: Annotated[fields.Whole, Query(ge=1, le=10_000)] = 1000
) -> Response:
    """What was held when the market closed, by day."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.ListClosingPositions,
        analytics.ListClosingPositionsRequest(selection=selection.message, limit=limit),
    )
    positions = [
        {
            "day": row.day,
            "strategy": row.strategy,
            "symbol": row.symbol,
            "qty": row.quantity,
            "price": row.price or None,
            "market_value": row.market_value or None,
        }
        for row in answer.positions
    ]
    return reply({"positions": positions, "truncated": answer.truncated})


@router.get("/signals", response_model=models.SignalsAnswer)
async def list_signals(
    gateway: Here,
    selection: Selection,
    model: Annotated[str | None, Query(description="Registered models, with commas; none: all")] = None,
    limit: Annotated[fields.Whole, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """What forecasts said of the symbols, the latest first."""
    answer = await gateway.backends.call(
        gateway.backends.analytics.ListSignals,
        analytics.ListSignalsRequest(selection=selection.message, models=_list(model), limit=limit),
    )
    signals = [
        {
            "symbol": signal.symbol,
            "at": times.rfc3339(signal.time_ns),
            "probability_up": signal.probability_up,
            "horizon_seconds": signal.horizon_ns / SECOND_NS,
            "price": money.text(signal.middle_price_nanos) if signal.middle_price_nanos else None,
            "model": signal.model,
            "version": signal.version,
            "kind": signal.kind,
        }
        for signal in answer.signals
    ]
    return reply({"signals": signals, "truncated": answer.truncated})


@router.get(
    "/export/{table}",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}, "application/vnd.apache.parquet": {}}, "description": "The file"}},
)
async def export(gateway: Here, selection: Selection, table: str, format: str = "csv") -> Response:
    """`round_trips`, `fills`, `orders`, `closing_positions` or `signals` of the range as a CSV or Parquet file."""
    request = analytics.ExportRequest(
        selection=selection.message,
        table=words.value_of("table", table, _TABLES),  # type: ignore[arg-type]
        format=words.value_of("format", format, _FORMATS),  # type: ignore[arg-type]
    )
    parts = gateway.backends.stream(gateway.backends.analytics.Export, request, timeout=EXPORT_TIMEOUT_SECONDS)
    # An error comes before the first part: only then it can still be said.
    first = await anext(parts, None)
    if first is None:
        raise InvalidArgument("there is nothing in this range", field="start")

    async def content() -> AsyncIterator[bytes]:
        yield first.chunk
        async for part in parts:
            yield part.chunk

    headers = {"Content-Disposition": f'attachment; filename="{table}.{format}"'}
    return StreamingResponse(content(), media_type=_MEDIA_TYPES[format], headers=headers)
