"""With the rights that the chart grants and the policy that it brings the operator does its work, and nothing that is
not its own: a real API server refuses it."""

import asyncio
import base64
import os
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from cift_operator.cluster.api import Api, Refused
from cift_operator.cluster.kinds import kind_of
from kubernetes.aio import client

from tests.cluster.clusters import ROOT, tools

from .harness import PATIENCE_SECONDS, Body, Cluster, Operator, condition, ready
from .proxy import configuration

TRADING = {"symbols": ["AAPL"]}
SECRET, CONFIG_MAP = kind_of("v1", "Secret"), kind_of("v1", "ConfigMap")
_APPLY = "application/apply-patch+yaml"


def manifests(namespace: str) -> list[Body]:
    """Account, rights and policies of the chart, without its pods."""
    helm = os.environ.get("HELM") or shutil.which("helm", path=f"{os.environ['PATH']}:{tools()}")
    if helm is None:
        pytest.skip("helm is missing (make cluster builds it)")
    scope = ("--set", f"watchNamespaces={{{namespace}}}", "--set", "crds.install=false")
    command = (helm, "template", "cift", ROOT / "charts" / "cift-operator", "--namespace", namespace, *scope)
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout
    wanted = ("ServiceAccount", "Role", "RoleBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
    return [one for one in yaml.safe_load_all(made) if one and one["kind"] in wanted]


def path_of(body: Body) -> str:
    group, _, _ = body["apiVersion"].rpartition("/")
    start = f"/apis/{body['apiVersion']}" if group else f"/api/{body['apiVersion']}"
    kind = body["kind"].lower()
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    space = f"/namespaces/{body['metadata']['namespace']}" if "namespace" in body["metadata"] else ""
    return f"{start}{space}/{plural}/{body['metadata']['name']}"


@pytest.fixture
async def installed(cluster: Cluster, namespace: str, kubeconfig: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """A kubeconfig of the operator's service account."""
    found = manifests(namespace)
    for body in found:
        await cluster.api.call("PATCH", path_of(body), {"fieldManager": "helm", "force": "true"}, body, _APPLY)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    account = f"/api/v1/namespaces/{namespace}/serviceaccounts/cift/token"
    token = (await cluster.api.call("POST", account, None, request))["status"]["token"]
    document = yaml.safe_load(kubeconfig.read_bytes())  # noqa: ASYNC240
    document["users"] = [{"name": document["users"][0]["name"], "user": {"token": token}}]
    path = tmp_path / "operator.kubeconfig"
    path.write_text(yaml.safe_dump(document))
    async with acting(path) as api, asyncio.timeout(PATIENCE_SECONDS):
        plain = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plain"}}
        await until_in_force(api, CONFIG_MAP.path(namespace), plain)
        bare = labelled("Job", "bare", namespace, spec={"template": _BARE}) | {"apiVersion": "batch/v1"}
        await until_in_force(api, f"/apis/batch/v1/namespaces/{namespace}/jobs", bare)
    yield path
    for body in found:
        if body["kind"].startswith("Validating"):
            await cluster.api.call("DELETE", path_of(body))


_BARE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "one", "image": "one:1"}]}}


async def until_in_force(api: Api, path: str, body: Body) -> None:
    """The API server takes a new policy up after a moment: until then it lets this through."""
    while True:
        try:
            await api.call("POST", path, {"dryRun": "All"}, body)
        except Refused as refusal:
            if "CIFT Markets" in refusal.message:
                return
        await asyncio.sleep(0.05)


@asynccontextmanager
async def acting(kubeconfig: Path) -> AsyncIterator[Api]:
    found: client.Configuration = await configuration(kubeconfig)
    async with Api(found) as api:
        yield api


async def refused(
    api: Api, method: str, path: str, body: Any = None, content_type: str = "application/json"
) -> Refused:
    query = {"fieldManager": "cift-operator", "force": "true"} if content_type == _APPLY else None
    with pytest.raises(Refused) as found:
        await api.call(method, path, query, body, content_type)
    assert found.value.status in (403, 422), found.value
    return found.value


def labelled(kind: str, name: str, namespace: str, **content: Any) -> Body:
    labels = {"cift.markets/platform": "demo", "app.kubernetes.io/managed-by": "cift-operator"}
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        **content,
    }


def pod(namespace: str, **changed: Any) -> Body:
    container = {"name": "one", "image": "one:1", "securityContext": {"allowPrivilegeEscalation": False}}
    spec = {
        "serviceAccountName": "demo-platform",
        "automountServiceAccountToken": False,
        "containers": [container | changed.pop("container", {})],
        **changed,
    }
    return labelled("Pod", f"pod-{secrets.token_hex(3)}", namespace, spec=spec)


async def test_the_operator_needs_no_more_than_it_has(
    cluster: Cluster, namespace: str, installed: Path, tmp_path: Path
) -> None:
    await cluster.declare(namespace, trading=TRADING)
    log = tmp_path / "operator.log"
    async with Operator(installed, namespace, log, CIFT_LEASE_NAME="cift", CIFT_IDENTITY="test") as running:
        await cluster.until(namespace, ready, "ready")
        # A Secret that somebody edits or deletes is put back, though nobody reports it.
        before = (await cluster.children(namespace))["Secret", "demo-jwt"]
        await cluster.api.delete(SECRET, namespace, "demo-jwt")
        await cluster.until_back(namespace, before)
        changed = {"data": {"key": base64.b64encode(b"edited").decode()}}
        await cluster.api.patch(SECRET, namespace, "demo-jwt", changed)
        await cluster.until_there(SECRET, namespace, "demo-jwt", lambda body: bool(body["data"] == before["data"]))
        # What the declaration no longer has goes, Secrets too.
        await cluster.declare(namespace, trading=TRADING, analytics={"enabled": True})
        await cluster.until_there(SECRET, namespace, "demo-analytics-tls", lambda body: True)
        await cluster.declare(namespace, trading=TRADING)
        await cluster.until_gone(SECRET, namespace, "demo-analytics-tls")
        status = await cluster.until(namespace, ready, "ready again")
        assert "demo-analytics-tls" not in status["secrets"]
        assert condition(status, "SpecValid")["status"] == "True"
        assert "cannot" not in running.text, running.text
        assert "Traceback" not in running.text


