"""Components → Kubernetes manifests, purely. What differs between clusters comes in `ClusterFacts`.

Every component works here that `components.model` can describe.
"""

from cift_operator.render.kubernetes.facts import ClusterFacts, Manifest, TlsMaterial
from cift_operator.render.kubernetes.platform import manifests, tls_names
from cift_operator.render.kubernetes.values import MissingFact

__all__ = ["ClusterFacts", "Manifest", "MissingFact", "TlsMaterial", "manifests", "tls_names"]
