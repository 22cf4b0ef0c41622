"""The end: in reverse order, and nothing left."""

import time
from collections.abc import Callable, Sequence

from cift_operator.local import pids
from cift_operator.local.state import State
from cift_operator.local.supervisor import Supervisor
from cift_operator.render.local import Process


def _quiet(_: str) -> None:
    pass


def stop(supervisor: Supervisor, processes: Sequence[Process], show: Callable[[str], None] = _quiet) -> None:
    """Each after those that depend on it; waits until all have ended."""
    left = {process.name: process for process in processes if not process.task}
    told: set[str] = set()
    while True:
        running = supervisor.processes()
        for name in list(left):
            if name not in running or (not running[name].is_wanted and not running[name].pid):
                del left[name]
                show(name)
            elif name not in told and not any(name in other.depends_on for other in left.values()):
                supervisor.stop_process(name)
                told.add(name)
        if not left:
            return
        time.sleep(0.03)


def end_orphans(state: State, processes: Sequence[Process], show: Callable[[str], None] = _quiet) -> None:
    """What still runs after supervisord was killed."""
    for process in reversed(processes):
        record = pids.read(state.pids, process.name)
        if record is not None and pids.end({process.name: record}, grace_seconds=process.stop_seconds):
            show(process.name)
