"""A pod that finds out whether a workload's new pods could run: it has their new images, and asks for what they ask for
beyond what the old ones have. It does nothing and ends."""

import hashlib
import json
from typing import Any

from cift_operator.plan.needs import Needs, needs_of
from cift_operator.render.kubernetes import Manifest

TRIAL = "trial"
"""The component that the labels of such pods name, so that no service, budget or policy of another means them."""
_MEMORY_MIN = 16 * 1024 * 1024
_LIKE_THE_WORKLOAD = ("serviceAccountName", "securityContext", "imagePullSecrets", "nodeSelector", "tolerations")


def trial(workload: Manifest, more: Needs) -> Manifest:
    """`more`: what it needs and its pods of now have not. The same workload gives the same name."""
    metadata, pod = workload.body["metadata"], workload.body["spec"]["template"]["spec"]
    whole = needs_of(pod)
    kept = {key: pod[key] for key in _LIKE_THE_WORKLOAD if key in pod}
    identity = [sorted(whole.images), str(whole.cpu), str(whole.memory), kept]
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
    by_image = {one["image"]: one for one in (*pod.get("initContainers", ()), *pod["containers"])}
    tried = [by_image[image] for image in sorted(more.images)] or pod["containers"][:1]
    labels = {**metadata["labels"], "app.kubernetes.io/name": TRIAL, "app.kubernetes.io/component": TRIAL}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "name": f"{workload.name}-{TRIAL}-{digest}", "labels": labels},
        "spec": {
            **kept,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "containers": [_container(one, number, more) for number, one in enumerate(tried)],
        },
    }
    return Manifest(workload.stage, TRIAL, body)


def _container(like: dict[str, Any], number: int, more: Needs) -> dict[str, Any]:
    cpu, memory = (more.cpu, more.memory) if number == 0 else (0, 0)
    millicores, size = max(int(cpu * 1000), 1), max(int(memory), _MEMORY_MIN)
    return {
        "name": f"image-{number}",
        "image": like["image"],
        "imagePullPolicy": like["imagePullPolicy"],
        # An image without a shell fails here, which says as well that it was pulled.
        "command": ["/bin/sh", "-c", "exit 0"],
        "resources": {"requests": {"cpu": f"{millicores}m", "memory": str(size)}, "limits": {"memory": str(size)}},
        "securityContext": like["securityContext"],
    }
