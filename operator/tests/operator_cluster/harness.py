"""A real operator as a process of its own, and a cluster as a test sees it."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from cift_operator.cluster.api import Api, Refused
from cift_operator.cluster.kinds import CHILDREN, NAMESPACE, PLATFORM, Kind, kind_of
from cift_operator.plan.observed import APPLIED, SELECTOR

PATIENCE_SECONDS = 100
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
Body = dict[str, Any]


class Cluster:
    """What a test asks of the API server, without the proxy."""

    def __init__(self, api: Api) -> None:
        self.api = api

    async def define(self, definition: Body) -> None:
        """A CRD."""
        path = f"{_DEFINITIONS}/{definition['metadata']['name']}"
        await self.api.call(
            "PATCH", path, {"fieldManager": "tests", "force": "true"}, definition, "application/apply-patch+yaml"
        )

    async def undefine(self, definition: Body) -> None:
        await self.api.call("DELETE", f"{_DEFINITIONS}/{definition['metadata']['name']}")

    async def install(self, definition: Body) -> None:
        """Our CRD; ready to be used."""
        await self.define(definition)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.api.serves(PLATFORM):
                await self._changed(NAMESPACE, "", "")

    async def remove_namespace(self, name: str) -> None:
        await self.api.delete(NAMESPACE, "", name)

    async def make_namespace(self, name: str) -> None:
        await self.api.call("POST", NAMESPACE.path(""), None, {"metadata": {"name": name}})

    async def declare(self, namespace: str, name: str = "demo", **spec: Any) -> Body:
        body = {
            "apiVersion": PLATFORM.api_version,
            "kind": PLATFORM.kind,
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        }
        path = PLATFORM.path(namespace, name)
        return await self.api.call(
            "PATCH", path, {"fieldManager": "people", "force": "true"}, body, "application/apply-patch+yaml"
        )

    async def remove(self, namespace: str, name: str = "demo") -> None:
        await self.api.delete(PLATFORM, namespace, name)

    async def annotate(self, namespace: str, annotations: Mapping[str, str | None], name: str = "demo") -> None:
        await self.api.patch(PLATFORM, namespace, name, {"metadata": {"annotations": dict(annotations)}})

    async def platform(self, namespace: str, name: str = "demo") -> Body:
        found = await self.api.get(PLATFORM, namespace, name)
        assert found is not None
        return found

    async def until(self, namespace: str, wanted: Callable[[Body], bool], what: str, name: str = "demo") -> Body:
        """Watches the platform until its status is as wanted."""
        status: Body = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    found = await self.platform(namespace, name)
                    status = found.get("status") or {}
                    current = status.get("observedGeneration") == found["metadata"]["generation"]
                    if current and wanted(status):
                        return status
                    await self._changed(PLATFORM, namespace, found["metadata"]["resourceVersion"])
        except TimeoutError:
            raise AssertionError(f"not {what}: {json.dumps(status, indent=1)}") from None

    async def forbid(self, namespace: str, what: str) -> None:
        """A quota that lets no more of this be made: `pods`, `count/jobs.batch`."""
        body = {"metadata": {"name": "small"}, "spec": {"hard": {what: "0"}}}
        await self.api.call("POST", f"/api/v1/namespaces/{namespace}/resourcequotas", None, body)

    async def allow(self, namespace: str) -> None:
        """What was forbidden."""
        await self.api.call("DELETE", f"/api/v1/namespaces/{namespace}/resourcequotas/small")

    async def until_there(self, kind: Kind, namespace: str, name: str, wanted: Callable[[Body], bool]) -> Body:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = await self.api.get(kind, namespace, name)
                if found is not None and wanted(found):
                    return found
                await self._changed(kind, namespace, "")

    async def until_forgotten(self, body: Body, namespace: str) -> None:
        """No watch can go on from this version of an object any more."""
        path = kind_of(body["apiVersion"], body["kind"]).path(namespace)
        query = {"watch": "true", "timeoutSeconds": "1", "resourceVersion": body["metadata"]["resourceVersion"]}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while '"code":410' not in await self._answer(path, query):
                continue

    async def _answer(self, path: str, query: Mapping[str, str]) -> str:
        try:
            return await self.api.text(path, query)
        except Refused as refused:
            return f'"code":{refused.status}'

    async def until_gone(self, kind: Kind, namespace: str, name: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.api.get(kind, namespace, name) is not None:
                await self._changed(kind, namespace, "")

    async def until_none(self, kind: Kind, namespace: str, selector: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.api.list(kind, namespace, selector):
                await self._changed(kind, namespace, "")

    async def until_back(self, namespace: str, before: Body) -> Body:
        """The object is there again, as another one."""
        kind, metadata = kind_of(before["apiVersion"], before["kind"]), before["metadata"]
        return await self.until_there(
            kind, namespace, metadata["name"], lambda body: bool(body["metadata"]["uid"] != metadata["uid"])
        )

    async def edit_and_await_repair(self, namespace: str, before: Body, edit: Callable[[Body], None]) -> None:
        """As `kubectl edit` does it."""
        kind, name = kind_of(before["apiVersion"], before["kind"]), before["metadata"]["name"]
        live = await self.api.get(kind, namespace, name)
        assert live is not None
        edited = json.loads(json.dumps(live))
        edit(edited)
        path = kind.path(namespace, name)
        written = await self.api.call("PUT", path, {"fieldManager": "kubectl-edit"}, edited)
        wanted = _content(live)
        assert _content(written) != wanted, kind
        await self.until_there(kind, namespace, name, lambda body: _content(body) == wanted)

    async def children(self, namespace: str) -> dict[tuple[str, str], Body]:
        """(kind, name) → what the operator applied, and pods left out."""
        found: dict[tuple[str, str], Body] = {}
        for kind in CHILDREN:
            if kind.made and not kind.optional:
                for body in await self.api.list(kind, namespace, SELECTOR):
                    if APPLIED in (body["metadata"].get("annotations") or {}):
                        found[kind.kind, body["metadata"]["name"]] = body
        return found

    async def _changed(self, kind: Kind, namespace: str, version: str) -> None:
        """Until anything of this kind changes, or a second has passed."""
        query = {"watch": "true", "timeoutSeconds": "1"} | ({"resourceVersion": version} if version else {})
        try:
            await self.api.text(kind.path(namespace), query)
        except Refused:
            await asyncio.sleep(0.05)


class Operator:
    """`python -m cift_operator` against a kubeconfig."""

    def __init__(self, kubeconfig: Path, namespace: str, log: Path, **settings: str) -> None:
        self._log = log
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CIFT_")},
            "KUBECONFIG": str(kubeconfig),
            "CIFT_WATCH_NAMESPACES": namespace,
            "CIFT_LEASE_NAMESPACE": namespace,
            "CIFT_HEALTH_LISTEN": "127.0.0.1:0",
            "CIFT_SURVEY_SECONDS": "0",
            "CIFT_SECRET_SECONDS": "0.5",
            **settings,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Operator":
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "cift_operator", env=self._environment, stdout=log, stderr=log
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        await asyncio.wait_for(self.process.wait(), 30)

    async def metric(self, name: str) -> float:
        """Summed over its labels."""
        lines = (await self._get("/metrics")).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))

    async def looks_again(self, cause: Callable[[], Awaitable[Any]]) -> None:
        """Until a pass has ended that began after the cause."""
        await self.until_metric("cift_operator_passes_total", 1)
        before = await self.metric("cift_operator_passes_total")
        await cause()
        await self.until_metric("cift_operator_passes_total", before + 1)

    async def until_metric(self, name: str, least: float) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await self.metric(name) >= least:
                    return
                await asyncio.sleep(0.05)

    async def until_logged(self, event: str, times: int = 1) -> None:
        """All operators of a test write one log."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if sum(line["event"] == event for line in self.log) >= times:
                    return
                await asyncio.sleep(0.05)

    async def _get(self, path: str) -> str:
        port = next((line["health_port"] for line in reversed(self.log) if "health_port" in line), 0)
        try:
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
                return await answer.text()
        except aiohttp.ClientError:
            return ""

    def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    @property
    def log(self) -> list[Body]:
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]

    @property
    def text(self) -> str:
        return self._log.read_text()


def _content(body: Body) -> Body:
    return {key: value for key, value in body.items() if key not in ("metadata", "status", "apiVersion", "kind")}


def ready(status: Body) -> bool:
    return condition(status, "Ready").get("status") == "True" and status.get("phase") == "Ready"


def condition(status: Body, kind: str) -> Body:
    return next((dict(one) for one in status.get("conditions") or () if one["type"] == kind), {})
