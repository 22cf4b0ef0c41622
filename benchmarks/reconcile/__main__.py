"""What the operator costs: `python benchmarks/reconcile`.

A real API server, scheduler and controllers with fake nodes (kwok), so that pods cost nothing and the operator is what
is measured. A cold operator meets all platforms at once; then nothing changes; then each is changed in turn.
CIFT_BENCH_PLATFORMS says how many (100).
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from cift_operator.api.crd import crd  # noqa: E402
from cift_operator.cluster.api import Api, configuration  # noqa: E402
from cift_operator.cluster.kinds import CHILDREN, PLATFORM, kind_of  # noqa: E402
from cift_operator.plan.observed import SELECTOR  # noqa: E402

from tests.cluster.clusters import cluster  # noqa: E402

PLATFORMS = int(os.environ.get("CIFT_BENCH_PLATFORMS", "100"))
VOLUMES_EACH = 7
PODS_EACH = 11
# With these two run by somebody else a platform has 40 objects of its own.
ELSEWHERE = {"mode": "external", "external": {"urlFrom": {"name": "elsewhere"}}}
PODS_A_NODE = 100
NAMESPACE = "default"
DEPLOYMENT = kind_of("apps/v1", "Deployment")


async def prepare(api: Api) -> None:
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    await api.call("POST", path, None, crd())
    await api.call(
        "POST",
        "/apis/storage.k8s.io/v1/storageclasses",
        None,
        {
            "metadata": {"name": "pool", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )
    volumes = [volume(number) for number in range(PLATFORMS * VOLUMES_EACH)]
    await asyncio.gather(*(api.call("POST", "/api/v1/persistentvolumes", None, body) for body in volumes))
    while True:
        if await api.serves(PLATFORM):
            return
        await asyncio.sleep(0.1)


def volume(number: int) -> dict[str, Any]:
    return {
        "metadata": {"name": f"pool-{number}"},
        "spec": {
            "capacity": {"storage": "1Ti"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "pool",
            "hostPath": {"path": "/nowhere"},
        },
    }


def platform(number: int) -> dict[str, Any]:
    return {
        "apiVersion": PLATFORM.api_version,
        "kind": PLATFORM.kind,
        "metadata": {"name": f"p{number}", "namespace": NAMESPACE},
        "spec": {"trading": {"symbols": ["AAPL"]}, "stores": {"cache": ELSEWHERE, "questdb": ELSEWHERE}},
    }


class Running:
    """The operator as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process, self._log = process, log
        self._measured = psutil.Process(process.pid)
        self.peak = 0

    def cpu(self) -> float:
        """Seconds, so far."""
        times = self._measured.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        now = int(self._measured.memory_info().rss)
        self.peak = max(self.peak, now)
        return now

    def log(self) -> str:
        return self._log.read_text()

    def started(self) -> bool:
        return "health_port" in self._log.read_text()

    async def metric(self, name: str, label: str = "") -> float:
        ports = [
            json.loads(line)["health_port"] for line in self._log.read_text().splitlines() if "health_port" in line
        ]
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"http://127.0.0.1:{ports[0]}/metrics")
            lines = (await answer.text()).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name) and label in line)

    async def passes(self, least: float) -> None:
        while True:
            if await self.metric("cift_operator_passes_total") >= least:
                return
            await asyncio.sleep(0.05)


async def all_ready(api: Api, running: Running) -> None:
    """By what the operator counts, which costs the API server nothing; then by what the API server says."""
    while not running.started() or await running.metric("cift_operator_platforms", 'phase="Ready"') < PLATFORMS:
        running.memory()
        await asyncio.sleep(0.5)
    found = await api.list(PLATFORM, NAMESPACE)
    assert sum((one.get("status") or {}).get("phase") == "Ready" for one in found) == PLATFORMS


async def changed_at(api: Api, seen: dict[str, float]) -> None:
    """Notes when a gateway's Deployment was first changed."""
    rest = api.client.rest_client
    url = f"{api.client.configuration.host}{DEPLOYMENT.path(NAMESPACE)}?watch=true&labelSelector={SELECTOR}"
    generations: dict[str, int] = {}
    async with rest.pool_manager.get(url, timeout=aiohttp.ClientTimeout(total=None)) as answer:
        async for line in answer.content:
            body = json.loads(line)["object"]
            name, generation = body["metadata"]["name"], body["metadata"]["generation"]
            if generation > generations.setdefault(name, generation) and name not in seen:
                seen[name] = time.perf_counter()


