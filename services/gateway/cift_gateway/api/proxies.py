"""Puts the client's real address and scheme into a request that a trusted proxy passed on."""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from cift_gateway.domain.client_address import Network, client_address, is_trusted

_SCHEMES = {"http": ("http", "ws"), "https": ("https", "wss"), "ws": ("http", "ws"), "wss": ("https", "wss")}


class Proxies:
    """Like uvicorn's own middleware, but never believes the left end of a list of trusted hops, which clients write."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if self._trusted and client is not None and is_trusted(client[0], self._trusted):
            forwarded: list[str] = []
            scheme = ""
            for name, value in scope["headers"]:
                if name == b"x-forwarded-for":
                    forwarded.append(value.decode("latin-1"))
                elif name == b"x-forwarded-proto":
                    scheme = value.decode("latin-1").strip().lower()
            address = client_address(client[0], forwarded, self._trusted)
            changes: dict[str, Any] = {"client": (address, 0)} if address != client[0] else {}
            if scheme in _SCHEMES:
                changes["scheme"] = _SCHEMES[scheme][scope["type"] == "websocket"]
            scope = {**scope, **changes}
        await self._app(scope, receive, send)
