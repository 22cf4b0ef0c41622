"""Questions to ClickHouse. Statements hold only names of our own; what a caller said travels as parameters."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cift_analytics.adapters import aggregates
from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.domain.answers import ClosingPosition, Costs, Groups, Performance, RoundTripRow
from cift_analytics.domain.csv import without_formulas
from cift_analytics.domain.selection import DAY_NS, SECOND_NS, Dimension, Selection, day_of
from cift_analytics.domain.source import Source

_MEASURES = {
    Source.DAILY: aggregates.ROUND_TRIP_SUMS,
    Source.DAILY_BY_STRATEGY: aggregates.ROUND_TRIP_SUMS,
    Source.DAILY_BY_SYMBOL: aggregates.ROUND_TRIP_SUMS,
    Source.MONTHLY: aggregates.ROUND_TRIP_SUMS,
    Source.QUARTER_HOURLY: aggregates.ROUND_TRIP_SUMS,
    Source.QUARTERS: aggregates.ROUND_TRIP_SUMS,
    Source.ROUND_TRIPS: aggregates.ROUND_TRIPS,
    Source.DAILY_COSTS: aggregates.COST_SUMS,
    Source.MONTHLY_COSTS: aggregates.COST_SUMS,
    Source.FILLS: aggregates.COSTS,
}
_TIME = {
    Source.DAILY: "day",
    Source.DAILY_BY_STRATEGY: "day",
    Source.DAILY_BY_SYMBOL: "day",
    Source.MONTHLY: "day",
    Source.QUARTER_HOURLY: "quarter",
    Source.QUARTERS: "quarter",
    Source.ROUND_TRIPS: "closed_at",
    Source.DAILY_COSTS: "day",
    Source.MONTHLY_COSTS: "day",
    Source.FILLS: "at",
}
# Whole months, and where the days of months that are not whole are.
_MONTHS = {
    Source.MONTHLY: (Source.DAILY, ("strategy", "symbol", "day", *aggregates.ROUND_TRIPS)),
    Source.MONTHLY_COSTS: (Source.DAILY_COSTS, ("strategy", "symbol", "order_type", "day", *aggregates.COSTS)),
}
_PARTS = {
    Dimension.YEAR: "toYear({time})",
    Dimension.MONTH: "toYYYYMM({time})",
    Dimension.DAY: "toDate({time})",
    Dimension.HOUR: "toHour({time})",
    Dimension.WEEKDAY: "toDayOfWeek({time})",
}
PROFITS_MAX = 1_000_000
ORDERS = {"group": "", "profit_descending": "profit DESC, ", "profit_ascending": "profit ASC, "}
Cursor = tuple[str, ...]
"""Where a page of round trips ended."""


class Questions:
    def __init__(self, clickhouse: ClickHouse) -> None:
        self._clickhouse = clickhouse

    async def performance(
        self,
        selection: Selection,
        groups: Sequence[Dimension],
        source: Source,
        order: str,
        limit: int,
        *,
        quantiles: bool = False,
    ) -> list[Performance]:
        """Median and 90th percentile only where they are asked for, of every round trip."""
        rows = await self._sums(selection, groups, source, ORDERS[order], limit, quantiles=quantiles)
        return [_performance(groups, row) for row in rows]

    async def costs(self, selection: Selection, groups: Sequence[Dimension], source: Source, limit: int) -> list[Costs]:
        rows = await self._sums(selection, groups, source, "", limit)
        count = len(groups)
        return [Costs(_groups(groups, row), *row[count:]) for row in rows]

    async def _sums(
        self,
        selection: Selection,
        groups: Sequence[Dimension],
        source: Source,
        order: str,
        limit: int,
        *,
        quantiles: bool = False,
    ) -> list[tuple[Any, ...]]:
        sql, parameters = sums_statement(selection, groups, source, order, limit, quantiles=quantiles)
        return await self._clickhouse.query(sql, parameters)

    async def daily_profits(
        self, selection: Selection, source: Source, *, by_strategy: bool
    ) -> list[tuple[str, date, Decimal]]:
        """(strategy, day, profit) of the days with a round trip; the strategy is "" where all are one."""
        groups = (Dimension.STRATEGY, Dimension.DAY) if by_strategy else (Dimension.DAY,)
        only = {name: _MEASURES[source][name] for name in ("round_trips", "profit")}
        sql, parameters = sums_statement(selection, groups, source, "", PROFITS_MAX, measures=only)
        rows = await self._clickhouse.query(sql, parameters)
        return [(row[0] if by_strategy else "", row[-3], row[-1]) for row in rows if row[-2]]

    async def round_trips(
        self,
        selection: Selection,
        min_profit: Decimal | None,
        max_profit: Decimal | None,
        *,
        by_profit: bool,
        ascending: bool,
        limit: int,
        after: Cursor | None,
    ) -> list[RoundTripRow]:
        # The table of that order is read only as far as a page goes; a row that is there twice stands beside itself.
        table = "round_trips_by_profit" if by_profit else "round_trips"
        first = ("profit", "closed_at") if by_profit else ("closed_at",)
        key = (*first, "exit_execution_id", "entry_execution_id")
        condition, parameters = where(selection, "closed_at", is_time=True)
        for name, comparison, bound in (("min", ">=", min_profit), ("max", "<=", max_profit)):
            if bound is not None:
                condition += f" AND profit {comparison} {{{name}_profit:Decimal(38, 9)}}"
                parameters[f"{name}_profit"] = str(bound)
        if after is not None:
            values = ", ".join(_KEY_TYPES[name].format(f"after_{number}") for number, name in enumerate(key))
            condition += f" AND ({', '.join(key)}) {'>' if ascending else '<'} ({values})"
            parameters |= {f"after_{number}": value for number, value in enumerate(after)}
        direction = "ASC" if ascending else "DESC"
        ordered = ", ".join(f"{name} {direction}" for name in ("account_id", *key))
        rows = await self._clickhouse.query(
            "SELECT strategy, symbol, side, quantity, entry_price, exit_price, toUnixTimestamp64Nano(opened_at),"
            " toUnixTimestamp64Nano(closed_at), profit, fees, entry_order_id, exit_order_id, entry_execution_id,"
            f" exit_execution_id FROM {table} WHERE {condition} ORDER BY {ordered}"
            " LIMIT 1 BY exit_execution_id, entry_execution_id LIMIT {limit:UInt32}",
            {**parameters, "limit": limit},
        )
        return [RoundTripRow(*row) for row in rows]

    async def closing_positions(self, selection: Selection, limit: int) -> list[ClosingPosition]:
        condition, parameters = where(selection, "day", is_time=False)
        rows = await self._clickhouse.query(
            f"SELECT day, strategy, symbol, quantity, price FROM closing_positions FINAL WHERE {condition}"
            " AND quantity != 0 ORDER BY day, strategy, symbol LIMIT {limit:UInt32}",
            {**parameters, "limit": limit},
        )
        return [ClosingPosition(*row) for row in rows]

    async def file(self, selection: Selection, table: str, format_name: str, rows_max: int) -> bytes:
        """Every row of a table within the selection, by time; `table` is a name of ours."""
        time, ordered = EXPORTS[table]
        condition, parameters = where(selection, time, is_time=time != "day", owned=table not in UNOWNED)
        content = await self._clickhouse.file(
            f"SELECT * FROM {table} FINAL WHERE {condition} ORDER BY {ordered} LIMIT {{limit:UInt64}}",
            {**parameters, "limit": rows_max},
            format_name,
        )
        return without_formulas(content) if format_name.startswith("CSV") else content

    async def count(self, selection: Selection, table: str) -> int:
        time, _ = EXPORTS[table]
        condition, parameters = where(selection, time, is_time=time != "day", owned=table not in UNOWNED)
        rows = await self._clickhouse.query(f"SELECT count() FROM {table} WHERE {condition}", parameters)
        return int(rows[0][0])


EXPORTS = {
    "round_trips": ("closed_at", "closed_at, exit_execution_id, entry_execution_id"),
    "fills": ("at", "at, execution_id"),
    "orders": ("submitted_at", "submitted_at, order_id"),
    "closing_positions": ("day", "day, strategy, symbol"),
    "signals": ("at", "at, symbol, model, version"),
}
UNOWNED = frozenset({"signals"})
_KEY_TYPES = {
    "profit": "{{{}:Decimal(38, 9)}}",
    "closed_at": "fromUnixTimestamp64Nano({{{}:Int64}}, 'UTC')",
    "exit_execution_id": "{{{}:String}}",
    "entry_execution_id": "{{{}:String}}",
}


def sums_statement(
    selection: Selection,
    groups: Sequence[Dimension],
    source: Source,
    order: str,
    limit: int,
    *,
    quantiles: bool = False,
    measures: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The statement that adds up a table by groups, and its parameters; all its measures where none are named."""
    time = _TIME[source]
    condition, parameters = where(selection, time, is_time=time != "day")
    # Calendars of nanoseconds are several times as slow as those of seconds.
    local = time if time == "day" else f"toDateTime({time}, {{time_zone:String}})"
    parameters["time_zone"] = selection.time_zone
    expressions = [_PARTS[group].format(time=local) if group in _PARTS else group.value for group in groups]
    keys = [f"group_{number}" for number in range(len(groups))]
    columns = "".join(f"{expression} AS {key}, " for expression, key in zip(expressions, keys, strict=True))
    measures = dict(measures or _MEASURES[source])
    if quantiles:
        measures["quantiles"] = aggregates.QUANTILES
    sums = aggregates.listed(measures)
    table = f"{source.value} FINAL WHERE {condition}"
    if source in _MONTHS:
        table, bounds = _months(selection, source, condition)
        parameters |= bounds
    sql = f"SELECT {columns}{sums} FROM {table}"
    if groups:
        # By the sums, not by the columns that have their names.
        ordered = order.replace("profit", measures["profit"]) if order else ""
        sql += f" GROUP BY {', '.join(keys)} ORDER BY {ordered}{', '.join(keys)} LIMIT {{limit:UInt32}}"
    sql += f" {aggregates.SETTINGS}"
    return sql, {**parameters, "limit": limit}


