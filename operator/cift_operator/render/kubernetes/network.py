"""Services, who may talk to whom, and the way in."""

from dataclasses import dataclass
from typing import Any

from cift_operator.api.security import NetworkPoliciesSpec
from cift_operator.components.model import Component
from cift_operator.components.values import Address
from cift_operator.render.kubernetes import config, egress
from cift_operator.render.kubernetes.names import MANAGER, component_labels, labels, metadata, selector
from cift_operator.render.kubernetes.values import Scope


@dataclass(frozen=True)
class _Delegate:
    """Ports of the pods that an installed operator runs."""

    among: tuple[int, ...]
    """Between the pods of one store."""
    managed: tuple[int, ...]
    """From the operator to them."""
    metrics: int
    asks_api_server: bool


_DELEGATES = {
    # 8000 is the instance manager, which the operator asks for the state of an instance.
    "cloudNativePG": _Delegate((5432, 8000), (5432, 8000), 9187, True),
    "clickHouseOperator": _Delegate((8123, 8443, 9000, 9009), (8123, 8443, 9000), 9363, False),
}
_APP_PROTOCOLS = {"http": "http", "grpc": "kubernetes.io/h2c"}
_NAMESPACE = "kubernetes.io/metadata.name"


def service(scope: Scope, component: Component) -> dict[str, Any] | None:
    """Under which name others reach the component; a sidecar's leads to its host's pod."""
    open_ports = [port for port in component.ports if not port.socket]
    if not open_ports:
        return None
    secured = config.speaks_tls(scope, component)
    ports: list[dict[str, Any]] = []
    for port in open_ports:
        body: dict[str, Any] = {"name": port.name, "port": port.number, "targetPort": port.number, "protocol": "TCP"}
        if port.scheme in _APP_PROTOCOLS and not (secured and port.scheme == "grpc"):
            body["appProtocol"] = _APP_PROTOCOLS[port.scheme]
        ports.append(body)
    found = component_labels(scope.platform, component)
    spec = {
        "type": "ClusterIP",
        "selector": selector(scope.platform, component.sidecar_of or component.name),
        "ports": ports,
    }
    body = metadata(scope.platform, scope.facts, scope.name(component.name), found)
    return {"apiVersion": "v1", "kind": "Service", "metadata": body, "spec": spec}


def default_deny(scope: Scope) -> dict[str, Any]:
    """Nobody in, nobody out of the platform's pods; what the components need is allowed one by one."""
    spec = {
        "podSelector": {"matchLabels": {"app.kubernetes.io/instance": scope.platform.metadata.name}},
        "policyTypes": ["Ingress", "Egress"],
        # Said, so that they are ours: a way in that somebody adds is closed again.
        "ingress": [],
        "egress": [],
    }
    return _policy(scope, scope.name("default-deny"), labels(scope.platform), spec)


