"""What happens while nobody tells the operator: watches that broke, objects that went, operators that came."""

import asyncio
import os
from typing import Any

import pytest
from cift_operator.cluster.kinds import PLATFORM, kind_of

from .conftest import MakeOperator
from .harness import Body, Cluster, condition, ready
from .proxy import Proxy

TRADING = {"symbols": ["AAPL"]}
CLAIM, SECRET = kind_of("v1", "PersistentVolumeClaim"), kind_of("v1", "Secret")


@pytest.mark.skipif("KUBECONFIG" in os.environ, reason="needs an API server that forgets soon")
async def test_what_went_while_every_watch_was_broken_is_found_and_put_back(
    cluster: Cluster, namespace: str, operator: MakeOperator, proxy: Proxy
) -> None:
    await cluster.declare(namespace, trading=TRADING)
    await cluster.declare(namespace, "other", trading=TRADING)
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        await cluster.until(namespace, ready, "ready", "other")
        lists = await running.metric("cift_operator_lists_total")
        before = await cluster.children(namespace)
        gone = [
            before["Service", "demo-risk"],
            before["ConfigMap", "demo-platform"],
            before["Deployment", "demo-gateway"],
        ]
        proxy.blind()
        for body in gone:
            await cluster.api.delete(kind_of(body["apiVersion"], body["kind"]), namespace, body["metadata"]["name"])
        await cluster.remove(namespace, "other")
        await cluster.until_gone(PLATFORM, namespace, "other")
        # What happened since is told no more to who asks for services and config maps: only a new list helps.
        for body in gone[:2]:
            await cluster.until_forgotten(body, namespace)
        proxy.see()
        await asyncio.gather(*(cluster.until_back(namespace, body) for body in gone))
        await cluster.until(namespace, ready, "ready again")
        assert await running.metric("cift_operator_lists_total") > lists
        await cluster.until_gone(kind_of("apps/v1", "Deployment"), namespace, "other-gateway")
        # Its secrets stay, as it was told.
        after = await cluster.children(namespace)
        assert {key for key in after if not _of_other(key)} == {key for key in before if not _of_other(key)}
        assert "Traceback" not in running.text


async def test_an_operator_that_is_installed_later_is_handed_its_store(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    definition = _definition("postgresql.cnpg.io", "v1", "Cluster", "clusters")
    async with operator() as running:
        await cluster.declare(namespace, trading=TRADING, stores={"postgres": {"mode": "cloudNativePG"}})
        status = await cluster.until(
            namespace, lambda found: condition(found, "SpecValid").get("status") == "False", "refused"
        )
        assert "spec.stores.postgres.mode" in condition(status, "SpecValid")["message"]
        await cluster.define(definition)
        try:
            await cluster.until(namespace, lambda found: condition(found, "SpecValid").get("status") == "True", "taken")
            made = await cluster.until_there(
                kind_of("postgresql.cnpg.io/v1", "Cluster"), namespace, "demo-postgres", lambda body: True
            )
            assert made["spec"]["instances"] >= 1
            assert "Traceback" not in running.text
        finally:
            await cluster.undefine(definition)


async def test_data_goes_when_that_is_said_at_the_very_end(
    cluster: Cluster, namespace: str, operator: MakeOperator
) -> None:
    await cluster.declare(namespace, trading=TRADING)
    async with operator() as running:
        await cluster.until(namespace, ready, "ready")
        before = await cluster.children(namespace)
        await cluster.declare(namespace, trading=TRADING, deletionPolicy="delete")
        await cluster.remove(namespace)
        for kind in (CLAIM, SECRET):
            await cluster.until_none(kind, namespace, "app.kubernetes.io/instance=demo")
        assert ("Secret", "demo-generated") in before
        assert "Traceback" not in running.text


def _of_other(key: tuple[str, str]) -> bool:
    return key[1].startswith("other-")


def _definition(group: str, version: str, kind: str, plural: str) -> Body:
    """A custom resource of somebody else's, of any content."""
    schema: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural},
            "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
