"""Whatever the schema lets pass and is still wrong: said, what runs is left alone, and healed when it is mended."""

import os
import random

from .conftest import MakeOperator
from .harness import Body, Cluster, condition, ready

STEPS = 60 if os.environ.get("CIFT_TEST_LONG") else 5
GOOD: list[Body] = [
    {"trading": {"symbols": ["AAPL", "MSFT"]}},
    {"trading": {"symbols": ["AAPL", "MSFT"]}, "services": {"gateway": {"replicas": 2}}},
    {"trading": {"symbols": ["AAPL", "MSFT", "IBM"]}, "risk": {"limits": {"maxOpenOrders": 7}}},
]
# (spec, what its refusal names)
BAD: list[tuple[Body, str]] = [
    (
        {"trading": {"symbols": ["AAPL", "MSFT", "ZZZ"], "instruments": [{"symbol": "ZZZ", "tickSize": "0.03"}]}},
        "ZZZ: referencePrice 100 is not a multiple of tickSize 0.03",
    ),
    (
        {"stores": {"nats": {"mode": "external", "external": {"urlFrom": {"name": "nobody", "key": "url"}}}}},
        "spec.stores.nats.external.urlFrom: there is no secret nobody with the key url",
    ),
    ({"trading": {"symbols": ["AAPL"]}}, "spec.trading.symbols: "),
]


async def test_bad_specs_are_named_change_nothing_and_heal(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    seed = random.randrange(2**32)
    choices = random.Random(seed)
    good: Body = GOOD[-1]
    await cluster.declare(namespace, **good)
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        for _ in range(STEPS):
            before = await _generations(cluster, namespace)
            bad, named = choices.choice(BAD)
            await cluster.declare(namespace, **bad)
            status = await cluster.until(
                namespace, lambda status: condition(status, "SpecValid")["status"] == "False", f"refused, seed {seed}"
            )
            assert named in condition(status, "SpecValid")["message"], f"seed {seed}"
            assert condition(status, "Degraded")["status"] == "True"
            assert condition(status, "Ready")["status"] == "True", f"seed {seed}: what runs goes on"
            assert await _generations(cluster, namespace) == before, f"seed {seed}"
            # A symbol that goes could have positions, and nobody is there to be asked: only more of them.
            good = choices.choice([one for one in GOOD if set(good["trading"]["symbols"]) <= set(_symbols(one))])
            await cluster.declare(namespace, **good)
            await cluster.until(namespace, ready, f"healed, seed {seed}")
        assert "Traceback" not in running.text, f"seed {seed}"
        assert not [line for line in running.log if line["level"] == "error"]


def _symbols(spec: Body) -> list[str]:
    return list(spec["trading"]["symbols"])


async def _generations(cluster: Cluster, namespace: str) -> dict[tuple[str, str], int]:
    children = await cluster.children(namespace)
    return {key: body["metadata"].get("generation", 0) for key, body in children.items()}
