"""`cift logs`: the end of a component's log, and what is added to it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 64 * 1024


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines, read from the end."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        block = b""
        while position and block.count(b"\n") <= count:
            step = min(_CHUNK, position)
            position -= step
            file.seek(position)
            block = file.read(step) + block
    return block.decode(errors="replace").splitlines()[-count:]


def follow(path: Path) -> Iterator[str]:
    """Lines as they are added, for ever; goes on in the new file after a rotation."""
    file = path.open("rb")
    file.seek(0, os.SEEK_END)
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
        time.sleep(0.2)


def _rotated(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino != os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
