"""Whatever is wrong with a spec: said, what runs is left alone, and healed when it is mended."""

import os
import random

import pytest
from cift_operator.cluster.api import Refused

from .conftest import MakeOperator
from .harness import Body, Cluster, condition, ready
from .specs import bad, good

# Each a bad and a good one: a thousand specs in the long run.
STEPS = 500 if os.environ.get("CIFT_TEST_LONG") else 8
pytestmark = pytest.mark.timeout(300 if STEPS < 500 else 5400)


async def test_bad_specs_are_named_change_nothing_and_heal(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    seed = random.randrange(2**32)
    choices = random.Random(seed)
    mended = good(choices)
    await cluster.declare(namespace, **mended)
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        before = await _versions(cluster, namespace)
        for step in range(STEPS):
            spec, named = bad(choices, mended)
            taken = await _taken(cluster, namespace, spec)
            assert taken == bool(named), f"seed {seed}, step {step}: {spec}"
            if not taken:
                continue
            status = await cluster.until(
                namespace,
                lambda status: condition(status, "SpecValid")["status"] == "False",
                f"refused, seed {seed}, step {step}",
            )
            assert named in condition(status, "SpecValid")["message"], f"seed {seed}, step {step}"
            assert condition(status, "Degraded")["status"] == "True"
            assert condition(status, "Ready")["status"] == "True", f"seed {seed}: what runs goes on"
            assert await _versions(cluster, namespace) == before, f"seed {seed}, step {step}"
            if choices.random() < 0.3:
                mended = good(choices)
                await cluster.declare(namespace, **mended)
                await cluster.until(namespace, ready, f"healed by another spec, seed {seed}, step {step}")
                before = await _versions(cluster, namespace)
            else:
                await cluster.declare(namespace, **mended)
                await cluster.until(namespace, ready, f"healed, seed {seed}, step {step}")
                assert await _versions(cluster, namespace) == before, f"seed {seed}, step {step}: nothing was restarted"
        assert "Traceback" not in running.text, f"seed {seed}"
        assert not [line for line in running.log if line["level"] == "error"]


async def _taken(cluster: Cluster, namespace: str, spec: Body) -> bool:
    try:
        await cluster.declare(namespace, **spec)
    except Refused:
        return False
    return True


async def _versions(cluster: Cluster, namespace: str) -> dict[tuple[str, str], tuple[str, int]]:
    """Of everything that we applied: which object it is, and how often its spec has changed."""
    children = await cluster.children(namespace)
    return {
        key: (body["metadata"]["uid"], body["metadata"].get("generation", 0))
        for key, body in children.items()
        # A job that is done may be removed by its own clock.
        if key[0] != "Job"
    }
