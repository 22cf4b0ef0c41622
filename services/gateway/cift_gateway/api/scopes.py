"""The scope that each route and stream needs: the one table. `authorize` in `context` enforces it.

None: public. A gateway with a route that is missing here does not start; a test compares the table with the routes.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from starlette.routing import Mount

from cift_gateway.domain.scope import Scope

STREAM = "WEBSOCKET"
ROUTES: Mapping[str, Scope | None] = MappingProxyType(
    {
        "GET /healthz": None,
        "GET /readyz": None,
        "GET /": None,
        "GET /openapi.json": None,
        "GET /docs": None,
        "GET /docs/start.js": None,
        "GET /docs/{name}": None,
        "GET /auth/signup": None,
        "POST /auth/signup": None,
        "POST /auth/email/verify": None,
        "POST /auth/password/reset": None,
        "POST /auth/login": None,
        "POST /auth/refresh": None,
        "POST /auth/logout": None,
        "GET /auth/me": Scope.PROFILE_READ,
        "GET /auth/me/settings": Scope.PROFILE_READ,
        "PUT /auth/me/settings": Scope.PROFILE_WRITE,
        "PUT /auth/me/password": Scope.PROFILE_WRITE,
        "GET /auth/me/sessions": Scope.SESSIONS_MANAGE,
        "DELETE /auth/me/sessions/{session_id}": Scope.SESSIONS_MANAGE,
        "GET /auth/keys": Scope.PROFILE_READ,
        "POST /auth/keys": Scope.KEYS_MANAGE,
        "DELETE /auth/keys/{key_id}": Scope.KEYS_MANAGE,
        "POST /auth/invites": Scope.USERS_ADMIN,
        "GET /auth/users": Scope.USERS_ADMIN,
        "POST /auth/users/{user_id}/verification": Scope.USERS_ADMIN,
        "POST /auth/users/{user_id}/password-reset": Scope.USERS_ADMIN,
        "PUT /auth/users/{user_id}/roles": Scope.USERS_ADMIN,
        "POST /auth/users/{user_id}/disable": Scope.USERS_ADMIN,
        "POST /auth/users/{user_id}/enable": Scope.USERS_ADMIN,
        "GET /auth/users/{user_id}/sessions": Scope.USERS_ADMIN,
        "DELETE /auth/users/{user_id}/sessions/{session_id}": Scope.USERS_ADMIN,
        "GET /auth/users/{user_id}/keys": Scope.USERS_ADMIN,
        "DELETE /auth/users/{user_id}/keys/{key_id}": Scope.USERS_ADMIN,
        "GET /auth/security_events": Scope.AUDIT_READ,
        "GET /v2/account": Scope.TRADING_READ,
        "GET /v2/account/configurations": Scope.TRADING_READ,
        "PATCH /v2/account/configurations": Scope.TRADING_WRITE,
        "GET /v2/account/activities": Scope.TRADING_READ,
        "GET /v2/account/activities/{activity_type}": Scope.TRADING_READ,
        "GET /v2/account/portfolio/history": Scope.TRADING_READ,
        "GET /v2/orders": Scope.TRADING_READ,
        "POST /v2/orders": Scope.TRADING_WRITE,
        "DELETE /v2/orders": Scope.TRADING_WRITE,
        "GET /v2/orders:by_client_order_id": Scope.TRADING_READ,
        "GET /v2/orders/{order_id}": Scope.TRADING_READ,
        "PATCH /v2/orders/{order_id}": Scope.TRADING_WRITE,
        "DELETE /v2/orders/{order_id}": Scope.TRADING_WRITE,
        "GET /v2/positions": Scope.TRADING_READ,
        "DELETE /v2/positions": Scope.TRADING_WRITE,
        "GET /v2/positions/{symbol_or_asset_id}": Scope.TRADING_READ,
        "DELETE /v2/positions/{symbol_or_asset_id}": Scope.TRADING_WRITE,
        "WEBSOCKET /stream": Scope.TRADING_READ,
        "GET /v2/watchlists": Scope.WATCHLISTS_READ,
        "POST /v2/watchlists": Scope.WATCHLISTS_WRITE,
        "GET /v2/watchlists/{watchlist_id}": Scope.WATCHLISTS_READ,
        "PUT /v2/watchlists/{watchlist_id}": Scope.WATCHLISTS_WRITE,
        "POST /v2/watchlists/{watchlist_id}": Scope.WATCHLISTS_WRITE,
        "DELETE /v2/watchlists/{watchlist_id}": Scope.WATCHLISTS_WRITE,
        "DELETE /v2/watchlists/{watchlist_id}/{symbol}": Scope.WATCHLISTS_WRITE,
        "GET /v2/assets": Scope.MARKET_READ,
        "GET /v2/assets/{symbol_or_asset_id}": Scope.MARKET_READ,
        "GET /v2/platform": Scope.MARKET_READ,
        "GET /v2/clock": Scope.MARKET_READ,
        "GET /v2/calendar": Scope.MARKET_READ,
        "GET /v2/stocks/bars": Scope.MARKET_READ,
        "GET /v2/stocks/quotes": Scope.MARKET_READ,
        "GET /v2/stocks/trades": Scope.MARKET_READ,
        "GET /v2/stocks/depths": Scope.MARKET_READ,
        "GET /v2/stocks/statuses": Scope.MARKET_READ,
        "GET /v2/stocks/bars/latest": Scope.MARKET_READ,
        "GET /v2/stocks/quotes/latest": Scope.MARKET_READ,
        "GET /v2/stocks/trades/latest": Scope.MARKET_READ,
        "GET /v2/stocks/depths/latest": Scope.MARKET_READ,
        "GET /v2/stocks/statuses/latest": Scope.MARKET_READ,
        "GET /v2/stocks/snapshots": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/bars": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/quotes": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/trades": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/bars/latest": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/quotes/latest": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/trades/latest": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/snapshot": Scope.MARKET_READ,
        "GET /v2/stocks/{symbol}/book": Scope.MARKET_READ,
        "GET /v2/predictions": Scope.MARKET_READ,
        "GET /v2/predictions/models": Scope.MARKET_READ,
        "GET /v2/predictions/{symbol}": Scope.MARKET_READ,
        "WEBSOCKET /v2/iex": Scope.MARKET_READ,
        "WEBSOCKET /v2/sip": Scope.MARKET_READ,
        "GET /v2/analytics/performance": Scope.TRADING_READ,
        "GET /v2/analytics/round_trips": Scope.TRADING_READ,
        "GET /v2/analytics/costs": Scope.TRADING_READ,
        "GET /v2/analytics/risk": Scope.TRADING_READ,
        "GET /v2/analytics/positions": Scope.TRADING_READ,
        "GET /v2/analytics/signals": Scope.TRADING_READ,
        "GET /v2/analytics/export/{table}": Scope.TRADING_READ,
        "GET /v2/risk/policy": Scope.RISK_READ,
        "GET /v2/risk/halts": Scope.RISK_READ,
        "GET /v2/risk/exposure": Scope.RISK_READ,
        "GET /v2/risk/breaches": Scope.RISK_READ,
        "POST /v2/risk/preview": Scope.RISK_READ,
        "PATCH /v2/risk/limits": Scope.RISK_WRITE,
        "PUT /v2/risk/restrictions": Scope.RISK_WRITE,
        "POST /v2/risk/halts": Scope.RISK_WRITE,
        "DELETE /v2/risk/halts": Scope.RISK_WRITE,
        "GET /v2/operations/alerts": Scope.OPERATIONS_READ,
    }
)


def routes_of(app: FastAPI) -> Iterator[str]:
    """Every route and stream of an application, as the table names them. The terminal's files are no routes."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIWebSocketRoute):
            yield f"{STREAM} {context.path}"
        elif isinstance(route, APIRoute):
            yield from (f"{method} {context.path}" for method in sorted(context.methods or ()))
        elif not (isinstance(route, Mount) and route.name == "web"):
            raise LookupError(f"{context.path} is a kind of route that no scope protects")


def check(app: FastAPI) -> None:
    """`LookupError` for a route without an entry: nobody has decided who may use it."""
    missing = sorted(set(routes_of(app)) - ROUTES.keys())
    if missing:
        raise LookupError(f"no scope in api/scopes.py for {', '.join(missing)}")
