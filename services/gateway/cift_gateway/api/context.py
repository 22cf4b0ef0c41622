"""What routes work with, and who is asking."""

import base64
from dataclasses import dataclass
from typing import Annotated

from cift_common.platform import Platform
from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.types import Scope as AsgiScope

from cift_gateway.adapters.acting import acting
from cift_gateway.adapters.alertmanager import Alertmanager
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.security_events import SecurityEventStore
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.adapters.users import UserStore
from cift_gateway.adapters.watchlists import WatchlistStore
from cift_gateway.api import connections, scopes
from cift_gateway.api.sockets import Sockets
from cift_gateway.domain.principal import Principal
from cift_gateway.service import origin
from cift_gateway.service.authentication import Authenticator, NotAuthorized
from cift_gateway.service.feeds import Feeds
from cift_gateway.service.health import Health
from cift_gateway.service.order_path import OrderPath
from cift_gateway.service.security_events import SecurityEvents
from cift_gateway.service.sign_up import SignUp
from cift_gateway.service.ticks import Ticks
from cift_gateway.service.user_access import UserAccess
from cift_gateway.service.users import Users
from cift_gateway.settings import Settings

_KEY_ID, _KEY_SECRET, _AUTHORIZATION = b"apca-api-key-id", b"apca-api-secret-key", b"authorization"
_CREDENTIAL_HEADERS = frozenset((_KEY_ID, _KEY_SECRET, _AUTHORIZATION))
# The key of the ASGI scope that holds the principal of a request.
_PRINCIPAL = "cift.principal"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that a route may use."""

    settings: Settings
    platform: Platform
    backends: Backends
    authenticator: Authenticator
    users: Users
    sign_up: SignUp
    user_access: UserAccess
    user_store: UserStore
    sessions: SessionStore
    security_events: SecurityEvents
    security_event_store: SecurityEventStore
    watchlists: WatchlistStore
    orders: OrderPath
    feeds: Feeds
    ticks: Ticks
    sockets: Sockets
    health: Health
    alertmanager: Alertmanager


def gateway_of(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


async def authenticate(gateway: Gateway, headers: list[tuple[bytes, bytes]]) -> Principal:
    """Who asks; from now on the services are called for them."""
    principal = await _authenticate(gateway, headers)
    acting.set(principal)
    connections.authenticated(principal.user_id)
    return principal


async def _authenticate(gateway: Gateway, headers: list[tuple[bytes, bytes]]) -> Principal:
    """By Alpaca's key headers, `Authorization: Bearer` (a token of ours) or `Basic` (key and secret)."""
    given: dict[bytes, str] = {}
    for name, value in headers:
        if name in _CREDENTIAL_HEADERS:
            # Of two, a proxy and we might take different ones.
            if name in given:
                raise NotAuthorized(f"the header {name.decode()} is given twice")
            given[name] = value.decode("latin-1")
    key_id, key_secret = given.get(_KEY_ID, ""), given.get(_KEY_SECRET, "")
    authorization = given.get(_AUTHORIZATION, "")
    if key_id:
        return await gateway.authenticator.by_key(key_id, key_secret)
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() == "bearer" and credential:
        return await gateway.authenticator.by_token(credential.strip())
    if scheme.lower() == "basic" and credential:
        try:
            key_id, _, key_secret = base64.b64decode(credential, validate=True).decode().partition(":")
        except ValueError:
            raise NotAuthorized from None
        return await gateway.authenticator.by_key(key_id, key_secret)
    raise NotAuthorized


async def _gateway(request: Request) -> Gateway:
    return gateway_of(request)


async def authorize(gateway: Gateway, route: str, scope: AsgiScope) -> Principal | None:
    """Enforces `scopes.ROUTES`: who asks must have the scope that the route needs. None for a public route.

    Every HTTP request comes through here, before its route runs; streams come through `Socket.authenticate`.
    """
    client = scope.get("client")
    user_agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    here = origin.enter(client[0] if client else "unknown", user_agent.decode("latin-1"))
    required = scopes.ROUTES[route]
    if required is None:
        return None
    principal = await authenticate(gateway, scope["headers"])
    here.principal = principal
    principal.require(required)
    return principal


async def guard(connection: HTTPConnection) -> None:
    """Authorizes every route of the application; it is the application's own dependency, no route can leave it out."""
    scope = connection.scope
    if scope["type"] == "http":
        gateway: Gateway = connection.app.state.gateway
        scope[_PRINCIPAL] = await authorize(gateway, f"{scope['method']} {scope['route'].path}", scope)


async def _caller(request: Request) -> Principal:
    principal: Principal | None = request.scope[_PRINCIPAL]
    if principal is None:
        raise LookupError(f"{request.scope['route'].path} is public in api/scopes.py and asks for its caller")
    return principal


def address_of(request: Request) -> str:
    """Where the request comes from; behind proxies that are trusted, what they say."""
    return request.client.host if request.client else "unknown"


Here = Annotated[Gateway, Depends(_gateway)]
Caller = Annotated[Principal, Depends(_caller)]
