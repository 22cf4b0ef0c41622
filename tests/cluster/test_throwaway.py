"""The throw-away cluster itself: up, used, gone."""

import subprocess
from pathlib import Path

from tests.cluster.clusters import tools


def test_the_api_server_gives_service_accounts_and_validates(api_server: Path) -> None:
    def kubectl(*arguments: str) -> str:
        command = [str(tools() / "kubectl"), "--kubeconfig", str(api_server), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert kubectl("auth", "can-i", "*", "*").strip() == "yes"
    assert kubectl("get", "serviceaccount", "default", "-o", "name").strip() == "serviceaccount/default"
    assert "deployment.apps" in kubectl("create", "deployment", "web", "--image=web", "--dry-run=server")