async def test_the_operator_reads_no_list_of_secrets_and_writes_nothing_of_others(
    cluster: Cluster, namespace: str, installed: Path
) -> None:
    theirs = {"apiVersion": "v1", "metadata": {"name": "theirs", "namespace": namespace}}
    await cluster.api.call("POST", SECRET.path(namespace), None, {**theirs, "kind": "Secret"})
    await cluster.api.call("POST", CONFIG_MAP.path(namespace), None, {**theirs, "kind": "ConfigMap"})
    async with acting(installed) as api:
        for path in (SECRET.path(namespace), SECRET.path(""), SECRET.path("kube-system")):
            await refused(api, "GET", path)
        for kind, word in ((SECRET, "Secret"), (CONFIG_MAP, "ConfigMap")):
            path = kind.path(namespace, "theirs")
            said = await refused(api, "DELETE", path)
            assert "cift.markets/platform" in said.message
            await refused(api, "PATCH", path, {"data": {"a": "Yg=="}}, "application/merge-patch+json")
            # Nor by taking it over with a label.
            await refused(api, "PATCH", path, labelled(word, "theirs", namespace, data={"a": "Yg=="}), _APPLY)
            plain = {"apiVersion": "v1", "kind": word, "metadata": {"name": "plain"}}
            await refused(api, "POST", kind.path(namespace), plain)
            ours = await api.create(labelled(word, f"ours-{word.lower()}", namespace))
            stolen = {"metadata": {"labels": {"cift.markets/platform": "other"}}}
            ours_path = kind.path(namespace, ours["metadata"]["name"])
            await refused(api, "PATCH", ours_path, stolen, "application/merge-patch+json")
            await api.delete(kind, namespace, ours["metadata"]["name"])
        token = labelled("Secret", "token", namespace, type="kubernetes.io/service-account-token")
        token["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "default"}
        assert "type" in (await refused(api, "POST", SECRET.path(namespace), token)).message
        cloud = labelled("ServiceAccount", "demo-platform", namespace)
        cloud["metadata"]["annotations"] = {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/admin"}
        await refused(api, "POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", cloud)
        ports = [{"port": 80}]
        node = labelled("Service", "demo-node", namespace, spec={"type": "NodePort", "ports": ports})
        await refused(api, "POST", f"/api/v1/namespaces/{namespace}/services", node)
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "all"}, "rules": []}
        await refused(api, "POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles", role)
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "of-others"}, "spec": {}}
        await refused(api, "POST", f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases", lease)


async def test_whatever_rights_it_is_given_besides_the_policy_holds(
    cluster: Cluster, namespace: str, installed: Path
) -> None:
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "too-much", "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "cift", "namespace": namespace}],
    }
    await cluster.api.call(
        "POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings", None, binding
    )
    async with acting(installed) as api:
        role = labelled("Role", "mine", namespace, rules=[]) | {"apiVersion": "rbac.authorization.k8s.io/v1"}
        said = await refused(api, "POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles", role)
        assert "objects of this kind" in said.message
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        said = await refused(api, "POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/cift/token", request)
        assert "subresources" in said.message


@pytest.mark.parametrize(
    "changed",
    [
        {"serviceAccountName": "default"},
        {"serviceAccountName": "other-platform"},
        {"automountServiceAccountToken": True},
        {"hostNetwork": True},
        {"hostPID": True},
        {"nodeName": "fake-1"},
        {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
        {"volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]},
        {"container": {"securityContext": {"allowPrivilegeEscalation": False, "privileged": True}}},
        {"container": {"securityContext": {"allowPrivilegeEscalation": True}}},
        {"container": {"securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"add": ["SYS_ADMIN"]}}}},
        {"container": {"securityContext": None}},
    ],
    ids=lambda changed: str(next(iter(changed.items())))[:40],
)
async def test_no_pod_of_the_operators_can_do_more_than_a_platforms(
    cluster: Cluster, namespace: str, installed: Path, changed: dict[str, Any]
) -> None:
    for name in ("default", "demo-platform", "other-platform"):
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
        await cluster.api.call("PATCH", path_of(account), {"fieldManager": "tests", "force": "true"}, account, _APPLY)
    async with acting(installed) as api:
        await api.create(pod(namespace))
        wanted = pod(namespace, **changed)
        said = await refused(api, "POST", f"/api/v1/namespaces/{namespace}/pods", wanted)
        assert "CIFT Markets" in said.message or "privileged" in said.message
        template = {"metadata": {"labels": {"app": "one"}}, "spec": wanted["spec"]}
        body = labelled(
            "Deployment", "one", namespace, spec={"selector": {"matchLabels": {"app": "one"}}, "template": template}
        )
        body["apiVersion"] = "apps/v1"
        await refused(api, "POST", f"/apis/apps/v1/namespaces/{namespace}/deployments", body)
