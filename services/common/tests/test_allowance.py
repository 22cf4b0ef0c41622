"""A token bucket lets through its rate, and no more."""

from cift_common.allowance import Allowance
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(1, 50), st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=200))
def test_never_more_than_its_rate_and_one_full_bucket(per_second: int, pauses: list[float]) -> None:
    allowance, now, taken = Allowance(per_second), 1_000.0, 0
    for pause in pauses:
        now += pause
        taken += allowance.take(now)
    assert taken <= per_second * (1 + sum(pauses)) + 1e-6


def test_it_fills_again() -> None:
    allowance = Allowance(2)
    assert [allowance.take(at) for at in (10, 10, 10, 10.4, 10.6, 20, 20, 20)] == [
        True, True, False, False, True, True, True, False,
    ]  # fmt: skip
