"""Ticks and fills as rows of their tables."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from questdb import TimestampNanos

from cift_marketdata.domain.columns import TRADE, Rows


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


def encode_fill(buffer: Any, fill: Fill) -> None:
    buffer.row(
        "fills",
        symbols={"symbol": fill.symbol, "side": fill.side, "broker": fill.broker},
        columns={
            "execution_id": fill.execution_id,
            "order_id": fill.order_id,
            "account_id": fill.account_id,
            "price": _decimal(fill.price_nanos),
            "quantity": _decimal(fill.quantity_nanos),
            "cumulative_quantity": _decimal(fill.cumulative_quantity_nanos),
            "leaves_quantity": _decimal(fill.leaves_quantity_nanos),
            "maker": fill.maker,
            "venue_sequence": fill.venue_sequence,
            "trade_id": fill.trade_id,
        },
        at=TimestampNanos(fill.time_ns),
    )


FRAME_ROWS = 2_000
"""So many rows are worth a data frame, which costs less a row and more to begin with; pandas is loaded only then."""


def encode(buffer: Any, quotes: Rows, trades: Rows) -> None:
    """Adds the rows to an ILP buffer."""
    for table, rows in (("quotes", quotes), ("trades", trades)):
        if len(rows) >= FRAME_ROWS:
            buffer.dataframe(frame(rows), table_name=table, symbols=["symbol", "exchange"], at="timestamp")
        else:
            _encode_rows(buffer, table, rows)


def _encode_rows(buffer: Any, table: str, rows: Rows) -> None:
    names = _decimals(rows)
    for symbol, exchange, row, *numbers, time_ns, received_ns, flags in rows.tolist():
        buffer.row(
            table,
            symbols={"symbol": symbol.decode(), "exchange": exchange.decode()},
            columns={
                "sequence": row,
                **{name: _decimal(number) for name, number in zip(names, numbers, strict=True)},
                "received_time": TimestampNanos(received_ns),
                "flags": flags,
            },
            at=TimestampNanos(time_ns),
        )


def load() -> None:
    """Loads what data frames need, which takes a second."""
    frame(np.zeros(1, TRADE))


def frame(rows: Rows) -> Any:
    """What `Buffer.dataframe` takes, with `symbol` and `exchange` as symbols and `timestamp` as time."""
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]

    kind = pa.decimal64(18, 9)

    def decimals(name: str) -> Any:
        column = np.ascontiguousarray(rows[name])
        return pd.arrays.ArrowExtensionArray(pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)]))

    def strings(name: str) -> Any:
        values, codes = np.unique(rows[name], return_inverse=True)
        return pd.Categorical.from_codes(codes, values.astype(str))

    return pd.DataFrame(
        {
            "symbol": strings("symbol"),
            "exchange": strings("exchange"),
            "sequence": rows["row"],
            **{name: decimals(name) for name in _decimals(rows)},
            "received_time": rows["received"].astype("M8[ns]"),
            "flags": rows["flags"],
            "timestamp": rows["time"].astype("M8[ns]"),
        }
    )


def _decimals(rows: Rows) -> tuple[str, ...]:
    """The columns between what identifies a row and when it was."""
    names = rows.dtype.names or ()
    return names[3:-3]


def _decimal(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-9)
