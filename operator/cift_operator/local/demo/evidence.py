"""What the stores have of one order, read from each of them directly."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import psycopg
from cift_proto.trading.v1 import trading_pb2
from redis import Redis

from cift_operator.local.traces import Span, TraceStore

T = TypeVar("T")

STEPS = {
    "gateway.authenticate",
    "SubmitOrder",
    "cache.get_quote",
    "postgres.commit_orders",
    "nats.consume order.new",
    "matcher.session",
    "matcher.match",
    "nats.publish order.filled",
    "postgres.commit_executions",
    "cache.set_account",
    "questdb.write fill",
}
"""The spans that an order's way leaves."""


@dataclass(frozen=True)
class Quote:
    """The touch when the order was decided on."""

    bid: Decimal
    ask: Decimal
    age_ns: int


@dataclass(frozen=True)
class Evidence:
    """What was found; None or empty where something was not."""

    spans: tuple[Span, ...]
    orders_with_client_id: int
    checks_passed: int
    check_ns: int
    quote: Quote | None
    fills: int
    """Rows in QuestDB."""
    cached_position: Decimal | None
    cash: Decimal | None
    position: Decimal | None
    entries: tuple[int, ...]
    """Numbers of its entries in the audit trail."""
    sealed: tuple[int, ...]
    ledger_sum: Decimal | None
    """Over the lines of its executions; must be zero."""


def gather(urls: dict[str, str], traces: TraceStore, trace_id: str, order_id: str, seconds: float = 15) -> Evidence:
    """Reads until everything is there; what still is not there in the end is missing from the evidence."""
    deadline = time.monotonic() + seconds
    spans = _until(lambda: tuple(traces.of_trace(trace_id)), _is_whole, deadline)
    with psycopg.connect(urls["database_url"], autocommit=True) as database:
        account, client_id, symbol, decision_bytes = _one(
            database,
            "SELECT account_id, client_order_id, symbol, decision FROM trading.orders WHERE order_id = %s",
            order_id,
        )
        decision = trading_pb2.RiskDecision.FromString(decision_bytes)
        same = _one(
            database,
            "SELECT count(*) FROM trading.orders WHERE account_id = %s AND client_order_id = %s",
            account,
            client_id,
        )
        entries, sealed = _until(
            lambda: _audit(database, order_id), lambda found: bool(found[0]) and found[0] == found[1], deadline
        )
        position = database.execute(
            "SELECT quantity FROM trading.positions WHERE account_id = %s AND symbol = %s", (account, symbol)
        ).fetchone()
        cash = _one(database, "SELECT cash FROM trading.accounts WHERE account_id = %s", account)
        ledger = _one(
            database,
            "SELECT sum(total) FROM (SELECT abs(sum(amount)) AS total FROM trading.ledger WHERE transaction_id IN"
            " (SELECT execution_id FROM trading.executions WHERE order_id = %s) GROUP BY asset) AS by_asset",
            order_id,
        )
    fills = _until(lambda: _fills(urls["questdb_url"], order_id), bool, deadline)
    return Evidence(
        spans=spans,
        orders_with_client_id=same[0],
        checks_passed=decision.checks_passed,
        check_ns=decision.duration_ns,
        quote=_quote(urls["questdb_url"], symbol, decision.decided_at_ns),
        fills=fills,
        cached_position=_cached_position(urls["cache_url"], str(account), symbol),
        cash=cash[0],
        position=position[0] if position else None,
        entries=entries,
        sealed=sealed,
        ledger_sum=ledger[0],
    )


def _is_whole(spans: tuple[Span, ...]) -> bool:
    """Each service writes its spans when it likes, up to a second later."""
    told = {span.attributes.get("cift.event") for span in spans if span.name == "gateway.push"}
    return "fill" in told and {span.name for span in spans} >= STEPS


def _audit(database: "psycopg.Connection[tuple[Any, ...]]", order_id: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = database.execute(
        "SELECT events.position, seals.sequence FROM trading.events AS events"
        " LEFT JOIN trading.audit_seals AS seals ON seals.position = events.position"
        " WHERE events.order_id = %s ORDER BY events.position",
        (order_id,),
    ).fetchall()
    entries = tuple(int(position) for position, _ in rows)
    return entries, tuple(int(position) for position, sequence in rows if sequence is not None)


def _one(database: "psycopg.Connection[tuple[Any, ...]]", query: str, *parameters: object) -> tuple[Any, ...]:
    row = database.execute(query.encode(), parameters).fetchone()
    if row is None:
        raise LookupError(query)
    return row


def _fills(questdb_url: str, order_id: str) -> int:
    rows = _questdb(questdb_url, f"SELECT count() FROM fills WHERE order_id = '{order_id}'")
    return int(rows[0][0]) if rows else 0


def _quote(questdb_url: str, symbol: str, at_ns: int) -> Quote | None:
    rows = _questdb(
        questdb_url,
        "SELECT bid_price, ask_price, received_time::LONG FROM quotes"
        f" WHERE symbol = '{symbol}' AND received_time <= {at_ns:d}::TIMESTAMP_NS"
        " LATEST ON timestamp PARTITION BY symbol",
    )
    if not rows:
        return None
    bid, ask, received_ns = rows[0]
    return Quote(Decimal(str(bid)), Decimal(str(ask)), at_ns - int(received_ns))


def _questdb(url: str, query: str) -> list[list[Any]]:
    with _OPENER.open(f"{url}/exec?{urllib.parse.urlencode({'query': query})}", timeout=10) as answer:
        return list(json.load(answer)["dataset"])


def _cached_position(cache_url: str, account_id: str, symbol: str) -> Decimal | None:
    with Redis.from_url(cache_url) as cache:
        value = cache.get(f"position:{account_id}:{symbol}")
    if not isinstance(value, bytes):
        return None
    return Decimal(trading_pb2.Position.FromString(value).quantity_nanos) / 10**9


def _until(read: Callable[[], T], is_enough: Callable[[T], bool], deadline: float) -> T:
    while not is_enough(found := read()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
