"""What a component is: everything that a rendering needs to know of it, and nothing that differs between renderings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from cift_operator.api.pod import PodSpec
from cift_operator.api.resources import ResourcesSpec, resources
from cift_operator.api.services import AutoscalingSpec
from cift_operator.components.values import Part, Secret, Value, parts_of


class Stage(IntEnum):
    """The order of a rollout; a stage starts when the one before is ready."""

    STORES = 1
    RESTORE = 2
    MIGRATIONS = 3
    VENUE = 4
    TRADING = 5
    EDGE = 6


@dataclass(frozen=True)
class Port:
    """A port, or with `socket` a Unix socket of that name where processes share a machine."""

    name: str
    number: int
    scheme: Literal["tcp", "http", "grpc", "postgresql", "nats", "redis"] = "tcp"
    socket: str = ""
    metrics: str = ""
    """The path that Prometheus scrapes here; empty where there is nothing to scrape."""


@dataclass(frozen=True)
class Probe:
    """Is it ready? By connecting, GET (a status below 400), gRPC's health service, or a command that ends with 0."""

    kind: Literal["tcp", "http", "grpc", "exec"]
    port: str = ""
    path: str = "/"
    command: tuple[Value, ...] = ()
    service: str = ""
    """Of gRPC's health service."""
    period_seconds: float = 5
    timeout_seconds: float = 2
    start_seconds: float = 60
    """How long a start may take."""


@dataclass(frozen=True)
class ConfigFile:
    """A file that the component reads; one that holds secrets is kept as a secret."""

    name: str
    content: Value
    restart: Value | None = None
    """What of the content takes a start to count; the rest may change under a running process. None: all of it."""
    shared: bool = False
    """The same in all components that have a file of this name."""

    @property
    def secret(self) -> bool:
        return any(isinstance(part, Secret) for part in parts_of(self.content))


@dataclass(frozen=True)
class Volume:
    """A folder that outlives the process."""

    name: str
    path: str
    """Inside a container."""
    subfolder: str = ""
    """Inside a container the data is below the volume's root, which may hold what is not ours."""
    size: str = "1Gi"
    class_name: str | None = None
    shared: bool = False
    """Locally: one folder of this name for all components."""
    claim: str = ""
    """In a cluster: an existing claim, which is not ours."""


@dataclass(frozen=True)
class GeneratedSecret:
    """A secret that is made once, when the platform is first installed: random, in hexadecimal digits."""

    name: str
    key: str
    bytes: int = 32


Calls = Mapping[str, tuple[str, ...]]
"""Another service → the gRPC methods of it that are called."""


@dataclass(frozen=True)
class Component:
    """One process with its surroundings. `command[0]` names a program that the image, or the machine, has."""

    name: str
    stage: Stage
    image: str
    command: tuple[str, ...]
    version: str = ""
    """Of our own programs; a store's is that of the program found."""
    kind: Literal["service", "task", "job"] = "service"
    """A task runs once, to its end, before what depends on it; a job again and again, by its schedule."""
    store: bool = False
    """Stores run as an unprivileged user and own their data."""
    args: tuple[Value, ...] = ()
    env: dict[str, Value] = field(default_factory=dict)
    files: tuple[ConfigFile, ...] = ()
    ports: tuple[Port, ...] = ()
    readiness: Probe | None = None
    volumes: tuple[Volume, ...] = ()
    secrets: tuple[GeneratedSecret, ...] = ()
    depends_on: tuple[str, ...] = ()
    calls: Calls = field(default_factory=dict)
    """Services know their callers by it, and let each call these methods and no others."""
    resources: ResourcesSpec = field(default_factory=ResourcesSpec)
    needs: ResourcesSpec = field(default_factory=lambda: resources("50m", "128Mi", "512Mi"))
    """Its resources where the spec says nothing."""
    replicas: int = 1
    stop_signal: Literal["TERM", "INT"] = "TERM"
    stop_seconds: int = 10
    sidecar_of: str = ""
    """Runs in that component's pod, where there are pods."""
    scalable: bool = False
    """Several may run at once, old and new ones side by side; all others are single writers."""
    autoscaling: AutoscalingSpec | None = None

    # Where it runs in a container:
    liveness: Probe | None = None
    """Is it beyond help, so that only a new start can mend it? Also its readiness where that is asked on a socket."""
    container_command: tuple[str, ...] = ()
    """Instead of `command`, where an image names its program otherwise."""
    setup: Value = ""
    """A shell script that runs before each start, with the same image, environment, files and volumes."""
    setup_image: str = ""
    """Where that is another one."""
    cluster_only: bool = False
    """A local run has none."""
    user: int = 10001
    """The uid and gid that it runs as."""
    secured: bool = False
    """Takes CIFT_TLS_* and CIFT_HEALTH_LISTEN, and speaks TLS to its peers where they do."""
    serves_tls: bool = False
    """A store that speaks TLS, with a certificate of the platform's."""
    pod: PodSpec = field(default_factory=PodSpec)
    schedule: str = ""
    """Of a job: when it runs, as cron writes it, UTC."""
    delegate: Literal["", "cloudNativePG", "clickHouseOperator"] = ""
    """An installed operator that runs it, where there is a cluster."""
    external_egress: tuple[Value, ...] = ()
    """URLs outside the platform that it talks to, other than those of external stores."""

    def port(self, name: str) -> Port:
        for port in self.ports:
            if port.name == name:
                return port
        raise KeyError(f"{self.name} has no port {name}")

    def volume(self, name: str) -> Volume:
        for volume in self.volumes:
            if volume.name == name:
                return volume
        raise KeyError(f"{self.name} has no volume {name}")

    def values(self) -> tuple[Part, ...]:
        """Every part of every value: what it refers to."""
        probe = self.readiness.command if self.readiness else ()
        all_values = (*self.args, *self.env.values(), *(file.content for file in self.files), *probe, self.setup)
        return tuple(part for value in all_values for part in parts_of(value))
