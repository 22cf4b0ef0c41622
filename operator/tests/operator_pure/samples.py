"""The samples that users begin from, rendered."""

import hashlib
from pathlib import Path
from typing import Any

import yaml
from cift_operator.api import TradingPlatform, default_platform, parse, validate
from cift_operator.components import components
from cift_operator.render.kubernetes import ClusterFacts, Manifest, manifests
from cift_operator.render.text import preview_facts

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = {path.stem: path for path in sorted((ROOT / "kustomize" / "samples").glob("*.yaml"))}
_LONG = 4000
UID = "6f1c8a52-0000-4000-8000-000000000001"


def sample(name: str) -> TradingPlatform:
    return parse(SAMPLES[name].read_text())


def with_spec(platform: TradingPlatform | None = None, **spec: Any) -> TradingPlatform:
    document = (platform or default_platform("demo")).model_dump(mode="json", by_alias=True, exclude_none=True)
    return validate(document | {"spec": document["spec"] | spec})


def facts(platform: TradingPlatform, **changes: Any) -> ClusterFacts:
    made = preview_facts(platform, components(platform), "trading")
    known = {
        "namespace": "trading",
        "platform_uid": UID,
        "secrets": made.secrets,
        "tls": made.tls,
        "api_groups": frozenset({"monitoring.coreos.com", "postgresql.cnpg.io"}),
        "operator_namespace": "cift-system",
    }
    return ClusterFacts(**(known | changes))


def rendered(platform: TradingPlatform, **changes: Any) -> tuple[Manifest, ...]:
    return manifests(platform, components(platform), facts(platform, **changes))


def templates(found: tuple[Manifest, ...]) -> dict[str, Any]:
    """`Kind/name` of each workload → its pod template: where it changes, pods start again."""
    return {
        f"{one.kind}/{one.name}": one.body["spec"]["template"]
        for one in found
        if one.kind in ("Deployment", "StatefulSet")
    }


def restarts(before: tuple[Manifest, ...], after: tuple[Manifest, ...]) -> set[str]:
    old, new = templates(before), templates(after)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


def to_text(found: tuple[Manifest, ...]) -> str:
    style = {"sort_keys": False, "allow_unicode": True, "width": 160, "default_flow_style": None}
    return "".join(f"---\n{yaml.safe_dump(_brief(one.body), **style)}" for one in found)


def _brief(body: dict[str, Any]) -> dict[str, Any]:
    """Long files, such as dashboards, by their hash."""
    if "data" not in body:
        return body
    data = {
        name: content if len(content) < _LONG else f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
        for name, content in body["data"].items()
    }
    return body | {"data": data}