def policy(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    """In: those components whose settings name this one, to the port that they name. Out: the same, the other way."""
    spec = {
        "podSelector": {"matchLabels": selector(scope.platform, host.name)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": _ingress(scope, [host, *sidecars]),
        "egress": _egress(scope, [host, *sidecars]),
    }
    return _policy(scope, scope.name(host.name), component_labels(scope.platform, host), spec)


def delegated_policy(scope: Scope, component: Component) -> dict[str, Any]:
    """For the pods that an installed operator runs: their labels and ports are its own. In: those components whose
    settings name the store, the pods of the store among themselves, and their operator."""
    known = _DELEGATES[component.delegate]
    security, pods = _security(scope), {"podSelector": {"matchLabels": _pods_of(scope, component.name)}}
    manager = security.postgres_operator if component.delegate == "cloudNativePG" else security.clickhouse_operator
    source = _namespace(manager.namespace) | {"podSelector": {"matchLabels": dict(manager.labels)}}
    into = [
        *_ingress(scope, [component]),
        {"from": [pods], "ports": [_tcp(port) for port in known.among]},
        {"from": [source], "ports": [_tcp(port) for port in known.managed]},
    ]
    if security.monitoring_namespaces:
        sources = [_namespace(name) for name in security.monitoring_namespaces]
        into.append({"from": sources, "ports": [_tcp(known.metrics)]})
    out = [egress.dns(scope), {"to": [pods], "ports": [_tcp(port) for port in known.among]}]
    if known.asks_api_server:
        # The address of the API server is behind no label.
        out.append({"to": egress.anywhere(), "ports": [_tcp(port) for port in (443, 6443)]})
    spec = {
        "podSelector": pods["podSelector"],
        "policyTypes": ["Ingress", "Egress"],
        "ingress": into,
        "egress": out,
    }
    return _policy(scope, scope.name(component.name), component_labels(scope.platform, component), spec)


def ingress(scope: Scope) -> dict[str, Any] | None:
    wanted = scope.platform.spec.security.ingress
    gateway = scope.components.get("gateway")
    if wanted is None or gateway is None:
        return None
    backend = {"service": {"name": scope.name("gateway"), "port": {"name": "http"}}}
    spec: dict[str, Any] = {
        "rules": [{"host": wanted.host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]
    }
    if wanted.class_name:
        spec["ingressClassName"] = wanted.class_name
    if wanted.tls_secret_name:
        spec["tls"] = [{"hosts": [wanted.host], "secretName": wanted.tls_secret_name}]
    body = metadata(scope.platform, scope.facts, scope.name("gateway"), component_labels(scope.platform, gateway))
    if wanted.annotations:
        body["annotations"] = dict(wanted.annotations)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": body, "spec": spec}


def _ingress(scope: Scope, here: list[Component]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    names = {component.name for component in here}
    for component in here:
        for port in component.ports:
            if port.socket:
                continue
            callers = sorted(
                {
                    other.sidecar_of or other.name
                    for other in scope.components.values()
                    if other.name not in names and Address(component.name, port.name) in other.values()
                }
            )
            sources = [{"podSelector": {"matchLabels": selector(scope.platform, caller)}} for caller in callers]
            if port.metrics:
                sources += [_namespace(name) for name in _security(scope).monitoring_namespaces]
            if sources:
                rules.append({"from": sources, "ports": [_tcp(port.number)]})
    if "gateway" in names:
        rules.append(_way_in(scope, here[0]))
    if (namespace := scope.facts.operator_namespace) is not None and any(c.secured for c in here):
        # The operator tells limits and halts, and asks how the platform is.
        operator = _namespace(namespace) | {"podSelector": {"matchLabels": {"app.kubernetes.io/name": MANAGER}}}
        ports = [_tcp(port.number) for component in here for port in component.ports if not port.socket]
        rules.append({"from": [operator], "ports": ports})
    return rules


def _way_in(scope: Scope, gateway: Component) -> dict[str, Any]:
    rule: dict[str, Any] = {"ports": [_tcp(gateway.port("http").number)]}
    wanted = scope.platform.spec.security.ingress
    if wanted is not None and wanted.namespace is not None:
        rule["from"] = [_namespace(wanted.namespace)]
    return rule


def _egress(scope: Scope, here: list[Component]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = [egress.dns(scope)]
    names = {component.name for component in here}
    values = {part for component in here for part in component.values()}
    targets: dict[str, set[int]] = {}
    for part in values:
        if isinstance(part, Address) and part.component not in names:
            port = scope.port(part.component, part.port, here[0].name)
            other = scope.components[part.component]
            targets.setdefault(other.sidecar_of or other.name, set()).add(port.number)
    trace = scope.site["trace-export"]
    jaeger = scope.service("jaeger")
    if trace.startswith(f"otlp:http://{jaeger}:") and any("CIFT_TRACE_EXPORT" in component.env for component in here):
        targets.setdefault("jaeger", set()).add(int(trace.rpartition(":")[2]))
    for target, ports in sorted(targets.items()):
        pods = _pods_of(scope, target)
        rules.append({"to": [{"podSelector": {"matchLabels": pods}}], "ports": [_tcp(port) for port in sorted(ports)]})
    return [*rules, *egress.outside(scope, here)]


def _pods_of(scope: Scope, component: str) -> dict[str, str]:
    other = scope.components.get(component)
    if other is not None and other.delegate == "cloudNativePG":
        return {"cnpg.io/cluster": scope.name(component)}
    if other is not None and other.delegate == "clickHouseOperator":
        return {"clickhouse.altinity.com/chi": scope.name(component)}
    return selector(scope.platform, component)


def _security(scope: Scope) -> NetworkPoliciesSpec:
    return scope.platform.spec.security.network_policies


def _namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE: name}}}


def _tcp(port: int) -> dict[str, Any]:
    return {"port": port, "protocol": "TCP"}


def _policy(scope: Scope, name: str, found: dict[str, str], spec: dict[str, Any]) -> dict[str, Any]:
    body = metadata(scope.platform, scope.facts, name, found)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": body, "spec": spec}
