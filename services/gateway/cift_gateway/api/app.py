"""The ASGI application."""

import orjson
from fastapi import Depends, FastAPI, Response, WebSocket
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp

from cift_gateway.adapters.outage import ANY_AWAY
from cift_gateway.api import errors, openapi, scopes
from cift_gateway.api.context import Gateway, authenticate, guard
from cift_gateway.api.edge import Edge
from cift_gateway.api.fast_orders import FastOrders
from cift_gateway.api.market_stream import FEEDS, MarketSocket
from cift_gateway.api.routes import (
    account,
    accounts,
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
    user_access,
    watchlists,
)
from cift_gateway.api.trade_stream import TradeSocket
from cift_gateway.api.web import Web
from cift_gateway.domain.scope import Scope

# Orders first: routes are tried in order.
_ROUTERS = (
    orders, positions, account, stocks, assets, watchlists,
    risk, analytics, predictions, operations, auth, accounts, user_access, health,
)  # fmt: skip


def build(gateway: Gateway) -> ASGIApp:
    """`app.state.gateway` is what the routes work with."""
    app = make(gateway.platform.version, docs_shown=gateway.settings.api_docs)
    app.state.gateway = gateway

    if gateway.settings.web_path is not None:
        app.mount("/", Web(gateway.settings.web_path), name="web")
    elif gateway.settings.api_docs:

        @app.get("/", include_in_schema=False)
        async def root() -> Response:
            return RedirectResponse("/docs")

    scopes.check(app)

    async def may_trace(headers: list[tuple[bytes, bytes]]) -> bool:
        try:
            (await authenticate(gateway, headers)).require(Scope.OPERATIONS_READ)
        except ANY_AWAY:
            # The route itself says what is wrong.
            return False
        return True

    settings = gateway.settings
    return Edge(FastOrders(app, gateway), settings.body_size_max, settings.site, may_trace)


def make(version: str, *, docs_shown: bool = True) -> FastAPI:
    """The routes and their OpenAPI document, without anything behind them."""
    app = FastAPI(
        title="CIFT Markets",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
        # `Edge` traces and measures; FastAPI would make a trace of every request, health checks included.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    for module in _ROUTERS:
        app.include_router(module.router)
    if docs_shown:
        app.include_router(docs.router)

    @app.websocket("/stream")
    async def trade_stream(websocket: WebSocket) -> None:
        gateway: Gateway = websocket.app.state.gateway
        queue_max = gateway.settings.stream_queue_max
        await gateway.sockets.serve(
            websocket,
            lambda accepted: TradeSocket(accepted, gateway.authenticator, gateway.feeds, gateway.backends, queue_max),
        )

    async def market_stream(websocket: WebSocket) -> None:
        gateway: Gateway = websocket.app.state.gateway
        await gateway.sockets.serve(
            websocket, lambda accepted: MarketSocket(accepted, gateway.authenticator, gateway.ticks, gateway.platform)
        )

    for feed in FEEDS:
        app.add_api_websocket_route(f"/v2/{feed}", market_stream)

    errors.install(app)
    openapi.install(app, errors.Error)

    if docs_shown:
        rendered: list[bytes] = []

        @app.get("/openapi.json", include_in_schema=False)
        async def document() -> Response:
            if not rendered:
                rendered.append(orjson.dumps(app.openapi()))
            return Response(rendered[0], media_type="application/json")

    return app
