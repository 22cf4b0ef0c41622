"""What installed operators do for us: CloudNativePG, Altinity's for ClickHouse, and prometheus-operator."""

import base64
from typing import Any

from cift_operator.components.model import Component
from cift_operator.render.kubernetes.names import component_labels, labels, metadata
from cift_operator.render.kubernetes.pod import amounts, port_name
from cift_operator.render.kubernetes.values import MissingFact, Scope

CNPG_GROUP = "postgresql.cnpg.io"
CLICKHOUSE_GROUP = "clickhouse.altinity.com"
MONITORING_GROUP = "monitoring.coreos.com"


def cloud_native_pg(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """A cluster of CloudNativePG with our database and our password."""
    platform, facts = scope.platform, scope.facts
    found = component_labels(platform, component)
    secret = component.secrets[0]
    if (secret.name, secret.key) not in facts.secrets:
        raise MissingFact(f"the facts have no secret {secret.name}/{secret.key}")
    user = str(component.env["POSTGRES_USER"])
    password = facts.secrets[secret.name, secret.key]
    volume = component.volumes[0]
    storage: dict[str, Any] = {"size": volume.size}
    if storage_class := volume.class_name or facts.storage_class:
        storage["storageClass"] = storage_class
    wanted = component.resources.over(component.needs)
    credentials = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(platform, facts, scope.name(component.name, "owner"), found),
        "type": "kubernetes.io/basic-auth",
        "data": {
            key: base64.b64encode(text.encode()).decode() for key, text in (("username", user), ("password", password))
        },
    }
    cluster = {
        "apiVersion": f"{CNPG_GROUP}/v1",
        "kind": "Cluster",
        "metadata": metadata(
            platform, facts, scope.name(component.name), found, owned=platform.spec.deletion_policy == "delete"
        ),
        "spec": {
            "instances": component.replicas,
            "storage": storage,
            "resources": {"requests": amounts(wanted.requests), "limits": amounts(wanted.limits)},
            "bootstrap": {
                "initdb": {
                    "database": str(component.env["POSTGRES_DB"]),
                    "owner": user,
                    "secret": {"name": scope.name(component.name, "owner")},
                }
            },
        },
    }
    if platform.spec.hibernated:
        cluster["metadata"]["annotations"] = {"cnpg.io/hibernation": "on"}  # type: ignore[index]
    return [credentials, cluster]


def click_house(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """One ClickHouse of Altinity's operator, with our user and our password."""
    platform, facts = scope.platform, scope.facts
    found = component_labels(platform, component)
    secret, volume = component.secrets[0], component.volumes[0]
    claim: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": volume.size}}}
    if storage_class := volume.class_name or facts.storage_class:
        claim["storageClassName"] = storage_class
    retention = "Delete" if platform.spec.deletion_policy == "delete" else "Retain"
    wanted = component.resources.over(component.needs)
    container = {
        "name": "clickhouse",
        "image": component.image,
        "resources": {"requests": amounts(wanted.requests), "limits": amounts(wanted.limits)},
    }
    reference = f"{facts.namespace}/{scope.name(secret.name)}/{secret.key}"
    spec: dict[str, Any] = {
        # Our tables are those of one server: more of them would each hold a part.
        "configuration": {
            "clusters": [{"name": "cift", "layout": {"shardsCount": 1, "replicasCount": 1}}],
            "users": {"cift/k8s_secret_password": reference, "cift/networks/ip": "::/0", "cift/profile": "default"},
        },
        "defaults": {"templates": {"podTemplate": "cift", "dataVolumeClaimTemplate": "data"}},
        "templates": {
            "podTemplates": [{"name": "cift", "spec": {"containers": [container]}}],
            "volumeClaimTemplates": [{"name": "data", "reclaimPolicy": retention, "spec": claim}],
        },
        "stop": "yes" if platform.spec.hibernated else "no",
    }
    body = metadata(platform, facts, scope.name(component.name), found, owned=platform.spec.deletion_policy == "delete")
    return [{"apiVersion": f"{CLICKHOUSE_GROUP}/v1", "kind": "ClickHouseInstallation", "metadata": body, "spec": spec}]


def pod_monitor(scope: Scope) -> dict[str, Any]:
    """Every port of the platform that has metrics."""
    ports = sorted(
        {(port_name(c, port), port.metrics) for c in scope.components.values() for port in c.ports if port.metrics}
    )
    spec = {
        "selector": {"matchLabels": {"app.kubernetes.io/instance": scope.platform.metadata.name}},
        "podMetricsEndpoints": [{"port": name, "path": path} for name, path in ports],
    }
    body = metadata(scope.platform, scope.facts, scope.name("platform"), labels(scope.platform))
    return {"apiVersion": f"{MONITORING_GROUP}/v1", "kind": "PodMonitor", "metadata": body, "spec": spec}
