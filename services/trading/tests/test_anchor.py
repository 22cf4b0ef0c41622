"""The anchor file: a torn end is cut, everything else that changes is found."""

import json
from pathlib import Path

import pytest
from cift_common import audit
from cift_common.audit import Checkpoint
from cift_trading.adapters.anchor import Anchor, parse
from hypothesis import given
from hypothesis import strategies as st

KEY = audit.signing_key(b"\x11" * 32)
CHECKPOINTS = [audit.sign_checkpoint(KEY, sequence, bytes([sequence]) * 32, sequence) for sequence in range(1, 7)]


def written(folder: Path, checkpoints: list[Checkpoint]) -> bytes:
    anchor = Anchor(folder / "anchor.jsonl")
    for checkpoint in checkpoints:
        anchor.append(checkpoint)
    return anchor.path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("anchor"), CHECKPOINTS)


def test_what_is_appended_is_read(whole: bytes) -> None:
    contents = parse(whole)
    assert (contents.checkpoints, contents.problems, contents.torn) == (CHECKPOINTS, [], b"")


@given(st.data())
def test_a_cut_at_any_byte_is_torn_and_no_forgery(whole: bytes, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(whole)))
    zeros = data.draw(st.integers(0, 5))
    contents = parse(whole[:size] + bytes(zeros))
    assert contents.problems == []
    lines = whole[:size].count(b"\n")
    assert contents.checkpoints == CHECKPOINTS[:lines]
    assert bool(contents.torn) == (bool(zeros) or whole[:size] != whole[: contents.size])
    if contents.torn and lines < len(CHECKPOINTS):
        assert contents.is_beginning_of(CHECKPOINTS[lines])


@given(st.data())
def test_a_changed_byte_is_found(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 2))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    assert parse(bytes(changed)).problems


@given(st.permutations(range(6)), st.integers(1, 6))
def test_removed_and_moved_lines_are_found(whole: bytes, order: list[int], kept: int) -> None:
    lines = whole.splitlines(keepends=True)
    chosen = order[:kept]
    assert (parse(b"".join(lines[number] for number in chosen)).problems == []) == (chosen == list(range(kept)))


def test_an_append_cuts_what_is_torn(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "anchor.jsonl"
    path.write_bytes(whole[:-100])
    Anchor(path).append(CHECKPOINTS[5])
    assert path.read_bytes() == whole


def test_a_torn_line_is_completed_from_what_is_stored_and_from_nothing_else(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "anchor.jsonl"
    path.write_bytes(whole[:-100])
    Anchor(path).repair([CHECKPOINTS[5]])
    assert path.read_bytes() == whole
    path.write_bytes(whole[:-100])
    Anchor(path).repair([CHECKPOINTS[2]])
    assert parse(path.read_bytes()).checkpoints == CHECKPOINTS[:5]


def test_lines_of_older_versions_are_covered_by_the_first_check(tmp_path: Path) -> None:
    path = tmp_path / "anchor.jsonl"
    old = [
        {
            "sequence": one.sequence,
            "hash": one.hash.hex(),
            "signed_at_ns": one.signed_at_ns,
            "signature": one.signature.hex(),
        }
        for one in CHECKPOINTS[:3]
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in old))
    Anchor(path).append(CHECKPOINTS[3])
    assert Anchor(path).read().problems == []
    lines = path.read_bytes().splitlines(keepends=True)
    assert parse(b"".join(lines[1:])).problems
    assert parse(b"".join([*lines, lines[0]])).problems
