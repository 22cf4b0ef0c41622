"""Writes what is generated from operator/cift_operator: the CRD for Helm and kustomize, the values' schema of the
platform's chart, and the reference. With --check only says what is not up to date, and ends with 1."""

import json
import sys
from pathlib import Path
from typing import Any

from cift_operator.api import parse
from cift_operator.api.crd import crd, spec_schema
from cift_operator.components import components
from cift_operator.render import tables
from cift_operator.render.text import GENERATED, crd_text

ROOT = Path(__file__).resolve().parents[1]
CRD_BYTES_MAX = 100_000
SAMPLE = "kustomize/samples/full.yaml"


def files() -> dict[str, str]:
    """Path below the root → content."""
    definition = GENERATED + crd_text()
    return {
        "charts/cift-operator/files/crd.yaml": definition,
        "kustomize/crd/crd.yaml": definition,
        "charts/cift-platform/values.schema.json": json.dumps(values_schema(), indent=2) + "\n",
        "docs/reference/tradingplatform.md": reference(),
        "docs/reference/components.md": components_reference(),
    }


def values_schema() -> dict[str, Any]:
    text, texts = {"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft-07/schema#",
        "$comment": "Generated from operator/cift_operator/api by `make generate`; not edited by hand.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "global": {"type": "object"},
            "name": text,
            "labels": texts,
            "annotations": texts,
            "spec": _strict(spec_schema()),
        },
    }


def _strict(node: Any) -> Any:
    """A structural schema as plain JSON schema that knows every field."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _strict(value) for key, value in node.items() if not key.startswith("x-kubernetes-")}
    if node.get("x-kubernetes-int-or-string"):
        plain["type"] = ["integer", "string"]
    if plain.get("type") == "object" and "properties" in plain:
        plain["properties"] = {name: _strict(schema) for name, schema in node["properties"].items()}
        plain.setdefault("additionalProperties", False)
    return plain


def reference() -> str:
    """One line a field."""
    version = crd()["spec"]["versions"][0]
    lines = [
        "# TradingPlatform",
        "",
        "`cift.markets/v1alpha1`, short name `tp`. Generated from `operator/cift_operator/api` by `make generate`;",
        "`kubectl explain tp.spec` tells the same.",
        "",
        "| field | type | default | |",
        "| --- | --- | --- | --- |",
        *_rows("spec", spec_schema()),
        "",
        "## Rules",
        "",
        "What the API server refuses, beside types and bounds:",
        "",
        "| at | |",
        "| --- | --- |",
        *(f"| `{path}` | {message} |" for path, message in _rules("spec", spec_schema())),
        "",
        "## Status",
        "",
        "| field | |",
        "| --- | --- |",
        *_status_rows("status", version["schema"]["openAPIV3Schema"]["properties"]["status"]),
        "",
    ]
    return "\n".join(lines)


def components_reference() -> str:
    """What the sample that has every part becomes."""
    found = components(parse((ROOT / SAMPLE).read_text()))
    lines = [
        "# Components",
        "",
        f"What `{SAMPLE}` becomes, in the order of a rollout. Generated from `operator/cift_operator/components` by",
        "`make generate`; `cift render images -f platform.yaml` prints what a cluster must be able to pull for yours.",
        "",
    ]
    return "\n".join(lines) + "\n" + tables.markdown(found)


def _rows(path: str, schema: dict[str, Any]) -> list[str]:
    rows: list[str] = []
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        default = inner.get("default")
        shown = "" if default in (None, {}, [], "") or isinstance(default, dict) else f"`{json.dumps(default)}`"
        if name in schema.get("required", ()):
            shown = "required"
        rows.append(f"| `{here}` | {_type(inner)} | {shown} | {_text(inner)} |")
        rows += _rows(here, inner)
        if isinstance(inner.get("items"), dict):
            rows += _rows(f"{here}[]", inner["items"])
    return rows


def _type(schema: dict[str, Any]) -> str:
    if schema.get("x-kubernetes-int-or-string"):
        return "decimal"
    if "enum" in schema:
        return " \\| ".join(f"`{value}`" for value in schema["enum"])
    kind = str(schema.get("type", ""))
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    if kind == "object" and "additionalProperties" in schema:
        return "map"
    low, high = schema.get("minimum"), schema.get("maximum")
    return f"{kind} {low}..{high}" if low is not None and high is not None else kind


def _text(schema: dict[str, Any]) -> str:
    return str(schema.get("description", "")).replace("|", "\\|")


def _rules(path: str, schema: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(path, rule["message"]) for rule in schema.get("x-kubernetes-validations", ())]
    for name, inner in schema.get("properties", {}).items():
        found += _rules(f"{path}.{name}", inner)
    return found


def _status_rows(path: str, schema: dict[str, Any]) -> list[str]:
    rows: list[str] = []
    for name, inner in schema.get("properties", {}).items():
        rows.append(f"| `{path}.{name}` | {_text(inner)} |")
        rows += _status_rows(f"{path}.{name}", inner)
    return rows


def main() -> int:
    stale: list[str] = []
    for name, content in files().items():
        path = ROOT / name
        if not path.exists() or path.read_text() != content:
            stale.append(name)
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
                print(f"wrote {name}")
    size = len(crd_text())
    if size > CRD_BYTES_MAX:
        sys.exit(f"the CRD has {size} bytes, more than {CRD_BYTES_MAX}")
    if stale and "--check" in sys.argv:
        sys.exit(f"not up to date: {', '.join(stale)}; run `make generate`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
