"""Secrets of a platform: made once, kept, made anew when asked; and those that users bring."""

import base64
import secrets as randomness
from collections.abc import Iterable, Mapping
from typing import Any

from cift_operator.cluster.api import Api, Refused
from cift_operator.cluster.kinds import kind_of
from cift_operator.components import Component
from cift_operator.components.values import Secret
from cift_operator.plan.observed import APPLIED, COMPONENT_LABEL, KEEP, MANAGED_BY, PLATFORM_LABEL, Child, observe

_SECRET = kind_of("v1", "Secret")
ROTATE = "cift.markets/rotate-secrets"
ROTATED = "cift.markets/rotated"
# The audit trail is proven with its key, orders under way with theirs, and PostgreSQL keeps its own password.
NEVER_ROTATED = frozenset({("audit", "key"), ("decision", "key"), ("postgres", "password")})

Values = Mapping[tuple[str, str], str]


def holder(platform: str) -> str:
    """The Secret that holds what was generated, one entry `name.key` each."""
    return f"{platform}-generated"


class Keeper:
    """Knows the secrets of every platform, and asks the API server only where something changed."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._held: dict[tuple[str, str], tuple[int, dict[str, str], str]] = {}

    async def generated(
        self, document: Mapping[str, Any], components: Iterable[Component], child: Child | None, *, owned: bool
    ) -> tuple[dict[tuple[str, str], str], Child | None]:
        """(values, the Secret as it is now); `owned`: it goes when the platform goes."""
        metadata = document["metadata"]
        place = (metadata["namespace"], metadata["name"])
        wanted = {f"{one.name}.{one.key}": one for component in components for one in component.secrets}
        token = (metadata.get("annotations") or {}).get(ROTATE, "")
        held = self._held.get(place)
        if held is None or child is None or held[0] < child.version:
            found = await self._api.get(_SECRET, metadata["namespace"], holder(metadata["name"]))
            held = _decoded(found) if found is not None else (0, held[1] if held else {}, held[2] if held else token)
        version, values, rotated = held
        missing = {name: randomness.token_hex(one.bytes) for name, one in wanted.items() if name not in values}
        anew = {}
        if token and token != rotated:
            changing = {name: one for name, one in wanted.items() if (one.name, one.key) not in NEVER_ROTATED}
            anew = {name: randomness.token_hex(one.bytes) for name, one in changing.items()}
        made = None
        if missing or anew or version == 0:
            body = _body(document, {**values, **missing, **anew}, token or rotated, owned=owned)
            # Made only where there is none: a value that exists is never written over by accident.
            made = await (self._api.create(body) if version == 0 else self._api.apply(body))
            held = _decoded(made)
        self._held[place] = held
        result = {(one.name, one.key): held[1][name] for name, one in wanted.items()}
        return result, observe({"apiVersion": "v1", "kind": "Secret", **made}) if made else child

    async def brought(
        self, namespace: str, components: Iterable[Component], known: Values
    ) -> dict[tuple[str, str], str]:
        """The keys of users' own secrets that can be read; those that cannot are left out."""
        asked: dict[str, set[str]] = {}
        for component in components:
            for part in component.values():
                if isinstance(part, Secret) and (part.name, part.key) not in known:
                    asked.setdefault(part.name, set()).add(part.key)
        found: dict[tuple[str, str], str] = {}
        for name, keys in asked.items():
            try:
                body = await self._api.get(_SECRET, namespace, name)
            except Refused:
                continue
            data = (body or {}).get("data") or {}
            found |= {(name, key): base64.b64decode(data[key]).decode() for key in keys if key in data}
        return found

    def forget(self, namespace: str, name: str) -> None:
        self._held.pop((namespace, name), None)


def _decoded(body: Mapping[str, Any]) -> tuple[int, dict[str, str], str]:
    values = {key: base64.b64decode(text).decode() for key, text in (body.get("data") or {}).items()}
    metadata = body["metadata"]
    return int(metadata["resourceVersion"]), values, (metadata.get("annotations") or {}).get(ROTATED, "")


def _body(document: Mapping[str, Any], values: Mapping[str, str], token: str, *, owned: bool) -> dict[str, Any]:
    metadata = document["metadata"]
    owner = {
        "apiVersion": document["apiVersion"],
        "kind": document["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "metadata": {
            "name": holder(metadata["name"]),
            "namespace": metadata["namespace"],
            "labels": {
                "app.kubernetes.io/managed-by": MANAGED_BY,
                "app.kubernetes.io/part-of": "cift",
                PLATFORM_LABEL: metadata["name"],
                COMPONENT_LABEL: "secrets",
            },
            "annotations": {KEEP: "true", ROTATED: token, APPLIED: "generated"},
            **({"ownerReferences": [owner]} if owned else {}),
        },
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in sorted(values.items())},
    }
