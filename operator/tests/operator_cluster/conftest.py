"""A real control plane with fake nodes (kwok): controllers, scheduler and admission are the real ones."""

import itertools
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from cift_operator.api.crd import crd
from cift_operator.cluster.api import Api

from tests.cluster.clusters import cluster as throw_away
from tests.cluster.clusters import tools

from .harness import Cluster, Operator
from .proxy import Proxy, configuration

VOLUMES = 400
# Watches of these kinds come from etcd itself, and what is older than some seconds is gone there (410).
FORGOTTEN = ("services", "configmaps")
FORGETS = "--etcd-compaction-interval=1s --watch-cache-sizes=" + ",".join(f"{name}#0" for name in FORGOTTEN)
_VOLUMES_PATH = "/api/v1/persistentvolumes"
_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "pool", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "kubernetes.io/no-provisioner",
    "volumeBindingMode": "WaitForFirstConsumer",
}
MakeOperator = Callable[..., Operator]


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of the cluster that KUBECONFIG names, which needs a default storage class, or of a throw-away one."""
    if named := os.environ.get("KUBECONFIG"):
        yield Path(named)
        return
    missing = [name for name in ("kube-apiserver", "etcd", "kwok") if not (tools() / name).exists()]
    if missing:
        pytest.skip(f"no {', '.join(missing)} in {tools()}: scripts/cluster/build.sh makes them (make cluster)")
    with throw_away("kwok", tmp_path_factory.mktemp("operator-cluster") / "kwok", api_server=FORGETS) as found:
        yield found


@pytest.fixture(scope="session")
async def cluster(kubeconfig: Path) -> AsyncIterator[Cluster]:
    """With our CRD, and volumes for everybody."""
    async with Api(await configuration(kubeconfig)) as api:
        found = Cluster(api)
        await found.install(crd())
        if "KUBECONFIG" not in os.environ:
            await api.call("POST", "/apis/storage.k8s.io/v1/storageclasses", None, _CLASS)
            for number in range(VOLUMES):
                await api.call("POST", _VOLUMES_PATH, None, _volume(number))
        yield found


@pytest.fixture
async def namespace(cluster: Cluster) -> AsyncIterator[str]:
    """An empty one, removed afterwards."""
    name = f"test-{secrets.token_hex(4)}"
    await cluster.make_namespace(name)
    yield name
    await cluster.remove_namespace(name)


@pytest.fixture
async def proxy(kubeconfig: Path) -> AsyncIterator[Proxy]:
    async with Proxy(await configuration(kubeconfig)).serving() as found:
        yield found


@pytest.fixture
def operator(proxy: Proxy, namespace: str, tmp_path: Path) -> MakeOperator:
    """Makes operators that see the test's namespace only, through the proxy; all write one log."""
    path = proxy.kubeconfig(tmp_path / "kubeconfig")
    numbers = itertools.count()

    def make(**settings: str) -> Operator:
        return Operator(path, namespace, tmp_path / "operator.log", CIFT_IDENTITY=f"test-{next(numbers)}", **settings)

    return make


def _volume(number: int) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"pool-{number}"},
        "spec": {
            "capacity": {"storage": "1Ti"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "pool",
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": "/nowhere"},
        },
    }
