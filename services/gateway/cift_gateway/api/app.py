"""The ASGI application."""

import orjson
from fastapi import FastAPI, Response, WebSocket
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from cift_gateway.api import errors, openapi
from cift_gateway.api.context import Gateway
from cift_gateway.api.edge import Edge
from cift_gateway.api.fast_orders import FastOrders
from cift_gateway.api.market_stream import FEEDS, MarketSocket
from cift_gateway.api.routes import (
    account,
    analytics,
    assets,
    auth,
    docs,
    health,
    operations,
    orders,
    positions,
    predictions,
    risk,
    stocks,
    watchlists,
)
from cift_gateway.api.trade_stream import TradeSocket
from cift_gateway.api.web import Web

# Orders first: routes are tried in order.
_ROUTERS = (
    orders, positions, account, stocks, assets, watchlists,
    risk, analytics, predictions, operations, auth, health, docs,
)  # fmt: skip


def build(gateway: Gateway) -> ASGIApp:
    """`app.state.gateway` is what the routes work with."""
    app = make(gateway.platform.version)
    app.state.gateway = gateway

    @app.websocket("/stream")
    async def trade_stream(websocket: WebSocket) -> None:
        queue_max = gateway.settings.stream_queue_max
        await gateway.sockets.serve(
            websocket, lambda accepted: TradeSocket(accepted, gateway.authenticator, gateway.feeds, queue_max)
        )

    async def market_stream(websocket: WebSocket) -> None:
        await gateway.sockets.serve(
            websocket, lambda accepted: MarketSocket(accepted, gateway.authenticator, gateway.ticks, gateway.platform)
        )

    for feed in FEEDS:
        app.add_api_websocket_route(f"/v2/{feed}", market_stream)

    if gateway.settings.web_path is not None:
        app.mount("/", Web(gateway.settings.web_path), name="web")
    else:

        @app.get("/", include_in_schema=False)
        async def root() -> Response:
            return RedirectResponse("/docs")

    return Edge(FastOrders(app, gateway), gateway.settings.body_size_max)


def make(version: str) -> FastAPI:
    """The routes and their OpenAPI document, without anything behind them."""
    app = FastAPI(
        title="CIFT Markets",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # `Edge` traces and measures; FastAPI would make a trace of every request, health checks included.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    for module in _ROUTERS:
        app.include_router(module.router)
    errors.install(app)
    openapi.install(app, errors.Error)

    @app.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        return Response(orjson.dumps(app.openapi()), media_type="application/json")

    return app
