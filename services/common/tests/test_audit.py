from cift_common import audit
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
trails = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=2, max_size=12)
Sealed = list[tuple[audit.Entry, bytes]]


def seal(rows: list[tuple[str, str]]) -> tuple[Sealed, audit.Checkpoint]:
    sealed, head = [], audit.GENESIS
    for number, row in enumerate(rows, start=1):
        entry = audit.Entry(number, row)
        head = audit.next_hash(head, entry)
        sealed.append((entry, head))
    return sealed, audit.sign_checkpoint(KEY, len(rows), head, 1)


def problems(sealed: Sealed, checkpoint: audit.Checkpoint) -> list[str]:
    return audit.verify(sealed, [checkpoint], [KEY.public_key()])


@given(trails)
def test_a_whole_trail_is_clean(rows: list[tuple[str, str]]) -> None:
    assert problems(*seal(rows)) == []


@given(trails, st.data())
def test_an_edit_is_found_even_when_all_later_hashes_are_made_again(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    _, checkpoint = seal(rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    edited = [*rows[:at], (rows[at][0] + "x", rows[at][1]), *rows[at + 1 :]]
    assert problems(seal(edited)[0], checkpoint)


@given(trails, st.data())
def test_deletion_swap_and_truncation_are_found(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    sealed, checkpoint = seal(rows)
    at = data.draw(st.integers(0, len(rows) - 2))
    assert problems(sealed[:at] + sealed[at + 1 :], checkpoint)
    assert problems(sealed[: at + 1], checkpoint)
    first, second = sealed[at], sealed[at + 1]
    if first[0].fields != second[0].fields:
        swapped = [
            (audit.Entry(first[0].sequence, second[0].fields), first[1]),
            (audit.Entry(second[0].sequence, first[0].fields), second[1]),
        ]
        assert problems(sealed[:at] + swapped + sealed[at + 2 :], checkpoint)


@given(trails)
def test_a_foreign_signature_is_found(rows: list[tuple[str, str]]) -> None:
    sealed, checkpoint = seal(rows)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert audit.verify(sealed, [checkpoint], [other.public_key()])


@given(trails, st.data())
def test_a_trail_is_whole_across_new_keys_and_an_old_one_signs_no_more(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    sealed, _ = seal(rows)
    secrets = [bytes([number]) * 32 for number in range(3)]
    keys = [audit.signing_key(secret) for secret in secrets]
    # Newest first: who signs which checkpoint.
    by = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    checkpoints = [
        audit.sign_checkpoint(keys[number], entry.sequence, head, 1)
        for (entry, head), number in zip(sealed, by, strict=True)
    ]
    found = audit.verify(sealed, checkpoints, audit.public_keys(secrets))
    assert (found == []) == (by == sorted(by, reverse=True))
    assert len({audit.key_id(key) for key in audit.public_keys(secrets)}) == 3
    # Without the old keys their checkpoints are nobody's.
    strangers = sum(number > 0 for number in by)
    assert (
        sum("is not ours" in one for one in audit.verify(sealed, checkpoints, audit.public_keys(secrets[:1])))
        == strangers
    )


@given(trails, trails)
def test_no_two_entries_have_the_same_bytes(left: list[tuple[str, str]], right: list[tuple[str, str]]) -> None:
    for one in left:
        for other in right:
            same = audit.canonical_bytes(audit.Entry(1, one)) == audit.canonical_bytes(audit.Entry(1, other))
            assert same == (one == other)
