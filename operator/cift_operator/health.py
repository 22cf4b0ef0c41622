"""/healthz, /readyz and /metrics."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


@asynccontextmanager
async def serve(listen: str, alive: Callable[[], bool], ready: Callable[[], bool]) -> AsyncIterator[int]:
    """`host:port`; yields the port."""

    async def answer(request: web.Request) -> web.Response:
        fine = (alive if request.path == "/healthz" else ready)()
        return web.Response(text="ok\n" if fine else "no\n", status=200 if fine else 503)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/healthz", answer), web.get("/readyz", answer), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, _, port = listen.rpartition(":")
    site = web.TCPSite(runner, host, int(port))
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
