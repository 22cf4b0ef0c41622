"""Events at a platform, so that `kubectl describe` tells its story."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cift_operator.cluster.api import Api, Refused, Unreachable
from cift_operator.plan.model import Event

REPORTER = "cift.markets/operator"
NOTE_MAX = 1024


async def record(api: Api, document: Mapping[str, Any], event: Event, instance: str, now: datetime) -> None:
    """An event that cannot be written is not worth a failed pass."""
    metadata = document["metadata"]
    try:
        await api.call(
            "POST",
            f"/apis/events.k8s.io/v1/namespaces/{metadata['namespace']}/events",
            None,
            {
                "apiVersion": "events.k8s.io/v1",
                "kind": "Event",
                "metadata": {"name": f"{metadata['name']}.{secrets.token_hex(8)}", "namespace": metadata["namespace"]},
                "eventTime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "reportingController": REPORTER,
                "reportingInstance": instance[:128],
                "action": "Reconcile",
                "reason": event.reason[:128],
                "note": event.message[:NOTE_MAX],
                "type": event.kind,
                "regarding": {
                    "apiVersion": document["apiVersion"],
                    "kind": document["kind"],
                    "namespace": metadata["namespace"],
                    "name": metadata["name"],
                    "uid": metadata["uid"],
                },
            },
        )
    except (Refused, Unreachable):
        return
