"""Values as they are inside a pod."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component, Port
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
from cift_operator.render.kubernetes.facts import ClusterFacts
from cift_operator.render.kubernetes.names import object_name

CONFIG_FOLDER = "/etc/cift"
SOCKET_FOLDER = "/run/cift"
TLS_FOLDER = "/etc/cift-tls"
AUTHORITIES_FOLDER = "/etc/cift-store-ca"
_ANY = "0.0.0.0"
_SELF = "127.0.0.1"


class MissingFact(Exception):
    """A value refers to something that the facts or the components do not have."""


@dataclass(frozen=True)
class Scope:
    """One platform with all of its components, in one cluster."""

    platform: TradingPlatform
    components: Mapping[str, Component]
    facts: ClusterFacts

    @cached_property
    def generated(self) -> frozenset[tuple[str, str]]:
        """(name, key) of the secrets that we make."""
        return frozenset((s.name, s.key) for component in self.components.values() for s in component.secrets)

    @cached_property
    def site(self) -> dict[str, str]:
        """See `SITE_FACTS`."""
        return {
            "trace-export": self._trace_export(),
            "credentials-file": "",
            "web-dir": "/app/web",
            "spool-dir": "/tmp",
            "gateway-hosts": self._hosts("gateway"),
        }

    def name(self, *parts: str) -> str:
        return object_name(self.platform, *parts)

    def secret_object(self, part: Secret) -> str:
        """The name of the Kubernetes secret behind a reference."""
        return self.name(part.name) if (part.name, part.key) in self.generated else part.name

    def secret(self, part: Secret, reader: str) -> str:
        """Its content, for a file; raises `MissingFact`."""
        try:
            return self.facts.secrets[part.name, part.key]
        except KeyError:
            raise MissingFact(f"{reader} needs the key {part.key} of the secret {self.secret_object(part)}") from None

    def service(self, component: str) -> str:
        """The host name under which others reach a component."""
        other = self.components.get(component)
        match other.delegate if other is not None else "":
            case "cloudNativePG":
                # Its service of the primary.
                return self.name(component, "rw")
            case "clickHouseOperator":
                return f"clickhouse-{self.name(component)}"
        return self.name(component)

    def port(self, component: str, port: str, reader: str) -> Port:
        try:
            return self.components[component].port(port)
        except KeyError:
            raise MissingFact(f"{reader} needs the address of {component} ({port})") from None

    def _hosts(self, component: str) -> str:
        """The names of its service."""
        name, namespace = self.service(component), self.facts.namespace
        return ",".join(
            (name, f"{name}.{namespace}", f"{name}.{namespace}.svc", f"{name}.{namespace}.svc.cluster.local")
        )

    def _trace_export(self) -> str:
        if endpoint := self.platform.spec.observability.tracing.endpoint:
            return f"otlp:{endpoint}"
        for component in self.components.values():
            for port in component.ports:
                if component.name == "jaeger" and port.name.startswith("otlp") and port.scheme == "grpc":
                    return f"otlp:http://{self.service(component.name)}:{port.number}"
        return "none"


@dataclass(frozen=True)
class Inside:
    """What a component's values are inside its own container."""

    scope: Scope
    component: Component

    def environment(self) -> list[dict[str, Any]]:
        """Secrets stay references: what is put together from one is put together by the kubelet."""
        references: dict[str, dict[str, Any]] = {}
        plain: list[dict[str, Any]] = []
        for name, value in self.component.env.items():
            if isinstance(value, Secret):
                plain.append({"name": name, "valueFrom": self._reference(value)})
                continue
            for part in parts_of(value):
                if isinstance(part, Secret):
                    variable = self._variable(part)
                    references[variable] = {"name": variable, "valueFrom": self._reference(part)}
            plain.append({"name": name, "value": self.text(value)})
        return [*references.values(), *plain]

    def text(self, value: Value) -> str:
        """For the environment and arguments, where `$(NAME)` is a variable."""
        return "".join(
            f"$({self._variable(part)})" if isinstance(part, Secret) else self._plain(part).replace("$(", "$$(")
            for part in parts_of(value)
        )

    def probe_text(self, value: Value) -> str:
        return "".join(_SELF if isinstance(part, Host) else self._plain(part) for part in parts_of(value))

    def content(self, value: Value) -> str:
        """For a file, with what secrets hold; raises `MissingFact`."""
        return "".join(
            self.scope.secret(part, self.component.name) if isinstance(part, Secret) else self._plain(part)
            for part in parts_of(value)
        )

    def secrets(self) -> tuple[Secret, ...]:
        """Those that the container's environment refers to, in order."""
        values = (*self.component.env.values(), *self.component.args, self.component.setup)
        found = {part for value in values for part in parts_of(value) if isinstance(part, Secret)}
        return tuple(sorted(found, key=lambda part: (part.name, part.key)))

    def folder(self, volume: str) -> str:
        found = self.component.volume(volume)
        return f"{found.path}/{found.subfolder}" if found.subfolder else found.path

    def _plain(self, part: Part) -> str:
        match part:
            case str():
                return part
            case PublicKey(name, key):
                return public_keys(self.scope.secret(Secret(name, key), self.component.name))
            case Address(component, port):
                return self._address(component, port)
            case Listen(port):
                own = self.component.port(port)
                return f"unix:{SOCKET_FOLDER}/{own.socket}" if own.socket else f"{_ANY}:{own.number}"
            case Host():
                return _ANY
            case PortNumber(port):
                return str(self.component.port(port).number)
            case Folder(volume):
                return self.folder(volume)
            case File(name):
                return f"{CONFIG_FOLDER}/{name}"
            case Certificate(file):
                return f"{TLS_FOLDER}/{file}"
            case Authority(component):
                return f"{AUTHORITIES_FOLDER}/{component}/ca.crt"
            case Site(fact):
                if fact not in self.scope.site:
                    raise MissingFact(f"{self.component.name} needs {fact}")
                return self.scope.site[fact]
            case Secret():
                raise AssertionError("secrets are referred to, or read for a file")

    def _address(self, component: str, port_name: str) -> str:
        port = self.scope.port(component, port_name, self.component.name)
        if port.socket:
            return f"unix:{SOCKET_FOLDER}/{port.socket}"
        return f"{self.scope.service(component)}:{port.number}"

    def _reference(self, part: Secret) -> dict[str, Any]:
        return {"secretKeyRef": {"name": self.scope.secret_object(part), "key": part.key}}

    @staticmethod
    def _variable(part: Secret) -> str:
        return f"SECRET_{part.name}_{part.key}".upper().replace("-", "_").replace(".", "_")
