"""From one version to another while orders flow, with the operator killed meanwhile; and back from one that is broken.

CIFT_TEST_NEXT_VERSION names a version that runs, CIFT_TEST_BROKEN_VERSION one whose trading service does not.
"""

import os
import time

import pytest

from tests.cluster.conftest import SYSTEM
from tests.cluster.flow import Flow
from tests.cluster.kube import Platform, printed
from tests.cluster.leader import kill_leader

NEXT, BROKEN = os.environ.get("CIFT_TEST_NEXT_VERSION", ""), os.environ.get("CIFT_TEST_BROKEN_VERSION", "")
pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not (NEXT and BROKEN), reason="no images of other versions are named"),
]


def test_no_order_is_lost_or_doubled_by_an_upgrade(platform: Platform) -> None:
    with Flow(platform) as flow:
        platform.until("orders are accepted", lambda: flow.accepted >= 20)
        begun = time.monotonic()
        platform.cift("upgrade", platform.name, NEXT)
        platform.until("the new version rolls", lambda: _phase(platform) == "Rolling")
        kill_leader(SYSTEM)
        platform.until("it is done", lambda: platform.status().get("version") == NEXT, 900)
        printed("upgrade while orders flow, the operator killed once", time.monotonic() - begun)
        before = flow.accepted
        platform.until("orders are accepted again", lambda: flow.accepted >= before + 20)
    printed("… the longest time without an accepted order", flow.pause())
    flow.prove()
    platform.ready()
    images = {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in _ours(platform)}
    assert images == {NEXT}


def test_a_version_that_does_not_start_goes_back_by_itself(platform: Platform) -> None:
    with Flow(platform) as flow:
        platform.until("orders are accepted", lambda: flow.accepted >= 20)
        begun = time.monotonic()
        said = platform.cift("upgrade", platform.name, BROKEN, "--watch", check=False)
        printed("a broken version, until the last good one runs again", time.monotonic() - begun)
        assert f"{platform.name} went back" in said, said
        before = flow.accepted
        platform.until("orders are accepted again", lambda: flow.accepted >= before + 20)
    printed("… the longest time without an accepted order", flow.pause())
    flow.prove()
    assert platform.status()["version"] == NEXT
    assert "RolledBack" in platform.cift("status", platform.name, check=False)
    platform.patch({"version": NEXT})
    platform.ready()


def _phase(platform: Platform) -> str:
    return str(platform.status().get("upgrade", {}).get("phase", ""))


def _ours(platform: Platform) -> list[dict[str, dict[str, list[dict[str, str]]]]]:
    stores = ("postgres", "nats", "valkey", "questdb")
    return [
        pod
        for pod in platform.found("pod")
        if pod["metadata"]["labels"].get("app.kubernetes.io/component") not in stores
        and pod["status"]["phase"] == "Running"
    ]
