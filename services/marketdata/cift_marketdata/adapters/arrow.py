"""History as an Arrow IPC stream, from the lines of CSV that QuestDB exports."""

import io
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import csv

from cift_marketdata.adapters.questdb_reader import Schema
from cift_marketdata.domain.columns import LEVELS

_TIME, _NUMBER, _TEXT = pa.timestamp("ns", "UTC"), pa.decimal128(18, 9), pa.string()
_IDENTITY = {"ts_event": _TIME, "ts_recv": _TIME, "symbol": _TEXT, "exchange": _TEXT, "sequence": pa.int64()}
_BAR = {
    "ts_event": _TIME,
    "symbol": _TEXT,
    "open": _NUMBER,
    "high": _NUMBER,
    "low": _NUMBER,
    "close": _NUMBER,
    # A sum outgrows what one trade may have.
    "volume": pa.decimal128(38, 9),
    "trade_count": pa.int64(),
}
_SCHEMAS: dict[Schema, dict[str, pa.DataType]] = {
    "trades": {
        **_IDENTITY,
        "price": _NUMBER,
        "size": _NUMBER,
    },
    "mbp-1": {
        **_IDENTITY,
        "bid_px_00": _NUMBER,
        "bid_sz_00": _NUMBER,
        "ask_px_00": _NUMBER,
        "ask_sz_00": _NUMBER,
    },
    "mbp-10": {
        **_IDENTITY,
        **{
            f"{side}_{what}_{n:02d}": _NUMBER for side in ("bid", "ask") for what in ("px", "sz") for n in range(LEVELS)
        },
    },
    "status": {**_IDENTITY, "action": _TEXT, "reason": _TEXT, "is_trading": _TEXT, "is_quoting": _TEXT},
    **dict.fromkeys(("ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d"), _BAR),
}


class _Sink(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


class Encoder:
    """Gives the bytes that each part adds to the stream."""

    def __init__(self, schema: Schema) -> None:
        self._types = _SCHEMAS[schema]
        self._sink = _Sink()
        self._schema = pa.schema(list(self._types.items()))
        self._writer = pa.ipc.new_stream(self._sink, self._schema)

    def encode(self, lines: bytes) -> bytes:
        raw = {name: pa.int64() if kind == _TIME else kind for name, kind in self._types.items()}
        table = csv.read_csv(
            pa.BufferReader(lines),
            read_options=csv.ReadOptions(column_names=list(raw), use_threads=False),
            convert_options=csv.ConvertOptions(column_types=raw, strings_can_be_null=False),
        )
        self._writer.write_table(table.cast(self._schema))
        return self._sink.take()

    def end(self) -> bytes:
        self._writer.close()
        return self._sink.take()
