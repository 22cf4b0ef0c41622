"""Charts, kustomizations and skaffold.yaml: valid, least privilege, and of one mind with the operator.

`helm` and `kubectl` come from PATH or from `make cluster`; without them those tests are skipped, and say so.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cift_operator.api import parse, validate
from cift_operator.cluster.kinds import CHILDREN, LEASE
from cift_operator.components import components
from cift_operator.components.service import image
from cift_operator.local import Platform
from cift_operator.render import text

from .samples import ROOT, with_spec

CHARTS = ROOT / "charts"
CACHE = Path(os.environ.get("CIFT_CLUSTER_CACHE") or Path.home() / ".cache/cift/cluster")
WRITE = {"get", "list", "watch", "create", "patch", "delete"}


def tool(name: str) -> str:
    found = os.environ.get(name.upper()) or shutil.which(name, path=f"{os.environ['PATH']}:{CACHE / 'bin'}")
    if found is None:
        pytest.skip(f"{name} is missing (make cluster builds it)")
    return found


def run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def template(chart: str, *values: str) -> tuple[dict[str, Any], ...]:
    settings = [word for value in values for word in ("--set-json", value)]
    if chart == "cift-operator" and not any("clusterWide" in value or "watchNamespaces" in value for value in values):
        settings += ["--set-json", 'watchNamespaces=["desk"]']
    made = run(tool("helm"), "template", "cift", CHARTS / chart, "--namespace", "cift-system", *settings)
    return tuple(one for one in yaml.safe_load_all(made) if one)


def rules(found: tuple[dict[str, Any], ...], kind: str, name: str) -> dict[tuple[str, str], set[str]]:
    """(group, resource) → verbs."""
    role = next(one for one in found if (one["kind"], one["metadata"]["name"]) == (kind, name))
    verbs: dict[tuple[str, str], set[str]] = {}
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                verbs.setdefault((group, resource), set()).update(rule["verbs"])
    return verbs


@pytest.mark.parametrize("chart", ["cift-operator", "cift-platform"])
def test_a_chart_is_in_order(chart: str) -> None:
    scope = ("--set", "watchNamespaces={desk}") if chart == "cift-operator" else ()
    run(tool("helm"), "lint", "--strict", *scope, CHARTS / chart)
    for one in template(chart):
        if one["kind"] not in ("CustomResourceDefinition", "TradingPlatform"):
            kubernetes_validate.validate(one, "1.37", strict=True)


def test_the_operator_may_do_what_it_does_and_nothing_else() -> None:
    cluster = rules(template("cift-operator", "clusterWide=true"), "ClusterRole", "cift")
    namespaced = rules(template("cift-operator", 'watchNamespaces=["desk"]'), "Role", "cift")
    assert namespaced == cluster
    for kind in CHILDREN:
        verbs = namespaced.get((kind.group, kind.plural), set())
        assert verbs == (WRITE if kind.watched else WRITE - {"list", "watch"}), kind
    known = {(kind.group, kind.plural) for kind in CHILDREN}
    known |= {("cift.markets", f"tradingplatforms{part}") for part in ("", "/status", "/finalizers")}
    assert namespaced.keys() == known | {("events.k8s.io", "events")}
    assert not any("*" in word for key, verbs in cluster.items() for word in (*key, *verbs))
    lease = rules(template("cift-operator"), "Role", "cift-lease")
    assert lease.keys() == {(LEASE.group, LEASE.plural)}


def test_named_namespaces_take_no_right_elsewhere() -> None:
    found = template("cift-operator", 'watchNamespaces=["desk"]')
    assert not [one["kind"] for one in found if one["kind"].startswith("ClusterRole")]


def test_which_namespaces_has_to_be_said() -> None:
    for said in (("watchNamespaces=[]",), ('watchNamespaces=["desk"]', "clusterWide=true")):
        with pytest.raises(AssertionError, match=r"watchNamespaces.*clusterWide=true"):
            template("cift-operator", *said)


def test_the_operators_own_pods_reach_what_they_need_and_no_metadata_service() -> None:
    found = template("cift-operator")
    (policy,) = [one["spec"] for one in found if one["kind"] == "NetworkPolicy"]
    deployment = next(one for one in found if one["kind"] == "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert all(rule["from"] and rule["ports"] for rule in policy["ingress"])
    for rule in policy["egress"]:
        assert rule["to"]
        assert rule["ports"]
        for block in (peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer):
            assert {"169.254.0.0/16", "fe80::/10"} & set(block["except"])
    platforms = policy["egress"][-1]["to"]
    assert [peer["namespaceSelector"]["matchLabels"] for peer in platforms] == [{"kubernetes.io/metadata.name": "desk"}]


def test_the_crd_stays_when_the_chart_goes() -> None:
    def definitions(*values: str) -> list[dict[str, Any]]:
        return [one for one in template("cift-operator", *values) if one["kind"] == "CustomResourceDefinition"]

    (kept,) = definitions()
    assert kept["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    (free,) = definitions('crds={"install": true, "keep": false}')
    assert "annotations" not in free["metadata"]
    assert not definitions('crds={"install": false}')


def test_values_are_checked() -> None:
    with pytest.raises(AssertionError, match="profle"):
        template("cift-platform", 'spec={"profle": "production"}')
    (platform,) = template("cift-platform", 'spec={"profile": "production", "trading": {"symbols": ["AAPL"]}}')
    assert validate(platform).spec.production


@pytest.mark.parametrize("overlay", ["dev", "staging", "production"])
def test_an_overlay_is_a_platform(overlay: str) -> None:
    platform = parse(run(tool("kubectl"), "kustomize", ROOT / "kustomize" / "overlays" / overlay))
    assert platform.metadata.namespace is not None
    assert components(platform)


def test_the_operator_can_be_had_without_helm() -> None:
    built = yaml.safe_load_all(run(tool("kubectl"), "kustomize", ROOT / "kustomize" / "operator"))
    assert {"Deployment", "CustomResourceDefinition", "Namespace"} <= {one["kind"] for one in built}
    script = ROOT / "scripts" / "generate_operator_manifests.sh"
    done = subprocess.run([script, "--check"], env=os.environ | {"HELM": tool("helm")}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("profile", "spec"), [("", {}), ("research", {"analytics": {"enabled": True}, "forecast": {"enabled": True}})]
)
def test_skaffold_builds_what_a_platform_runs(profile: str, spec: dict[str, Any]) -> None:
    """Its published schema cannot be had without its program; the structure and the names are what can go wrong."""
    config = _skaffold(profile)
    assert config["apiVersion"].startswith("skaffold/v4")
    built = {artifact["image"]: artifact["docker"] for artifact in config["build"]["artifacts"]}
    assert all((ROOT / docker["dockerfile"]).is_file() for docker in built.values())
    releases = {release["name"]: release for release in config["deploy"]["helm"]["releases"]}
    assert all((ROOT / release["chartPath"] / "Chart.yaml").is_file() for release in releases.values())
    overridden = {key.removeprefix("spec.image.overrides.") for key in releases["demo"]["setValueTemplates"]}
    assert {f"cift-{name}" for name in overridden} == built.keys() - {"cift-artifacts", "cift-operator"}
    platform = with_spec(parse((ROOT / "kustomize" / "samples" / "minimal.yaml").read_text()), **spec)
    found = components(platform)
    ours = {image(platform, name) for name in overridden}
    assert {component.image for component in found if component.image.startswith(platform.spec.image.registry)} == ours
    known = {component.name for component in found}
    assert overridden <= known
    forwarded = {forward["resourceName"].removeprefix("demo-") for forward in config["portForward"]}
    assert forwarded <= known


def _skaffold(profile: str) -> dict[str, Any]:
    """With a profile's patches (RFC 6902, as far as they are used)."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "skaffold.yaml").read_text())
    patches = {one["name"]: one["patches"] for one in config["profiles"]}
    for patch in patches[profile] if profile else ():
        *way, last = patch["path"].strip("/").split("/")
        place: Any = config
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        assert patch["op"] == "add"
        if last == "-":
            place.append(patch["value"])
        else:
            place[last] = patch["value"]
    return config


def test_one_declaration_is_told_everywhere(tmp_path: Path) -> None:
    """The same components here, in a cluster and in a compose file."""
    platform = parse((ROOT / "kustomize" / "samples" / "minimal.yaml").read_text())
    here = {component.name for component in Platform(tmp_path, platform).components}
    composed = yaml.safe_load(text.compose_text(platform))
    assert composed["services"].keys() - {"volumes"} == here
    manifests = [one for one in yaml.safe_load_all(text.kubernetes_text(platform, "default")) if one]
    assert {one["metadata"]["labels"].get("app.kubernetes.io/name") for one in manifests} - {None} == here
    wanted = {line.split("=")[0] for line in text.environment_text(platform).splitlines()}
    assert all(f"${{{name}:?" in json.dumps(composed) for name in wanted)
