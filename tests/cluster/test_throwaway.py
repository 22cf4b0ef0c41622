"""The throw-away cluster itself: up, used, gone."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cluster.clusters import SCRIPTS, tools


def test_the_api_server_gives_service_accounts_and_validates(api_server: Path) -> None:
    def kubectl(*arguments: str) -> str:
        command = [str(tools() / "kubectl"), "--kubeconfig", str(api_server), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert kubectl("auth", "can-i", "*", "*").strip() == "yes"
    assert kubectl("get", "serviceaccount", "default", "-o", "name").strip() == "serviceaccount/default"
    assert "deployment.apps" in kubectl("create", "deployment", "web", "--image=web", "--dry-run=server")


@pytest.mark.skipif("KUBECONFIG" in os.environ, reason="that cluster is in its owner's kubeconfig already")
def test_it_is_added_to_a_kubeconfig_and_taken_away_again(api_server: Path, tmp_path: Path) -> None:
    config, links = tmp_path / "kube" / "config", tmp_path / "bin"
    links.mkdir()
    config.parent.mkdir()
    other = {"contexts": [{"name": "other", "context": {"cluster": "other", "user": "other"}}]}
    config.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "other", **other}))
    # A PATH without helm and kubectl.
    environment = {
        "HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin", "KUBECONFIG": str(config), "LINKS": str(links),
        "MODE": "control", "STATE": str(api_server.parent), "CIFT_CLUSTER_CACHE": str(tools().parent),
    }  # fmt: skip

    def context(command: str) -> dict[str, object]:
        subprocess.run([SCRIPTS / "context.sh", command], env=environment, check=True, capture_output=True)
        found: dict[str, object] = yaml.safe_load(config.read_text())
        return found

    added = context("add")
    assert added["current-context"] == "cift-control"
    assert (links / "helm").readlink() == tools() / "helm"
    asked = [str(tools() / "kubectl"), "--kubeconfig", str(config), "get", "--raw", "/readyz"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "ok"
    assert context("add") == added

    removed = context("remove")
    assert (removed["contexts"], removed["clusters"], removed["users"]) == (other["contexts"], None, None)
    assert not removed.get("current-context")
    assert not list(links.iterdir())
