"""How many of the scalable components run, and how many may be away."""

from typing import Any

from cift_operator.components.model import Component
from cift_operator.render.kubernetes.names import component_labels, metadata, selector
from cift_operator.render.kubernetes.values import Scope


def disruption_budget(scope: Scope, component: Component) -> dict[str, Any] | None:
    """One at a time. A single writer has none: it would keep a node from ever being drained."""
    fewest = component.autoscaling.min_replicas if component.autoscaling else component.replicas
    if not component.scalable or fewest < 2 or scope.platform.spec.hibernated:
        return None
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": selector(scope.platform, component.name)}}
    return _body(scope, component, "policy/v1", "PodDisruptionBudget", spec)


def autoscaler(scope: Scope, component: Component) -> dict[str, Any] | None:
    wanted = component.autoscaling
    if wanted is None or scope.platform.spec.hibernated:
        return None
    target = {"type": "Utilization", "averageUtilization": wanted.target_cpu_percent}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": scope.name(component.name)},
        "minReplicas": wanted.min_replicas,
        "maxReplicas": wanted.max_replicas,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
    return _body(scope, component, "autoscaling/v2", "HorizontalPodAutoscaler", spec)


def _body(scope: Scope, component: Component, api: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    found = component_labels(scope.platform, component)
    name = scope.name(component.name)
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata(scope.platform, scope.facts, name, found),
        "spec": spec,
    }
