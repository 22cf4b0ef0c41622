"""Secrets of a platform: made once, kept, made anew when asked; and those that users bring."""

import base64
import secrets as randomness
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cift_operator.cluster import certificates
from cift_operator.cluster.api import Api, Refused
from cift_operator.cluster.kinds import kind_of
from cift_operator.components import Component, seals
from cift_operator.components.execution import REPORT_KEY
from cift_operator.components.values import Secret
from cift_operator.plan import ROTATE
from cift_operator.plan.observed import APPLIED, COMPONENT_LABEL, KEEP, MANAGED_BY, PLATFORM_LABEL, Child
from cift_operator.render.kubernetes import TlsMaterial, names

_SECRET = kind_of("v1", "Secret")
ROTATED = "cift.markets/rotated"
AUDIT, DECISION = ("audit", "key"), ("decision", "key")
PRINCIPALS = frozenset({("principal-trading", "key"), ("principal-risk", "key")})
# Execution reports, and what trading tells the gateway and analytics.
REPORTS = frozenset((secret.name, secret.key) for secret in (REPORT_KEY, seals.GATEWAY, seals.ANALYTICS))
PAIRED = PRINCIPALS | REPORTS | {DECISION}
SIGNING = PAIRED | {AUDIT}
"""What these have signed is proven with them: several stand behind one another with commas, and the first one signs."""


@dataclass
class _Held:
    """What a Secret said when it was last read or written."""

    version: int
    values: dict[str, str] = field(repr=False)
    token: str
    owned: bool
    edited: bool = False
    """Somebody else has changed it; `values` are what it said before."""


def holder(platform: str) -> str:
    """The Secret that holds what was generated, one entry `name.key` each."""
    return f"{platform}-generated"


def chest(platform: str) -> str:
    """The Secret that holds the CA and all certificates."""
    return f"{platform}-certificates"


