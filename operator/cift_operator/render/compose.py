"""Components → a compose file, for people with Docker. Secrets come from the environment: `.env` beside it."""

from collections.abc import Mapping
from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component
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

CONFIG_FOLDER = "/etc/cift"
SOCKET_FOLDER = "/run/cift"
CREDENTIALS_FOLDER = "/var/lib/cift"
_PREPARE = "volumes"


def compose(platform: TradingPlatform, components: tuple[Component, ...]) -> dict[str, Any]:
    """The file of a project; the same in, the same out."""
    found = {component.name: component for component in components if component.kind != "job"}
    rendered = {name: _Service(component, found) for name, component in found.items()}
    volumes: dict[str, dict[str, Any]] = {name: {} for one in rendered.values() for name, _ in one.volumes()}
    if "sockets" in volumes:
        volumes["sockets"] = {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "uid=10001,gid=10001,mode=0770"}}
    configs = {name: {"content": content} for one in rendered.values() for name, content in one.configs().items()}
    return {
        "name": platform.metadata.name,
        "services": {
            _PREPARE: _prepare(rendered),
            **{name: one.body() for name, one in rendered.items()},
        },
        "volumes": volumes,
        "configs": configs,
    }


def variable(name: str, key: str) -> str:
    """The environment variable that holds a secret."""
    return f"CIFT_SECRET_{name}_{key}".upper().replace("-", "_").replace(".", "_")


def public_variable(name: str, key: str) -> str:
    """The environment variable that holds the public keys of a secret."""
    return f"CIFT_PUBLIC_{name}_{key}".upper().replace("-", "_").replace(".", "_")


def public_variables(components: tuple[Component, ...]) -> list[tuple[str, str]]:
    """(variable, the variable of the secret whose public keys it holds)."""
    found = {part for component in components for part in component.values() if isinstance(part, PublicKey)}
    return sorted((public_variable(part.name, part.key), variable(part.name, part.key)) for part in found)


def variables(components: tuple[Component, ...]) -> list[tuple[str, int]]:
    """(variable, bytes) of every secret that is ours to make; 0 bytes: somebody else's."""
    generated = {(s.name, s.key): s.bytes for component in components for s in component.secrets}
    referred = {(part.name, part.key): 0 for c in components for part in c.values() if isinstance(part, Secret)}
    return sorted((variable(*key), size) for key, size in (referred | generated).items())


def _prepare(rendered: Mapping[str, "_Service"]) -> dict[str, Any]:
    """Volumes belong to root when they are made; ours is nobody's root."""
    mounts = {name: one.component.user for one in rendered.values() for name, _ in one.volumes() if name != "sockets"}
    owned = " && ".join(f"chown {user}:{user} /volumes/{name}" for name, user in mounts.items())
    return {
        "image": "busybox:1.37",
        "command": ["sh", "-c", owned or "true"],
        "user": "0:0",
        "network_mode": "none",
        "volumes": [f"{name}:/volumes/{name}" for name in mounts],
    }


