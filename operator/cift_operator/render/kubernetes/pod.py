"""Pods: containers, probes, volumes, and the security that every one of them has."""

import math
from typing import Any

from cift_operator.api.resources import ResourceList
from cift_operator.components.model import Component, Port, Probe
from cift_operator.render.kubernetes import config
from cift_operator.render.kubernetes.names import HASH_ANNOTATION, component_labels, selector
from cift_operator.render.kubernetes.values import (
    AUTHORITIES_FOLDER,
    CONFIG_FOLDER,
    SOCKET_FOLDER,
    TLS_FOLDER,
    Inside,
    Scope,
)

HEALTH_PORT = 8081
"""Where a service that speaks TLS answers the kubelet's probes, which do not."""


def template(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    """The pod template of a component with its sidecars."""
    components = [host, *sidecars]
    patch = host.pod
    annotations = dict(patch.annotations)
    if host.kind == "service":
        annotations[HASH_ANNOTATION] = config.digest(scope, components)
    return {
        "metadata": {
            "labels": dict(patch.labels) | component_labels(scope.platform, host),
            **({"annotations": annotations} if annotations else {}),
        },
        "spec": _spec(scope, host, sidecars),
    }


def _spec(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    spec, patch = scope.platform.spec, host.pod
    body: dict[str, Any] = {
        "serviceAccountName": scope.name("platform"),
        "automountServiceAccountToken": False,
        # A service called cift-trading would set CIFT_TRADING_PORT in every pod, which is a setting of ours.
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": host.user,
            "runAsGroup": host.user,
            "fsGroup": host.user,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "terminationGracePeriodSeconds": max(component.stop_seconds for component in (host, *sidecars)) + 5,
        "containers": [_container(scope, host, pod_of=host)],
        "volumes": _volumes(scope, host, sidecars),
    }
    # Native sidecars: they start before their host and end after it.
    setups = [_setup(scope, component, pod_of=host) for component in (host, *sidecars) if component.setup]
    beside = [_container(scope, sidecar, pod_of=host) | {"restartPolicy": "Always"} for sidecar in sidecars]
    if setups or beside:
        body["initContainers"] = [*setups, *beside]
    if host.kind != "service":
        body["restartPolicy"] = "Never"
    if spec.image.pull_secrets:
        body["imagePullSecrets"] = [{"name": name} for name in spec.image.pull_secrets]
    if patch.node_selector:
        body["nodeSelector"] = dict(patch.node_selector)
    if patch.tolerations:
        body["tolerations"] = [t.model_dump(by_alias=True, exclude_none=True) for t in patch.tolerations]
    if patch.priority_class_name:
        body["priorityClassName"] = patch.priority_class_name
    if host.scalable:
        body["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": selector(scope.platform, host.name)},
            }
            for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
        ]
    return body


def _container(scope: Scope, component: Component, *, pod_of: Component) -> dict[str, Any]:
    inside = Inside(scope, component)
    secured = config.speaks_tls(scope, component)
    body = _base(scope, component, pod_of=pod_of)
    body["command"] = [inside.text(word) for word in component.container_command or component.command]
    if component.args:
        body["args"] = [inside.text(arg) for arg in component.args]
    ports = [(port_name(component, port), port.number) for port in component.ports if not port.socket]
    if secured:
        ports.append(("health", HEALTH_PORT))
    if ports:
        body["ports"] = [{"name": name, "containerPort": number, "protocol": "TCP"} for name, number in ports]
    body |= _probes(inside, secured)
    if component.stop_signal == "INT":
        # The kubelet sends TERM, which would wait for every client to go.
        body["lifecycle"] = {"preStop": {"exec": {"command": ["/bin/sh", "-c", "kill -INT 1"]}}}
    elif component.scalable:
        # Until everybody has heard that this pod takes no more.
        body["lifecycle"] = {"preStop": {"sleep": {"seconds": 3}}}
    return body


def _setup(scope: Scope, component: Component, *, pod_of: Component) -> dict[str, Any]:
    script = Inside(scope, component).text(component.setup)
    body = _base(scope, component, pod_of=pod_of) | {"command": ["/bin/sh", "-c", script]}
    return body | {"name": f"setup-{component.name}", "image": component.setup_image or component.image}


def _base(scope: Scope, component: Component, *, pod_of: Component) -> dict[str, Any]:
    """What a component's container and its setup have in common."""
    environment = Inside(scope, component).environment()
    if config.speaks_tls(scope, component):
        environment += [
            {"name": "CIFT_TLS_CA", "value": f"{TLS_FOLDER}/ca.crt"},
            {"name": "CIFT_TLS_CERTIFICATE", "value": f"{TLS_FOLDER}/tls.crt"},
            {"name": "CIFT_TLS_KEY", "value": f"{TLS_FOLDER}/tls.key"},
            {"name": "CIFT_HEALTH_LISTEN", "value": f"0.0.0.0:{HEALTH_PORT}"},
        ]
    if "HOME" not in component.env:
        environment.append({"name": "HOME", "value": "/tmp"})
    security: dict[str, Any] = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    if component.user != pod_of.user:
        security |= {"runAsUser": component.user, "runAsGroup": component.user}
    wanted = component.resources.over(component.needs)
    return {
        "name": component.name,
        "image": component.image,
        "imagePullPolicy": scope.platform.spec.image.pull_policy,
        "env": environment,
        "resources": {
            name: amounts
            for name, amounts in (("requests", amounts(wanted.requests)), ("limits", amounts(wanted.limits)))
            if amounts
        },
        # What it said last is then the reason that the platform's status gives.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": security,
        "volumeMounts": _mounts(scope, component, pod_of),
    }


