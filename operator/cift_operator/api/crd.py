"""The CustomResourceDefinition, generated from the models.

Pydantic's JSON schema becomes a structural one: no references, no unions with null, `default: {}` on sub-objects so
that the API server fills in what is inside them, and whatever CEL the models carry.
"""

import copy
from typing import Any

from cift_operator.api.platform import GROUP, KIND, NAME_LENGTH_MAX, PlatformSpec, TradingPlatform

Schema = dict[str, Any]

PLURAL = "tradingplatforms"
SINGULAR = "tradingplatform"
VERSION_NAME = "v1alpha1"


def crd() -> dict[str, Any]:
    """`tradingplatforms.cift.markets`, as the API server takes it."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "names": {
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": PLURAL,
                "singular": SINGULAR,
                "shortNames": ["tp"],
                "categories": ["cift"],
            },
            "scope": "Namespaced",
            "versions": [
                {
                    "name": VERSION_NAME,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": _columns(),
                    "schema": {"openAPIV3Schema": _root()},
                }
            ],
        },
    }


def spec_schema() -> Schema:
    """The structural schema of `spec`."""
    root = PlatformSpec.model_json_schema(by_alias=True, mode="validation")
    found: Schema = _structural(root, root.pop("$defs", {}))
    return found


def _root() -> Schema:
    return {
        "type": "object",
        "description": (TradingPlatform.__doc__ or "").strip(),
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec_schema() | {"default": {}},
            "status": _status(),
        },
        "x-kubernetes-validations": [
            {
                "rule": f"size(self.metadata.name) <= {NAME_LENGTH_MAX}",
                "message": f"the name must have {NAME_LENGTH_MAX} characters at most:"
                " names of services and jobs are made of it",
            },
            {
                "rule": "!self.metadata.name.contains('.')",
                "message": "the name must be a DNS label: letters, digits and hyphens",
            },
        ],
    }


def _structural(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_structural(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = _resolved(dict(node), definitions)
    node.pop("title", None)
    node.pop("propertyNames", None)
    # What keys look like no structural schema can say; our own validation does.
    for schema in node.pop("patternProperties", {}).values():
        node["additionalProperties"] = schema
    # The API server prunes what it does not know.
    if node.get("additionalProperties") is False:
        del node["additionalProperties"]
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "properties" in node:
        node["properties"] = {
            name: _structural(schema, definitions) for name, schema in sorted(node["properties"].items())
        }
        if "default" in node:
            # Not the model's own: the defaults inside count, and hold for whoever sets only a part. But a default has
            # to pass the rules as it is written.
            ruled = "x-kubernetes-validations" in node
            node["default"] = _plain_defaults(node["properties"]) if ruled else {}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _structural(node[key], definitions)
    if "description" in node:
        node["description"] = " ".join(node["description"].split())
    return node


def _plain_defaults(properties: Schema) -> Schema:
    return {
        name: schema["default"]
        for name, schema in properties.items()
        if "default" in schema and schema.get("type") != "object"
    }


def _resolved(node: Schema, definitions: dict[str, Any]) -> Schema:
    """Without reference and without `anyOf … null`, which is what an optional field is."""
    optional = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    if "anyOf" in node:
        if len(optional) != 1:
            raise ValueError(f"a union is not structural: {node}")
        del node["anyOf"]
        node.pop("default", None)
        node = _resolved(dict(optional[0]), definitions) | node
    if "$ref" in node:
        target = copy.deepcopy(definitions[node.pop("$ref").rpartition("/")[2]])
        node = _resolved(target, definitions) | node
    return node


def _status() -> Schema:
    text = {"type": "string"}
    counted = {"type": "integer", "format": "int64"}
    condition = {
        "type": "object",
        "required": ["type", "status", "lastTransitionTime", "reason", "message"],
        "properties": {
            "type": {"type": "string", "maxLength": 316},
            "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
            "observedGeneration": counted,
            "lastTransitionTime": {"type": "string", "format": "date-time"},
            "reason": {"type": "string", "minLength": 1, "maxLength": 1024},
            "message": {"type": "string", "maxLength": 32768},
        },
    }
    return {
        "type": "object",
        "description": "What the operator sees. Written by it alone.",
        # Figures and the state of components differ from one release to the next; nothing else reads them by schema.
        "x-kubernetes-preserve-unknown-fields": True,
        "properties": {
            "phase": text | {"description": "One word for all conditions."},
            "observedGeneration": counted | {"description": "The spec that the rest is about."},
            "version": text | {"description": "The version that runs."},
            "ready": text | {"description": "Components that are ready, of all."},
            "conditions": {
                "type": "array",
                "items": condition,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["type"],
            },
            "components": {
                "type": "array",
                "description": "One entry a component: its state, and what is wrong with it.",
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "x-kubernetes-preserve-unknown-fields": True,
                    "properties": {"name": text, "state": text, "ready": text, "message": text},
                },
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
            },
            "endpoints": {"type": "object", "additionalProperties": text},
            "trading": {
                "type": "object",
                "x-kubernetes-preserve-unknown-fields": True,
                "properties": {
                    "state": text | {"description": "Open, or Halted."},
                    "ordersPerSecond": text,
                    "p99": text | {"description": "From submission to acknowledgement."},
                    "openOrders": counted,
                    "positions": counted,
                    "lastReconciliation": text,
                },
            },
        },
    }


def _columns() -> list[dict[str, Any]]:
    columns = (
        ("Phase", "string", ".status.phase", 0),
        ("Ready", "string", ".status.ready", 0),
        ("Trading", "string", ".status.trading.state", 0),
        ("Orders/s", "string", ".status.trading.ordersPerSecond", 0),
        ("P99", "string", ".status.trading.p99", 0),
        ("Open", "integer", ".status.trading.openOrders", 0),
        ("Version", "string", ".status.version", 0),
        ("Age", "date", ".metadata.creationTimestamp", 0),
        ("Reason", "string", '.status.conditions[?(@.type=="Ready")].message', 1),
    )
    return [
        {"name": name, "type": kind, "jsonPath": path} | ({"priority": priority} if priority else {})
        for name, kind, path, priority in columns
    ]
