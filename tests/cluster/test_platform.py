"""A platform on a real node, from `helm install` to the last object gone: what a user does, in that order.

`make test-cluster` runs it, with CIFT_TEST_CLUSTER set and a cluster in KUBECONFIG that has the images.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cluster.clusters import ROOT, tools

pytestmark = [
    pytest.mark.skipif("CIFT_TEST_CLUSTER" not in os.environ, reason="make test-cluster runs it"),
    pytest.mark.timeout(900),
]

NAMESPACE = "cift-test"
SAMPLE = ROOT / "kustomize" / "samples" / "minimal.yaml"
REPAIRED_SECONDS_MAX = 60
"""The aim is 10; a machine that does other things as well is not to fail here."""
CHILDREN = (
    "deployment,statefulset,job,cronjob,service,configmap,secret,serviceaccount,networkpolicy,poddisruptionbudget,"
    "persistentvolumeclaim,pod,ingress,horizontalpodautoscaler"
)


def run(program: str, *arguments: str, check: bool = True) -> str:
    path = {**os.environ, "PATH": f"{tools()}:{os.environ['PATH']}"}
    done = subprocess.run([program, *arguments], env=path, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise AssertionError(
            f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout + ("" if check else done.stderr)


def kubectl(*arguments: str, check: bool = True) -> str:
    return run("kubectl", "-n", NAMESPACE, *arguments, check=check)


def cift(*arguments: str, check: bool = True) -> str:
    return run(sys.executable, "-m", "cift_operator.kubectl", *arguments, "-n", NAMESPACE, check=check)


def found(kinds: str, *arguments: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(kubectl("get", kinds, "-o", "json", *arguments))["items"]
    return items


def ours() -> dict[tuple[str, str], dict[str, Any]]:
    """The platform's own objects, (kind, name) → object; what controllers made of them is left out."""
    label = "app.kubernetes.io/instance=demo"
    return {
        (item["kind"], item["metadata"]["name"]): item
        for item in found(CHILDREN, "-l", label)
        if item["kind"] not in ("Pod", "PersistentVolumeClaim")
        and all(owner["kind"] == "TradingPlatform" for owner in item["metadata"].get("ownerReferences", []))
    }


def until(what: str, holds: Callable[[], bool], seconds: float = REPAIRED_SECONDS_MAX) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what}\n{cift('status', 'demo', check=False)}")
        time.sleep(0.5)


def ready(seconds: int = 300) -> None:
    try:
        kubectl("wait", "--for=condition=Ready", "tradingplatform/demo", f"--timeout={seconds}s")
    except AssertionError as late:
        state = cift("status", "demo", check=False) + kubectl("get", "pods", "-o", "wide", check=False)
        raise AssertionError(f"{late}\n{state}") from None


@pytest.fixture(scope="module")
def operator() -> Iterator[None]:
    chart = str(ROOT / "charts" / "cift-operator")
    kubectl("create", "namespace", NAMESPACE)
    kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    run("helm", "install", "cift", chart, "-n", "cift-system", "--create-namespace", "--wait", "--timeout", "180s")
    yield
    run("helm", "uninstall", "cift", "-n", "cift-system", "--wait")
    kubectl("delete", "namespace", NAMESPACE)
    run("kubectl", "delete", "crd", "tradingplatforms.cift.markets")
    run("kubectl", "delete", "namespace", "cift-system")


@pytest.fixture(scope="module")
def platform(operator: None) -> Iterator[None]:
    """The minimal sample, ready; it is deleted with all that it keeps."""
    kubectl("apply", "-f", str(SAMPLE))
    ready()
    yield
    kubectl("delete", "tradingplatform", "demo", "--ignore-not-found", "--timeout=120s")


def test_the_minimal_sample_becomes_ready_and_an_order_fills(platform: None) -> None:
    assert "Ready" in kubectl("get", "tp", "demo")
    assert cift("order", "buy", "AAPL", "10").startswith("fill 10 AAPL @ ")
    assert cift("order", "sell", "AAPL", "4").startswith("fill 4 AAPL @ ")


def test_nothing_changes_without_a_cause(platform: None) -> None:
    before = {key: item["metadata"]["resourceVersion"] for key, item in ours().items()}
    # Long enough for a survey of the services.
    time.sleep(15)
    assert {key: item["metadata"]["resourceVersion"] for key, item in ours().items()} == before


def test_every_child_that_is_deleted_comes_back(platform: None) -> None:
    # A store's workload is left to the next test: it takes the platform with it.
    for (kind, name), item in ours().items():
        if kind in ("StatefulSet", "Job", "Secret"):
            continue
        uid = item["metadata"]["uid"]
        kubectl("delete", kind, name, "--wait=false")
        until(f"{kind} {name} is back", lambda key=(kind, name), old=uid: _uid(*key) not in ("", old))  # type: ignore[misc]
    ready()


def _uid(kind: str, name: str) -> str:
    return kubectl("get", kind, name, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}").strip()


def test_every_child_that_is_edited_is_mended(platform: None) -> None:
    def replicas(kind: str, name: str) -> str:
        return kubectl("get", kind, name, "-o", "jsonpath={.spec.replicas}").strip()

    for kind, name in ours():
        if kind in ("Deployment", "StatefulSet"):
            was = replicas(kind, name)
            kubectl("scale", kind, name, "--replicas=0")
            until(f"{kind} {name} has {was} replicas", lambda key=(kind, name), n=was: replicas(*key) == n)  # type: ignore[misc]
    ready()
    assert cift("order", "buy", "MSFT", "1").startswith("fill 1 MSFT @ ")


def test_a_halt_refuses_orders_until_trading_is_resumed(platform: None) -> None:
    cift("halt", "demo", "--reason", "fat finger in desk 3")
    refused = cift("order", "buy", "AAPL", "1", check=False)
    assert "halt" in refused.lower(), refused
    cift("resume", "demo")
    assert cift("order", "buy", "AAPL", "1").startswith("fill 1 AAPL @ ")


def test_delete_leaves_what_the_deletion_policy_keeps(platform: None) -> None:
    kubectl("delete", "tradingplatform", "demo", "--timeout=120s")
    left = {"Pod", "Deployment", "StatefulSet", "Job", "Service", "NetworkPolicy"}
    until("its pods and services are gone", lambda: not any(key[0] in left for key in _of_the_platform()), 120)
    kept = {kind for kind, _ in _of_the_platform()}
    assert kept == {"PersistentVolumeClaim", "Secret"}

    # The same name finds its ledger again.
    kubectl("apply", "-f", str(SAMPLE))
    ready()
    assert cift("order", "sell", "AAPL", "7").startswith("fill 7 AAPL @ ")

    kubectl("patch", "tp", "demo", "--type=merge", "-p", '{"spec":{"deletionPolicy":"delete"}}')
    ready()
    kubectl("delete", "tradingplatform", "demo", "--timeout=120s")
    until("nothing is left", lambda: not _of_the_platform(), 120)


def _of_the_platform() -> set[tuple[str, str]]:
    names = ((item["kind"], item["metadata"]["name"]) for item in found(CHILDREN))
    return {(kind, name) for kind, name in names if "demo" in name}
