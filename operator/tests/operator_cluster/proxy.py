"""A door before the API server that counts what passes, can be shut at a chosen write, and can make blind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web
from kubernetes.aio import client, config

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HOP = frozenset({"transfer-encoding", "content-length", "connection", "content-encoding", "host", "authorization"})


class Proxy:
    """`writes`: method and path of every request that changed something; leases and events are left out."""

    def __init__(self, found: client.Configuration) -> None:
        self._configuration = found
        self._session: aiohttp.ClientSession | None = None
        self.writes: list[tuple[str, str]] = []
        self.after_write: Callable[[int], None] = lambda count: None
        self._watches: set[asyncio.Task[object]] = set()
        self._blind = False
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Proxy"]:
        rest = client.ApiClient(self._configuration).rest_client
        self._session = rest._create_pool_manager()
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()
            await self._session.close()

    def blind(self) -> None:
        """Ends every watch and lets no new one through; all other requests pass."""
        self._blind = True
        for watch in self._watches:
            watch.cancel()

    def see(self) -> None:
        self._blind = False

    def kubeconfig(self, path: Path) -> Path:
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "proxy",
            "clusters": [{"name": "proxy", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "proxy", "user": {}}],
            "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
        }
        path.write_text(yaml.safe_dump(document))
        return path

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        if request.query.get("watch") == "true":
            task = asyncio.current_task()
            assert task is not None
            self._watches.add(task)
            task.add_done_callback(self._watches.discard)
            if self._blind:
                return _closed(request)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        body = await request.read()
        counted = (
            request.method in _WRITES
            and not request.path.endswith("/events")
            and "/leases" not in request.path
            and "accessreviews" not in request.path
        )
        async with self._session.request(
            request.method,
            self._configuration.host + request.path_qs,
            data=body or None,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
            if counted:
                body = await answer.read()
                self.writes.append((request.method, request.path))
                self.after_write(len(self.writes))
                return web.Response(status=answer.status, headers=kept, body=body)
            response = web.StreamResponse(status=answer.status, headers=kept)
            try:
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
            except (ConnectionError, aiohttp.ClientError, asyncio.CancelledError):
                _closed(request)
            return response


def _closed(request: web.Request) -> web.Response:
    """Nobody hears this answer."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def configuration(kubeconfig: Path) -> client.Configuration:
    found = client.Configuration()
    await config.load_kube_config(str(kubeconfig), client_configuration=found)
    found.retries = 0
    # Every watch holds one.
    found.connection_pool_maxsize = 200
    return found
