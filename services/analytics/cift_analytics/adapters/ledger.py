"""Writes: facts, the sums of the buckets they fall in, then the books and cursors. Any part may be repeated."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cift_common import money
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

from cift_analytics.adapters import aggregates
from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.domain.book import Book, Books, Key
from cift_analytics.domain.selection import QUARTER_NS, SECOND_NS
from cift_analytics.domain.trades import Fill, Lot, RoundTrip

_SIDES = {1: "buy", -1: "sell"}
_ORDER = (
    "account_id", "order_id", "client_order_id", "strategy", "symbol", "side", "type", "time_in_force", "quantity",
    "limit_price", "stop_price", "status", "filled_quantity", "filled_average_price", "reason", "submitted_at",
    "updated_at", "replaces", "replaced_by", "version",
)  # fmt: skip
_FILL = (
    "account_id", "strategy", "symbol", "execution_id", "order_id", "order_type", "side", "quantity", "price", "fee",
    "touch", "decided_at", "at", "sequence",
)  # fmt: skip
_ROUND_TRIP = (
    "account_id", "strategy", "symbol", "entry_execution_id", "exit_execution_id", "entry_order_id", "exit_order_id",
    "side", "quantity", "entry_price", "exit_price", "fees", "profit", "opened_at", "closed_at",
)  # fmt: skip


class Ledger:
    def __init__(self, clickhouse: ClickHouse) -> None:
        self._clickhouse = clickhouse

    async def load(self) -> Books:
        """What is stored, as a start needs it."""
        cursors = await self._clickhouse.query("SELECT account_id, max(sequence) FROM cursors GROUP BY account_id")
        rows = await self._clickhouse.query("SELECT account_id, strategy, symbol, sequence, lots FROM books FINAL")
        books = Books(cursors=dict(cursors))
        for account_id, strategy, symbol, sequence, lots in rows:
            # A flat book counts as long as its account's cursor is behind it.
            if lots or sequence > books.cursor(account_id):
                books.books[account_id, strategy, symbol] = Book(sequence, tuple(Lot(*lot) for lot in lots))
        return books

    async def write_facts(
        self, orders: Iterable[trading_pb2.Order], fills: Sequence[Fill], round_trips: Sequence[RoundTrip]
    ) -> None:
        await self._clickhouse.insert("orders", _ORDER, [_order(order) for order in orders])
        await self._clickhouse.insert("fills", _FILL, [_fill(fill) for fill in fills])
        await self._clickhouse.insert("round_trips", _ROUND_TRIP, [_round_trip(trip) for trip in round_trips])

    async def write_sums(self, fills: Sequence[Fill], round_trips: Sequence[RoundTrip], version: int) -> None:
        """Makes the buckets anew that these facts fall in."""
        if round_trips:
            accounts = sorted({trip.account_id for trip in round_trips})
            times = [trip.closed_at for trip in round_trips]
            days = sorted({_day(time) for time in times})
            quarters = sorted({_quarter(time) for time in times})
            await self._sum("daily", "round_trips", ("strategy", "symbol"), "day", "toDate(closed_at)", "closed_at",
                            accounts, days, aggregates.ROUND_TRIPS, version)  # fmt: skip
            await self._sum("daily_by_strategy", "round_trips", ("strategy",), "day", "toDate(closed_at)", "closed_at",
                            accounts, days, aggregates.ROUND_TRIPS, version)  # fmt: skip
            await self._sum("daily_by_symbol", "round_trips", ("symbol",), "day", "toDate(closed_at)", "closed_at",
                            accounts, days, aggregates.ROUND_TRIPS, version)  # fmt: skip
            await self._sum("quarter_hourly", "round_trips", ("strategy",), "quarter",
                            "toStartOfFifteenMinutes(toDateTime(closed_at, 'UTC'))", "closed_at",
                            accounts, quarters, aggregates.ROUND_TRIPS, version)  # fmt: skip
            await self._add_up("quarters", "quarter_hourly", (), "quarter", "quarter", accounts, quarters,
                               aggregates.ROUND_TRIP_SUMS, version)  # fmt: skip
            await self._add_up("monthly", "daily", ("strategy", "symbol"), "day", "toStartOfMonth(day)", accounts, days,
                               aggregates.ROUND_TRIP_SUMS, version, round_trips)  # fmt: skip
        if fills:
            accounts = sorted({fill.account_id for fill in fills})
            days = sorted({_day(fill.at) for fill in fills})
            await self._sum("daily_costs", "fills", ("strategy", "symbol", "order_type"), "day", "toDate(at)", "at",
                            accounts, days, aggregates.COSTS, version)  # fmt: skip
            await self._add_up("monthly_costs", "daily_costs", ("strategy", "symbol", "order_type"), "day",
                               "toStartOfMonth(day)", accounts, days, aggregates.COST_SUMS, version, fills)  # fmt: skip

    async def write_books(self, changed: Mapping[Key, Book], cursors: Mapping[str, int]) -> None:
        await self._clickhouse.insert(
            "books",
            ("account_id", "strategy", "symbol", "sequence", "lots"),
            [(*key, book.sequence, [tuple(lot) for lot in book.lots]) for key, book in changed.items()],
        )
        await self._clickhouse.insert("cursors", ("account_id", "sequence"), list(cursors.items()))

    async def _sum(
        self,
        target: str,
        facts: str,
        names: tuple[str, ...],
        bucket: str,
        expression: str,
        time: str,
        accounts: Collection[str],
        buckets: Sequence[date],
        measures: dict[str, str],
        version: int,
    ) -> None:
        keys = ", ".join(names)
        length = 86_400 if bucket == "day" else QUARTER_NS // SECOND_NS
        # The bounds find the rows by the primary key; the list keeps to the buckets that something is new in.
        statement = f"""
            INSERT INTO {target} (account_id, {keys}, {bucket}, {", ".join(measures)}, version)
            SELECT account_id, {keys}, {expression} AS {bucket}, {aggregates.listed(measures)},
              {{version:UInt64}} AS version
            FROM {facts} FINAL
            WHERE account_id IN {{accounts:Array(String)}} AND {expression} IN {{buckets:Array({_TYPES[bucket]})}}
              AND {time} >= toDateTime64({{first:DateTime('UTC')}}, 9, 'UTC')
              AND {time} < toDateTime64({{last:DateTime('UTC')}}, 9, 'UTC') + {length}
            GROUP BY account_id, {keys}, {bucket}
            {aggregates.SETTINGS}"""
        first, last = _start(buckets[0]), _start(buckets[-1])
        parameters: dict[str, Any] = {
            "version": version, "accounts": list(accounts), "buckets": list(buckets), "first": first, "last": last,
        }  # fmt: skip
        await self._clickhouse.command(statement, parameters)

    async def _add_up(
        self,
        target: str,
        sums: str,
        names: tuple[str, ...],
        bucket: str,
        expression: str,
        accounts: Collection[str],
        buckets: Sequence[date],
        measures: dict[str, str],
        version: int,
        touched: Sequence[Fill | RoundTrip] = (),
    ) -> None:
        """Sums of sums, of the strategies and symbols that are `touched` where there are such."""
        keys = "".join(f"{name}, " for name in names)
        parameters: dict[str, Any] = {"version": version, "accounts": list(accounts)}
        condition = f"{bucket} IN {{buckets:Array({_TYPES[bucket]})}}"
        if bucket == "day":
            months = sorted({day.replace(day=1) for day in buckets})
            condition = (
                "toStartOfMonth(day) IN {buckets:Array(Date)} AND day >= {first:Date} AND day < {last:Date} + 31"
                " AND strategy IN {strategies:Array(String)} AND symbol IN {symbols:Array(String)}"
            )
            parameters |= {"buckets": months, "first": months[0], "last": months[-1]}
            parameters["strategies"] = sorted({fact.strategy for fact in touched})
            parameters["symbols"] = sorted({fact.symbol for fact in touched})
        else:
            parameters["buckets"] = list(buckets)
        await self._clickhouse.command(
            f"""
            INSERT INTO {target} (account_id, {keys}{bucket}, {", ".join(measures)}, version)
            SELECT account_id, {keys}{expression} AS bucket, {aggregates.listed(measures)},
              {{version:UInt64}} AS version
            FROM {sums} FINAL WHERE account_id IN {{accounts:Array(String)}} AND {condition}
            GROUP BY account_id, {keys}bucket
            {aggregates.SETTINGS}""",
            parameters,
        )


_TYPES = {"day": "Date", "quarter": "DateTime('UTC')"}


def _day(time_ns: int) -> date:
    return datetime.fromtimestamp(time_ns // SECOND_NS, UTC).date()


def _quarter(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns // QUARTER_NS * (QUARTER_NS // SECOND_NS), UTC)


def _start(bucket: date) -> datetime:
    return bucket if isinstance(bucket, datetime) else datetime(bucket.year, bucket.month, bucket.day, tzinfo=UTC)


def _decimal(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-money.PLACES)


def _decimal_or_none(nanos: int) -> Decimal | None:
    return _decimal(nanos) if nanos else None


def _order(order: trading_pb2.Order) -> tuple[Any, ...]:
    return (
        order.account_id,
        order.order_id,
        order.client_order_id,
        order.strategy,
        order.symbol,
        "buy" if order.side == types_pb2.SIDE_BUY else "sell",
        word(types_pb2.OrderType, order.type),
        word(types_pb2.TimeInForce, order.time_in_force),
        _decimal(order.quantity_nanos),
        _decimal_or_none(order.limit_price_nanos),
        _decimal_or_none(order.stop_price_nanos),
        word(types_pb2.OrderStatus, order.status),
        _decimal(order.filled_quantity_nanos),
        _decimal_or_none(order.filled_average_price_nanos),
        order.reason,
        order.submitted_at_ns,
        order.updated_at_ns or order.submitted_at_ns,
        order.replaces,
        order.replaced_by,
        order.version,
    )


def word(enum: Any, value: int) -> str:
    """ORDER_TYPE_STOP_LIMIT → stop_limit."""
    prefix = {types_pb2.OrderType: "ORDER_TYPE_", types_pb2.TimeInForce: "TIME_IN_FORCE_"}.get(enum, "ORDER_STATUS_")
    name: str = enum.Name(value)
    return name.removeprefix(prefix).lower()


def _fill(fill: Fill) -> tuple[Any, ...]:
    return (
        fill.account_id,
        fill.strategy,
        fill.symbol,
        fill.execution_id,
        fill.order_id,
        fill.order_type,
        _SIDES[fill.side],
        _decimal(fill.quantity),
        _decimal(fill.price),
        _decimal(fill.fee),
        _decimal_or_none(fill.touch),
        fill.decided_at,
        fill.at,
        fill.sequence,
    )


def _round_trip(trip: RoundTrip) -> tuple[Any, ...]:
    return (
        trip.account_id,
        trip.strategy,
        trip.symbol,
        trip.entry_execution_id,
        trip.exit_execution_id,
        trip.entry_order_id,
        trip.exit_order_id,
        _SIDES[trip.side],
        _decimal(trip.quantity),
        _decimal(trip.entry_price),
        _decimal(trip.exit_price),
        _decimal(trip.fees),
        _decimal(trip.profit),
        trip.opened_at,
        trip.closed_at,
    )
