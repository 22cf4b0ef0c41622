"""Named questions over generated round trips: from sums, by a full scan, and by PostgreSQL.

    python benchmarks/analytics [ROUND_TRIPS] [POSTGRES_ROWS]      (10000000 and 1000000 where nothing is said)

The statements are the service's own (`cift_analytics`), sent to what `cift up --analytics` starts. PostgreSQL holds
the first rows by time in one table with an index on (account_id, closed_at), beside a full scan of the same rows.
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
from cift_analytics.adapters import aggregates
from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.adapters.questions import Questions
from cift_analytics.domain.selection import SECOND_NS, Dimension, Selection
from cift_analytics.domain.source import Source, of_performance
from cift_operator.api import TradingPlatform, default_platform, validate
from cift_operator.components import STORES
from cift_operator.local import Platform

ACCOUNT = "00000000-0000-7000-8000-000000000001"
START = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
CHUNK = 2_000_000
REPEATS = 3
D = Dimension
QUESTIONS: dict[str, tuple[tuple[Dimension, ...], str, str]] = {
    "profit by strategy and month": ((D.STRATEGY, D.MONTH), "UTC", "group"),
    "win rate by weekday and hour, New York": ((D.WEEKDAY, D.HOUR), "America/New_York", "group"),
    "best symbols, holding times": ((D.SYMBOL,), "UTC", "profit_descending"),
    "daily profit by strategy (Sharpe, drawdown)": ((D.STRATEGY, D.DAY), "UTC", "group"),
}
_POSTGRES = {
    "profit by strategy and month": "SELECT strategy, date_trunc('month', closed_at), {sums} {where} GROUP BY 1, 2",
    "win rate by weekday and hour, New York": (
        "SELECT extract(isodow FROM closed_at AT TIME ZONE 'America/New_York'),"
        " extract(hour FROM closed_at AT TIME ZONE 'America/New_York'), {sums} {where} GROUP BY 1, 2"
    ),
    "best symbols, holding times": "SELECT symbol, {sums} {where} GROUP BY 1 ORDER BY sum(profit) DESC",
    "daily profit by strategy (Sharpe, drawdown)": "SELECT strategy, closed_at::date, {sums} {where} GROUP BY 1, 2",
}
_SUMS = (
    "count(*), count(*) FILTER (WHERE profit > 0), count(*) FILTER (WHERE profit < 0), sum(profit), sum(fees),"
    " sum(quantity * entry_price), max(profit), min(profit), avg(closed_at - opened_at)"
)
_WHERE = "FROM round_trips WHERE account_id = $1 AND closed_at >= $2 AND closed_at < $3"
ABOVE = "a year's trades with profit above 99, best first"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("round_trips", type=int, nargs="?", default=10_000_000)
    parser.add_argument("postgres_rows", type=int, nargs="?", default=1_000_000)
    said = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cift-bench-"))
    platform = Platform(folder / "state", _declaration(), port_offset=None)
    try:
        await asyncio.to_thread(platform.up, {"clickhouse", *STORES})
        await _measure(platform, folder, said.round_trips, min(said.postgres_rows, said.round_trips))
    finally:
        await asyncio.to_thread(platform.down, purge=True)
        shutil.rmtree(folder, ignore_errors=True)


def _declaration() -> TradingPlatform:
    document = default_platform("bench").model_dump(mode="json", by_alias=True, exclude_none=True)
    document["spec"]["analytics"]["enabled"] = True
    return validate(document)


async def _measure(platform: Platform, folder: Path, count: int, postgres_count: int) -> None:
    password = (platform.state.secrets / "clickhouse" / "password").read_text().strip()
    address = platform.process("clickhouse").address.removeprefix("http://")
    clickhouse = ClickHouse(f"http://cift:{password}@{address}/cift", timeout_seconds=3600)
    began = time.monotonic()
    await _generate(clickhouse, count)
    facts = time.monotonic() - began
    await _sum_up(clickhouse)
    size = _size(folder)
    print(f"{count:,} round trips: {facts:.0f} s to generate, {time.monotonic() - began - facts:.0f} s to sum up,")
    print(f"{size / 2**30:.2f} GiB on disk (by time, by profit, sums)\n")
    questions = Questions(clickhouse)
    postgres = await asyncpg.connect(platform.store_urls()["database_url"])
    await _copy(clickhouse, postgres, count, postgres_count)
    part_end = START + (END - START) * postgres_count // count
    print(f"{'':48}{'sums':>10}{'full scan':>12}   at {postgres_count:,}: {'scan':>8}{'PostgreSQL':>12}{'ratio':>8}")
    for name, (groups, zone, order) in QUESTIONS.items():
        whole, part = _selection(END, zone), _selection(part_end, zone)
        sums = await _timed(_asked(questions, whole, groups, of_performance(whole, groups), order))
        scan = await _timed(_asked(questions, whole, groups, Source.ROUND_TRIPS, order))
        small = await _timed(_asked(questions, part, groups, Source.ROUND_TRIPS, order))
        sql = _POSTGRES[name].format(sums=_SUMS, where=_WHERE)
        _print(name, sums, scan, small, await _timed(_fetched(postgres, sql, part_end)))
    year = Selection(ACCOUNT, _year(2024) * SECOND_NS, _year(2025) * SECOND_NS)
    by_profit = await _timed(_above(questions, year, by_profit=True))
    by_time = await _timed(_above(questions, year, by_profit=False))
    part = _selection(part_end, "UTC")
    small = await _timed(_above(questions, part, by_profit=False))
    sql = f"SELECT * {_WHERE} AND profit >= 99 ORDER BY profit DESC LIMIT 100"
    _print(ABOVE, by_profit, by_time, small, await _timed(_fetched(postgres, sql, part_end)))
    await postgres.close()
    await clickhouse.close()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("data/clickhouse/**/*") if path.is_file())


def _year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _selection(end: int, zone: str) -> Selection:
    day = 86_400
    return Selection(ACCOUNT, START * SECOND_NS, (end + day - 1) // day * day * SECOND_NS, time_zone=zone)


def _print(name: str, sums: float, scan: float, small: float, postgres: float) -> None:
    figures = f"{sums * 1000:>7.0f} ms{scan * 1000:>9.0f} ms{'':>7}{small * 1000:>14.0f} ms{postgres * 1000:>9.0f} ms"
    print(f"{name:<48}{figures}{postgres / small:>7.0f}×", flush=True)


async def _timed(ask: Callable[[], Awaitable[Any]]) -> float:
    """The median, in seconds."""
    took = []
    for _ in range(REPEATS):
        began = time.monotonic()
        await ask()
        took.append(time.monotonic() - began)
    return statistics.median(took)


def _asked(
    questions: Questions, selection: Selection, groups: tuple[Dimension, ...], source: Source, order: str
) -> Callable[[], Awaitable[Any]]:
    return lambda: questions.performance(selection, groups, source, order, 1_000_000)


def _above(questions: Questions, selection: Selection, *, by_profit: bool) -> Callable[[], Awaitable[Any]]:
    return lambda: questions.round_trips(
        selection, Decimal(99), None, by_profit=by_profit, ascending=False, limit=100, after=None
    )


def _fetched(postgres: asyncpg.Connection, sql: str, end: int) -> Callable[[], Awaitable[Any]]:
    bounds = datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(end, UTC)
    return lambda: postgres.fetch(sql, ACCOUNT, *bounds, timeout=3600)


async def _generate(clickhouse: ClickHouse, count: int) -> None:
    """Evenly over four years: 20 strategies, 200 symbols, held for up to two hours."""
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


async def _sum_up(clickhouse: ClickHouse) -> None:
    """As the service does it, for everything at once."""
    targets = {
        "daily": ("strategy, symbol", "day", "toDate(closed_at)"),
        "daily_by_strategy": ("strategy", "day", "toDate(closed_at)"),
        "quarter_hourly": ("strategy", "quarter", "toStartOfFifteenMinutes(toDateTime(closed_at, 'UTC'))"),
    }
    for target, (names, bucket, expression) in targets.items():
        for year in range(2022, 2026):
            await clickhouse.command(
                f"""
                INSERT INTO {target} (account_id, {names}, {bucket}, {", ".join(aggregates.ROUND_TRIPS)}, version)
                SELECT account_id, {names}, {expression} AS {bucket}, {aggregates.listed(aggregates.ROUND_TRIPS)}, 1
                FROM round_trips FINAL WHERE toYear(closed_at) = {year} GROUP BY account_id, {names}, {bucket}
                {aggregates.SETTINGS}"""
            )
        await clickhouse.command(f"OPTIMIZE TABLE {target} FINAL")


async def _copy(clickhouse: ClickHouse, postgres: asyncpg.Connection, count: int, rows: int) -> None:
    await postgres.execute(
        "CREATE TABLE round_trips (account_id text, strategy text, symbol text, quantity numeric(38, 9),"
        " entry_price numeric(38, 9), fees numeric(38, 9), profit numeric(38, 9), opened_at timestamptz,"
        " closed_at timestamptz)"
    )
    for start in range(0, rows, CHUNK):
        bounds = [START * SECOND_NS + (END - START) * SECOND_NS // count * number for number in (start, start + CHUNK)]
        found = await clickhouse.query(
            "SELECT account_id, strategy, symbol, quantity, entry_price, fees, profit, opened_at, closed_at"
            " FROM round_trips WHERE closed_at >= fromUnixTimestamp64Nano({start:Int64}, 'UTC')"
            " AND closed_at < fromUnixTimestamp64Nano({end:Int64}, 'UTC') LIMIT {rows:UInt64}",
            {"start": bounds[0], "end": bounds[1], "rows": min(CHUNK, rows - start)},
        )
        aware = [(*row[:7], row[7].replace(tzinfo=UTC), row[8].replace(tzinfo=UTC)) for row in found]
        await postgres.copy_records_to_table("round_trips", records=aware, timeout=3600)
    await postgres.execute("CREATE INDEX ON round_trips (account_id, closed_at)", timeout=3600)
    await postgres.execute("VACUUM ANALYZE round_trips", timeout=3600)


asyncio.run(main())
