from cift_execution.domain.cursor import Cursor
from hypothesis import given
from hypothesis import strategies as st


def test_a_repeat_is_dropped() -> None:
    cursor = Cursor(10)
    assert not cursor.arrive(10)
    assert cursor.arrive(11)
    assert not cursor.arrive(11)


@given(st.integers(0, 1000), st.permutations(range(1, 8)), st.integers(0, 7))
def test_nothing_below_the_cursor_is_unstored(start: int, order: list[int], stored: int) -> None:
    """Reports are acknowledged in any order; the cursor stops before the first that is not."""
    cursor = Cursor(start)
    for offset in range(1, 8):
        cursor.arrive(start + offset)
    for offset in order[:stored]:
        cursor.store(start + offset)
    missing = min(set(range(1, 8)) - set(order[:stored]), default=8)
    assert cursor.value == start + missing - 1
    assert cursor.open == 7 - stored
