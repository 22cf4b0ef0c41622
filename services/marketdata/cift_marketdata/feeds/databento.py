"""Reads files in Databento's shapes: `trades`, `mbp-1`, `mbp-10` and `status`, CSV or Parquet.

What matters is the columns: `ts_event`, `symbol`, and `price` and `size` of a trade, or `bid_px_00`, `bid_sz_00`,
`ask_px_00`, `ask_sz_00` and so on of a book, whose touch is a quote and whose rows with action T are trades as well, or
`action` and `reason` of a status. Prices are whole billionths, as
Databento delivers them, or decimals; times are nanoseconds or ISO 8601.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray
from pyarrow import csv, parquet

from cift_marketdata.domain import status
from cift_marketdata.domain.columns import ASK, BID, DEPTH, LEVELS, STATUS, TICK, Rows
from cift_marketdata.domain.ticks import BadTick
from cift_marketdata.feeds.merging import Block

SUFFIXES = (".csv", ".csv.zst", ".csv.gz", ".parquet")
BATCH_ROWS = 32_768
# As characters, as Python writes what is true, and as its bytes are numbers.
_SAID = {b"Y": "Y", b"N": "N", b"true": "Y", b"false": "N", b"True": "Y", b"False": "N", b"89": "Y", b"78": "N"}
UNDEFINED = 2**63 - 1
"""How Databento writes a price that is not there."""
_TRADE = ("ts_event", "symbol", "price", "size")
_BOOK = ("ts_event", "symbol", "bid_px_00", "bid_sz_00", "ask_px_00", "ask_sz_00")
_TEN = tuple(
    f"{side}_{what}_{level:02d}" for side in ("bid", "ask") for what in ("px", "sz") for level in range(LEVELS)
)
_STATUS = ("ts_event", "symbol", "action", "reason")
_OPTIONAL = ("action", "publisher_id", "is_trading", "is_quoting")


def find(path: Path) -> list[Path]:
    """The files at or under a path."""
    candidates = [path] if path.is_file() else sorted(path.rglob("*"))
    return [candidate for candidate in candidates if candidate.name.endswith(SUFFIXES) and candidate.is_file()]


def read(path: Path) -> Iterator[Block]:
    """Ticks (`TICK`) in the file's order, before them depths (`DEPTH`), or statuses (`STATUS`), and what cannot be
    read; nothing is raised."""
    bad: list[BadTick] = []
    # Of files of one moment each has rows of its own, which are the same in the next replay.
    first = (zlib.crc32(path.name.encode()) & 0x7FFF_FFFF) << 32
    row = first
    try:
        for batch in _batches(path, bad):
            yield from bad
            bad.clear()
            if batch.num_rows:
                yield from _blocks(batch, row)
            row += batch.num_rows
    except _WrongColumns as error:
        yield BadTick("", "unreadable_file", f"{path.name} {error}")
    except (pa.ArrowException, OSError, ValueError) as error:
        yield BadTick("", "unreadable_file", f"{path.name} cannot be read on after {row - first} rows: {error}")
    yield from bad


class _WrongColumns(Exception):
    pass


def _wanted(names: list[str]) -> list[str]:
    book = "bid_px_00" in names
    if "reason" in names:
        needed = list(_STATUS)
    elif f"bid_px_{LEVELS - 1:02d}" in names:
        needed = ["ts_event", "symbol", *_TEN, *(("price", "size") if "action" in names else ())]
    else:
        needed = [*_BOOK, *(("price", "size") if "action" in names else ())] if book else list(_TRADE)
    if missing := [name for name in needed if name not in names]:
        raise _WrongColumns(f"has no column {', '.join(missing)}: is it of schema trades, mbp-1, mbp-10 or status?")
    return needed + [name for name in _OPTIONAL if name in names and name not in needed]


def _batches(path: Path, bad: list[BadTick]) -> Iterator[Any]:
    if path.name.endswith(".parquet"):
        with parquet.ParquetFile(path) as file:
            columns = _wanted(file.schema_arrow.names)
            yield from file.iter_batches(BATCH_ROWS, columns=columns)
        return

    def refuse(row: Any) -> str:
        columns = f"{row.actual_columns} columns, not {row.expected_columns}"
        bad.append(BadTick("", "malformed", f"{path.name} has a line of {columns}: {row.text[:80]!r}"))
        return "skip"

    with pa.input_stream(path, compression="detect") as stream:
        first = stream.read(65_536).partition(b"\n")[0].decode("ascii", "replace").rstrip("\r")
    columns = _wanted(first.split(","))
    with pa.input_stream(path, compression="detect") as stream:
        yield from csv.open_csv(
            stream,
            read_options=csv.ReadOptions(block_size=2**20, use_threads=False),
            parse_options=csv.ParseOptions(invalid_row_handler=refuse),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), include_columns=columns, strings_can_be_null=True
            ),
        )


def _blocks(batch: Any, row: int) -> Iterator[Rows]:
    names = batch.schema.names
    if "reason" in names:
        yield _statuses(batch, row)
        return
    if f"bid_px_{LEVELS - 1:02d}" in names:
        yield _depths(batch, row)
    yield _ticks(batch, row)


def _identified(batch: Any, row: int, kind: np.dtype[np.void]) -> Rows:
    names, count = batch.schema.names, batch.num_rows
    rows = np.zeros(count, kind)
    rows["symbol"] = _texts(batch["symbol"])
    rows["exchange"] = _texts(batch["publisher_id"]) if "publisher_id" in names else b""
    rows["row"] = np.arange(row + 1, row + count + 1)
    rows["time"] = _times(batch["ts_event"])
    return rows


def _statuses(batch: Any, row: int) -> Rows:
    names = batch.schema.names
    statuses = _identified(batch, row, STATUS)
    for name, word in (("action", status.action), ("reason", status.reason)):
        statuses[name] = [word(number) for number in _nanos(batch[name]).tolist()]
    for name in ("trading", "quoting"):
        said = f"is_{name}"
        statuses[name] = [_SAID.get(text, "~") for text in _texts(batch[said]).tolist()] if said in names else "~"
    return statuses


def _depths(batch: Any, row: int) -> Rows:
    depths = _identified(batch, row, DEPTH)
    for level in range(LEVELS):
        for side in ("bid", "ask"):
            depths[f"{side}_price"][:, level] = _nanos(batch[f"{side}_px_{level:02d}"])
            depths[f"{side}_quantity"][:, level] = _nanos(batch[f"{side}_sz_{level:02d}"], whole=10**9)
    return depths


def _ticks(batch: Any, row: int) -> Rows:
    names = batch.schema.names
    ticks = _identified(batch, row, TICK)
    if "bid_px_00" not in names:
        ticks["trade"] = True
        ticks["price"], ticks["quantity"] = _nanos(batch["price"]), _nanos(batch["size"], whole=10**9)
        # Of what a trades file has besides (clears, fills of the other side), nothing is a trade.
        return ticks[_texts(batch["action"]) == b"T"] if "action" in names else ticks
    ticks["said"] = BID | ASK
    ticks["price"], ticks["quantity"] = _nanos(batch["bid_px_00"]), _nanos(batch["bid_sz_00"], whole=10**9)
    ticks["ask_price"], ticks["ask_quantity"] = _nanos(batch["ask_px_00"]), _nanos(batch["ask_sz_00"], whole=10**9)
    if "action" not in names:
        return ticks
    (traded,) = np.nonzero(_texts(batch["action"]) == b"T")
    trades = ticks[traded]
    trades["trade"], trades["said"], trades["ask_price"], trades["ask_quantity"] = True, 0, 0, 0
    trades["price"] = _nanos(batch["price"])[traded]
    trades["quantity"] = _nanos(batch["size"], whole=10**9)[traded]
    # A trade comes before the book that it left behind.
    return np.insert(ticks, traded, trades)


def _texts(column: Any) -> NDArray[np.bytes_]:
    coded = pc.fill_null(pc.cast(column, pa.string()), "").dictionary_encode()
    texts: NDArray[np.bytes_] = np.array(coded.dictionary.to_pylist() or [""], "S16")
    repeated: NDArray[np.bytes_] = texts[coded.indices.to_numpy(zero_copy_only=False)]
    return repeated


def _times(column: Any) -> NDArray[np.int64]:
    if pa.types.is_string(column.type):
        text = pc.fill_null(column, "0")
        iso = len(text) > 0 and "T" in text[0].as_py()
        column = pc.cast(text, pa.timestamp("ns", "UTC") if iso else pa.int64())
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.timestamp("ns", column.type.tz))
    return _numbers(pc.cast(column, pa.int64()))


def _nanos(column: Any, whole: int = 1) -> NDArray[np.int64]:
    """Whole numbers are units of `whole` nanos; decimals are what they say; what is not there is 0."""
    if pa.types.is_string(column.type):
        text = pc.fill_null(column, "0")
        decimal = bool(pc.any(pc.match_substring(text, ".")).as_py())
        column = pc.cast(text, pa.decimal128(28, 9) if decimal else pa.int64())
    if pa.types.is_decimal(column.type):
        exact = pc.cast(pc.fill_null(column, 0), pa.decimal128(38, 9))
        words = np.frombuffer(exact.buffers()[1], "<i8").reshape(-1, 2)[exact.offset : exact.offset + len(exact)]
        # The upper word says whether the lower one is all of it; what is too large stays too large.
        unscaled: NDArray[np.int64] = np.where(words[:, 1] == words[:, 0] >> 63, words[:, 0], 2**62)
        return unscaled
    if pa.types.is_floating(column.type):
        # So Databento writes Parquet unless told otherwise; what it was is the nearest billionth.
        numbers = column.to_numpy(zero_copy_only=False)
        rounded: NDArray[np.int64] = np.rint(np.nan_to_num(numbers) * 1e9).astype(np.int64)
        return rounded
    numbers = _numbers(pc.cast(pc.fill_null(column, 0), pa.int64()))
    present: NDArray[np.int64] = np.where(numbers == UNDEFINED, 0, numbers)
    # Beyond what can be stored it is refused for what it is, not for what it becomes by overflowing.
    return np.clip(present, -(2**62) // whole, 2**62 // whole) * whole


def _numbers(column: Any) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = column.to_numpy(zero_copy_only=False)
    return numbers