def _months(selection: Selection, source: Source, condition: str) -> tuple[str, dict[str, date]]:
    """The whole months of a selection of days, and the other days of it."""
    first, end = whole_months(day_of(selection.start).date(), _end_day(selection))
    days, names = _MONTHS[source]
    columns = ", ".join(names)
    if first >= end:
        return f"{days.value} FINAL WHERE {condition}", {}
    return (
        f"(SELECT {columns} FROM {source.value} FINAL WHERE {condition}"
        " AND day >= {first_month:Date} AND day < {end_month:Date}"
        f" UNION ALL SELECT {columns} FROM {days.value} FINAL WHERE {condition}"
        " AND (day < {first_month:Date} OR day >= {end_month:Date}))"
    ), {"first_month": first, "end_month": end}


def whole_months(start: date, end: date) -> tuple[date, date]:
    """Of the days [start, end) those of whole months, as [first, end); none where the first is not before the end."""
    first = start if start.day == 1 else (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, end.replace(day=1)


def where(selection: Selection, time: str, *, is_time: bool, owned: bool = True) -> tuple[str, dict[str, Any]]:
    """The selection as a condition on the column `time`, and its parameters; what is not `owned` has no account and no
    strategy."""
    parameters: dict[str, Any] = {"account_id": selection.account_id} if owned else {}
    conditions = ["account_id = {account_id:String}"] if owned else []
    if is_time and time == "quarter":
        conditions.append(f"{time} >= toDateTime({{start:Int64}}, 'UTC') AND {time} < toDateTime({{end:Int64}}, 'UTC')")
        parameters |= {"start": selection.start // SECOND_NS, "end": selection.end // SECOND_NS}
    elif is_time:
        conditions.append(
            f"{time} >= fromUnixTimestamp64Nano({{start:Int64}}, 'UTC')"
            f" AND {time} < fromUnixTimestamp64Nano({{end:Int64}}, 'UTC')"
        )
        parameters |= {"start": selection.start, "end": selection.end}
    else:
        conditions.append(f"{time} >= {{start:Date}} AND {time} < {{end:Date}}")
        parameters |= {"start": day_of(selection.start).date(), "end": _end_day(selection)}
    for name, column, values in (
        ("strategies", "strategy", selection.strategies),
        ("symbols", "symbol", selection.symbols),
    ):
        if values and (owned or column == "symbol"):
            conditions.append(f"{column} IN {{{name}:Array(String)}}")
            parameters[name] = list(values)
    return " AND ".join(conditions), parameters


def _end_day(selection: Selection) -> date:
    last = day_of(selection.end).date()
    return last if selection.end % DAY_NS == 0 else last + timedelta(days=1)


def _groups(groups: Sequence[Dimension], row: tuple[Any, ...]) -> Groups:
    return tuple((group, _said(group, value)) for group, value in zip(groups, row, strict=False))


def _said(group: Dimension, value: Any) -> str:
    if group is Dimension.MONTH:
        return f"{value // 100}-{value % 100:02d}"
    return str(value)


def _performance(groups: Sequence[Dimension], row: tuple[Any, ...]) -> Performance:
    *sums, holding_ns = row[len(groups) : len(groups) + len(aggregates.ROUND_TRIPS)]
    round_trips = int(sums[0])
    average = int(holding_ns) // round_trips if round_trips else 0
    found = row[len(groups) + len(aggregates.ROUND_TRIPS) :]
    # Of nothing it is not a number.
    median, p90 = (int(value) if value == value else 0 for value in found[0]) if found else (0, 0)
    values: list[Any] = [_groups(groups, row), *sums, average, median, p90]
    return Performance(*values)
