"""`cift logs`: the end of a component's log, and what is added to it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 64 * 1024


def last_lines(path: Path, count: int) -> tuple[list[str], int]:
    """The last whole lines, read from the end, and where they end in the file."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        block = b""
        while position and block.count(b"\n") <= count:
            step = min(_CHUNK, position)
            position -= step
            file.seek(position)
            block = file.read(step) + block
    whole, newline, _ = block.rpartition(b"\n")
    return whole.decode(errors="replace").split("\n")[-count:] if whole else [], position + len(whole + newline)


def follow(path: Path, offset: int) -> Iterator[str]:
    """Lines as they are added after `offset`, for ever; goes on in the new file after a rotation."""
    file = path.open("rb")
    file.seek(offset)
    rest = b""
    while True:
        rest += file.read(_CHUNK)
        *lines, rest = rest.split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
        if lines:
            continue
        if _rotated(path, file.fileno()):
            file.close()
            file = path.open("rb")
        time.sleep(0.1)


def _rotated(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino != os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
