"""Components → processes on one machine. Everything that differs from machine to machine comes in `LocalFacts`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cift_operator.components.model import Component, Port, Probe
from cift_operator.components.values import (
    Address,
    Authority,
    Certificate,
    File,
    Folder,
    Host,
    Listen,
    Part,
    PortNumber,
    PublicKey,
    Secret,
    Site,
    Value,
    parts_of,
)
from cift_operator.render.keys import public_keys

K = TypeVar("K")


class MissingFact(Exception):
    """A value refers to something that the facts do not have."""


@dataclass(frozen=True)
class LocalFacts:
    """What a machine adds to the components."""

    state: Path
    """The platform's folder, absolute."""
    sockets: Path
    """Where Unix sockets go: their paths are short."""
    ports: Mapping[tuple[str, str], int]
    """(component, port name) → number."""
    programs: Mapping[str, tuple[str, ...]]
    """Program name → how it is started here."""
    secrets: Mapping[tuple[str, str], str]
    site: Mapping[str, str]
    host: str = "127.0.0.1"
    certificates: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(component, `ca.crt`, `tls.crt` or `tls.key`) → path."""


@dataclass(frozen=True)
class LocalProbe:
    """A readiness probe with everything filled in; `target` is a URL, `host:port` or `unix:/path`."""

    kind: str
    target: str = ""
    command: tuple[str, ...] = ()
    timeout_seconds: float = 2
    start_seconds: float = 60


@dataclass(frozen=True)
class Process:
    """One process to run."""

    name: str
    task: bool
    store: bool
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    files: Mapping[Path, str] = field(repr=False)
    """Config files to write before it starts."""
    folders: tuple[Path, ...]
    """Folders that must exist, and that it owns."""
    ports: tuple[tuple[str, int], ...]
    readiness: LocalProbe | None
    address: str
    """Where people find it."""
    version: str
    depends_on: tuple[str, ...]
    stop_signal: str
    stop_seconds: int

    @property
    def digest(self) -> str:
        """Changes when the process must be started again to be what it should."""
        files = {str(path): content for path, content in self.files.items()}
        what = json.dumps([self.argv, dict(self.env), files], sort_keys=True)
        return hashlib.sha256(what.encode()).hexdigest()[:16]


def processes(components: Iterable[Component], facts: LocalFacts) -> tuple[Process, ...]:
    """One process a component, in the same order; raises `MissingFact`."""
    found = tuple(components)
    by_name = {component.name: component for component in found}
    return tuple(_Renderer(component, by_name, facts).process() for component in found)


def port_key(component: Component, port: Port) -> tuple[str, str] | None:
    """The key of a port in `LocalFacts.ports`; None for a Unix socket."""
    return None if port.socket else (component.name, port.name)


class _Renderer:
    def __init__(self, component: Component, others: Mapping[str, Component], facts: LocalFacts) -> None:
        self._component, self._others, self._facts = component, others, facts

    def process(self) -> Process:
        component = self._component
        program, *fixed = component.command
        return Process(
            name=component.name,
            task=component.kind == "task",
            store=component.store,
            argv=(*self._program(program), *fixed, *(self._text(arg) for arg in component.args)),
            env={key: self._text(value) for key, value in component.env.items()},
            files={self._file(file.name): self._text(file.content) for file in component.files},
            folders=tuple(self._folder(volume.name) for volume in component.volumes),
            ports=tuple(
                (port.name, self._facts.ports[component.name, port.name]) for port in component.ports if not port.socket
            ),
            readiness=self._probe(component.readiness) if component.readiness else None,
            address=self._display(component.ports[0]) if component.ports else "",
            version=component.version,
            depends_on=component.depends_on,
            stop_signal=component.stop_signal,
            stop_seconds=component.stop_seconds,
        )

    def _text(self, value: Value) -> str:
        return "".join(self._part(part) for part in parts_of(value))

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return part
            case Secret(name, key):
                return self._known(self._facts.secrets, (name, key), f"secret {name}/{key}")
            case PublicKey(name, key):
                return public_keys(self._known(self._facts.secrets, (name, key), f"secret {name}/{key}"))
            case Address(component, port):
                return self._address(component, port)
            case Listen(port):
                return self._listen(self._component.port(port))
            case Host():
                return self._facts.host
            case PortNumber(port):
                return str(self._facts.ports[self._component.name, port])
            case Folder(volume):
                return str(self._folder(volume))
            case File(name):
                return str(self._file(name))
            case Site(fact):
                return self._known(self._facts.site, fact, fact)
            case Certificate(file):
                return self._known(self._facts.certificates, (self._component.name, file), f"the certificate {file}")
            case Authority(component):
                raise MissingFact(f"no operator runs {component} here")

    def _known(self, facts: Mapping[K, str], key: K, what: str) -> str:
        if key not in facts:
            raise MissingFact(f"{self._component.name} needs {what}")
        return facts[key]

    def _program(self, name: str) -> tuple[str, ...]:
        if name not in self._facts.programs:
            raise MissingFact(f"{self._component.name} needs the program {name}")
        return self._facts.programs[name]

    def _address(self, component: str, port_name: str) -> str:
        other = self._others.get(component)
        if other is not None and (socket := other.port(port_name).socket):
            return f"unix:{self._facts.sockets / socket}"
        if (component, port_name) not in self._facts.ports:
            raise MissingFact(f"{self._component.name} needs the address of {component} ({port_name})")
        return f"{self._facts.host}:{self._facts.ports[component, port_name]}"

    def _listen(self, port: Port) -> str:
        if port.socket:
            return f"unix:{self._facts.sockets / port.socket}"
        return f"{self._facts.host}:{self._facts.ports[self._component.name, port.name]}"

    def _display(self, port: Port) -> str:
        return f"http://{self._listen(port)}" if port.scheme == "http" else self._listen(port)

    def _folder(self, name: str) -> Path:
        volume = next(volume for volume in self._component.volumes if volume.name == name)
        return self._facts.state / name if volume.shared else self._facts.state / "data" / self._component.name

    def _file(self, name: str) -> Path:
        return self._facts.state / "run" / "files" / self._component.name / name

    def _probe(self, probe: Probe) -> LocalProbe:
        target, command = "", tuple[str, ...]()
        if probe.kind == "exec":
            program, *arguments = (self._text(value) for value in probe.command)
            command = (*self._program(program), *arguments)
        else:
            target = self._listen(self._component.port(probe.port))
            target = f"http://{target}{probe.path}" if probe.kind == "http" else target
        return LocalProbe(probe.kind, target, command, probe.timeout_seconds, probe.start_seconds)
