"""A whole platform: which objects there are, and in which order."""

from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component, Stage
from cift_operator.render.kubernetes import config, delegated, network, scaling, workload
from cift_operator.render.kubernetes.facts import ClusterFacts, Manifest
from cift_operator.render.kubernetes.names import labels, metadata, object_name
from cift_operator.render.kubernetes.values import Scope


def manifests(
    platform: TradingPlatform, components: tuple[Component, ...], facts: ClusterFacts
) -> tuple[Manifest, ...]:
    """What to apply, in rollout order: by stage, and within it by component, config before what reads it.

    The same in, the same out. Raises `MissingFact`.
    """
    scope = Scope(platform, {component.name: component for component in components}, facts)
    found = [Manifest(Stage.STORES, "", body) for body in _shared(scope)]
    for component in sorted(components, key=lambda component: component.stage):
        found += [Manifest(component.stage, component.name, body) for body in _own(scope, component)]
    return tuple(found)


def tls_names(platform: TradingPlatform, components: tuple[Component, ...], namespace: str) -> dict[str, list[str]]:
    """Component → the DNS names of the certificate that it needs; empty where the platform has no TLS inside."""
    found: dict[str, list[str]] = {}
    for component in components:
        if config.has_certificate(platform, component):
            name = object_name(platform, component.name)
            if component.delegate == "clickHouseOperator":
                name = f"clickhouse-{name}"
            found[component.name] = [name, f"{name}.{namespace}", f"{name}.{namespace}.svc"]
    return found


def _shared(scope: Scope) -> list[dict[str, Any]]:
    platform, facts = scope.platform, scope.facts
    found: list[dict[str, Any]] = [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata(platform, facts, scope.name("platform"), labels(platform)),
            "automountServiceAccountToken": False,
        },
        *config.generated_secrets(scope),
        *config.shared_config(scope),
    ]
    if platform.spec.security.network_policies.enabled:
        found.append(network.default_deny(scope))
    if platform.spec.observability.monitors and delegated.MONITORING_GROUP in facts.api_groups:
        found.append(delegated.pod_monitor(scope))
    return found


def _own(scope: Scope, component: Component) -> list[dict[str, Any]]:
    if component.delegate:
        policies = scope.platform.spec.security.network_policies.enabled
        made = delegated.cloud_native_pg if component.delegate == "cloudNativePG" else delegated.click_house
        return [
            *config.certificate_secret(scope, component),
            *([network.delegated_policy(scope, component)] if policies else []),
            *made(scope, component),
        ]
    if component.kind == "task" and scope.platform.spec.hibernated:
        return []
    sidecars = [other for other in scope.components.values() if other.sidecar_of == component.name]
    found = config.own_config(scope, component)
    if component.kind == "service":
        found += _present(network.service(scope, component))
    if component.sidecar_of:
        return found
    if scope.platform.spec.security.network_policies.enabled:
        found.append(network.policy(scope, component, sidecars))
    match component.kind:
        case "service":
            found.append(workload.workload(scope, component, sidecars))
        case "task":
            found += [*workload.claims(scope, component), workload.job(scope, component)]
        case "job":
            found += [*workload.claims(scope, component), workload.cron_job(scope, component)]
    found += _present(scaling.disruption_budget(scope, component), scaling.autoscaler(scope, component))
    if component.name == "gateway":
        found += _present(network.ingress(scope))
    return found


def _present(*bodies: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [body for body in bodies if body is not None]
