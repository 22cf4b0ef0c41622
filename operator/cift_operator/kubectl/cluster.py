"""The cluster and namespace that kubectl would take, and a platform in it."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml

from cift_operator.cluster.api import Api, Refused, Unreachable, configuration
from cift_operator.cluster.kinds import PLATFORM
from cift_operator.local.problem import Problem

T = TypeVar("T")
Body = dict[str, Any]


def current_namespace() -> str:
    """Of the kubeconfig's current context; `default` where it says nothing."""
    path = Path(os.environ.get("KUBECONFIG", "").partition(":")[0] or Path.home() / ".kube" / "config")
    try:
        document = yaml.safe_load(path.read_text()) or {}
    except OSError:
        return "default"
    contexts = {one["name"]: one["context"] for one in document.get("contexts") or ()}
    return str(contexts.get(document.get("current-context"), {}).get("namespace") or "default")


class Here:
    """One platform, by namespace and name."""

    def __init__(self, api: Api, namespace: str, name: str) -> None:
        self.api, self.namespace, self.name = api, namespace, name

    async def platform(self) -> Body:
        found = await self.api.get(PLATFORM, self.namespace, self.name)
        if found is None:
            others = [one["metadata"]["name"] for one in await self.api.list(PLATFORM, self.namespace)]
            said = f"there are: {', '.join(others)}" if others else "there is none; -n names another namespace"
            raise Problem(f"there is no TradingPlatform {self.name} in {self.namespace}", said)
        return found

    async def change(self, *, spec: Body | None = None, annotations: dict[str, str | None] | None = None) -> Body:
        await self.platform()
        body: Body = {}
        if spec:
            body["spec"] = spec
        if annotations:
            body["metadata"] = {"annotations": annotations}
        return await self.api.patch(PLATFORM, self.namespace, self.name, body)

    async def follow(self, seen: Callable[[Body], bool], seconds: float) -> Body:
        """Looks until `seen` says that it is done; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.platform()
                current = (found.get("status") or {}).get("observedGeneration") == found["metadata"]["generation"]
                if current and seen(found.get("status") or {}):
                    return found
                await asyncio.sleep(0.5)


@asynccontextmanager
async def _connected(namespace: str, name: str) -> AsyncIterator[Here]:
    async with Api(await configuration()) as api:
        yield Here(api, namespace or current_namespace(), name)


def run(namespace: str, name: str, work: Callable[[Here], Awaitable[T]]) -> T:
    """Raises `Problem`, with what the API server said."""

    async def inside() -> T:
        async with _connected(namespace, name) as here:
            return await work(here)

    try:
        return asyncio.run(inside())
    except Refused as refused:
        raise Problem(refused.message) from None
    except Unreachable as unreachable:
        raise Problem(str(unreachable), "KUBECONFIG names the cluster") from None


@contextmanager
def forwarded(namespace: str, name: str, port: int) -> Iterator[str]:
    """`127.0.0.1:PORT` leads to a service of the cluster while this is open; kubectl does it."""
    command = ["kubectl", "port-forward", "-n", namespace, f"service/{name}", f":{port}", "--address", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            line = process.stdout.readline()
            if not line.startswith("Forwarding from "):
                raise Problem(f"service {name} cannot be reached: {process.stderr.read().strip()}")
            yield line.split()[2]
        finally:
            process.terminate()


def to_json(body: Any) -> str:
    return json.dumps(body, indent=2, sort_keys=True)
