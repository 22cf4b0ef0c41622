"""Random books of trades, and the same answers computed another way: with polars, share by share.

First in, first out means that the n-th share bought and the n-th share sold of a strategy and symbol belong together,
whichever came first.
"""

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from cift_analytics.domain.trades import BUY, SELL, Fill

NANOS = 10**9
MINUTE_NS = 60 * NANOS
START_NS = int(datetime(2026, 3, 2, 14, 30, tzinfo=UTC).timestamp()) * NANOS


def random_fills(seed: int, count: int, account_id: str = "account", days: int = 20) -> list[Fill]:
    """Whole shares at prices of four places, in the order of their numbers; times never go back."""
    dice = random.Random(seed)
    at = START_NS
    fills = []
    for number in range(1, count + 1):
        at += dice.randrange(0, 2 * days * 1440 // count) * MINUTE_NS + dice.randrange(0, NANOS)
        price = dice.randrange(900_000, 1_100_000)
        touch = dice.choice([0, price - 100, price, price + 300])
        fills.append(
            Fill(
                account_id=account_id,
                strategy=dice.choice(["", "momentum", "reversal"]),
                symbol=dice.choice(["AAPL", "MSFT", "IBM"]),
                execution_id=f"{account_id}-e{number}",
                order_id=f"{account_id}-o{number // 2}",
                order_type=dice.choice(["limit", "market"]),
                side=dice.choice([BUY, SELL]),
                quantity=dice.randrange(1, 9) * NANOS,
                price=price * 100_000,
                fee=dice.randrange(0, 3) * 10_000_000,
                touch=touch * 100_000,
                decided_at=at - dice.randrange(1, NANOS),
                at=at,
                sequence=number,
            )
        )
    return fills


def pairs(fills: list[Fill]) -> pl.DataFrame:
    """One row a share that was bought and sold: entry and exit ids, prices in nanos, times. Fees are left out."""
    book = pl.DataFrame(fills, schema=list(Fill._fields), orient="row")
    shares = (
        book.with_columns(share=pl.int_ranges(pl.col("quantity") // NANOS))
        .explode("share")
        .sort("sequence", "share")
        .with_columns(number=pl.int_range(pl.len()).over("strategy", "symbol", "side"))
    )
    key = ["strategy", "symbol", "number"]
    columns = ["execution_id", "price", "at", "sequence"]
    bought = shares.filter(pl.col("side") == BUY).select(*key, *columns)
    sold = shares.filter(pl.col("side") == SELL).select(*key, *columns)
    both = bought.join(sold, on=key, suffix="_sold")
    is_long = pl.col("sequence") < pl.col("sequence_sold")

    def entry(name: str) -> pl.Expr:
        return pl.when(is_long).then(pl.col(name)).otherwise(pl.col(f"{name}_sold"))

    def exit_(name: str) -> pl.Expr:
        return pl.when(is_long).then(pl.col(f"{name}_sold")).otherwise(pl.col(name))

    return both.select(
        "strategy",
        "symbol",
        entry=entry("execution_id"),
        exit=exit_("execution_id"),
        opened_at=entry("at"),
        closed_at=exit_("at"),
        entry_price=entry("price"),
        profit=pl.col("price_sold") - pl.col("price"),
    )


def round_trips(fills: list[Fill]) -> pl.DataFrame:
    """One row a round trip, fees left out."""
    return (
        pairs(fills)
        .group_by("strategy", "symbol", "entry", "exit", "opened_at", "closed_at")
        .agg(shares=pl.len(), profit=pl.col("profit").sum(), entry_value=pl.col("entry_price").sum())
    )


def money(nanos: Any) -> Decimal:
    return Decimal(int(nanos)).scaleb(-9)
