"""What installed operators do for us: CloudNativePG, Altinity's for ClickHouse, and prometheus-operator."""

import base64
from typing import Any

from cift_operator.components.access import ACCESS
from cift_operator.components.model import Component
from cift_operator.components.postgres_roles import BACKUP, MIGRATIONS
from cift_operator.render.kubernetes.names import component_labels, labels, metadata
from cift_operator.render.kubernetes.pod import amounts, port_name
from cift_operator.render.kubernetes.values import MissingFact, Scope

CNPG_GROUP = "postgresql.cnpg.io"
CLICKHOUSE_GROUP = "clickhouse.altinity.com"
MONITORING_GROUP = "monitoring.coreos.com"


_TLS_FOLDER = "/etc/clickhouse-server/cift-tls"
_OPEN_SSL = f"""\
<clickhouse>
  <openSSL>
    <server>
      <certificateFile>{_TLS_FOLDER}/tls.crt</certificateFile>
      <privateKeyFile>{_TLS_FOLDER}/tls.key</privateKeyFile>
      <verificationMode>none</verificationMode>
      <disableProtocols>sslv2,sslv3,tlsv1,tlsv1_1</disableProtocols>
      <preferServerCiphers>true</preferServerCiphers>
    </server>
  </openSSL>
</clickhouse>
"""
"""Clients are known by their password."""


def cloud_native_pg(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """A cluster of CloudNativePG with our database, its owner, and a role a service; migrations grant the rights."""
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
    owner = _login(scope, component, "owner", user, password)
    roles = [one for one in component.secrets[1:] if one.key not in (MIGRATIONS, BACKUP)]
    logins = [_login(scope, component, one.key, one.key, facts.secrets[one.name, one.key]) for one in roles]
    cluster = {
        "apiVersion": f"{CNPG_GROUP}/v1",
        "kind": "Cluster",
        "metadata": metadata(
            platform, facts, scope.name(component.name), found, owned=platform.spec.deletion_policy == "delete"
        ),
        "spec": {
            "instances": component.replicas,
            "storage": storage,
            "postgresql": _durable(component.replicas),
            "resources": {"requests": amounts(wanted.requests), "limits": amounts(wanted.limits)},
            "managed": {"roles": [_managed_role(scope, component, one.key) for one in roles]},
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
    return [owner, *logins, cluster]


def _login(scope: Scope, component: Component, suffix: str, user: str, password: str) -> dict[str, Any]:
    found, name = component_labels(scope.platform, component), scope.name(component.name, suffix)
    credentials = {"username": user, "password": password}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(scope.platform, scope.facts, name, found),
        "type": "kubernetes.io/basic-auth",
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in credentials.items()},
    }


def _managed_role(scope: Scope, component: Component, role: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": role,
        "ensure": "present",
        "login": True,
        "inherit": False,
        "passwordSecret": {"name": scope.name(component.name, role)},
    }
    if role in ACCESS and ACCESS[role].monitors:
        body |= {"inherit": True, "inRoles": ["pg_monitor"]}
    return body


# A client that has gone must not hold its locks (`components.postgres`).
_PARAMETERS = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "synchronous_commit": "on",
}


def _durable(instances: int) -> dict[str, Any]:
    """What was acknowledged is on two instances: where no standby confirms, commits wait instead of counting alone."""
    body: dict[str, Any] = {"parameters": dict(_PARAMETERS)}
    if instances > 1:
        body["synchronous"] = {"method": "any", "number": 1, "dataDurability": "required"}
    return body


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
    container: dict[str, Any] = {
        "name": "clickhouse",
        "image": component.image,
        "resources": {"requests": amounts(wanted.requests), "limits": amounts(wanted.limits)},
    }
    pod: dict[str, Any] = {"containers": [container]}
    configuration: dict[str, Any] = {
        # Our tables are those of one server: more of them would each hold a part.
        "clusters": [{"name": "cift", "layout": {"shardsCount": 1, "replicasCount": 1}}],
    }
    templates: dict[str, Any] = {}
    if component.serves_tls:
        configuration |= {
            "settings": {"https_port": component.port("http").number},
            "files": {"openssl.xml": _OPEN_SSL},
        }
        container["volumeMounts"] = [{"name": "tls", "mountPath": _TLS_FOLDER, "readOnly": True}]
        pod["volumes"] = [{"name": "tls", "secret": {"secretName": scope.name(component.name, "tls")}}]
        ports = [{"name": "https", "port": component.port("http").number}, {"name": "http", "port": 8123}]
        service = {"type": "ClusterIP", "ports": [*ports, {"name": "tcp", "port": 9000}]}
        templates["serviceTemplates"] = [{"name": "cift", "generateName": "clickhouse-{chi}", "spec": service}]
    reference = f"{facts.namespace}/{scope.name(secret.name)}/{secret.key}"
    spec: dict[str, Any] = {
        "configuration": configuration
        | {
            "users": {"cift/k8s_secret_password": reference, "cift/networks/ip": "::/0", "cift/profile": "default"},
        },
        "defaults": {
            "templates": {
                "podTemplate": "cift",
                "dataVolumeClaimTemplate": "data",
                **({"serviceTemplate": "cift"} if templates else {}),
            }
        },
        "templates": templates
        | {
            "podTemplates": [{"name": "cift", "spec": pod}],
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
