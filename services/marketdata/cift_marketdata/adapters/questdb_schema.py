"""What market data keeps in QuestDB.

Prices and quantities are DECIMAL(18,9): exact, compared and summed by the database itself; a DOUBLE would not be
exact, and a LONG of nanos overflows in `sum(price * quantity)`. DEDUP keys make every write repeatable.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from cift_common import logging
from cift_common.errors import Unavailable

from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.domain.columns import LEVELS
from cift_marketdata.domain.ticks import BAD_PRICE, CLOSING_PRINT, OPENING_PRINT

_log = logging.get(__name__)

LEVEL_COLUMNS = tuple(
    f"{side}_{what}_{level:02d}" for side in ("bid", "ask") for what in ("price", "quantity") for level in range(LEVELS)
)
"""Ten levels a side; QuestDB's arrays hold nothing exact."""
_TABLES = {
    "quotes": """
CREATE TABLE IF NOT EXISTS quotes (
  timestamp TIMESTAMP_NS, symbol SYMBOL, exchange SYMBOL, sequence LONG,
  bid_price DECIMAL(18,9), bid_quantity DECIMAL(18,9), ask_price DECIMAL(18,9), ask_quantity DECIMAL(18,9),
  received_time TIMESTAMP_NS, flags INT
) TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, symbol, sequence)""",
    "trades": """
CREATE TABLE IF NOT EXISTS trades (
  timestamp TIMESTAMP_NS, symbol SYMBOL, exchange SYMBOL, sequence LONG,
  price DECIMAL(18,9), quantity DECIMAL(18,9), received_time TIMESTAMP_NS, flags INT
) TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, symbol, sequence)""",
    "depths": f"""
CREATE TABLE IF NOT EXISTS depths (
  timestamp TIMESTAMP_NS, symbol SYMBOL, exchange SYMBOL, sequence LONG,
  {", ".join(f"{name} DECIMAL(18,9)" for name in LEVEL_COLUMNS)},
  received_time TIMESTAMP_NS, flags INT
) TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, symbol, sequence)""",
    "statuses": """
CREATE TABLE IF NOT EXISTS statuses (
  timestamp TIMESTAMP_NS, symbol SYMBOL, exchange SYMBOL, sequence LONG, action SYMBOL, reason VARCHAR,
  trading SYMBOL, quoting SYMBOL, received_time TIMESTAMP_NS, flags INT
) TIMESTAMP(timestamp) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(timestamp, symbol, sequence)""",
    "fills": """
CREATE TABLE IF NOT EXISTS fills (
  timestamp TIMESTAMP_NS, symbol SYMBOL, side SYMBOL, broker SYMBOL, execution_id VARCHAR, order_id VARCHAR,
  account_id VARCHAR, price DECIMAL(18,9), quantity DECIMAL(18,9), cumulative_quantity DECIMAL(18,9),
  leaves_quantity DECIMAL(18,9), maker BOOLEAN, venue_sequence LONG, trade_id LONG
) TIMESTAMP(timestamp) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(timestamp, execution_id)""",
}

TRADE_BAR = (
    "first(price) open, max(price) high, min(price) low, last(price) close,"
    " sum(quantity) volume, sum(price * quantity) notional, count() trades"
)
MINUTE_BAR = (
    f"{TRADE_BAR}, sum(CASE WHEN flags & {OPENING_PRINT | CLOSING_PRINT} != 0 THEN 1 ELSE 0 END) official_prints"
)
"""With how many official prints of a session's auctions it has, which daily bars need."""
_FROM_BARS = (
    "first(open) open, max(high) high, min(low) low, last(close) close,"
    " sum(volume) volume, sum(notional) notional, sum(trades) trades"
)


# At once costs QuestDB 3 % of a core a view when rows come every second. Hours and days are for long ranges, where a
# minute does not matter; the reader makes those of a short range from minutes.
_REFRESH = {"bars_1m": "IMMEDIATE", "bars_1h": "EVERY 1m", "bars_1d": "EVERY 1m"}


def views(time_zone: str) -> dict[str, str]:
    """The materialised views by name, each after the one that it is made of; days begin at midnight in `time_zone`."""
    return {
        "bars_1m": (
            f"SELECT timestamp, symbol, {MINUTE_BAR}"
            f" FROM trades WHERE flags & {BAD_PRICE} = 0 SAMPLE BY 1m ALIGN TO CALENDAR"
        ),
        "bars_1h": f"SELECT timestamp, symbol, {_FROM_BARS} FROM bars_1m SAMPLE BY 1h ALIGN TO CALENDAR",
        "bars_1d": (
            f"SELECT timestamp, symbol, {_FROM_BARS} FROM bars_1m SAMPLE BY 1d"
            f" ALIGN TO CALENDAR TIME ZONE '{time_zone}'"
        ),
    }


def ensure_tables(at: QuestDbAddress) -> None:
    """Makes the tables that are missing. Blocking; `Unavailable` where QuestDB does not answer or refuses."""
    for statement in _TABLES.values():
        execute(at, statement)


def ensure_views(at: QuestDbAddress, time_zone: str) -> None:
    """Makes the views that are missing; one whose query is another, or that became invalid, is made anew.

    Blocking; `Unavailable` where QuestDB does not answer or refuses.
    """
    existing = {
        name: (query, status)
        for name, query, status in execute(at, "SELECT view_name, view_sql, view_status FROM materialized_views()")
    }
    wanted = views(time_zone)
    # From the first that differs on, all that are made of it.
    stale = next((i for i, (name, query) in enumerate(wanted.items()) if not _is_good(existing.get(name), query)), None)
    if stale is None:
        return
    names = list(wanted)[stale:]
    for name in reversed(names):
        if name in existing:
            _log.warning("making a view anew", view=name, was=existing[name][1])
            execute(at, f"DROP MATERIALIZED VIEW IF EXISTS {name}")
    for name in names:
        partition = "DAY" if name == "bars_1m" else "MONTH"
        execute(
            at,
            f"CREATE MATERIALIZED VIEW IF NOT EXISTS {name} REFRESH {_REFRESH[name]} AS ({wanted[name]})"
            f" PARTITION BY {partition}",
        )


def _is_good(existing: tuple[str, str] | None, query: str) -> bool:
    return existing is not None and _normal(existing[0]) == _normal(query) and existing[1] != "invalid"


def _normal(query: str) -> str:
    return "".join(query.split()).lower()


def resume(at: QuestDbAddress) -> list[str]:
    """Resumes tables that QuestDB suspended (a full disk does that): until then it takes rows and does not show them.

    Gives their names. Blocking; `Unavailable` where QuestDB does not answer or refuses.
    """
    suspended = [name for (name,) in execute(at, "SELECT name FROM wal_tables() WHERE suspended") if name in _TABLES]
    for name in suspended:
        execute(at, f"ALTER TABLE {name} RESUME WAL")
    return suspended


def execute(at: QuestDbAddress, statement: str) -> list[list[Any]]:
    """Runs one statement; the rows of its answer."""
    query = urllib.parse.urlencode({"query": statement})
    try:
        request = urllib.request.Request(f"{at.base_url}/exec?{query}", headers=at.headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        raise Unavailable(f"QuestDB refused {statement.split(maxsplit=3)[:3]}: {error.read()!r}") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"QuestDB does not answer: {error}") from error
    rows: list[list[Any]] = body.get("dataset", [])
    return rows