async def latencies(api: Api) -> list[float]:
    """Seconds from the answer to a spec's change to the first child that was changed for it."""
    seen: dict[str, float] = {}
    watching = asyncio.create_task(changed_at(api, seen))
    await asyncio.sleep(1)
    found = []
    for number in range(PLATFORMS):
        name = f"p{number}-gateway"
        spec = {"services": {"gateway": {"logLevel": "DEBUG"}}}
        await api.patch(PLATFORM, NAMESPACE, f"p{number}", {"spec": spec})
        begun = time.perf_counter()
        while True:
            if name in seen:
                break
            await asyncio.sleep(0.001)
        found.append(max(0.0, seen[name] - begun))
    watching.cancel()
    return sorted(found)


async def measure(kubeconfig: Path, log: Path) -> None:
    os.environ["KUBECONFIG"] = str(kubeconfig)
    async with Api(await configuration(), concurrent_max=16) as api:
        await prepare(api)
        url = {"metadata": {"name": "elsewhere"}, "stringData": {"url": "http://store.example:9000"}}
        await api.call("POST", f"/api/v1/namespaces/{NAMESPACE}/secrets", None, url)
        for number in range(PLATFORMS):
            await api.create(platform(number))
        settings = {
            "CIFT_HEALTH_LISTEN": "127.0.0.1:0",
            "CIFT_SURVEY_SECONDS": "0",
            "CIFT_LEASE_NAMESPACE": NAMESPACE,
            "CIFT_WATCH_NAMESPACES": NAMESPACE,
        }
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "cift_operator", env={**os.environ, **settings}, stdout=output, stderr=output
            )
        begun = time.perf_counter()
        running = Running(process, log)
        try:
            await all_ready(api, running)
            cold = time.perf_counter() - begun
            children = 0
            for kind in CHILDREN:
                if kind.made and not kind.optional:
                    children += len(await api.list(kind, NAMESPACE, SELECTOR))
            show(
                f"{PLATFORMS} platforms × {children / PLATFORMS:.0f} children: all ready from a cold operator",
                f"{cold:.0f} s",
                "< 120 s",
            )
            show("the operator's processor time for it", f"{running.cpu():.1f} s", "")
            show("the same of the API server, etcd, controllers and scheduler", f"{others(kubeconfig):.0f} s", "")
            show("the operator's requests: applies, other writes, reads", await requests(running), "")
            await running.passes(PLATFORMS)
            passes, writes, cpu = await figures(running)
            for number in range(PLATFORMS):
                annotations = {"example.com/looked-at": "yes"}
                await api.patch(PLATFORM, NAMESPACE, f"p{number}", {"metadata": {"annotations": annotations}})
            await running.passes(passes + PLATFORMS)
            after_passes, after_writes, after_cpu = await figures(running)
            each = (after_cpu - cpu) / (after_passes - passes) * 1000
            show("writes of passes that find nothing to do", f"{after_writes - writes:.0f}", "0")
            show("processor time of such a pass", f"{each:.1f} ms", "<= 20 ms")
            found = await latencies(api)
            middle, late = found[len(found) // 2], found[int(len(found) * 0.99) - 1]
            show("from a spec's change to the first apply", f"p50 {middle:.2f} s, p99 {late:.2f} s", "p99 < 1 s")
            running.memory()
            show("the operator's memory at most", f"{running.peak / 2**20:.0f} MiB", "< 250 MB")
        finally:
            if process.returncode is None:
                process.terminate()
            if await process.wait():
                print(running.log()[-3000:], file=sys.stderr)


def others(kubeconfig: Path) -> float:
    """Seconds of processor time of the cluster's own programs, so far."""
    found = 0.0
    for file in (kubeconfig.parent / "run").glob("*.pid"):
        times = psutil.Process(int(file.read_text())).cpu_times()
        found += times.user + times.system
    return found


async def requests(running: Running) -> str:
    name = "cift_operator_api_requests_total"
    counts = [await running.metric(name, f'verb="{verb}"') for verb in ("APPLY", "POST", "PATCH", "DELETE", "GET")]
    return f"{counts[0]:.0f}, {sum(counts[1:4]):.0f}, {counts[4]:.0f}"


async def figures(running: Running) -> tuple[float, float, float]:
    applies = await running.metric("cift_operator_api_requests_total", 'verb="APPLY"')
    return await running.metric("cift_operator_passes_total"), applies, running.cpu()


def show(what: str, measured: str, aim: str) -> None:
    print(f"{what:<68} {measured:<28} {aim}", flush=True)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        nodes = -(-PLATFORMS * PODS_EACH // PODS_A_NODE) + 1
        with cluster("kwok", Path(folder) / "kwok", nodes=nodes) as kubeconfig:
            show("measurement", "measured", "aim")
            asyncio.run(measure(kubeconfig, Path(folder) / "operator.log"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
