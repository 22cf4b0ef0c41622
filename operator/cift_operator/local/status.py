"""What a component is doing right now."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import psutil

from cift_operator.local import pids, probes
from cift_operator.local.supervisor import Running
from cift_operator.render.local import Process

Phase = Literal["stopped", "waiting", "starting", "running", "ready", "done", "failed"]


@dataclass(frozen=True)
class ComponentStatus:
    """One line of `cift status`."""

    name: str
    state: Phase
    ready: bool
    pid: int | None
    version: str
    address: str
    restarts: int
    uptime_seconds: int
    memory_bytes: int
    """Of the process and its children, pages that they share counted once."""
    detail: str = ""
    """Why it is not ready, where that is known."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def look(process: Process, running: Running | None, record: pids.Record | None) -> ComponentStatus:
    """Probes it; `record` tells of its last start."""
    phase, detail = _phase(process, running, record)
    if phase == "running" and (process.readiness is None or probes.ready(process.readiness)):
        phase, detail = "ready", ""
    return ComponentStatus(
        name=process.name,
        state=phase,
        ready=phase in ("ready", "done"),
        pid=running.pid if running and running.pid else None,
        version=process.version,
        address=process.address,
        restarts=max(0, record.starts - 1) if record else 0,
        uptime_seconds=running.uptime_seconds if running else 0,
        memory_bytes=_memory(running.pid) if running and running.pid else 0,
        detail=detail,
    )


def _phase(process: Process, running: Running | None, record: pids.Record | None) -> tuple[Phase, str]:
    if process.task:
        return ("done", "") if record else ("waiting", "has not run")
    if running is None:
        if record is not None and record.alive:
            return "failed", "runs without supervisor: `cift up` mends it"
        return "stopped", ""
    match running.state:
        case "RUNNING" | "STARTING":
            return "running", "runs, and its readiness probe fails"
        case "BACKOFF":
            return "failed", "ends as soon as it is started; it is tried again"
        case "FATAL":
            return "failed", "does not start"
        case _:
            return "stopped", ""


def _memory(pid: int) -> int:
    try:
        parent = psutil.Process(pid)
        return sum(_proportional(process) for process in [parent, *parent.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        # Somebody else's process, or a system that does not know shared pages apart.
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
