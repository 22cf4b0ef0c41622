"""Is an object still what we applied? By the fields that server-side apply says are ours, so that defaults and
additions of others are none of our business."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from cift_operator.plan.quantity import same_quantity

Json = Any


def digest(body: Mapping[str, Any]) -> str:
    """Of a manifest; the annotation that tells which manifest an object was applied from."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def owned_fields(body: Mapping[str, Any], manager: str) -> Mapping[str, Any]:
    """The set of fields that this manager has applied (`fieldsV1`)."""
    for entry in body["metadata"].get("managedFields") or ():
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            return dict(entry.get("fieldsV1") or {})
    return {}


def fingerprint(body: Mapping[str, Any], owned: Mapping[str, Any]) -> str:
    """Of the values in those fields: an edit by others changes a value, or takes the field away from us."""
    return hashlib.sha256(orjson.dumps(_project(body, owned), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Json:
    return orjson.loads(text)


def _project(value: Json, fields: Mapping[str, Any]) -> Json:
    if not fields:
        return value
    found: dict[str, Json] = {}
    for key, below in fields.items():
        kind, _, name = key.partition(":")
        if kind == "f":
            # One that is ours and empty counts, too: an API server leaves an empty list out, and others may fill it.
            if isinstance(value, dict):
                found[key] = _project(value.get(name), below)
        elif kind == "k":
            wanted = _parsed(name)
            for item in value if isinstance(value, list) else ():
                if isinstance(item, dict) and all(item.get(field) == content for field, content in wanted.items()):
                    found[key] = _project(item, below)
        elif kind == "v":
            found[key] = _parsed(name) in (value or ())
        else:
            found[key] = value is not None
    return found


def contains(live: Json, wanted: Json) -> bool:
    """Everything that a manifest says stands in the object, as an API server writes it. Where this says no and the two
    mean the same, they are applied once more, which changes nothing."""
    if isinstance(wanted, dict):
        if not wanted or all(item is None for item in wanted.values()):
            return live is None or isinstance(live, dict)
        if not isinstance(live, dict):
            return False
        return all(contains(live.get(key), item) for key, item in wanted.items() if key != "stringData")
    if isinstance(wanted, list | tuple):
        if not wanted:
            return not live
        return (
            isinstance(live, list)
            and len(live) == len(wanted)
            and all(contains(one, other) for one, other in zip(live, wanted, strict=True))
        )
    if wanted is None or wanted == "" or wanted is False or wanted == 0:
        return live in (None, wanted)
    return bool(live == wanted) or same_quantity(live, wanted)
