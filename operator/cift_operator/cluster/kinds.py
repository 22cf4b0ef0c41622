"""The kinds of objects that a platform may consist of, and their paths in the API."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`made`: a platform consists of them; others come from controllers, or are there for a moment only."""

    api_version: str
    kind: str
    plural: str
    made: bool = True
    optional: bool = False
    """Belongs to another operator, which may not be installed."""
    watched: bool = True
    """False: read by name only. The right to list or watch Secrets is the right to read all of them."""

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.api_version.rpartition("/")[2]

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        start = f"/apis/{self.api_version}" if self.group else f"/api/{self.api_version}"
        parts = [start, *(["namespaces", namespace] if namespace else []), self.plural, name, subresource]
        return "/".join(part for part in parts if part)


PLATFORM = Kind("cift.markets/v1alpha1", "TradingPlatform", "tradingplatforms", made=False)

CHILDREN = (
    Kind("v1", "ServiceAccount", "serviceaccounts"),
    Kind("v1", "ConfigMap", "configmaps"),
    Kind("v1", "Secret", "secrets", watched=False),
    Kind("v1", "Service", "services"),
    Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    Kind("apps/v1", "Deployment", "deployments"),
    Kind("apps/v1", "StatefulSet", "statefulsets"),
    Kind("batch/v1", "Job", "jobs"),
    Kind("batch/v1", "CronJob", "cronjobs"),
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    Kind("networking.k8s.io/v1", "Ingress", "ingresses"),
    Kind("v1", "Pod", "pods", made=False),
    Kind("postgresql.cnpg.io/v1", "Cluster", "clusters", optional=True),
    Kind("clickhouse.altinity.com/v1", "ClickHouseInstallation", "clickhouseinstallations", optional=True),
    Kind("monitoring.coreos.com/v1", "PodMonitor", "podmonitors", optional=True),
)

LEASE = Kind("coordination.k8s.io/v1", "Lease", "leases", made=False)
EVENT = Kind("events.k8s.io/v1", "Event", "events", made=False)
ACCESS = Kind("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", made=False)
NAMESPACE = Kind("v1", "Namespace", "namespaces", made=False)

_BY_NAME = {(kind.api_version, kind.kind): kind for kind in (*CHILDREN, PLATFORM, LEASE)}


class UnknownKind(Exception):
    """A rendering holds a kind that is not in the list above."""


def kind_of(api_version: str, kind: str) -> Kind:
    try:
        return _BY_NAME[api_version, kind]
    except KeyError:
        raise UnknownKind(f"{api_version} {kind} is not among the kinds that the operator handles") from None
