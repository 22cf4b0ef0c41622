"""Ticks and fills as rows of their tables."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from questdb import TimestampNanos

from cift_marketdata.domain.ticks import Quote, Trade


@dataclass(frozen=True, slots=True)
class Fill:
    """A row of `fills`; the execution id identifies it."""

    time_ns: int
    symbol: str
    side: str
    broker: str
    execution_id: str
    order_id: str
    account_id: str
    price_nanos: int
    quantity_nanos: int
    cumulative_quantity_nanos: int
    leaves_quantity_nanos: int
    maker: bool
    venue_sequence: int
    trade_id: int


def encode(buffer: Any, row: Quote | Trade | Fill) -> None:
    if isinstance(row, Quote):
        buffer.row(
            "quotes",
            symbols={"symbol": row.symbol, "exchange": row.exchange},
            columns={
                "sequence": row.row,
                "bid_price": _decimal(row.bid_price_nanos),
                "bid_quantity": _decimal(row.bid_quantity_nanos),
                "ask_price": _decimal(row.ask_price_nanos),
                "ask_quantity": _decimal(row.ask_quantity_nanos),
                "received_time": TimestampNanos(row.received_time_ns),
                "flags": row.flags,
            },
            at=TimestampNanos(row.exchange_time_ns),
        )
    elif isinstance(row, Trade):
        buffer.row(
            "trades",
            symbols={"symbol": row.symbol, "exchange": row.exchange},
            columns={
                "sequence": row.row,
                "price": _decimal(row.price_nanos),
                "quantity": _decimal(row.quantity_nanos),
                "received_time": TimestampNanos(row.received_time_ns),
                "flags": row.flags,
            },
            at=TimestampNanos(row.exchange_time_ns),
        )
    else:
        buffer.row(
            "fills",
            symbols={"symbol": row.symbol, "side": row.side, "broker": row.broker},
            columns={
                "execution_id": row.execution_id,
                "order_id": row.order_id,
                "account_id": row.account_id,
                "price": _decimal(row.price_nanos),
                "quantity": _decimal(row.quantity_nanos),
                "cumulative_quantity": _decimal(row.cumulative_quantity_nanos),
                "leaves_quantity": _decimal(row.leaves_quantity_nanos),
                "maker": row.maker,
                "venue_sequence": row.venue_sequence,
                "trade_id": row.trade_id,
            },
            at=TimestampNanos(row.time_ns),
        )


def _decimal(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-9)
