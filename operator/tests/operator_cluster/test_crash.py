"""An operator that is killed after any of its writes, and two that want to work at once."""

import asyncio
import os
import random

from .conftest import MakeOperator
from .harness import Body, Cluster, Operator, ready
from .proxy import Proxy

LONG = bool(os.environ.get("CIFT_TEST_LONG"))


async def _killed_after(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy, steps: random.Random
) -> int:
    """Installs with one operator after the other; how many were killed."""
    killed = 0
    while True:
        async with operator(CIFT_LEASE_NAME=f"life-{killed}") as running:
            limit = len(proxy.writes) + (1 if LONG else steps.randint(4, 40))
            dead = asyncio.Event()

            def after(count: int, running: Operator = running, limit: int = limit, dead: asyncio.Event = dead) -> None:
                if count >= limit and not dead.is_set():
                    running.kill()
                    dead.set()

            proxy.after_write = after
            done = asyncio.create_task(cluster.until(namespace, ready, "ready"))
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
    await cluster.declare(namespace, trading={"symbols": ["AAPL"]})
    seed = random.randrange(2**32)
    killed = await _killed_after(cluster, namespace, operator, proxy, random.Random(seed))
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
            await first.process.wait()
            await second.until_logged("leading", 2)
            written = len(proxy.writes)
            await second.looks_again(lambda: cluster.annotate(namespace, {"example.com/seen": "yes"}))
            assert proxy.writes[written:] == []


def _content(children: dict[tuple[str, str], Body]) -> dict[tuple[str, str], Body]:
    return {key: {part: body[part] for part in ("spec", "data") if part in body} for key, body in children.items()}
