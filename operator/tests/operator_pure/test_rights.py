"""The operator may do what it does, and nothing more."""

from pathlib import Path
from typing import Any

import yaml
from cift_operator.cluster.kinds import CHILDREN

MANIFESTS = Path(__file__).parents[3] / "kustomize" / "operator" / "operator.yaml"
NOT_CHILDREN = {
    ("cift.markets", "tradingplatforms"),
    ("cift.markets", "tradingplatforms/status"),
    ("cift.markets", "tradingplatforms/finalizers"),
    ("", "pods/log"),
    ("", "events"),
    ("events.k8s.io", "events"),
    ("storage.k8s.io", "storageclasses"),
}


def rights() -> dict[tuple[str, str], set[str]]:
    role: dict[str, Any] = next(
        found for found in yaml.safe_load_all(MANIFESTS.read_text()) if found and found["kind"] == "ClusterRole"
    )
    return {
        (group, resource): set(rule["verbs"])
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


def test_the_role_covers_the_kinds_that_the_operator_handles_and_no_others() -> None:
    may = rights()
    handled = {(kind.group, kind.plural) for kind in CHILDREN}
    assert may.keys() - NOT_CHILDREN == handled
    for kind in CHILDREN:
        needed = {"get", "list", "watch"} | ({"create", "patch", "delete"} if kind.made else set())
        assert needed <= may[kind.group, kind.plural], kind
