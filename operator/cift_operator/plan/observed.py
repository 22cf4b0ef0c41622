"""What is there: the objects of a cluster, cut down to what a plan needs of them."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from cift_operator.plan import drift
from cift_operator.plan.health import Health, Waiting, health_of, waiting_of
from cift_operator.plan.needs import Needs, needs_of

MANAGED_BY = "cift-operator"
FIELD_MANAGER = "cift-operator"
PLATFORM_LABEL = "app.kubernetes.io/instance"
COMPONENT_LABEL = "app.kubernetes.io/component"
SELECTOR = f"app.kubernetes.io/managed-by={MANAGED_BY}"
APPLIED = "cift.markets/applied"
KEEP = "cift.markets/keep"

_WORKLOADS = ("Deployment", "StatefulSet")

Body = Mapping[str, Any]
Key = tuple[str, str, str]
"""(apiVersion, kind, name), as `Manifest.key`."""


@dataclass(frozen=True, slots=True)
class Child:
    """An object that belongs to a platform."""

    key: Key
    namespace: str
    platform: str
    component: str
    uid: str
    version: int
    """The resource version; the higher one is the newer one."""
    applied: str
    """The digest of the manifest that it was last applied from; empty: it was not applied by us."""
    fingerprint: str
    """Of the values that we own in it; another one means that somebody changed them."""
    body: Body | None = field(repr=False, compare=False)
    """The whole object, until it is put away."""
    health: Health
    waiting: tuple[Waiting, ...]
    """Pods only: why containers do not run."""
    replicas: int
    leaving: bool
    kept: bool
    owner: str
    """The uid of its controller."""
    needs: Needs | None = None
    """Of the pods of a workload that goes on."""
    packed: bytes = field(default=b"", repr=False, compare=False)
    """The whole object, as long as nobody has compared it with its manifest."""

    @property
    def kind(self) -> str:
        return self.key[1]

    @property
    def name(self) -> str:
        return self.key[2]

    def whole(self) -> Body:
        return self.body or (dict(orjson.loads(zlib.decompress(self.packed))) if self.packed else {})


def observe(body: Body) -> Child:
    """One object of the API server, or of a watch."""
    metadata = body["metadata"]
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    owned = drift.owned_fields(body, FIELD_MANAGER)
    applied = annotations.get(APPLIED, "")
    owners = [owner["uid"] for owner in metadata.get("ownerReferences") or () if owner.get("controller")]
    return Child(
        key=(str(body["apiVersion"]), str(body["kind"]), metadata["name"]),
        namespace=metadata.get("namespace", ""),
        platform=labels.get(PLATFORM_LABEL, ""),
        component=labels.get(COMPONENT_LABEL, ""),
        uid=metadata["uid"],
        version=int(metadata["resourceVersion"]),
        applied=applied,
        fingerprint=drift.fingerprint(body, owned) if applied else "",
        body=body if applied else None,
        health=health_of(body),
        waiting=waiting_of(body),
        replicas=(body.get("spec") or {}).get("replicas", 1) if body["kind"] in _WORKLOADS else 1,
        leaving="deletionTimestamp" in metadata,
        kept=annotations.get(KEEP) == "true",
        owner=owners[0] if owners else "",
        needs=needs_of(body["spec"]["template"]["spec"]) if body["kind"] in _WORKLOADS else None,
    )


def _packed(body: Body) -> bytes:
    # A status is never compared.
    metadata = {key: value for key, value in body["metadata"].items() if key != "managedFields"}
    document = {key: value for key, value in body.items() if key != "status"} | {"metadata": metadata}
    return zlib.compress(orjson.dumps(document), 1)


class Children:
    """All that was seen of all platforms, by platform; the newest version of each wins."""

    def __init__(self) -> None:
        self._by_platform: dict[tuple[str, str], dict[Key, Child]] = {}
        self._verified: dict[str, tuple[str, str]] = {}

    def put(self, child: Child) -> bool:
        """False: it is older than what is known, or says nothing new."""
        held = self._by_platform.setdefault((child.namespace, child.platform), {})
        known = held.get(child.key)
        if known is not None and known.version >= child.version:
            return False
        # Only what was never compared has to be kept whole, and that is rare: an operator that has just started.
        packed = _packed(child.body) if child.body is not None and child.uid not in self._verified else b""
        held[child.key] = replace(child, body=None, packed=packed)
        return known is None or replace(known, version=child.version) != child

    def knows(self, body: Body, api_version: str, kind: str) -> bool:
        """This version of an object, or a newer one, was seen."""
        metadata = body["metadata"]
        platform = (metadata.get("labels") or {}).get(PLATFORM_LABEL, "")
        held = self._by_platform.get((metadata.get("namespace", ""), platform), {})
        known = held.get((api_version, kind, metadata["name"]))
        return known is not None and known.version >= int(metadata["resourceVersion"])

    def drop(self, place: tuple[str, str], key: Key, uid: str) -> bool:
        held = self._by_platform.get(place, {})
        known = held.get(key)
        if known is None or known.uid != uid:
            return False
        del held[key]
        self._verified.pop(uid, None)
        return True

    def of(self, namespace: str, platform: str) -> Mapping[Key, Child]:
        return self._by_platform.get((namespace, platform), {})

    def verify(self, child: Child, digest: str) -> None:
        """Its values are what the manifest with this digest asks for."""
        self._verified[child.uid] = (digest, child.fingerprint)
        held = self._by_platform.get((child.namespace, child.platform), {})
        if held.get(child.key) is child and child.packed:
            held[child.key] = replace(child, packed=b"")

    def equal(self, child: Child, digest: str, body: Body) -> bool:
        """Nothing has to be written for this child to be what its manifest asks for."""
        if child.applied != digest:
            return False
        known = self._verified.get(child.uid)
        if known is not None:
            return known == (digest, child.fingerprint)
        if not drift.contains(child.whole(), body):
            return False
        self.verify(child, digest)
        return True

    def forget(self, namespace: str, platform: str) -> None:
        for child in self._by_platform.pop((namespace, platform), {}).values():
            self._verified.pop(child.uid, None)

    def restore(self, children: Iterable[Child]) -> None:
        for child in children:
            self.put(child)
