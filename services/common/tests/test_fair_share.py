"""Places are shared: nobody has them all, and a newcomer finds one."""

from cift_common import fair_share
from hypothesis import given
from hypothesis import strategies as st


@given(capacity=st.integers(2, 500), takers=st.integers(1, 20))
def test_a_newcomer_finds_a_place_as_long_as_there_are_more_places_than_takers(capacity: int, takers: int) -> None:
    held = [0] * takers
    went_on = True
    while went_on:
        went_on = False
        for taker in range(takers):
            if fair_share.allows(capacity, sum(held), held[taker]):
                held[taker] += 1
                went_on = True
    assert sum(held) <= capacity
    # Whoever holds nothing is only refused where every place is taken.
    assert fair_share.allows(capacity, sum(held), 0) == (sum(held) < capacity)
    if takers == 1 and capacity >= 4:
        assert held[0] == fair_share.largest(capacity) < capacity
