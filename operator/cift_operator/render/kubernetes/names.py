"""Names and labels of everything that a platform consists of in a cluster."""

from typing import Any

from cift_operator.api import API_VERSION, KIND, TradingPlatform
from cift_operator.components.model import Component
from cift_operator.render.kubernetes.facts import ClusterFacts

MANAGER = "cift-operator"
PLATFORM_LABEL = "cift.markets/platform"
HASH_ANNOTATION = "cift.markets/config-hash"
BOUND_LATE = "cift.markets/bound-late"
"""On a claim that may wait for its first user: a job that runs at night is no reason not to be ready."""


def object_name(platform: TradingPlatform, *parts: str) -> str:
    """`demo-trading`, `demo-trading-config`."""
    return "-".join((platform.metadata.name, *parts))


def selector(platform: TradingPlatform, component: str) -> dict[str, str]:
    """What a component's pods have and no others."""
    return {"app.kubernetes.io/name": component, "app.kubernetes.io/instance": platform.metadata.name}


def labels(platform: TradingPlatform, component: str = "", version: str = "") -> dict[str, str]:
    found = {
        "app.kubernetes.io/instance": platform.metadata.name,
        "app.kubernetes.io/managed-by": MANAGER,
        "app.kubernetes.io/part-of": "cift",
        PLATFORM_LABEL: platform.metadata.name,
    }
    if component:
        found |= {"app.kubernetes.io/name": component, "app.kubernetes.io/component": component}
    if version:
        found["app.kubernetes.io/version"] = version.replace("+", "_")[:63]
    return found


def component_labels(platform: TradingPlatform, component: Component) -> dict[str, str]:
    return labels(platform, component.name, component.version)


def metadata(
    platform: TradingPlatform, facts: ClusterFacts, name: str, found: dict[str, str], *, owned: bool = True
) -> dict[str, Any]:
    """Of any object; one that is not owned stays when the platform is deleted."""
    body: dict[str, Any] = {"name": name, "namespace": facts.namespace, "labels": found}
    if owned and facts.platform_uid is not None:
        body["ownerReferences"] = [
            {
                "apiVersion": API_VERSION,
                "kind": KIND,
                "name": platform.metadata.name,
                "uid": facts.platform_uid,
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ]
    return body
