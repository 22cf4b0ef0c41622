import uuid

from cift_common.ids import new_uuid7, uuid7
from hypothesis import given
from hypothesis import strategies as st

times = st.integers(0, 2**48 * 10**6 - 1)
bits = st.integers(0, 2**74 - 1)


@given(times, bits)
def test_is_a_version_7_uuid_of_its_millisecond(time_ns: int, random_bits: int) -> None:
    made = uuid7(time_ns, random_bits)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == time_ns // 1_000_000


@given(times, times, bits, bits)
def test_sorts_by_time(first: int, second: int, some: int, other: int) -> None:
    if first // 1_000_000 < second // 1_000_000:
        assert str(uuid7(first, some)) < str(uuid7(second, other))


@given(times, st.lists(bits, unique=True))
def test_different_bits_are_different_ids(time_ns: int, many: list[int]) -> None:
    assert len({uuid7(time_ns, one) for one in many}) == len(many)


def test_the_fast_way_makes_version_7_ids_of_the_same_time() -> None:
    made = uuid.UUID(new_uuid7(lambda: 1_700_000_000_123_456_789))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == 1_700_000_000_123