class Keeper:
    """Knows the secrets of every platform, and asks the API server only where something changed."""

    def __init__(self, api: Api, written: Callable[[Mapping[str, Any]], None] | None = None) -> None:
        """`written` is called with every Secret that the API server returns: no watch reports them."""
        self._api, self._written = api, written or (lambda body: None)
        self._held: dict[tuple[str, str], _Held] = {}

    async def generated(
        self, document: Mapping[str, Any], components: Iterable[Component], child: Child | None, *, owned: bool
    ) -> dict[tuple[str, str], str]:
        """Every secret that components generate. `child`: the Secret as it was last seen; `owned`: it goes when the
        platform goes."""
        found = tuple(components)
        wanted = {f"{one.name}.{one.key}": one for component in found for one in component.secrets}
        name = holder(document["metadata"]["name"])
        held = await self._read(document, name, child)
        values = {key: randomness.token_hex(one.bytes) for key, one in wanted.items()}
        for key, one in wanted.items():
            if (one.name, one.key) in PAIRED:
                values[key] = f"{values[key]},{randomness.token_hex(one.bytes)}"
        if held is not None:
            kept = {(one.name, one.key): key for key, one in wanted.items()}
            anew = _asked(document, held)
            # An installed operator has set its store's password; a store of ours sets its own whenever it starts.
            theirs = {(s.name, s.key) for component in found if component.delegate for s in component.secrets}
            never = {key for pair, key in kept.items() if pair in theirs}
            old = {key: text for key, text in held.values.items() if not anew or key not in wanted or key in never}
            rings = {
                key: rotated(pair, values[key], held.values[key])
                for pair, key in kept.items()
                if anew and pair in SIGNING and key in held.values
            }
            values = {**values, **old, **rings}
        held = await self._write(document, name, held, values, owned=owned)
        return {(one.name, one.key): held.values[key] for key, one in wanted.items()}

    async def tls(
        self,
        document: Mapping[str, Any],
        names: Mapping[str, Sequence[str]],
        child: Child | None,
        now: datetime,
        *,
        owned: bool,
    ) -> dict[str, TlsMaterial]:
        """Component → certificate, and the operator's own; empty where nobody needs one."""
        if not names:
            return {}
        name = chest(document["metadata"]["name"])
        held = await self._read(document, name, child)
        files = certificates.complete(
            held.values if held else {},
            names,
            now,
            platform=document["metadata"]["name"],
            anew=held is not None and _asked(document, held),
        )
        held = await self._write(document, name, held, files, owned=owned)
        return {
            one: TlsMaterial(held.values["ca.crt"], held.values[f"{one}.crt"], held.values[f"{one}.key"])
            for one in (*names, certificates.OPERATOR)
        }

    async def brought(self, namespace: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The (name, key) of users' own secrets that can be read; those that cannot are left out."""
        asked: dict[str, set[str]] = {}
        for name, key in wanted:
            asked.setdefault(name, set()).add(key)
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
        for one in (holder(name), chest(name)):
            self._held.pop((namespace, one), None)

    async def _read(self, document: Mapping[str, Any], name: str, child: Child | None) -> _Held | None:
        namespace = document["metadata"]["namespace"]
        held = self._held.get((namespace, name))
        if held is None or child is None or held.version < child.version:
            found = await self._api.get(_SECRET, namespace, name)
            if found is not None:
                self._written(found)
                held = _mended(held, _decoded(found))
            elif held is not None:
                # Somebody removed it: what it said is still known.
                held.version = 0
        return held

    async def _write(
        self, document: Mapping[str, Any], name: str, held: _Held | None, values: dict[str, str], *, owned: bool
    ) -> _Held:
        """Only where something differs. A Secret that is there is never made anew by accident: creating fails then."""
        place = (document["metadata"]["namespace"], name)
        token = _token(document) or (held.token if held else "")
        same = held is not None and (held.values, held.token, held.owned) == (values, token, owned)
        if held is not None and held.version and same and not held.edited:
            self._held[place] = held
            return held
        body = _body(document, name, values, token, owned=owned)
        if held is None or not held.version:
            made = await self._api.create(body)
        else:
            metadata = {**body["metadata"], "ownerReferences": body["metadata"].get("ownerReferences")}
            made = await self._api.patch(_SECRET, place[0], name, {"metadata": metadata, "data": body["data"]})
        self._written(made)
        self._held[place] = _decoded(made)
        return self._held[place]


def rotated(which: tuple[str, str], fresh: str, held: str) -> str:
    """The keys after a rotation. The audit trail is proven from its beginning, so all stay. Whoever checks decisions
    may read its keys before or after whoever signs: the next one is known to both before it is used, and the last one
    stays for orders under way."""
    known = held.split(",")
    if which == AUDIT:
        return ",".join([fresh, *known])
    now, following = fresh.split(",")
    return ",".join([known[1], following, known[0]] if len(known) > 1 else [now, following, known[0]])


def references(components: Iterable[Component]) -> set[tuple[str, str]]:
    """(name, key) of every secret that components read."""
    values = (part for component in components for part in component.values())
    return {(part.name, part.key) for part in values if isinstance(part, Secret)}


def unpacked(body: Mapping[str, Any]) -> dict[str, str]:
    """The content of a Secret."""
    return {key: base64.b64decode(text).decode(errors="replace") for key, text in (body.get("data") or {}).items()}


def _token(document: Mapping[str, Any]) -> str:
    return str((document["metadata"].get("annotations") or {}).get(ROTATE, ""))


def _asked(document: Mapping[str, Any], held: _Held) -> bool:
    """Somebody wants them anew."""
    return bool(_token(document)) and _token(document) != held.token


def _decoded(body: Mapping[str, Any]) -> _Held:
    values = unpacked(body)
    metadata = body["metadata"]
    return _Held(
        int(metadata["resourceVersion"]),
        values,
        (metadata.get("annotations") or {}).get(ROTATED, ""),
        bool(metadata.get("ownerReferences")),
    )


def _mended(before: _Held | None, now: _Held) -> _Held:
    """A key that was lost to an edit would be lost for ever: what is known of it counts."""
    if before is None or all(now.values.get(key) == text for key, text in before.values.items()):
        return now
    return replace(now, values=now.values | before.values, edited=True)


def _body(
    document: Mapping[str, Any], name: str, values: Mapping[str, str], token: str, *, owned: bool
) -> dict[str, Any]:
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
            "name": name,
            "namespace": metadata["namespace"],
            "labels": {
                "app.kubernetes.io/managed-by": MANAGED_BY,
                "app.kubernetes.io/part-of": "cift",
                PLATFORM_LABEL: metadata["name"],
                names.PLATFORM_LABEL: metadata["name"],
                COMPONENT_LABEL: "secrets",
            },
            "annotations": {KEEP: "true", ROTATED: token, APPLIED: "generated"},
            **({"ownerReferences": [owner]} if owned else {}),
        },
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in sorted(values.items())},
    }
