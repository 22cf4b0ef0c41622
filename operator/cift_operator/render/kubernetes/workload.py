"""What runs pods: deployments, stateful sets, jobs."""

import hashlib
import json
from typing import Any

from cift_operator.components.model import Component
from cift_operator.render.kubernetes import pod
from cift_operator.render.kubernetes.names import BOUND_LATE, PLATFORM_LABEL, component_labels, metadata, selector
from cift_operator.render.kubernetes.values import Scope


def workload(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    """A deployment, or a stateful set where the pod keeps something."""
    keeps = any(component.volumes for component in (host, *sidecars))
    return _stateful_set(scope, host, sidecars) if keeps else _deployment(scope, host, sidecars)


def _deployment(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": selector(scope.platform, host.name)},
        # A single writer has ended before the next one begins.
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        if host.scalable
        else {"type": "Recreate"},
        "template": pod.template(scope, host, sidecars),
    }
    hibernated = scope.platform.spec.hibernated
    if hibernated or host.autoscaling is None:
        spec["replicas"] = 0 if hibernated else host.replicas
    return _body(scope, host, "apps/v1", "Deployment", spec)


def _stateful_set(scope: Scope, host: Component, sidecars: list[Component]) -> dict[str, Any]:
    deletion = "Delete" if scope.platform.spec.deletion_policy == "delete" else "Retain"
    claims = [
        _claim(scope, pod.claim(component, volume.name, host), volume.size, volume.class_name)
        for component in (host, *sidecars)
        for volume in component.volumes
    ]
    spec: dict[str, Any] = {
        "revisionHistoryLimit": 3,
        "replicas": 0 if scope.platform.spec.hibernated else host.replicas,
        "serviceName": scope.service(host.name),
        "selector": {"matchLabels": selector(scope.platform, host.name)},
        # In order, a pod that cannot become ready would be in the way of the spec that mends it.
        "podManagementPolicy": "Parallel",
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": deletion, "whenScaled": "Retain"},
        "template": pod.template(scope, host, sidecars),
        "volumeClaimTemplates": claims,
    }
    return _body(scope, host, "apps/v1", "StatefulSet", spec)


def _claim(scope: Scope, name: str, size: str, class_name: str | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    if storage_class := class_name or scope.facts.storage_class:
        spec["storageClassName"] = storage_class
    # By this label an admission policy knows what the operator may grow and delete.
    body = {"name": name, "labels": {PLATFORM_LABEL: scope.platform.metadata.name}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": body, "spec": spec}


def claims(scope: Scope, component: Component) -> list[dict[str, Any]]:
    """The volumes of a task or a job, by name."""
    owned = scope.platform.spec.deletion_policy == "delete"
    found = []
    for volume in component.volumes:
        if not volume.claim:
            name = scope.name(component.name, volume.name)
            body = metadata(scope.platform, scope.facts, name, component_labels(scope.platform, component), owned=owned)
            body["annotations"] = {BOUND_LATE: "true"}
            found.append(_claim(scope, "", volume.size, volume.class_name) | {"metadata": body})
    return found


def job(scope: Scope, component: Component) -> dict[str, Any]:
    """A task; its name tells what it does, so that another version or another command is another job."""
    spec: dict[str, Any] = {
        "backoffLimit": 6,
        "activeDeadlineSeconds": 900,
        "template": pod.template(scope, component, []),
    }
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    body = _body(scope, component, "batch/v1", "Job", spec)
    body["metadata"]["name"] = scope.name(component.name, digest)
    return body


def cron_job(scope: Scope, component: Component) -> dict[str, Any]:
    template = {
        "metadata": {"labels": component_labels(scope.platform, component)},
        "spec": {
            "backoffLimit": 2,
            "activeDeadlineSeconds": 3600,
            "ttlSecondsAfterFinished": 86_400,
            "template": pod.template(scope, component, []),
        },
    }
    spec = {
        "schedule": component.schedule,
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "suspend": scope.platform.spec.hibernated,
        "successfulJobsHistoryLimit": 2,
        "failedJobsHistoryLimit": 2,
        "startingDeadlineSeconds": 600,
        "jobTemplate": template,
    }
    return _body(scope, component, "batch/v1", "CronJob", spec)


def _body(scope: Scope, component: Component, api: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    found = component_labels(scope.platform, component)
    name = scope.name(component.name)
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata(scope.platform, scope.facts, name, found),
        "spec": spec,
    }
