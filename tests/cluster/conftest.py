"""Clusters of this folder's tests, and the platform that those on a real node share."""

import os
from collections.abc import Iterator

import pytest

from tests.cluster.clusters import ROOT, api_server, fake_nodes
from tests.cluster.kube import FIGURES, Platform, printed, run

__all__ = ["api_server", "fake_nodes"]

NAMESPACE = "cift-test"
SYSTEM = "cift-system"
SAMPLE = ROOT / "kustomize" / "samples" / "minimal.yaml"


def install() -> None:
    chart = str(ROOT / "charts" / "cift-operator")
    scope = ("--set", f"watchNamespaces={{{NAMESPACE}}}", "--set", "secretSeconds=1")
    run("helm", "install", "cift", chart, *scope, "-n", SYSTEM, "--create-namespace", "--wait", "--timeout", "300s")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in FIGURES:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def operator() -> Iterator[None]:
    """By its chart; gone at the end, with all that it brought."""
    if "CIFT_TEST_CLUSTER" not in os.environ:
        pytest.skip("make test-cluster runs it")
    run("kubectl", "create", "namespace", NAMESPACE)
    run("kubectl", "label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    install()
    yield
    run("helm", "uninstall", "cift", "-n", SYSTEM, "--wait")
    run("kubectl", "delete", "namespace", NAMESPACE)
    run("kubectl", "delete", "crd", "tradingplatforms.cift.markets")
    run("kubectl", "delete", "namespace", SYSTEM)


@pytest.fixture(scope="session")
def _demo(operator: None) -> Iterator[Platform]:
    demo = Platform("demo", NAMESPACE)
    demo.kubectl("apply", "-f", str(SAMPLE))
    printed("kubectl apply of minimal.yaml to Ready", demo.ready())
    yield demo
    demo.kubectl("delete", "tradingplatform", "demo", "--ignore-not-found", "--timeout=120s")


@pytest.fixture
def platform(_demo: Platform) -> Platform:
    """The minimal sample, ready."""
    _demo.ready()
    return _demo
