"""A name that a user chose is no formula in somebody's spreadsheet."""

import csv
import io

from cift_analytics.domain.csv import without_formulas
from hypothesis import given
from hypothesis import strategies as st

CELLS = st.lists(st.text("=+-@\t\r\n,\"'a1", max_size=6) | st.integers(-99, 99), min_size=1, max_size=4)


def written(rows: list[list[str | int]]) -> bytes:
    """As ClickHouse writes CSV: texts in quotes, their quotes doubled; numbers bare."""
    lines = (
        ",".join(str(cell) if isinstance(cell, int) else '"' + cell.replace('"', '""') + '"' for cell in row)
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_texts_that_begin_a_formula_are_marked_and_nothing_else_changes(rows: list[list[str | int]]) -> None:
    read = list(csv.reader(io.StringIO(without_formulas(written(rows)).decode(), newline="")))
    wanted = [
        [str(cell) if isinstance(cell, int) or not cell or cell[0] not in "=+-@\t\r" else f"'{cell}" for cell in row]
        for row in rows
    ]
    assert read == wanted
