"""The operator may do what it does, and nothing more; it reads Secrets by name and can list none."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from cift_operator.cluster.kinds import CHILDREN
from cift_operator.settings import OperatorSettings
from pydantic import ValidationError

MANIFESTS = Path(__file__).parents[3] / "kustomize" / "operator" / "operator.yaml"
NOT_CHILDREN = {
    ("cift.markets", "tradingplatforms"),
    ("cift.markets", "tradingplatforms/status"),
    ("cift.markets", "tradingplatforms/finalizers"),
    ("events.k8s.io", "events"),
}


def rights() -> dict[tuple[str, str], set[str]]:
    role: dict[str, Any] = next(
        found
        for found in yaml.safe_load_all(MANIFESTS.read_text())
        if found and (found["kind"], found["metadata"]["name"]) == ("Role", "cift")
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
        needed = {"get"} | ({"list", "watch"} if kind.watched else set())
        needed |= {"create", "patch", "delete"}  # pods too: it tries whether new ones could run
        assert needed == may[kind.group, kind.plural], kind


def test_nothing_lists_secrets_and_nothing_counts_for_the_whole_cluster_unless_that_is_said() -> None:
    assert not {"list", "watch", "*"} & rights()["", "secrets"]
    found = [one for one in yaml.safe_load_all(MANIFESTS.read_text()) if one]
    assert not [one for one in found if one["kind"].startswith("ClusterRole")]


def test_which_namespaces_are_watched_is_said_one_way_or_the_other() -> None:
    for said in ({}, {"watch_namespaces": "desk", "cluster_wide": True}, {"watch_namespaces": " , "}):
        with pytest.raises(ValidationError, match="CIFT_WATCH_NAMESPACES"):
            OperatorSettings(**said)
    assert OperatorSettings(watch_namespaces="desk, lab").namespaces == ("desk", "lab")
    assert OperatorSettings(cluster_wide=True).namespaces == ()
