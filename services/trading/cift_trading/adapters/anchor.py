"""The anchor: a file outside the database with every signed checkpoint of the audit trail, one line each.

A line is a JSON object that ends with `check`, a digest of the line before it and of the line itself, so that a line
that was altered, removed or moved is found. A write that a power cut or a full disk tore leaves an unfinished last
line. That is damage and no forgery: readers report it, and the next `append` cuts it.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cift_common import logging
from cift_common.audit import Checkpoint

_log = logging.get(__name__)
_CHECK_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Contents:
    """What an anchor holds; `torn` is the unfinished last line, empty where the file is whole."""

    checkpoints: list[Checkpoint] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    torn: bytes = b""
    last_check: str = ""
    size: int = 0
    """Up to the end of the last whole line, in bytes."""

    def is_beginning_of(self, checkpoint: Checkpoint) -> bool:
        """Whether the torn line is what a torn write of this checkpoint leaves."""
        # A file system may lengthen a file before it writes the content, which then ends with zeros.
        return bool(self.torn) and _line(self.last_check, checkpoint).startswith(self.torn.rstrip(b"\0"))


def _check(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()[:_CHECK_DIGITS]


def _body(checkpoint: Checkpoint) -> str:
    return json.dumps(
        {
            "sequence": checkpoint.sequence,
            "hash": checkpoint.hash.hex(),
            "signed_at_ns": checkpoint.signed_at_ns,
            "signature": checkpoint.signature.hex(),
        }
    )


def _line(previous: str, checkpoint: Checkpoint) -> bytes:
    body = _body(checkpoint)
    return f'{body[:-1]}, "check": "{_check(previous, body)}"}}\n'.encode()


def _checkpoint(seen: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        int(seen["sequence"]), bytes.fromhex(seen["hash"]), int(seen["signed_at_ns"]), bytes.fromhex(seen["signature"])
    )


def parse(raw: bytes, name: str = "the anchor") -> Contents:
    """Reads the bytes of an anchor; lines of versions before 0.2 have no check and stand before all that have one."""
    whole, _, torn = raw.rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    checkpoints: list[Checkpoint] = []
    problems: list[str] = []
    previous, is_checked = "", False
    for number, line in enumerate(lines, start=1):
        try:
            seen = json.loads(line)
            checkpoint = _checkpoint(seen)
        except (ValueError, KeyError, TypeError, RecursionError):
            problems.append(f"{name}: line {number} is not a checkpoint")
            continue
        if checkpoints and checkpoint.sequence < checkpoints[-1].sequence:
            problems.append(f"{name}: line {number} is older than the line before it")
        checkpoints.append(checkpoint)
        if "check" not in seen:
            if is_checked:
                problems.append(f"{name}: line {number} has no check")
            previous = _check(previous, line.decode())
            continue
        is_checked = True
        if line + b"\n" != _line(previous, checkpoint):
            problems.append(f"{name}: line {number} does not follow from the line before it")
        previous = str(seen["check"])
    return Contents(checkpoints, problems, torn, previous, len(whole) + 1 if whole else 0)


class Anchor:
    """The file at `path`. One process appends to it; anybody may read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Where our own last write ended and its check, so that an append does not read the whole file.
        self._end: tuple[int, str] | None = None

    def exists(self) -> bool:
        return self.path.exists()

    def read(self) -> Contents:
        """What is in the file, which stays as it is; nothing where there is no file."""
        try:
            return parse(self.path.read_bytes(), str(self.path))
        except FileNotFoundError:
            return Contents()

    def create(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Writes a new anchor, all of it or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines, _ = _lines("", checkpoints)
        draft = self.path.with_name(f"{self.path.name}.new")
        with draft.open("wb") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        _sync_folder(self.path.parent)

    def append(self, *checkpoints: Checkpoint) -> None:
        """Adds the checkpoints, durable when it returns, after cutting a torn last line.

        `OSError` where the disk does not take them; what it took in part is cut by the next call.
        """
        if not self.path.exists():
            self.create(checkpoints)
            return
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            if self._end is None or self._end[0] != size:
                contents = self.read()
                self._end = contents.size, contents.last_check
            end, check = self._end
            if size > end:
                _log.error("cut a torn line of the audit anchor", path=str(self.path), bytes=size - end)
                file.truncate(end)
                file.seek(end)
            lines, check = _lines(check, checkpoints)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
            self._end = end + len(lines), check

    def repair(self, stored: Sequence[Checkpoint]) -> None:
        """Cuts a torn last line; if it is the beginning of one of the `stored` checkpoints, completes it."""
        contents = self.read()
        if contents.torn:
            self.append(*[checkpoint for checkpoint in stored if contents.is_beginning_of(checkpoint)][:1])


def _lines(previous: str, checkpoints: Sequence[Checkpoint]) -> tuple[bytes, str]:
    """The lines of the checkpoints, which follow a line with the check `previous`, and the last check."""
    lines = bytearray()
    for checkpoint in checkpoints:
        lines += _line(previous, checkpoint)
        previous = _check(previous, _body(checkpoint))
    return bytes(lines), previous


def _sync_folder(folder: Path) -> None:
    """A new file is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
