"""The start: each process as soon as what it depends on is ready, and not before."""

import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from cift_operator.local import pids, prepare, probes
from cift_operator.local.problem import Problem
from cift_operator.local.state import State
from cift_operator.local.status import Phase
from cift_operator.local.supervisor import Running, Supervisor
from cift_operator.render.local import Process

_TICK_SECONDS = 0.05
_STARTS_MAX = 3
_TASK_SECONDS_MAX = 300


@dataclass
class Step:
    """One process on its way."""

    process: Process
    phase: Phase = "waiting"
    since: float = 0
    """When it was started, on the monotonic clock."""
    fresh: bool = False
    """Started by this very `up`."""
    seconds: float = 0
    """How long it took, or takes so far."""
    task: "subprocess.Popen[bytes] | None" = None
    preparing: "Future[None] | None" = None
    probe: "Future[bool] | None" = None

    @property
    def over(self) -> bool:
        return self.phase in ("ready", "done")


class StartFailed(Exception):
    """A component did not become ready; `log` is the end of what it said."""

    def __init__(self, name: str, reason: str, log: list[str]) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason, self.log = name, reason, log


def start(
    processes: Sequence[Process],
    already: set[str],
    supervisor: Supervisor,
    state: State,
    show: Callable[[Sequence[Step]], None],
) -> list[Step]:
    """Starts all but `already`, which are only waited for; gives the steps when all are ready; raises `StartFailed`."""
    steps = {process.name: Step(process) for process in processes}
    with ThreadPoolExecutor(max_workers=8) as pool:
        try:
            while True:
                running = supervisor.processes()
                for step in steps.values():
                    _advance(step, steps, running.get(step.process.name), already, supervisor, state, pool)
                show(list(steps.values()))
                if all(step.over for step in steps.values()):
                    return list(steps.values())
                time.sleep(_TICK_SECONDS)
        except BaseException:
            for step in steps.values():
                if step.task is not None and step.task.poll() is None:
                    step.task.kill()
                    step.task.wait()
            raise


def _advance(
    step: Step,
    steps: dict[str, Step],
    running: Running | None,
    already: set[str],
    supervisor: Supervisor,
    state: State,
    pool: ThreadPoolExecutor,
) -> None:
    process = step.process
    now = time.monotonic()
    if step.phase == "waiting":
        if all(steps[name].over for name in process.depends_on if name in steps):
            step.phase, step.since = "starting", now
            if process.name not in already:
                step.preparing, step.fresh = pool.submit(prepare.prepare, process), True
        return
    if step.phase != "starting":
        return
    step.seconds = now - step.since
    if step.preparing is not None:
        if not step.preparing.done():
            return
        try:
            step.preparing.result()
        except Problem as problem:
            raise StartFailed(process.name, f"cannot be prepared: {problem}", []) from None
        step.preparing = None
        _launch(step, supervisor, state)
        return
    if process.task:
        _follow_task(step, state)
        return
    limit = process.readiness.start_seconds if process.readiness else 60
    record = pids.read(state.pids, process.name)
    if record is not None and record.starts > _STARTS_MAX and process.name not in already:
        raise StartFailed(process.name, "ends as soon as it is started", tail(state, process.name))
    if step.seconds > limit:
        raise StartFailed(process.name, f"is not ready after {limit:.0f} s", tail(state, process.name))
    if running is None or running.state not in ("STARTING", "RUNNING"):
        return
    if process.readiness is None:
        step.phase = "ready"
    elif step.probe is None:
        step.probe = pool.submit(probes.ready, process.readiness)
    elif step.probe.done():
        step.phase = "ready" if step.probe.result() else step.phase
        step.probe = None


def _launch(step: Step, supervisor: Supervisor, state: State) -> None:
    process = step.process
    if not process.task:
        supervisor.start_process(process.name)
        return
    with state.log(process.name).open("ab") as log:
        step.task = subprocess.Popen(
            ["/bin/sh", str(state.run / "launch" / process.name)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _follow_task(step: Step, state: State) -> None:
    if step.task is None:
        # It ran in an earlier `up` of this platform.
        step.phase = "done"
    elif (code := step.task.poll()) is not None:
        if code:
            raise StartFailed(step.process.name, f"ended with {code}", tail(state, step.process.name))
        step.phase = "done"
    elif step.seconds > _TASK_SECONDS_MAX:
        raise StartFailed(
            step.process.name, f"has not ended after {_TASK_SECONDS_MAX} s", tail(state, step.process.name)
        )


def tail(state: State, name: str, lines: int = 20) -> list[str]:
    """The end of a component's log."""
    try:
        text = state.log(name).read_bytes()[-16_000:].decode(errors="replace")
    except FileNotFoundError:
        return []
    return text.splitlines()[-lines:]