class _Service:
    def __init__(self, component: Component, others: Mapping[str, Component]) -> None:
        self.component, self._others = component, others

    def body(self) -> dict[str, Any]:
        component = self.component
        command = [*(component.container_command or component.command), *(self._text(arg) for arg in component.args)]
        if component.setup:
            script = f'{self._text(component.setup)}exec "$$@"\n'
            command = ["/bin/sh", "-c", script, component.name, *command]
        wanted = component.resources.over(component.needs)
        body: dict[str, Any] = {
            "image": component.image,
            "entrypoint": command[:1],
            "command": command[1:],
            "user": f"{component.user}:{component.user}",
            "environment": {name: self._text(value) for name, value in component.env.items()} | {"HOME": "/tmp"},
            "depends_on": self._depends_on(),
            "read_only": True,
            "tmpfs": ["/tmp"],
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "stop_grace_period": f"{component.stop_seconds + 5}s",
            "restart": "no" if component.kind == "task" else "unless-stopped",
        }
        if component.stop_signal != "TERM":
            body["stop_signal"] = f"SIG{component.stop_signal}"
        if wanted.limits.memory:
            body["mem_limit"] = _memory(wanted.limits.memory)
        if mounts := self.volumes():
            body["volumes"] = [f"{name}:{path}" for name, path in mounts]
        if component.files:
            body["configs"] = [
                {"source": self._config(file.name), "target": f"{CONFIG_FOLDER}/{file.name}"}
                for file in component.files
            ]
        if published := self._published():
            body["ports"] = published
        probe = component.readiness
        if probe is not None and probe.kind == "exec":
            test = [str("127.0.0.1" if isinstance(v, Host) else self._text(v)) for v in probe.command]
            body["healthcheck"] = {"test": ["CMD", *test], "interval": "2s", "timeout": "5s", "retries": 30}
        return body

    def volumes(self) -> list[tuple[str, str]]:
        """(volume, where it is mounted)."""
        component = self.component
        found = [(f"{component.name}-{volume.name}", volume.path) for volume in component.volumes]
        if Site("credentials-file") in component.values():
            found.append(("credentials", CREDENTIALS_FOLDER))
        partners = (o for o in self._others.values() if component.name in (o.sidecar_of, o.name))
        if any(port.socket for other in partners for port in other.ports):
            found.append(("sockets", SOCKET_FOLDER))
        return found

    def configs(self) -> dict[str, str]:
        return {self._config(file.name): self._text(file.content) for file in self.component.files}

    def _config(self, file: str) -> str:
        shared = next(f.shared for f in self.component.files if f.name == file)
        return f"{'platform' if shared else self.component.name}-{file}".replace(".", "-")

    def _depends_on(self) -> dict[str, Any]:
        conditions = {_PREPARE: {"condition": "service_completed_successfully"}}
        for name in self.component.depends_on:
            other = self._others.get(name)
            if other is None:
                continue
            if other.kind == "task":
                condition = "service_completed_successfully"
            else:
                exec_probe = other.readiness is not None and other.readiness.kind == "exec"
                condition = "service_healthy" if exec_probe else "service_started"
            conditions[name] = {"condition": condition}
        return conditions

    def _published(self) -> list[str]:
        """What a browser opens, on loopback: of everything but the stores."""
        if self.component.store:
            return []
        ports = [p for p in self.component.ports if p.scheme == "http" and p.name != "metrics" and not p.socket]
        return [f"127.0.0.1:{port.number}:{port.number}" for port in ports]

    def _text(self, value: Value) -> str:
        return "".join(self._part(part) for part in parts_of(value))

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return part.replace("$", "$$")
            case Secret(name, key):
                return f"${{{variable(name, key)}:?see cift render environment}}"
            case PublicKey(name, key):
                return f"${{{public_variable(name, key)}:?see cift render environment}}"
            case Address(component, port):
                other = self._others[component].port(port)
                return f"unix:{SOCKET_FOLDER}/{other.socket}" if other.socket else f"{component}:{other.number}"
            case Listen(port):
                own = self.component.port(port)
                return f"unix:{SOCKET_FOLDER}/{own.socket}" if own.socket else f"0.0.0.0:{own.number}"
            case Host():
                return "0.0.0.0"
            case PortNumber(port):
                return str(self.component.port(port).number)
            case Folder(volume):
                found = self.component.volume(volume)
                return f"{found.path}/{found.subfolder}" if found.subfolder else found.path
            case File(name):
                return f"{CONFIG_FOLDER}/{name}"
            case Site(fact):
                return self._site(fact)
            case Certificate() | Authority():
                raise AssertionError("local components have no TLS")

    def _site(self, fact: str) -> str:
        match fact:
            case "credentials-file":
                return f"{CREDENTIALS_FOLDER}/credentials.json"
            case "web-dir":
                return "/app/web"
            case "gateway-hosts":
                return "gateway"
            case "spool-dir":
                return "/tmp"
            case "trace-export":
                return "otlp:http://jaeger:4317" if "jaeger" in self._others else "none"
        return ""


def _memory(quantity: str) -> str:
    """`512Mi` as compose writes it."""
    return quantity.replace("Ki", "k").replace("Mi", "m").replace("Gi", "g").lower()
