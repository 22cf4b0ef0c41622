"""Which processes are ours: pid and start time, written by each process's own launcher before it becomes the program.

Both together name a process for ever; a pid alone may belong to a stranger by now.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Record:
    """The last start of a process."""

    pid: int
    started_ticks: int
    """Clock ticks since boot, field 22 of /proc/PID/stat; 0 where there is no /proc."""
    starts: int
    """How often the launcher ran since the platform's start."""

    @property
    def alive(self) -> bool:
        return self.started_ticks == start_ticks(self.pid) and _running(self.pid)


def read(folder: Path, name: str) -> Record | None:
    """None when it never started."""
    try:
        lines = (folder / name).read_text().splitlines()
    except FileNotFoundError:
        return None
    complete = [line for line in lines if line]
    if not complete:
        return None
    pid, _, ticks = complete[-1].partition(" ")
    return Record(int(pid), int(ticks or 0), len(complete))


def write(folder: Path, name: str, pid: int) -> None:
    (folder / name).write_text(f"{pid} {start_ticks(pid)}\n")


def start_ticks(pid: int) -> int:
    """0 when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    # The name, in parentheses, may hold spaces.
    return int(stat.rpartition(")")[2].split()[19])


def _running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end(records: dict[str, Record], *, grace_seconds: float) -> list[str]:
    """Ends processes that nobody supervises any more, with their groups; gives the names of those that were alive."""
    alive = {name: record for name, record in records.items() if record.alive}
    for record in alive.values():
        _signal(record, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while any(record.alive for record in alive.values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for record in alive.values():
        if record.alive:
            _signal(record, signal.SIGKILL)
    while any(record.alive for record in alive.values()):
        time.sleep(0.02)
    return sorted(alive)


def _signal(record: Record, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        # Each of them leads a group of its own: supervisord makes it so.
        if os.getpgid(record.pid) == record.pid:
            os.killpg(record.pid, number)
        else:
            os.kill(record.pid, number)
