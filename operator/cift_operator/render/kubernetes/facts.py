"""What rendering needs of a cluster and cannot compute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cift_operator.components.model import Stage


@dataclass(frozen=True)
class TlsMaterial:
    """A component's certificate with its key, and the CA that its peers' certificates come from; all PEM."""

    ca: str
    certificate: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class ClusterFacts:
    """Read from the cluster, or made up by `cift render kubernetes`."""

    namespace: str
    platform_uid: str | None = None
    """None: no owner references."""
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """(name, key) → value: every generated secret under the name that its component gives it, and those of the user's
    own secrets (`urlFrom` and the like) that could be read. Pods start again when one of theirs changes."""
    storage_class: str | None = None
    """For volumes whose spec names none; None: the cluster's default."""
    tls: Mapping[str, TlsMaterial] = field(default_factory=dict, repr=False)
    """Component → certificate; needed for those that `tls_components` names."""
    cluster_version: tuple[int, int] = (1, 34)
    api_groups: frozenset[str] = frozenset()
    """Groups of installed APIs, as `monitoring.coreos.com` and `postgresql.cnpg.io`."""
    operator_namespace: str | None = None
    """Where the operator runs, so that network policies let it in; None: nobody is let in."""


@dataclass(frozen=True)
class Manifest:
    """One object to apply. `component` is empty for what all share."""

    stage: Stage
    component: str
    body: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def key(self) -> tuple[str, str, str]:
        """(apiVersion, kind, name): unique in a rendering."""
        return str(self.body["apiVersion"]), self.kind, self.name
