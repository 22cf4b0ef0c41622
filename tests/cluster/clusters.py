"""Real API servers for tests: one that `KUBECONFIG` names, or a throw-away one of scripts/cluster."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "cluster"


def tools() -> Path:
    """Where kubectl, helm and the others are, of the versions that scripts/cluster builds."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("CIFT_CLUSTER_CACHE") or f"{cache}/cift/cluster") / "bin"


@contextmanager
def cluster(
    mode: Literal["control", "kwok", "full"], state: Path, nodes: int = 3, api_server: str = ""
) -> Iterator[Path]:
    """Starts a cluster, yields its kubeconfig when it is ready, and removes it without a trace.

    `api_server`: more arguments of the API server's.
    """
    environment = {**os.environ, "MODE": mode, "STATE": str(state), "NODES": str(nodes), "API_SERVER_ARGS": api_server}
    environment.pop("PORT", None)
    try:
        done = subprocess.run([SCRIPTS / "up.sh"], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            logs = "".join(
                f"\n{log.name}: {log.read_text(errors='replace')[-500:]}" for log in sorted(state.glob("log/*.log"))
            )
            raise AssertionError(f"no cluster ({mode}):\n{done.stdout}{done.stderr}{logs}")
        yield state / "kubeconfig"
    finally:
        subprocess.run([SCRIPTS / "down.sh"], env=environment, check=True)


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of an API server with its controllers and no node; its pods never run.

    Import it into a conftest.py. The first time on a machine it builds Kubernetes, which takes minutes.
    """
    if named := os.environ.get("KUBECONFIG"):
        yield Path(named)
        return
    with cluster("control", tmp_path_factory.mktemp("cluster") / "control") as kubeconfig:
        yield kubeconfig


@pytest.fixture(scope="session")
def fake_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a cluster with five fake nodes: pods are scheduled and seem to run."""
    with cluster("kwok", tmp_path_factory.mktemp("cluster") / "kwok", nodes=5) as kubeconfig:
        yield kubeconfig
