"""Ticks and fills as rows of their tables."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from questdb import TimestampNanos

from cift_marketdata.domain.columns import DEPTH, QUOTE, STATUS, TRADE, Rows


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


TABLES = {QUOTE: "quotes", TRADE: "trades", DEPTH: "depths", STATUS: "statuses"}


def encode(buffer: Any, rows: Rows) -> None:
    """Adds rows of one kind to an ILP buffer."""
    if rows.dtype == STATUS:
        _encode_statuses(buffer, rows)
    elif len(rows) >= FRAME_ROWS:
        buffer.dataframe(frame(rows), table_name=TABLES[rows.dtype], symbols=["symbol", "exchange"], at="timestamp")
    else:
        _encode_rows(buffer, rows)


def _encode_rows(buffer: Any, rows: Rows) -> None:
    table = TABLES[rows.dtype]
    names, numbers = zip(*_decimals(rows), strict=True)
    heads = rows[["symbol", "exchange", "row", "time", "received", "flags"]].tolist()
    for head, values in zip(heads, np.column_stack(numbers).tolist(), strict=True):
        symbol, exchange, row, time_ns, received_ns, flags = head
        buffer.row(
            table,
            symbols={"symbol": symbol.decode(), "exchange": exchange.decode()},
            columns={
                "sequence": row,
                **{name: _decimal(number) for name, number in zip(names, values, strict=True)},
                "received_time": TimestampNanos(received_ns),
                "flags": flags,
            },
            at=TimestampNanos(time_ns),
        )


def _encode_statuses(buffer: Any, rows: Rows) -> None:
    for symbol, exchange, row, action, reason, trading, quoting, time_ns, received_ns, flags in rows.tolist():
        texts = {"symbol": symbol, "exchange": exchange, "action": action, "trading": trading, "quoting": quoting}
        buffer.row(
            "statuses",
            symbols={name: text.decode() for name, text in texts.items()},
            columns={
                "sequence": row,
                "reason": reason.decode(),
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

    def decimals(numbers: Any) -> Any:
        column = np.ascontiguousarray(numbers)
        return pd.arrays.ArrowExtensionArray(pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)]))

    def strings(name: str) -> Any:
        column = np.ascontiguousarray(rows[name])
        bytes_ = pa.Array.from_buffers(pa.binary(column.itemsize), len(column), [None, pa.py_buffer(column)])
        coded = bytes_.dictionary_encode()
        values = [value.rstrip(b"\0").decode() for value in coded.dictionary.to_pylist()]
        return pd.Categorical.from_codes(coded.indices.to_numpy(), values)

    return pd.DataFrame(
        {
            "symbol": strings("symbol"),
            "exchange": strings("exchange"),
            "sequence": rows["row"],
            **{name: decimals(numbers) for name, numbers in _decimals(rows)},
            "received_time": rows["received"].astype("M8[ns]"),
            "flags": rows["flags"],
            "timestamp": rows["time"].astype("M8[ns]"),
        }
    )


def _decimals(rows: Rows) -> list[tuple[str, Any]]:
    """The columns between what identifies a row and when it was; those of levels one by one, as `bid_price_00`."""
    found: list[tuple[str, Any]] = []
    for name in (rows.dtype.names or ())[3:-3]:
        if rows[name].ndim == 1:
            found.append((name, rows[name]))
        else:
            found += [(f"{name}_{level:02d}", rows[name][:, level]) for level in range(rows[name].shape[1])]
    return found


def _decimal(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-9)
