"""A platform is installed in order, stays as declared, and costs nothing while nothing changes."""

import asyncio

from cift_operator.cluster.kinds import PLATFORM, kind_of
from cift_operator.cluster.secrets import unpacked
from cift_operator.plan import ROTATE

from .conftest import MakeOperator
from .harness import Body, Cluster, condition, ready
from .proxy import Proxy

TRADING = {"symbols": ["AAPL", "MSFT"]}
WORKLOADS = {
    "Deployment": lambda body: body["spec"]["template"]["spec"]["containers"][0].update(image="elsewhere:1"),
    "StatefulSet": lambda body: body["spec"]["template"]["spec"]["containers"][0].update(image="elsewhere:1"),
    "ConfigMap": lambda body: body["data"].update(dict.fromkeys(body["data"], "edited")),
    "Secret": lambda body: body["data"].update(dict.fromkeys(body["data"], "ZWRpdGVk")),
    "Service": lambda body: body["spec"].update(selector={"app": "elsewhere"}),
    "NetworkPolicy": lambda body: body["spec"].update(podSelector={"matchLabels": {"app": "elsewhere"}}),
    "PodDisruptionBudget": lambda body: body["spec"].update(selector={"matchLabels": {"app": "elsewhere"}}),
    "ServiceAccount": lambda body: body.update(automountServiceAccountToken=True),
}


async def test_it_is_installed_stage_by_stage_and_then_nothing_is_written(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy
) -> None:
    await cluster.declare(namespace, trading=TRADING)
    async with operator() as running:
        status = await cluster.until(namespace, ready, "ready")
        assert status["ready"] == "{0}/{0}".format(len(status["components"]))
        assert status["version"]
        assert condition(status, "StoresReady")["status"] == "True"
        names = [path.rsplit("/", 1)[1] for _, path in proxy.writes if "/apis/apps/" in path or "/jobs/" in path]
        order = [
            next(i for i, name in enumerate(names) if name.startswith(f"demo-{one}"))
            for one in ("postgres", "migrate-risk", "risk", "trading", "gateway")
        ]
        assert order == sorted(order)
        written = len(proxy.writes)
        # A cause of looking that changes nothing.
        await running.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "yes"}))
        assert proxy.writes[written:] == []
    async with operator() as again:
        # An operator that knows nothing of what the first one did.
        await again.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "again"}))
        assert proxy.writes[written:] == []
        assert "Traceback" not in again.text


async def test_what_somebody_removes_or_edits_is_put_back(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    await cluster.declare(namespace, trading=TRADING, services={"gateway": {"replicas": 2}})
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        before = await cluster.children(namespace)
        assert {kind for kind, _ in before} >= set(WORKLOADS)
        for (kind, name), body in before.items():
            await cluster.api.delete(kind_of(body["apiVersion"], kind), namespace, name)
        await asyncio.gather(*(cluster.until_back(namespace, body) for body in before.values()))
        await cluster.until(namespace, ready, "ready again")
        after = await cluster.children(namespace)
        assert after.keys() == before.keys()
        for kind, edit in WORKLOADS.items():
            body = next(body for (one, _), body in after.items() if one == kind)
            await cluster.edit_and_await_repair(namespace, body, edit)
        await cluster.until(namespace, ready, "ready after edits")
        old = _generated(await cluster.children(namespace))
        await cluster.annotate(namespace, {ROTATE: "once"})
        await cluster.until(
            namespace, lambda status: ready(status) and status.get("rotated") == "once", "ready with new secrets"
        )
        new = _generated(await cluster.children(namespace))
        assert not [key for key in old if old[key] == new[key]]
        # The new key signs; what the old one has signed is still proven.
        assert new["audit.key"].split(",")[1:] == [old["audit.key"]]
        now, following = old["decision.key"].split(",")
        assert new["decision.key"].startswith(f"{following},")
        assert new["decision.key"].endswith(f",{now}")
        assert "Traceback" not in running.text


def _generated(children: dict[tuple[str, str], Body]) -> dict[str, str]:
    return unpacked(children["Secret", "demo-generated"])


async def test_what_the_declaration_drops_goes_and_data_stays(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    await cluster.declare(namespace, trading=TRADING)
    async with operator():
        await cluster.until(namespace, ready, "ready")
        await cluster.api.call(
            "POST",
            f"/api/v1/namespaces/{namespace}/secrets",
            None,
            {"metadata": {"name": "theirs"}, "stringData": {"url": "http://questdb.example:9000"}},
        )
        await cluster.declare(
            namespace,
            trading=TRADING,
            stores={"questdb": {"mode": "external", "external": {"urlFrom": {"name": "theirs"}}}},
        )
        status = await cluster.until(namespace, ready, "ready without its own QuestDB")
        assert "questdb" not in {one["name"] for one in status["components"]}
        assert ("StatefulSet", "demo-questdb") not in await cluster.children(namespace)
        claims = await cluster.api.list(kind_of("v1", "PersistentVolumeClaim"), namespace)
        assert any("questdb" in claim["metadata"]["name"] for claim in claims)
    assert (await cluster.api.get(PLATFORM, namespace, "demo") or {})["metadata"].get("finalizers") is None
