"""Proto ↔ domain, and nothing else."""

from decimal import Decimal
from typing import Any

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_proto.analytics.v1 import analytics_pb2 as pb
from cift_proto.common.v1 import types_pb2

from cift_analytics.domain.answers import ClosingPosition, Costs, Groups, Performance, RoundTripRow
from cift_analytics.domain.risk import Risk
from cift_analytics.domain.selection import Dimension

_DIMENSIONS = {
    pb.DIMENSION_STRATEGY: Dimension.STRATEGY,
    pb.DIMENSION_SYMBOL: Dimension.SYMBOL,
    pb.DIMENSION_YEAR: Dimension.YEAR,
    pb.DIMENSION_MONTH: Dimension.MONTH,
    pb.DIMENSION_DAY: Dimension.DAY,
    pb.DIMENSION_HOUR: Dimension.HOUR,
    pb.DIMENSION_WEEKDAY: Dimension.WEEKDAY,
    pb.DIMENSION_ORDER_TYPE: Dimension.ORDER_TYPE,
}
_NUMBERS = {dimension: number for number, dimension in _DIMENSIONS.items()}
ORDERS = {
    pb.ORDER_UNSPECIFIED: "group",
    pb.ORDER_GROUP: "group",
    pb.ORDER_PROFIT_DESCENDING: "profit_descending",
    pb.ORDER_PROFIT_ASCENDING: "profit_ascending",
}
TABLES = {
    pb.TABLE_ROUND_TRIPS: "round_trips",
    pb.TABLE_FILLS: "fills",
    pb.TABLE_ORDERS: "orders",
    pb.TABLE_CLOSING_POSITIONS: "closing_positions",
    pb.TABLE_SIGNALS: "signals",
}
FORMATS = {pb.FORMAT_CSV: "CSVWithNames", pb.FORMAT_PARQUET: "Parquet"}


def known(field: str, values: dict[Any, str], value: int) -> str:
    """`InvalidArgument` names the field and its choices."""
    if value not in values:
        raise InvalidArgument(f"{field} must be one of {', '.join(values.values())}", field=field)
    return values[value]


def dimensions(values: Any) -> list[Dimension]:
    try:
        return [_DIMENSIONS[value] for value in values]
    except KeyError:
        raise InvalidArgument("group_by: unknown dimension", field="group_by") from None


def text(value: Decimal) -> str:
    return format(money.strip(value), "f")


def _groups(groups: Groups) -> list[pb.Group]:
    return [pb.Group(dimension=_NUMBERS[dimension], value=value) for dimension, value in groups]


def performance(row: Performance) -> pb.Performance:
    return pb.Performance(
        groups=_groups(row.groups),
        round_trips=row.round_trips,
        wins=row.wins,
        losses=row.losses,
        win_rate=row.win_rate,
        profit=text(row.profit),
        gross_profit=text(row.gross_profit),
        gross_loss=text(row.gross_loss),
        fees=text(row.fees),
        entry_value=text(row.entry_value),
        best=text(row.best),
        worst=text(row.worst),
        average_holding_ns=row.average_holding_ns,
        median_holding_ns=row.median_holding_ns,
        p90_holding_ns=row.p90_holding_ns,
    )


def costs(row: Costs) -> pb.Costs:
    return pb.Costs(
        groups=_groups(row.groups),
        fills=row.fills,
        quantity=text(row.quantity),
        turnover=text(row.turnover),
        fees=text(row.fees),
        slippage=text(row.slippage),
        slippage_bp=row.slippage_bp,
        fills_with_touch=row.fills_with_touch,
    )


def round_trip(row: RoundTripRow) -> pb.RoundTrip:
    return pb.RoundTrip(
        round_trip_id=f"{row.entry_execution_id}/{row.exit_execution_id}",
        strategy=row.strategy,
        symbol=row.symbol,
        side=types_pb2.SIDE_BUY if row.side == "buy" else types_pb2.SIDE_SELL,
        quantity=text(row.quantity),
        entry_price=text(row.entry_price),
        exit_price=text(row.exit_price),
        opened_at_ns=row.opened_at,
        closed_at_ns=row.closed_at,
        profit=text(row.profit),
        fees=text(row.fees),
        entry_order_id=row.entry_order_id,
        exit_order_id=row.exit_order_id,
    )


def risk(strategy: str, measured: Risk) -> pb.Risk:
    fall = measured.drawdown
    return pb.Risk(
        strategy=strategy,
        days=measured.days,
        profit=text(measured.profit),
        sharpe=measured.sharpe,
        sortino=measured.sortino,
        volatility=measured.volatility,
        max_drawdown=text(fall.amount),
        max_drawdown_ratio=fall.ratio,
        drawdown_start=str(fall.start or ""),
        drawdown_trough=str(fall.trough or ""),
        drawdown_end=str(fall.end or ""),
        best_day=text(measured.best_day),
        worst_day=text(measured.worst_day),
    )


def closing_position(row: ClosingPosition) -> pb.ClosingPosition:
    return pb.ClosingPosition(
        day=row.day.isoformat(),
        strategy=row.strategy,
        symbol=row.symbol,
        quantity=text(row.quantity),
        price=text(row.price) if row.price is not None else "",
        market_value=text(money.round_places(row.quantity * row.price, 9)) if row.price is not None else "",
    )
