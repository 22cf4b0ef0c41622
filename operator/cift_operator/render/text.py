"""Renderings as YAML, for `cift render` and for files that are generated."""

import json
import secrets as randomness
from typing import Any

import yaml

from cift_operator.api import TradingPlatform
from cift_operator.api.crd import crd
from cift_operator.components import Component, components, local_components
from cift_operator.components.values import Secret
from cift_operator.render.compose import compose, public_variables, variables
from cift_operator.render.keys import public_keys
from cift_operator.render.kubernetes import ClusterFacts, TlsMaterial, manifests, tls_names

GENERATED = "# Generated from operator/cift_operator/api by `make generate`; not edited by hand.\n"


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


_SHORT = 600


class _Compact(_Dumper):
    """What is short stands on one line: a CRD is a long file."""

    def represent_dict(self, data: Any) -> yaml.MappingNode:
        return self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=len(json.dumps(data)) < _SHORT)

    def represent_list(self, data: Any) -> yaml.SequenceNode:
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=len(json.dumps(data)) < _SHORT)


_Compact.add_representer(dict, _Compact.represent_dict)
_Compact.add_representer(list, _Compact.represent_list)


def to_yaml(document: Any) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def crd_text() -> str:
    return yaml.dump(crd(), Dumper=_Compact, sort_keys=False, allow_unicode=True, width=200)


def kubernetes_text(platform: TradingPlatform, namespace: str, *, new_secrets: bool = False) -> str:
    """All manifests, in rollout order. Secrets are named, not told, unless new ones are asked for."""
    found = components(platform)
    facts = preview_facts(platform, found, namespace, new_secrets=new_secrets)
    return "".join(f"---\n{to_yaml(manifest.body)}" for manifest in manifests(platform, found, facts))


def preview_facts(
    platform: TradingPlatform, found: tuple[Component, ...], namespace: str, *, new_secrets: bool = False
) -> ClusterFacts:
    """What a cluster would add, made up."""
    generated = {(secret.name, secret.key): secret.bytes for component in found for secret in component.secrets}
    referred = {(part.name, part.key) for component in found for part in component.values() if isinstance(part, Secret)}
    made = {key: randomness.token_hex(size) for key, size in generated.items()} if new_secrets else {}
    return ClusterFacts(
        namespace=namespace,
        secrets={key: made.get(key, f"<{key[0]}/{key[1]}>") for key in {*generated, *referred}},
        tls={
            component: TlsMaterial(ca="<ca>", certificate=f"<certificate of {component}>", key=f"<key of {component}>")
            for component in tls_names(platform, found, namespace)
        },
    )


def compose_text(platform: TradingPlatform) -> str:
    """`compose.yaml`; what it needs in the environment is `environment_text`."""
    return to_yaml(compose(platform, local_components(platform)))


def environment_text(platform: TradingPlatform) -> str:
    """`.env` for the compose file, with new secrets; those that are not ours are left empty."""
    found = local_components(platform)
    values = {name: randomness.token_hex(size) if size else "" for name, size in variables(found)}
    values |= {name: public_keys(values[secret]) for name, secret in public_variables(found)}
    return "".join(f"{name}={value}\n" for name, value in values.items())
