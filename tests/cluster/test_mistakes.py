"""Specs that no schema refuses and no cluster can follow: named, orders go on as before, and mending heals."""

import base64
import json
from collections.abc import Iterator

import pytest

from tests.cluster.flow import Flow
from tests.cluster.kube import Body, Platform

pytestmark = pytest.mark.timeout(600)

NOWHERE = "ghcr.io/cift-markets/cift-trading:nowhere"
ELSEWHERE = {"mode": "external", "external": {"urlFrom": {"name": "elsewhere", "key": "url"}}}
MISTAKES: dict[str, tuple[Body, str]] = {
    "an image that is nowhere": (
        {"image": {"overrides": {"trading": NOWHERE}}},
        f"spec.image: the image {NOWHERE} cannot be pulled",
    ),
    "a version that nobody has built": ({"version": "9.9.9"}, "spec.version: the image ghcr.io/cift-markets/cift-"),
    "a store where nobody answers": (
        {"stores": {"cache": ELSEWHERE}},
        "spec.stores.cache.external.urlFrom: nobody answers at nowhere:6379",
    ),
    "a secret that is not there": (
        {"stores": {"nats": {**ELSEWHERE, "external": {"urlFrom": {"name": "nothing", "key": "url"}}}}},
        "spec.stores.nats.external.urlFrom: there is no secret nothing with the key url",
    ),
    "more than the namespace may have": (
        {"services": {"risk": {"resources": {"requests": {"cpu": "40"}}}}},
        "lower spec.services.risk.resources, or raise the quota",
    ),
    "more than a node has": (
        {"services": {"trading": {"resources": {"requests": {"cpu": "20"}}}}},
        "spec.services.trading.resources: no node can take it",
    ),
}


@pytest.fixture(scope="module")
def surroundings(_demo: Platform) -> Iterator[None]:
    """A quota, and a secret with the address of nobody."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "team"},
        "spec": {"hard": {"requests.cpu": "30"}},
    }
    url = base64.b64encode(b"redis://nowhere:6379/0").decode()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "elsewhere"}, "data": {"url": url}}
    for body in (quota, secret):
        _demo.create(body)
    yield
    _demo.kubectl("delete", "resourcequota/team", "secret/elsewhere")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_and_stops_nobody(platform: Platform, surroundings: None, mistake: str) -> None:
    spec, named = MISTAKES[mistake]
    before = _pods(platform)
    with Flow(platform) as flow:
        platform.until("orders are accepted", lambda: flow.accepted >= 5)
        platform.patch(spec)
        platform.until("it is refused", lambda: named in _said(platform))
        accepted = flow.accepted
        platform.until("orders are accepted as before", lambda: flow.accepted >= accepted + 10)
        platform.patch(dict.fromkeys(spec))
        platform.ready()
    flow.prove()
    # A busy machine may refuse an order for an old price; nobody has stopped trading.
    assert not [reason for reason in flow.reasons if "halt" in reason or "upgrading" in reason]
    assert _pods(platform) == before
    platform.until("nothing is left of the trial", lambda: not _pods(platform, trials=True))


def test_who_waits_for_such_a_version_is_told(platform: Platform) -> None:
    said = platform.cift("upgrade", platform.name, "9.9.9", "--watch", check=False)
    platform.patch({"version": None})
    assert "the spec of demo is refused: spec.version: the image" in " ".join(said.split())
    platform.ready()


def _said(platform: Platform) -> str:
    """Why the spec is refused."""
    found = platform.status().get("conditions") or ()
    return next((one["message"] for one in found if one["type"] == "SpecValid" and one["status"] == "False"), "")


def _pods(platform: Platform, *, trials: bool = False) -> dict[str, str]:
    listed = json.loads(platform.kubectl("get", "pods", "-o", "json"))["items"]
    return {
        pod["metadata"]["name"]: pod["metadata"]["uid"]
        for pod in listed
        if ("-trial-" in pod["metadata"]["name"]) == trials and pod["metadata"]["name"].startswith(f"{platform.name}-")
    }
