"""Questions: checked, sent to the table that answers them fastest, answered."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cift_common import money
from cift_common.errors import FailedPrecondition, InvalidArgument
from cift_common.ids import Clock
from cift_proto.forecast.v1 import forecast_pb2

from cift_analytics.adapters.questions import Cursor, Questions
from cift_analytics.adapters.signals import Signals
from cift_analytics.adapters.trading import Trading
from cift_analytics.domain import source
from cift_analytics.domain.answers import ClosingPosition, Costs, Performance, RoundTripRow
from cift_analytics.domain.risk import Risk, measure
from cift_analytics.domain.selection import NAMES_MAX, TIMES, Dimension, Selection, check_groups, check_limit, select

ROWS_MAX = 1000
CLOSING_MAX = 10_000
SIGNALS_MAX = 10_000
EXPORT_ROWS_MAX = 1_000_000
ALWAYS_OPEN = "24/7"
_PERFORMANCE = TIMES | {Dimension.STRATEGY, Dimension.SYMBOL}
_COSTS = _PERFORMANCE | {Dimension.ORDER_TYPE}


@dataclass(frozen=True)
class RiskAnswer:
    capital: Decimal
    days_per_year: int
    rows: list[tuple[str, Risk]]
    """By strategy, or one of all under the name ""."""


class Analytics:
    def __init__(self, questions: Questions, signals: Signals, trading: Trading, calendar: str, clock: Clock) -> None:
        self._questions, self._signals, self._trading, self._clock = questions, signals, trading, clock
        self._always_open = calendar == ALWAYS_OPEN

    def select(
        self,
        account_id: str,
        start: int,
        end: int,
        strategies: Sequence[str],
        symbols: Sequence[str],
        time_zone: str,
    ) -> Selection:
        """`InvalidArgument` names the field and its limit."""
        return select(account_id, start, end, strategies, symbols, time_zone, self._clock())

    async def performance(
        self, selection: Selection, groups: Sequence[Dimension], order: str, limit: int, *, quantiles: bool = False
    ) -> tuple[list[Performance], bool]:
        """The rows, and whether more were left out."""
        wanted = check_groups(groups, _PERFORMANCE)
        most = check_limit(limit, ROWS_MAX, ROWS_MAX)
        table = source.of_performance(selection, wanted, quantiles=quantiles)
        rows = await self._questions.performance(selection, wanted, table, order, most + 1, quantiles=quantiles)
        return [row for row in rows[:most] if row.round_trips], len(rows) > most

    async def costs(self, selection: Selection, groups: Sequence[Dimension], limit: int) -> tuple[list[Costs], bool]:
        wanted = check_groups(groups, _COSTS)
        most = check_limit(limit, ROWS_MAX, ROWS_MAX)
        rows = await self._questions.costs(selection, wanted, source.of_costs(selection, wanted), most + 1)
        return [row for row in rows[:most] if row.fills], len(rows) > most

    async def round_trips(
        self,
        selection: Selection,
        min_profit: str,
        max_profit: str,
        *,
        by_profit: bool,
        ascending: bool,
        limit: int,
        page_token: str,
    ) -> tuple[list[RoundTripRow], str]:
        """The rows, and where the next page begins; empty where there is none."""
        bounds = [
            money.parse_decimal(field, text) if text else None
            for field, text in (("min_profit", min_profit), ("max_profit", max_profit))
        ]
        most = check_limit(limit, ROWS_MAX, 100)
        rows = await self._questions.round_trips(
            selection,
            *bounds,
            by_profit=by_profit,
            ascending=ascending,
            limit=most + 1,
            after=_read_token(page_token, by_profit=by_profit),
        )
        more = len(rows) > most
        return rows[:most], _token(rows[most - 1], by_profit=by_profit) if more else ""

    async def risk(self, selection: Selection, capital: str, *, by_strategy: bool) -> RiskAnswer:
        groups = (Dimension.DAY, Dimension.STRATEGY) if by_strategy else (Dimension.DAY,)
        table = source.of_performance(selection, groups)
        amount = money.parse_decimal("capital", capital) if capital else await self._capital(selection)
        if amount <= 0:
            raise InvalidArgument(f"capital must be > 0, not {amount}", field="capital", limit="> 0")
        profits: dict[str, dict[date, Decimal]] = {}
        for strategy, day, profit in await self._questions.daily_profits(selection, table, by_strategy=by_strategy):
            profits.setdefault(strategy, {})[day] = profit
        days = 365 if self._always_open else 252
        measured = [
            (strategy, measure(series, amount, days, self._trades_on)) for strategy, series in sorted(profits.items())
        ]
        return RiskAnswer(amount, days, measured)

    def _trades_on(self, day: date) -> bool:
        return self._always_open or day.weekday() < 5

    async def _capital(self, selection: Selection) -> Decimal:
        equity = await self._trading.equity(selection.account_id, selection.start)
        if equity <= 0:
            raise FailedPrecondition(
                "the account was worth nothing when the range began: say what profit is a return on", field="capital"
            )
        return equity

    async def closing_positions(self, selection: Selection, limit: int) -> tuple[list[ClosingPosition], bool]:
        most = check_limit(limit, CLOSING_MAX, 1000)
        rows = await self._questions.closing_positions(selection, most + 1)
        return rows[:most], len(rows) > most

    async def signals(
        self, selection: Selection, models: Sequence[str], limit: int
    ) -> tuple[list[forecast_pb2.Signal], bool]:
        """The latest first, and whether earlier ones were left out."""
        if selection.strategies:
            raise InvalidArgument("signals belong to no strategy", field="strategies")
        if len(models) > NAMES_MAX:
            raise InvalidArgument(f"models: at most {NAMES_MAX} at once", field="models", limit=str(NAMES_MAX))
        most = check_limit(limit, SIGNALS_MAX, 1000)
        found = await self._signals.find(selection, models, most + 1)
        return found[:most], len(found) > most

    async def file(self, selection: Selection, table: str, format_name: str) -> bytes:
        """`InvalidArgument` where it would be too large for one file."""
        rows = await self._questions.count(selection, table)
        if rows > EXPORT_ROWS_MAX:
            raise InvalidArgument(
                f"{table} has {rows} rows in this range, a file at most {EXPORT_ROWS_MAX}; ask for a shorter range",
                field="start",
                limit=f"{EXPORT_ROWS_MAX} rows",
            )
        return await self._questions.file(selection, table, format_name, EXPORT_ROWS_MAX)


def _token(row: RoundTripRow, *, by_profit: bool) -> str:
    key = (str(row.closed_at), row.exit_execution_id, row.entry_execution_id)
    values = (format(row.profit, "f"), *key) if by_profit else key
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _read_token(text: str, *, by_profit: bool) -> Cursor | None:
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text))
        numbers = [Decimal(value) for value in values[: 2 if by_profit else 1]]
    except (ValueError, ArithmeticError, TypeError, binascii.Error):
        values, numbers = [], []
    valid = len(values) == (4 if by_profit else 3) and all(isinstance(value, str) for value in values)
    if not valid or not all(number.is_finite() for number in numbers) or not values[-3].isdigit():
        raise InvalidArgument("page_token must be what the page before said, in the same order", field="page_token")
    return tuple(values)
