"""An operator that is killed after any of its writes, and two that want to work at once."""

import asyncio
import os
import random
from collections.abc import Callable

from cift_operator.cluster.kinds import LEASE

from .conftest import MakeOperator
from .harness import Body, Cluster, Operator, ready
from .proxy import Proxy

LONG = bool(os.environ.get("CIFT_TEST_LONG"))


async def _killed_after(
    cluster: Cluster,
    namespace: str,
    operator: MakeOperator,
    proxy: Proxy,
    writes: Callable[[], int],
    wanted: Callable[[Body], bool] = ready,
) -> int:
    """One operator after the other, each killed after so many writes, until it is done; how many were killed."""
    killed = 0
    while True:
        async with operator(CIFT_LEASE_NAME=f"life-{len(proxy.writes)}-{killed}") as running:
            limit = len(proxy.writes) + (1 if LONG else writes())
            dead = asyncio.Event()

            def after(count: int, running: Operator = running, limit: int = limit, dead: asyncio.Event = dead) -> None:
                if count >= limit and not dead.is_set():
                    running.kill()
                    dead.set()

            proxy.after_write = after
            done = asyncio.create_task(cluster.until(namespace, wanted, "as wanted"))
            dying = asyncio.create_task(dead.wait())
            await asyncio.wait({done, dying}, return_when=asyncio.FIRST_COMPLETED)
            proxy.after_write = lambda count: None
            dying.cancel()
            if done.done():
                done.result()
                return killed
            done.cancel()
            killed += 1


async def test_killed_after_its_writes_it_comes_to_the_same_end(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy
) -> None:
    await cluster.declare(namespace, version="0.1.0", trading={"symbols": ["AAPL"]})
    seed = random.randrange(2**32)
    steps = random.Random(seed)
    killed = await _killed_after(cluster, namespace, operator, proxy, lambda: steps.randint(4, 20))
    assert killed >= 2, f"seed {seed}"
    crashed = await cluster.children(namespace)
    secret = crashed["Secret", "demo-generated"]["data"]
    # An operator that nobody kills finds nothing to do, and nothing was made twice.
    written = len(proxy.writes)
    async with operator() as calm:
        await calm.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "yes"}))
        assert proxy.writes[written:] == [], f"seed {seed}"
        assert "Traceback" not in calm.text
    after = await cluster.children(namespace)
    assert _content(after) == _content(crashed)
    assert after["Secret", "demo-generated"]["data"] == secret
    assert len([name for kind, name in after if kind == "Job"]) == len(
        {name.rsplit("-", 1)[0] for kind, name in after if kind == "Job"}
    )


async def test_killed_after_its_writes_an_upgrade_comes_to_the_same_end(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy
) -> None:
    await cluster.declare(namespace, version="0.1.0", trading={"symbols": ["AAPL"]})
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        before = await cluster.children(namespace)
    await cluster.declare(namespace, version="0.2.0", trading={"symbols": ["AAPL"]})

    def upgraded(status: Body) -> bool:
        return ready(status) and status.get("version") == "0.2.0" and "upgrade" not in status

    seed = random.randrange(2**32)
    steps = random.Random(seed)
    killed = await _killed_after(cluster, namespace, operator, proxy, lambda: steps.randint(5, 14), upgraded)
    assert killed >= 1, f"seed {seed}"
    written = len(proxy.writes)
    async with operator() as calm:
        await calm.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "yes"}))
        assert proxy.writes[written:] == [], f"seed {seed}"
    after = await cluster.children(namespace)
    # The same objects, of the new version; a migration of it beside none of the old one.
    assert {key for key in after if key[0] != "Job"} == {key for key in before if key[0] != "Job"}
    assert len([key for key in after if key[0] == "Job"]) == len([key for key in before if key[0] == "Job"])
    assert after["Secret", "demo-generated"]["data"] == before["Secret", "demo-generated"]["data"]
    for (kind, name), body in after.items():
        if kind in ("Deployment", "StatefulSet") and "app.kubernetes.io/version" in body["metadata"]["labels"]:
            assert body["metadata"]["labels"]["app.kubernetes.io/version"] == "0.2.0", name
    assert "Traceback" not in running.text


async def test_one_works_and_the_other_takes_over(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy
) -> None:
    async with operator() as first:
        await first.until_logged("leading")
        async with operator() as second:
            await second.until_logged("waiting for the lease", 2)
            await cluster.declare(namespace, trading={"symbols": ["AAPL"]})
            await cluster.until(namespace, ready, "ready")
            identities = {line["identity"] for line in second.log if line["event"] == "leading"}
            assert len(identities) == 1
            # A leader that ends in order gives the lease back.
            assert first.process is not None
            first.process.terminate()
            assert await first.process.wait() == 0
            held = await cluster.api.get(LEASE, namespace, "cift-operator")
            assert held is not None
            assert held["spec"].get("holderIdentity") not in identities
            await second.until_logged("leading", 2)
            written = len(proxy.writes)
            await second.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "yes"}))
            assert proxy.writes[written:] == []


def _content(children: dict[tuple[str, str], Body]) -> dict[tuple[str, str], Body]:
    return {key: {part: body[part] for part in ("spec", "data") if part in body} for key, body in children.items()}
