"""The API server: one door, few requests at a time, errors that say what was refused and why."""

import asyncio
import builtins
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from kubernetes.aio import client, config
from prometheus_client import Counter, Histogram

from cift_operator.cluster.kinds import ACCESS, PLATFORM, Kind, kind_of

_requests = Counter("cift_operator_api_requests", "Requests to the API server", ["verb", "status"])
_duration = Histogram("cift_operator_api_seconds", "How long the API server took", ["verb"])

FIELD_MANAGER = "cift-operator"
CONCURRENT_MAX = 4
TIMEOUT_SECONDS = 30

Body = Mapping[str, Any]


class Refused(Exception):
    """The API server said no."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message or reason)
        self.status, self.reason, self.message = status, reason, message or reason


class Unreachable(Exception):
    """The API server did not answer."""


async def configuration() -> client.Configuration:
    """The one of the pod that we run in, or the one that KUBECONFIG names."""
    found = client.Configuration()
    if "KUBERNETES_SERVICE_HOST" in os.environ and "KUBECONFIG" not in os.environ:
        config.load_incluster_config(client_configuration=found)  # type: ignore[no-untyped-call]
    else:
        # The library looks at the variable when it is imported, and never again.
        named = os.environ.get("KUBECONFIG")
        await config.load_kube_config(config_file=named, client_configuration=found)  # type: ignore[no-untyped-call]
    found.retries = 0
    # Every watch holds one, for every namespace; requests are few at a time by the door below.
    found.connection_pool_maxsize = 0
    # Otherwise ~/.netrc is looked for at every request. A proxy is what the configuration says.
    found.client_session_kwargs = {"trust_env": False, "proxy": found.proxy or _proxy(found.host)}
    return found


def _proxy(host: str) -> str | None:
    """What the environment says for this host."""
    parts = urlsplit(host)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)


class Api:
    """`async with Api(await configuration()) as api`."""

    def __init__(self, found: client.Configuration, concurrent_max: int = CONCURRENT_MAX) -> None:
        self._client = client.ApiClient(found)
        self._slots = asyncio.Semaphore(concurrent_max)

    async def __aenter__(self) -> "Api":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    @property
    def client(self) -> client.ApiClient:
        """For the parts of the library that want one."""
        return self._client

    def _session(self) -> aiohttp.ClientSession:
        rest = self._client.rest_client
        if rest.pool_manager is None:
            rest.pool_manager = rest._create_pool_manager()
        return rest.pool_manager

    async def apply(self, body: Body, *, subresource: str = "", force: bool = True) -> dict[str, Any]:
        """Server-side apply with our field manager; the object as it is then."""
        metadata = body["metadata"]
        kind = kind_of(body["apiVersion"], body["kind"])
        path = kind.path(metadata["namespace"], metadata["name"], subresource)
        query = {"fieldManager": FIELD_MANAGER, "force": str(force).lower()}
        return await self.call("PATCH", path, query, body, "application/apply-patch+yaml")

    async def create(self, body: Body) -> dict[str, Any]:
        kind = kind_of(body["apiVersion"], body["kind"])
        return await self.call("POST", kind.path(body["metadata"]["namespace"]), {"fieldManager": FIELD_MANAGER}, body)

    async def patch(self, kind: Kind, namespace: str, name: str, body: Body, subresource: str = "") -> dict[str, Any]:
        """A merge patch."""
        path = kind.path(namespace, name, subresource)
        return await self.call("PATCH", path, {"fieldManager": FIELD_MANAGER}, body, "application/merge-patch+json")

    async def delete(self, kind: Kind, namespace: str, name: str, *, uid: str = "", orphans: bool = False) -> None:
        """Gone, or on its way; no error where it is not there. `orphans`: what it owns stays."""
        body: dict[str, Any] = {"propagationPolicy": "Orphan" if orphans else "Background"}
        if uid:
            body["preconditions"] = {"uid": uid}
        try:
            await self.call("DELETE", kind.path(namespace, name), {}, body)
        except Refused as refused:
            if refused.status != 404 and not (refused.status == 409 and uid):
                raise

    async def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any] | None:
        """None: it is not there."""
        try:
            return await self.call("GET", kind.path(namespace, name))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    async def list(self, kind: Kind, namespace: str = "", selector: str = "") -> list[dict[str, Any]]:
        """Everything, in pages."""
        return (await self.list_from(kind, namespace, selector))[0]

    async def list_from(
        self, kind: Kind, namespace: str = "", selector: str = ""
    ) -> tuple[builtins.list[dict[str, Any]], str]:
        """Everything, in pages, and the version that a watch goes on from."""
        found: list[dict[str, Any]] = []
        query = {"limit": "500"} | ({"labelSelector": selector} if selector else {})
        while True:
            page = await self.call("GET", kind.path(namespace), query)
            for item in page.get("items") or ():
                found.append({"apiVersion": kind.api_version, "kind": kind.kind, **item})
            metadata = page.get("metadata") or {}
            if not metadata.get("continue"):
                return found, str(metadata.get("resourceVersion", ""))
            query = query | {"continue": metadata["continue"]}

    async def watch(
        self, kind: Kind, namespace: str, selector: str, version: str, seconds: float, silence: float
    ) -> AsyncIterator[dict[str, Any]]:
        """Events after a version, until the API server ends the watch; raises `Refused` or `Unreachable`."""
        query = {"watch": "true", "allowWatchBookmarks": "true", "resourceVersion": version}
        query |= {"timeoutSeconds": str(int(seconds))} | ({"labelSelector": selector} if selector else {})
        path, headers = kind.path(namespace), {"Accept": "application/json"}
        await self._client.update_params_for_auth(headers, [], ["BearerToken"], path, "GET", None)
        try:
            async with self._session().get(
                f"{self._client.configuration.host}{quote(path)}?{urlencode(query)}",
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=TIMEOUT_SECONDS, sock_read=silence),
            ) as response:
                if response.status >= 300:
                    raise _refused(response.status, await response.read())
                rest = b""
                async for chunk in response.content.iter_any():
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        if line:
                            yield orjson.loads(line)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"the watch of {path} broke: {error or type(error).__name__}") from error

    async def version(self) -> tuple[int, int]:
        """(major, minor)"""
        found = await self.call("GET", "/version")
        return int(found["major"]), int("".join(filter(str.isdigit, found["minor"])) or 0)

    async def groups(self) -> frozenset[str]:
        """Of the APIs that are installed."""
        found = await self.call("GET", "/apis")
        return frozenset(group["name"] for group in found.get("groups") or ())

    async def serves(self, kind: Kind) -> bool:
        try:
            found = await self.call("GET", f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}")
        except Refused as refused:
            if refused.status == 404:
                return False
            raise
        return any(item["name"] == kind.plural for item in found.get("resources") or ())

    async def may(self, verb: str, kind: Kind, namespace: str = "") -> bool:
        """Whether we have the right to; in all namespaces where none is named."""
        attributes = {"verb": verb, "group": kind.group, "resource": kind.plural, "namespace": namespace}
        body = {"apiVersion": ACCESS.api_version, "kind": ACCESS.kind, "spec": {"resourceAttributes": attributes}}
        answer = await self.call("POST", ACCESS.path(""), None, body)
        return bool(answer["status"]["allowed"])

    async def text(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """What is not JSON, such as logs."""
        return (await self._send("GET", path, query or {}, None, "", {"Accept": "*/*"})).decode(errors="replace")

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> dict[str, Any]:
        """One request; raises `Refused` or `Unreachable`."""
        data = await self._send(method, path, query or {}, body, content_type, {"Accept": "application/json"})
        return dict(orjson.loads(data)) if data else {}

    async def _send(
        self, method: str, path: str, query: Mapping[str, str], body: Any, content_type: str, headers: dict[str, str]
    ) -> bytes:
        url = self._client.configuration.host + quote(path) + (f"?{urlencode(query)}" if query else "")
        verb = "APPLY" if content_type.startswith("application/apply") else method
        await self._client.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        async with self._slots:
            content = orjson.dumps(body) if body is not None else None
            if content is not None:
                headers["Content-Type"] = content_type
            try:
                with _duration.labels(verb).time():
                    async with self._session().request(
                        method, url, data=content, headers=headers, timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
                    ) as response:
                        data = bytes(await response.read())
                        status = int(response.status)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                _requests.labels(verb, "none").inc()
                raise Unreachable(
                    f"the API server did not answer {method} {path}: {error or type(error).__name__}"
                ) from error
        _requests.labels(verb, str(status)).inc()
        if status >= 300:
            raise _refused(status, data)
        return data


def _refused(status: int, data: bytes) -> Refused:
    try:
        found = orjson.loads(data)
        return Refused(status, str(found.get("reason", "")), str(found.get("message", "")))
    except (ValueError, AttributeError):
        return Refused(status, "", data[:300].decode(errors="replace"))


def platform_path(namespace: str, name: str) -> str:
    return PLATFORM.path(namespace, name)
