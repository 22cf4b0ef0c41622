"""First in, first out: against an independent computation, share by share."""

from collections import defaultdict
from itertools import pairwise

from cift_analytics.domain.book import Books
from cift_analytics.domain.fifo import match_all
from cift_analytics.domain.trades import Fill, RoundTrip
from cift_analytics.domain.updates import in_sequence
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.tests.books import NANOS, random_fills, round_trips


def by_key(fills: list[Fill]) -> dict[tuple[str, str], list[Fill]]:
    found: dict[tuple[str, str], list[Fill]] = defaultdict(list)
    for fill in fills:
        found[fill.strategy, fill.symbol].append(fill)
    return found


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60))
def test_round_trips_are_those_of_shares_paired_one_by_one(seed: int, count: int) -> None:
    fills = random_fills(seed, count)
    expected = {(row["entry"], row["exit"]): row for row in round_trips(fills).iter_rows(named=True)}
    closed: list[RoundTrip] = []
    for some in by_key(fills).values():
        lots, trips = match_all(some)
        closed += trips
        left = sum(fill.side * fill.quantity for fill in some)
        assert sum(lot.side * lot.quantity for lot in lots) == left
        assert len({lot.side for lot in lots}) <= 1
        # Fees are with the round trips or still with what is open, none lost and none twice.
        assert sum(trip.fees for trip in trips) + sum(lot.fee for lot in lots) == sum(fill.fee for fill in some)
    assert {(trip.entry_execution_id, trip.exit_execution_id) for trip in closed} == set(expected)
    assert len(closed) == len(expected)
    for trip in closed:
        row = expected[trip.entry_execution_id, trip.exit_execution_id]
        assert (trip.quantity, trip.profit + trip.fees) == (row["shares"] * NANOS, row["profit"])
        assert (trip.opened_at, trip.closed_at) == (row["opened_at"], row["closed_at"])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 50), max_size=6))
def test_batches_and_repeats_change_nothing(seed: int, cuts: list[int]) -> None:
    fills = random_fills(seed, 50)
    whole, expected = Books().book(fills)
    books, closed = Books(), set[RoundTrip]()
    bounds = sorted({0, *cuts, len(fills)})
    for start, end in pairwise(bounds):
        # Each batch begins with fills that are booked already, as after a crash before the cursor was written.
        changed, trips = books.book(fills[max(start - 7, 0) : end])
        assert not closed & set(trips)
        closed |= set(trips)
        books.books |= changed
    assert closed == set(expected)
    assert {key: book.lots for key, book in books.books.items()} == {key: book.lots for key, book in whole.items()}


@given(st.permutations(range(1, 12)), st.integers(0, 5), st.sets(st.integers(6, 11), max_size=3))
def test_updates_go_on_up_to_the_first_gap(order: list[int], cursor: int, missing: set[int]) -> None:
    fill = random_fills(1, 1)[0]
    heard = [fill._replace(sequence=number) for number in order if number not in missing]
    following, gap = in_sequence(heard * 2, cursor)
    until = min(missing, default=12)
    assert [update.sequence for update in following] == list(range(cursor + 1, until))
    assert gap == bool({number for number in order if number > until} - missing)
