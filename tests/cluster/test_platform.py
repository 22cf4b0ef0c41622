"""A platform on a real node: installed, traded on, and every object that it consists of taken away and bent in turn."""

import json
import statistics
import time
from collections.abc import Callable

import pytest

from tests.cluster.kube import Body, Platform, printed

pytestmark = pytest.mark.timeout(1200)

# One a kind: something that the operator declares, changed by somebody else.
EDITS: dict[str, Callable[[Body], Body]] = {
    "ConfigMap": lambda body: {"data": {next(iter(body["data"])): "bent"}},
    "Deployment": lambda body: {"spec": {"replicas": 0}},
    "HorizontalPodAutoscaler": lambda body: {"spec": {"maxReplicas": 1}},
    "Job": lambda body: {"metadata": {"labels": {"app.kubernetes.io/name": "bent"}}},
    "NetworkPolicy": lambda body: {"spec": {"ingress": [{}]}},
    "PodDisruptionBudget": lambda body: {"spec": {"selector": {"matchLabels": {"bent": "true"}}}},
    "Secret": lambda body: {"data": {next(iter(body["data"])): "YmVudA=="}},
    "Service": lambda body: {"spec": {"selector": {"bent": "true"}}},
    "ServiceAccount": lambda body: {"automountServiceAccountToken": True},
    "StatefulSet": lambda body: {"spec": {"replicas": 0}},
}


def test_the_minimal_sample_becomes_ready_and_an_order_fills(platform: Platform) -> None:
    assert "Ready" in platform.kubectl("get", "tp", platform.name)
    assert platform.order("buy", "AAPL", "10").startswith("fill 10 AAPL @ ")
    assert platform.order("sell", "AAPL", "4").startswith("fill 4 AAPL @ ")


# Run in a pod that the platform's CA is mounted into: (what it asks, what was answered).
ASK = """
import json, socket, ssl, sys
name = sys.argv[1]
trusted = ssl.create_default_context(cafile="/etc/cift-tls/ca.crt")
def plain(port, host):
    return socket.create_connection((f"{name}-{host}", port), 5)
def encrypted(port, host):
    return trusted.wrap_socket(plain(port, host), server_hostname=f"{name}-{host}")
said = {"nats": json.loads(plain(4222, "nats").recv(65536).removeprefix(b"INFO "))["tls_required"]}
try:
    cache = plain(6379, "valkey")
    cache.sendall(b"PING\\r\\n")
    said["plain cache"] = cache.recv(100).decode()
except ConnectionResetError:
    said["plain cache"] = ""
said["cache"] = encrypted(6379, "valkey").version()
def greeted():
    try:
        stream = encrypted(50051, "trading")
        stream.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n")
        return bool(stream.recv(100))
    except (ConnectionError, ssl.SSLError):
        return False
trusted.set_alpn_protocols(["h2"])
said["a stranger at trading"] = greeted()
trusted.load_cert_chain("/etc/cift-tls/tls.crt", "/etc/cift-tls/tls.key")
said["the gateway at trading"] = greeted()
print(json.dumps(said))
"""


def test_what_goes_between_pods_is_encrypted(platform: Platform) -> None:
    connections = platform.sql(
        """SELECT count(*) > 3, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
           WHERE host(client_addr) <> '127.0.0.1'"""
    )
    assert connections == "t|t"
    asked = platform.kubectl(
        "exec", f"deployment/{platform.name}-gateway", "-c", "gateway", "--", "python", "-c", ASK, platform.name
    )
    assert json.loads(asked) == {
        "nats": True,
        "plain cache": "",
        "cache": "TLSv1.3",
        "a stranger at trading": False,
        "the gateway at trading": True,
    }


def test_nothing_changes_without_a_cause(platform: Platform) -> None:
    before = {key: item["metadata"]["resourceVersion"] for key, item in platform.children().items()}
    # Long enough for a survey of the services.
    time.sleep(15)
    assert {key: item["metadata"]["resourceVersion"] for key, item in platform.children().items()} == before


def test_every_child_that_is_deleted_comes_back(platform: Platform) -> None:
    def uid(kind: str, name: str) -> str:
        return platform.kubectl("get", kind, name, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}").strip()

    took = {}
    for (kind, name), item in platform.children().items():
        old = item["metadata"]["uid"]
        platform.kubectl("delete", kind, name, "--wait=false")
        back = platform.until(f"{kind} {name} is back", lambda key=(kind, name), was=old: uid(*key) not in ("", was))  # type: ignore[misc]
        took[f"{kind} {name}"] = back
    _tell("a deleted child is back", took)
    printed("all of them deleted: Ready again", platform.ready())
    assert platform.order("buy", "MSFT", "2").startswith("fill 2 MSFT @ ")


def test_every_child_that_is_edited_is_mended(platform: Platform) -> None:
    def declared(kind: str, name: str, edit: Body) -> str:
        """The edited part, as it stands."""
        found = json.loads(platform.kubectl("get", kind, name, "-o", "json"))
        return json.dumps(_part(found, edit), sort_keys=True)

    took = {}
    for (kind, name), item in platform.children().items():
        edit = EDITS[kind](item)
        was = json.dumps(_part(item, edit), sort_keys=True)
        platform.kubectl("patch", kind, name, "--type=merge", "-p", json.dumps(edit))
        key = (kind, name, edit)
        took[f"{kind} {name}"] = platform.until(
            f"{kind} {name} is mended",
            lambda k=key, w=was: declared(*k) == w,  # type: ignore[misc]
        )
    _tell("an edited child is mended", took)
    printed("all of them edited: Ready again", platform.ready())
    assert platform.order("sell", "MSFT", "2").startswith("fill 2 MSFT @ ")


def _tell(what: str, took: dict[str, float]) -> None:
    slowest = max(took, key=lambda name: took[name])
    printed(f"{what}, median of {len(took)}", statistics.median(took.values()))
    printed(f"{what}, the slowest, {slowest}", took[slowest])


def _part(found: object, edit: object) -> object:
    """What stands where the edit writes."""
    if isinstance(edit, dict):
        inside = found if isinstance(found, dict) else {}
        return {key: _part(inside.get(key), below) for key, below in edit.items()}
    return found
