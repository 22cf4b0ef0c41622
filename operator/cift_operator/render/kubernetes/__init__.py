"""Components → Kubernetes manifests, purely. What differs between clusters comes in `ClusterFacts`.

Every component works here that a component can describe; nothing in this package knows one by name.
"""

from cift_operator.api import TradingPlatform
from cift_operator.components.model import Component
from cift_operator.render.kubernetes.facts import ClusterFacts, Manifest, TlsMaterial


def manifests(
    platform: TradingPlatform, components: tuple[Component, ...], facts: ClusterFacts
) -> tuple[Manifest, ...]:
    """What to apply, in rollout order: by stage, and within it config before what reads it."""
    return ()


__all__ = ["ClusterFacts", "Manifest", "TlsMaterial", "manifests"]
