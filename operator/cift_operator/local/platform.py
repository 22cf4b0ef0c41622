"""A platform on one machine: up, status, down."""

import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cift_operator.api import TradingPlatform, default_platform
from cift_operator.components import (
    Component,
    access,
    local_components,
    nats,
    on_one_machine,
    postgres,
    postgres_roles,
    questdb,
    valkey,
)
from cift_operator.components.access import ADMINISTRATOR
from cift_operator.components.model import Stage
from cift_operator.components.order import needed
from cift_operator.components.values import Value
from cift_operator.local import launcher, pids, ports, secrets, traces
from cift_operator.local.here import HOST, render, web_folder
from cift_operator.local.jaeger import Jaeger
from cift_operator.local.ports import Ports
from cift_operator.local.problem import Problems
from cift_operator.local.record import Record
from cift_operator.local.start import Step, start
from cift_operator.local.state import State
from cift_operator.local.status import ComponentStatus, look
from cift_operator.local.stop import end_orphans, stop
from cift_operator.local.supervisor import Supervisor
from cift_operator.render.local import LocalFacts, Process, processes


def _quiet(_: object) -> None:
    pass


class Platform:
    """What runs in one state folder.

    Without a declaration it is the one of the last `up`, or the default. `port_offset=None` takes free ports, other
    ones each time a fresh state folder is started; ports of an earlier `up` are kept.
    """

    def __init__(self, state: Path, declaration: TradingPlatform | None = None, *, port_offset: int | None = 0) -> None:
        self.state = State(state)
        self._record = Record.load(self.state.load())
        if declaration is None:
            declaration = self._record.declaration if self._record else default_platform()
        self.declaration = declaration
        self.components = local_components(declaration)
        self.supervisor = Supervisor(self.state)
        self._port_offset = port_offset

    def up(
        self,
        names: Collection[str] | None = None,
        *,
        show: Callable[[Sequence[Step]], None] = _quiet,
        progress: Callable[[str], None] = _quiet,
    ) -> list[Step]:
        """Starts the named components (default: all) and what they depend on, and waits until they are ready.

        What runs already and is as it should be stays untouched; what should be different is started again.
        Raises `Problems` before anything starts, `StartFailed` after.
        """
        wanted = self.components if names is None else needed(self.components, names)
        self.state.root.mkdir(parents=True, exist_ok=True)
        with self.state.lock():
            self.state.create()
            if not self.supervisor.alive:
                end_orphans(self.state, self._last())
            with self._ports() as plan:
                self._check_ports(wanted, plan)
                rendered = render(wanted, self.state, plan, progress)
                return self._start(rendered, self._kept(rendered), show)

    def status(self) -> list[ComponentStatus]:
        """One a process of the last `up`, probed now."""
        rendered = self._last()
        running = self.supervisor.processes() if self.supervisor.alive else {}
        with ThreadPoolExecutor(max_workers=16) as pool:
            return list(
                pool.map(lambda process: look(process, running.get(process.name), self._started(process)), rendered)
            )

    def down(self, *, purge: bool = False, show: Callable[[str], None] = _quiet) -> None:
        """Stops everything, in reverse order; with `purge` removes the state folder, data and secrets included."""
        if not self.state.root.exists():
            return
        with self.state.lock():
            if self.supervisor.alive:
                stop(self.supervisor, self._last(), show)
                self.supervisor.shutdown()
            end_orphans(self.state, self._last(), show)
            if purge:
                self.state.purge()
            else:
                self.state.forget()

    def process(self, name: str) -> Process:
        """How a component of the last `up` runs; `KeyError` for an unknown one."""
        for process in self._last():
            if process.name == name:
                return process
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        return [process.name for process in self._last()]

    def starts(self) -> dict[str, int]:
        """How often each process was started since the last `up` that started it."""
        found = ((name, pids.read(self.state.pids, name)) for name in self.names)
        return {name: record.starts for name, record in found if record is not None}

    @property
    def stopped(self) -> bool:
        """Stopped on purpose: `down` removes what tells which processes run."""
        return not (self.state.pids / "supervisord").exists()

    @property
    def has_terminal(self) -> bool:
        return (web_folder() / "index.html").exists()

    @property
    def traces(self) -> traces.TraceStore:
        return Jaeger(self.process("jaeger").address) if "jaeger" in self.names else traces.Files(self.state.traces)

    def store_urls(self, service: str = ADMINISTRATOR) -> dict[str, str]:
        """`database_url`, `nats_url`, `cache_url`, `questdb_url` with the credentials of a service, as far as it has
        any, or of the administrator, who may do everything and is for people and tests."""
        spec = on_one_machine(self.declaration).spec
        roles = (ADMINISTRATOR, *postgres_roles.login_roles(spec))
        users = (ADMINISTRATOR, *access.services(spec))
        values: dict[str, Value] = {
            **({"database_url": postgres.url(spec, service)} if service in roles else {}),
            **({"nats_url": nats.url(spec, service)} if service in users else {}),
            "cache_url": valkey.url(spec),
            "questdb_url": questdb.url(spec),
        }
        client = Component(name="client", stage=Stage.EDGE, image="", command=("client",), env=values)
        facts = LocalFacts(
            state=self.state.root,
            sockets=self.state.sockets,
            ports=self._record.ports if self._record else {},
            programs={"client": ()},
            secrets=secrets.ensure(self.state.secrets, [client]),
            site={},
            host=HOST,
        )
        return dict(processes([client], facts)[0].env)

    def kill(self, name: str) -> None:
        """SIGKILL to a component's process, as if it had crashed."""
        running = self.supervisor.processes()[name]
        if running.pid:
            os.kill(running.pid, signal.SIGKILL)

    def restart(self, names: Collection[str]) -> None:
        """Stops these and starts them again, as they were; does not wait until they are ready."""
        chosen = [process for process in self._last() if process.name in names and not process.task]
        stop(self.supervisor, chosen)
        for process in chosen:
            (self.state.pids / process.name).unlink(missing_ok=True)
            self.supervisor.start_process(process.name)

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Until every component of the last `up` is ready; raises `TimeoutError` naming those that are not."""
        deadline = time.monotonic() + seconds
        while waiting := [status.name for status in self.status() if not status.ready]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready after {seconds} s: {', '.join(waiting)}")
            time.sleep(0.05)

    # up

    @contextmanager
    def _ports(self) -> Iterator[Ports]:
        known = self._record.ports if self._record else {}
        alive = self.supervisor.alive
        if self._port_offset is not None:
            yield ports.shifted(self.components, self._port_offset) | (known if alive else {})
            return
        with ports.free(self.components, HOST, besides=known.values()) as plan:
            # The same again where that is possible: clients may have noted an address.
            yield plan | {key: number for key, number in known.items() if alive or ports.is_free(HOST, number)}

    def _kept(self, rendered: Sequence[Process]) -> set[str]:
        """Names of what runs and is as it should be; what should be different or should not be at all is stopped."""
        if not self.supervisor.alive or self._record is None:
            return set()
        digests = {process.name: process.digest for process in rendered}
        declared = {component.name for component in self.components}
        running = self.supervisor.processes()
        kept, stopped = set[str](), list[Process]()
        for process in self._record.processes:
            runs = process.task or (process.name in running and running[process.name].is_wanted)
            if process.name in digests:
                changed = digests[process.name] != process.digest
            else:
                changed = process.name not in declared
            if runs and not changed:
                kept.add(process.name)
            elif runs:
                stopped.append(process)
        stop(self.supervisor, stopped)
        return kept

    def _check_ports(self, wanted: Sequence[Component], plan: Ports) -> None:
        running = self.supervisor.processes() if self.supervisor.alive else {}
        fresh = [
            component for component in wanted if component.name not in running or not running[component.name].is_wanted
        ]
        if found := ports.problems(fresh, plan, HOST):
            raise Problems(found)

    def _start(self, rendered: Sequence[Process], kept: set[str], show: Callable[[Sequence[Step]], None]) -> list[Step]:
        names = {process.name for process in rendered}
        others = [
            process
            for process in (self._record.processes if self._record else ())
            if process.name in kept and process.name not in names
        ]
        fresh = [process for process in rendered if process.name not in kept]
        for process in fresh:
            (self.state.pids / process.name).unlink(missing_ok=True)
            launcher.write(process, self.state)
        every = _in_order([*others, *rendered], self.components)
        self._record = Record(declaration=self.declaration, processes=every)
        self.state.save(self._record.dump())
        self.supervisor.configure(process for process in every if not process.task)
        if self.supervisor.alive:
            self.supervisor.reload()
        else:
            self.supervisor.start()
        try:
            return start(rendered, kept, self.supervisor, self.state, show)
        except BaseException:
            if self.supervisor.alive:
                stop(self.supervisor, fresh)
            if not kept:
                self.supervisor.shutdown()
            raise

    def _last(self) -> tuple[Process, ...]:
        return self._record.processes if self._record else ()

    def _started(self, process: Process) -> pids.Record | None:
        return pids.read(self.state.pids, process.name)


def _in_order(found: Sequence[Process], components: Sequence[Component]) -> tuple[Process, ...]:
    place = {component.name: index for index, component in enumerate(components)}
    return tuple(sorted(found, key=lambda process: place[process.name]))
