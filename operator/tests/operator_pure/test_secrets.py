"""How keys that sign are replaced: whoever checks knows the key before anybody signs with it, and for a while after."""

from cift_operator.cluster.secrets import AUDIT, DECISION, rotated
from hypothesis import given
from hypothesis import strategies as st

rotations = st.integers(1, 6)


@given(rotations)
def test_decisions_are_good_whoever_reads_the_new_keys_first(times: int) -> None:
    before = "k0,k1"
    for number in range(times):
        after = rotated(DECISION, f"a{number},b{number}", before)
        old, new = before.split(","), after.split(",")
        assert new[0] != old[0]
        assert new[0] in old, "who has read nothing yet takes what the new key signs"
        assert old[0] in new, "who has read it takes what the old key has signed"
        assert len(new) == 3
        before = after


@given(rotations)
def test_the_audit_trail_keeps_every_key(times: int) -> None:
    ring = "k0"
    for number in range(times):
        ring = rotated(AUDIT, f"k{number + 1}", ring)
    assert ring.split(",") == [f"k{number}" for number in range(times, -1, -1)]


def test_a_single_key_of_before_goes_on_verifying() -> None:
    assert rotated(DECISION, "new,next", "old") == "new,next,old"
