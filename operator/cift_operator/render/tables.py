"""Components → tables: which images a cluster must be able to pull, and what listens where."""

from collections.abc import Iterable

from cift_operator.components import Component

_HEAD = (
    "component",
    "kind",
    "image",
    "ports",
    "ready when",
    "data",
    "copies",
)


def images(components: Iterable[Component]) -> tuple[str, ...]:
    """Every image once, by name: what a mirror without a way out has to hold."""
    return tuple(sorted({image for one in components for image in (one.image, one.setup_image) if image}))


def markdown(components: Iterable[Component]) -> str:
    """One line a component."""
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(_row(component) for component in components)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(one: Component) -> tuple[str, ...]:
    ports = ", ".join(f"{port.name} {port.socket or port.number}" for port in one.ports)
    volumes = ", ".join(f"{volume.name} {volume.size}" for volume in one.volumes)
    kind = f"beside {one.sidecar_of}" if one.sidecar_of else one.kind
    return one.name, kind, f"`{one.image}`", ports, _ready(one), volumes, "many" if one.scalable else "one"


def _ready(one: Component) -> str:
    probe = one.readiness
    if probe is None:
        return "it has ended" if one.kind == "task" else ""
    match probe.kind:
        case "http":
            return f"GET {probe.path} on {probe.port}"
        case "grpc":
            return f"gRPC health on {probe.port}"
        case "tcp":
            return f"{probe.port} accepts"
        case "exec":
            return "a command ends with 0"
