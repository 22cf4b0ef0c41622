"""What a declaration becomes in this cluster with this version of the operator, and how the cluster differs."""

from typing import Any

import yaml

from cift_operator.api import InvalidPlatform, validate
from cift_operator.cluster.kinds import kind_of
from cift_operator.cluster.secrets import Keeper, chest, holder, references, unpacked
from cift_operator.components import components
from cift_operator.kubectl.cluster import Here
from cift_operator.kubectl.report import without_secrets
from cift_operator.local.problem import Problem
from cift_operator.plan.drift import contains
from cift_operator.plan.model import Stamped
from cift_operator.plan.observed import APPLIED
from cift_operator.plan.stamp import stamp
from cift_operator.plan.upgrade import version_to_render
from cift_operator.render.kubernetes import ClusterFacts, MissingFact, TlsMaterial, manifests


async def _wanted(here: Here) -> tuple[Stamped, ...]:
    document = await here.platform()
    try:
        platform = validate({key: document[key] for key in ("apiVersion", "kind", "metadata", "spec")})
    except InvalidPlatform as invalid:
        raise Problem("; ".join(invalid.problems)) from None
    version = version_to_render(document.get("status") or {}, platform.spec.version)
    platform = platform.model_copy(update={"spec": platform.spec.model_copy(update={"version": version})})
    found = components(platform)
    kind = kind_of("v1", "Secret")
    held = unpacked(await here.api.get(kind, here.namespace, holder(here.name)) or {})
    files = unpacked(await here.api.get(kind, here.namespace, chest(here.name)) or {})
    ours = {(one.name, one.key): held.get(f"{one.name}.{one.key}", "") for part in found for one in part.secrets}
    facts = ClusterFacts(
        namespace=here.namespace,
        platform_uid=document["metadata"]["uid"],
        secrets={**await Keeper(here.api).brought(here.namespace, references(found) - ours.keys()), **ours},
        tls={
            name.removesuffix(".key"): TlsMaterial(files["ca.crt"], files[f"{name.removesuffix('.key')}.crt"], key)
            for name, key in files.items()
            if name.endswith(".key") and name != "ca.key"
        },
        cluster_version=await here.api.version(),
        api_groups=await here.api.groups(),
        operator_namespace=_operator_namespace(document),
    )
    try:
        return tuple(stamp(one) for one in manifests(platform, found, facts))
    except MissingFact as missing:
        raise Problem(str(missing)) from None


def _operator_namespace(document: dict[str, Any]) -> str | None:
    return (document.get("status") or {}).get("operatorNamespace")


async def rendered(here: Here) -> str:
    """As YAML, secrets without their content."""
    return yaml.safe_dump_all(
        [without_secrets(dict(one.manifest.body)) for one in await _wanted(here)], sort_keys=False
    )


async def difference(here: Here) -> list[str]:
    """One line an object: missing, changed (this version renders it otherwise), or edited by somebody."""
    found = []
    for one in await _wanted(here):
        kind = kind_of(one.key[0], one.key[1])
        live = await here.api.get(kind, here.namespace, one.key[2])
        name = f"{kind.kind} {one.key[2]}"
        if live is None:
            found.append(f"- {name}: is missing")
        elif (live["metadata"].get("annotations") or {}).get(APPLIED) != one.digest:
            found.append(f"~ {name}: {_where(live, one.manifest.body)}")
        elif not contains(live, one.body):
            found.append(f"! {name}: edited: {_where(live, one.manifest.body)}")
    return found


def _where(live: Any, wanted: Any, path: str = "") -> str:
    """The fields that differ, without their values: they may be secrets."""
    if isinstance(wanted, dict):
        parts = [
            _where((live or {}).get(key) if isinstance(live, dict) else None, value, f"{path}.{key}" if path else key)
            for key, value in wanted.items()
        ]
        return ", ".join(part for part in parts if part) or ("" if path else "fields that are no longer declared")
    return "" if contains(live, wanted) else path