def amounts(given: ResourceList) -> dict[str, str]:
    return {name: amount for name, amount in (("cpu", given.cpu), ("memory", given.memory)) if amount}


def port_name(component: Component, port: Port) -> str:
    """Unique in its pod, of 15 characters at most."""
    return f"{component.name}-{port.name}"[:15].rstrip("-") if component.sidecar_of else port.name


# Volumes


def claim(component: Component, volume: str, pod_of: Component) -> str:
    """The name of a volume in its pod."""
    return volume if component.name == pod_of.name else f"{component.name}-{volume}"


def _mounts(scope: Scope, component: Component, pod_of: Component) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"name": "tmp", "mountPath": "/tmp"}]
    if component.files:
        found.append({"name": claim(component, "config", pod_of), "mountPath": CONFIG_FOLDER, "readOnly": True})
    if config.certificates(scope, component, "") is not None:
        found.append({"name": claim(component, "tls", pod_of), "mountPath": TLS_FOLDER, "readOnly": True})
    if config.authorities(scope, component, "") is not None:
        name = claim(component, "store-ca", pod_of)
        found.append({"name": name, "mountPath": AUTHORITIES_FOLDER, "readOnly": True})
    if _uses_socket(scope, component):
        found.append({"name": "sockets", "mountPath": SOCKET_FOLDER})
    found += [{"name": claim(component, volume.name, pod_of), "mountPath": volume.path} for volume in component.volumes]
    return found


def _volumes(scope: Scope, host: Component, sidecars: list[Component]) -> list[dict[str, Any]]:
    # A job's backup passes through it, however large it is.
    scratch = {"sizeLimit": "512Mi"} if host.kind == "service" else {}
    found: list[dict[str, Any]] = [{"name": "tmp", "emptyDir": scratch}]
    if any(_uses_socket(scope, component) for component in (host, *sidecars)):
        found.append({"name": "sockets", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}})
    for component in (host, *sidecars):
        files = config.volume(scope, component, claim(component, "config", host))
        if files is not None:
            found.append(files)
        if (known := config.certificates(scope, component, claim(component, "tls", host))) is not None:
            found.append(known)
        if (believed := config.authorities(scope, component, claim(component, "store-ca", host))) is not None:
            found.append(believed)
        if host.kind != "service":
            # What a task or job keeps is claimed by name; a service's claims are its stateful set's.
            for volume in component.volumes:
                name = volume.claim or scope.name(component.name, volume.name)
                found.append({"name": volume.name, "persistentVolumeClaim": {"claimName": name}})
    return found


def _uses_socket(scope: Scope, component: Component) -> bool:
    partners = (other for other in scope.components.values() if component.name in (other.sidecar_of, other.name))
    return any(port.socket for other in partners for port in other.ports)


# Probes


def _probes(inside: Inside, secured: bool) -> dict[str, Any]:
    component = inside.component
    ready, alive = component.readiness, component.liveness
    if ready is not None and ready.port and component.port(ready.port).socket:
        # The kubelet cannot ask on a socket.
        ready = alive
    found: dict[str, Any] = {}
    if ready is not None:
        failures = math.ceil((component.readiness or ready).start_seconds / 1)
        found["startupProbe"] = _probe(inside, ready, secured) | {"periodSeconds": 1, "failureThreshold": failures}
        found["readinessProbe"] = _probe(inside, ready, secured) | {"periodSeconds": math.ceil(ready.period_seconds)}
    if alive is not None:
        found["livenessProbe"] = _probe(inside, alive, secured) | {
            "periodSeconds": math.ceil(alive.period_seconds),
            "failureThreshold": 6,
        }
    return found


def _probe(inside: Inside, probe: Probe, secured: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"timeoutSeconds": math.ceil(probe.timeout_seconds)}
    match probe.kind:
        case "exec":
            return body | {"exec": {"command": [inside.probe_text(value) for value in probe.command]}}
        case "tcp":
            return body | {"tcpSocket": {"port": _number(inside.component.port(probe.port))}}
        case "http":
            port = _number(inside.component.port(probe.port))
            return body | {"httpGet": {"path": probe.path, "port": port, "scheme": "HTTP"}}
        case "grpc":
            number = HEALTH_PORT if secured else _number(inside.component.port(probe.port))
            return body | {"grpc": {"port": number, "service": probe.service}}


def _number(port: Port) -> int:
    return port.number
