"""Named questions over generated round trips: from sums, by a full scan, and by PostgreSQL.

    python -m benchmarks.analytics [TRADES] [POSTGRES_ROWS]      (100000000 and 10000000 where nothing is said)

The statements are the service's own (`cift_analytics`), sent to what `cift up --analytics` starts; rows are generated
inside the engine. PostgreSQL holds the first rows by time in one table with an index on (account_id, closed_at),
beside a full scan of the same rows here. 100,000,000 want 20 GiB below --folder for the time of the run; 1,000,000 are
done in a minute.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
from cift_analytics.adapters import aggregates
from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.adapters.questions import Questions
from cift_analytics.domain.selection import SECOND_NS, Dimension, Selection
from cift_analytics.domain.source import Source, of_costs, of_performance
from cift_operator.api import TradingPlatform, default_platform, validate
from cift_operator.components import STORES
from cift_operator.local import Platform, pids

ACCOUNT = "00000000-0000-7000-8000-000000000001"
START = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
YEARS = range(2022, 2026)
CHUNK = 2_000_000
COPY_CHUNK = 500_000
FILLS_SHARE = 10
BYTES_A_TRADE = 200
"""What generating may need at its peak, rounded up; less free space ends the run before it begins."""
SLOW_SECONDS = 5.0
REPEATS = 3
D = Dimension
QUESTIONS: dict[str, tuple[tuple[Dimension, ...], str, str]] = {
    "profit by strategy and month": ((D.STRATEGY, D.MONTH), "UTC", "group"),
    "win rate by weekday and hour, New York": ((D.WEEKDAY, D.HOUR), "America/New_York", "group"),
    "best symbols, holding times, fees": ((D.SYMBOL,), "UTC", "profit_descending"),
    "worst symbols of a strategy": ((D.STRATEGY, D.SYMBOL), "UTC", "profit_ascending"),
}
DAILY = "daily profit by strategy (Sharpe, drawdown)"
ABOVE = "a year's trades with profit above 99, best first"
QUANTILES = "median holding time by strategy"
COSTS = "slippage, turnover and fees by strategy"
_POSTGRES = {
    "profit by strategy and month": "SELECT strategy, date_trunc('month', closed_at), {sums} {where} GROUP BY 1, 2",
    "win rate by weekday and hour, New York": (
        "SELECT extract(isodow FROM closed_at AT TIME ZONE 'America/New_York'),"
        " extract(hour FROM closed_at AT TIME ZONE 'America/New_York'), {sums} {where} GROUP BY 1, 2"
    ),
    "best symbols, holding times, fees": "SELECT symbol, {sums} {where} GROUP BY 1 ORDER BY sum(profit) DESC",
    "worst symbols of a strategy": "SELECT strategy, symbol, {sums} {where} GROUP BY 1, 2 ORDER BY sum(profit)",
    DAILY: "SELECT strategy, closed_at::date, sum(profit) {where} GROUP BY 1, 2",
    ABOVE: "SELECT * {where} AND profit >= 99 ORDER BY profit DESC LIMIT 100",
}
_SUMS = (
    "count(*), count(*) FILTER (WHERE profit > 0), count(*) FILTER (WHERE profit < 0), sum(profit), sum(fees),"
    " sum(quantity * entry_price), max(profit), min(profit), avg(closed_at - opened_at)"
)
_WHERE = "FROM round_trips WHERE account_id = $1 AND closed_at >= $2 AND closed_at < $3"
_COLUMNS = "account_id, strategy, symbol, quantity, entry_price, fees, profit, opened_at, closed_at"
Ask = Callable[[], Awaitable[Any]]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trades", type=int, nargs="?", default=100_000_000)
    parser.add_argument("postgres_rows", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    said = parser.parse_args()
    needed, free = said.trades * BYTES_A_TRADE, shutil.disk_usage(said.folder).free
    if needed > free:
        sys.exit(f"{said.trades:,} trades may need {needed / 2**30:.0f} GiB, {free / 2**30:.0f} GiB are free")
    folder = Path(tempfile.mkdtemp(prefix="cift-bench-", dir=said.folder))
    platform = Platform(folder / "state", _declaration(), port_offset=None)
    try:
        await asyncio.to_thread(platform.up, {"clickhouse", *STORES})
        await _measure(platform, said.trades, min(said.postgres_rows, said.trades))
    finally:
        await asyncio.to_thread(platform.down, purge=True)
        shutil.rmtree(folder, ignore_errors=True)


def _declaration() -> TradingPlatform:
    document = default_platform("bench").model_dump(mode="json", by_alias=True, exclude_none=True)
    document["spec"]["analytics"]["enabled"] = True
    return validate(document)


async def _measure(platform: Platform, count: int, postgres_count: int) -> None:
    password = (platform.state.secrets / "clickhouse" / "password").read_text().strip()
    process = platform.process("clickhouse")
    clickhouse = ClickHouse(f"http://cift:{password}@{process.address.removeprefix('http://')}/cift", 3600)
    facts = await _took(_generate(clickhouse, count))
    merged = await _took(_merge(clickhouse))
    sums = await _took(_sum_up(clickhouse))
    print(f"{count:,} trades: {facts:.0f} s to generate, {merged:.0f} s to merge, {sums:.0f} s to sum up;")
    print(f"on disk: {await _sizes(clickhouse)}\n", flush=True)
    questions = Questions(clickhouse)
    postgres = await asyncpg.connect(platform.store_urls()["database_url"])
    copied = await _took(_copy(clickhouse, postgres, count, postgres_count))
    part_end = START + (END - START) * postgres_count // count
    print(f"{'':48}{'sums':>10}{'full scan':>12}   at {postgres_count:,}: {'scan':>8}{'PostgreSQL':>12}{'ratio':>8}")
    for name, (groups, zone, order) in QUESTIONS.items():
        whole, part = _selection(END, zone), _selection(part_end, zone)
        await _row(
            name,
            _asked(questions, whole, groups, of_performance(whole, groups), order),
            _asked(questions, whole, groups, Source.ROUND_TRIPS, order),
            _asked(questions, part, groups, Source.ROUND_TRIPS, order),
            _fetched(postgres, name, part_end),
        )
    whole, part = _selection(END, "UTC"), _selection(part_end, "UTC")
    await _row(
        DAILY,
        _daily(questions, whole, of_performance(whole, (D.STRATEGY, D.DAY))),
        _daily(questions, whole, Source.ROUND_TRIPS),
        _daily(questions, part, Source.ROUND_TRIPS),
        _fetched(postgres, DAILY, part_end),
    )
    year = Selection(ACCOUNT, _year(2024) * SECOND_NS, _year(2025) * SECOND_NS)
    await _row(
        ABOVE,
        _above(questions, year, by_profit=True),
        _above(questions, year, by_profit=False),
        _above(questions, part, by_profit=False),
        _fetched(postgres, ABOVE, part_end),
    )
    costs = of_costs(whole, (D.STRATEGY,))
    print(f"{COSTS:<48}{_ms(await _timed(lambda: questions.costs(whole, (D.STRATEGY,), costs, 1000)))}", end="")
    print(f"{_ms(await _timed(lambda: questions.costs(whole, (D.STRATEGY,), Source.FILLS, 1000))):>12}", end="")
    print(f"   ({count // FILLS_SHARE:,} fills)")
    median = await _timed(
        lambda: questions.performance(whole, (D.STRATEGY,), Source.ROUND_TRIPS, "group", 1000, quantiles=True)
    )
    print(f"{QUANTILES:<48}{'':>10}{_ms(median):>12}   (is not kept as a sum)")
    print(f"\nmost memory: {_peak(platform):.0f} MiB (ClickHouse's process); {copied:.0f} s to copy to PostgreSQL")
    await postgres.close()
    await clickhouse.close()


async def _took(work: Awaitable[None]) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def _sizes(clickhouse: ClickHouse) -> str:
    rows = await clickhouse.query(
        "SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND database = currentDatabase()"
        " GROUP BY table ORDER BY 2 DESC"
    )
    total = sum(size for _, size, _ in rows)
    parts = ", ".join(f"{table} {size / 2**30:.2f} ({count:,})" for table, size, count in rows if size > total / 1000)
    return f"{total / 2**30:.2f} GiB: {parts}"


def _peak(platform: Platform) -> float:
    """The most memory that ClickHouse's process has held, in MiB."""
    record = pids.read(platform.state.pids, "clickhouse")
    assert record is not None
    lines = Path(f"/proc/{record.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _selection(end: int, zone: str) -> Selection:
    day = 86_400
    return Selection(ACCOUNT, START * SECOND_NS, (end + day - 1) // day * day * SECOND_NS, time_zone=zone)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:>7.0f} ms"


async def _row(name: str, sums: Ask, scan: Ask, small: Ask, postgres: Ask) -> None:
    took = [await _timed(ask) for ask in (sums, scan, small, postgres)]
    figures = f"{_ms(took[0])}{_ms(took[1]):>12}{'':>7}{_ms(took[2]):>17}{_ms(took[3]):>12}"
    print(f"{name:<48}{figures}{took[3] / took[2]:>7.0f}×", flush=True)


async def _timed(ask: Ask) -> float:
    """The median, in seconds; of what is slow the first time counts."""
    took: list[float] = []
    for _ in range(REPEATS):
        began = time.monotonic()
        await ask()
        took.append(time.monotonic() - began)
        if took[0] > SLOW_SECONDS:
            break
    return statistics.median(took)


def _asked(questions: Questions, selection: Selection, groups: tuple[D, ...], source: Source, order: str) -> Ask:
    return lambda: questions.performance(selection, groups, source, order, 1_000)


def _daily(questions: Questions, selection: Selection, source: Source) -> Ask:
    return lambda: questions.daily_profits(selection, source, by_strategy=True)


def _above(questions: Questions, selection: Selection, *, by_profit: bool) -> Ask:
    return lambda: questions.round_trips(
        selection, Decimal(99), None, by_profit=by_profit, ascending=False, limit=100, after=None
    )


def _fetched(postgres: asyncpg.Connection, name: str, end: int) -> Ask:
    sql = _POSTGRES[name].format(sums=_SUMS, where=_WHERE)
    bounds = datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(end, UTC)
    return lambda: postgres.fetch(sql, ACCOUNT, *bounds, timeout=3600)


async def _generate(clickhouse: ClickHouse, count: int) -> None:
    """Evenly over four years: 20 strategies, 200 symbols, held for up to two hours. Order ids are left out."""
    step_ns = (END - START) * SECOND_NS // count
    for start in range(0, count, CHUNK):
        rows = min(CHUNK, count - start)
        await clickhouse.command(
            f"""
            INSERT INTO round_trips
            WITH cityHash64(number) AS dice,
              fromUnixTimestamp64Nano(toInt64({START * SECOND_NS} + number * {step_ns}), 'UTC') AS closed
            SELECT '{ACCOUNT}', concat('strategy-', toString(dice % 20)), concat('S', toString(dice % 7919 % 200)),
              concat('e', toString(number)), concat('x', toString(number)), '', '', if(dice % 2 = 0, 'buy', 'sell'),
              toDecimal128(1 + dice % 100, 9), toDecimal128(100 + dice % 400, 9), toDecimal128(100 + dice % 401, 9),
              toDecimal128(dice % 50, 9) / 100, toDecimal128(toInt64(dice % 20001) - 9990, 9) / 100,
              subtractSeconds(closed, dice % 7200), closed
            FROM numbers({start}, {rows})"""
        )
    fills = count // FILLS_SHARE
    for start in range(0, fills, CHUNK):
        await clickhouse.command(
            f"""
            INSERT INTO fills
            WITH cityHash64(number) AS dice,
              fromUnixTimestamp64Nano(toInt64({START * SECOND_NS} + number * {step_ns * FILLS_SHARE}), 'UTC') AS filled
            SELECT '{ACCOUNT}', concat('strategy-', toString(dice % 20)), concat('S', toString(dice % 7919 % 200)),
              concat('x', toString(number)), '', if(dice % 3 = 0, 'limit', 'market'), if(dice % 2 = 0, 'buy', 'sell'),
              toDecimal128(1 + dice % 100, 9), toDecimal128(100 + dice % 400, 9), toDecimal128(dice % 50, 9) / 100,
              toDecimal128(100 + dice % 399, 9), subtractSeconds(filled, 1), filled, number
            FROM numbers({start}, {min(CHUNK, fills - start)})"""
        )


async def _merge(clickhouse: ClickHouse) -> None:
    """What background merges have done to months that are over."""
    for table, partitions in {
        "round_trips": [f"{year}{month:02d}" for year in YEARS for month in range(1, 13)],
        "fills": [f"{year}{month:02d}" for year in YEARS for month in range(1, 13)],
        "round_trips_by_profit": [str(year) for year in YEARS],
    }.items():
        # One at a time: a merge needs its partition's space a second time.
        for partition in partitions:
            await clickhouse.command(f"OPTIMIZE TABLE {table} PARTITION {partition} FINAL")


async def _sum_up(clickhouse: ClickHouse) -> None:
    """As the service does it, for a year at once."""
    day, quarter = "toDate({time})", "toStartOfFifteenMinutes(toDateTime({time}, 'UTC'))"
    targets = {
        "daily": ("round_trips", "strategy, symbol", "day", day),
        "daily_by_strategy": ("round_trips", "strategy", "day", day),
        "daily_by_symbol": ("round_trips", "symbol", "day", day),
        "quarter_hourly": ("round_trips", "strategy", "quarter", quarter),
        "daily_costs": ("fills", "strategy, symbol, order_type", "day", day),
    }
    for target, (facts, names, bucket, expression) in targets.items():
        measures, time_column = (aggregates.COSTS, "at") if facts == "fills" else (aggregates.ROUND_TRIPS, "closed_at")
        for year in YEARS:
            await clickhouse.command(
                f"""
                INSERT INTO {target} (account_id, {names}, {bucket}, {", ".join(measures)}, version)
                SELECT account_id, {names}, {expression.format(time=time_column)} AS {bucket},
                  {aggregates.listed(measures)}, 1
                FROM {facts} FINAL WHERE toYear({time_column}) = {year} GROUP BY account_id, {names}, {bucket}
                {aggregates.SETTINGS}, do_not_merge_across_partitions_select_final = 1"""
            )
        await clickhouse.command(f"OPTIMIZE TABLE {target} FINAL")
    months = "toStartOfMonth(day)"
    for target, (sums, names, bucket, expression, measures) in {
        "monthly": ("daily", "strategy, symbol, ", "day", months, aggregates.ROUND_TRIP_SUMS),
        "quarters": ("quarter_hourly", "", "quarter", "quarter", aggregates.ROUND_TRIP_SUMS),
        "monthly_costs": ("daily_costs", "strategy, symbol, order_type, ", "day", months, aggregates.COST_SUMS),
    }.items():
        await clickhouse.command(
            f"INSERT INTO {target} (account_id, {names}{bucket}, {', '.join(measures)}, version)"
            f" SELECT account_id, {names}{expression} AS bucket, {aggregates.listed(measures)}, 1"
            f" FROM {sums} FINAL GROUP BY account_id, {names}bucket {aggregates.SETTINGS}"
        )
        await clickhouse.command(f"OPTIMIZE TABLE {target} FINAL")


async def _copy(clickhouse: ClickHouse, postgres: asyncpg.Connection, count: int, rows: int) -> None:
    await postgres.execute(
        "CREATE TABLE round_trips (account_id text, strategy text, symbol text, quantity numeric(38, 9),"
        " entry_price numeric(38, 9), fees numeric(38, 9), profit numeric(38, 9), opened_at timestamptz,"
        " closed_at timestamptz)"
    )
    await postgres.copy_to_table(
        "round_trips", source=_csv(clickhouse, count, rows), columns=_COLUMNS.split(", "), format="csv", timeout=3600
    )
    await postgres.execute("CREATE INDEX ON round_trips (account_id, closed_at)", timeout=3600)
    await postgres.execute("VACUUM ANALYZE round_trips", timeout=3600)


async def _csv(clickhouse: ClickHouse, count: int, rows: int) -> AsyncIterator[bytes]:
    """A part at a time, so that no more is held."""
    step_ns = (END - START) * SECOND_NS // count
    for start in range(0, rows, COPY_CHUNK):
        bounds = [START * SECOND_NS + step_ns * number for number in (start, min(start + COPY_CHUNK, rows))]
        yield await clickhouse.file(
            f"SELECT {_COLUMNS} FROM round_trips WHERE closed_at >= fromUnixTimestamp64Nano({{start:Int64}}, 'UTC')"
            " AND closed_at < fromUnixTimestamp64Nano({end:Int64}, 'UTC')",
            {"start": bounds[0], "end": bounds[1]},
            "CSV",
        )


asyncio.run(main())
