"""Routes whose bodies are read by `domain.fields`, like those that read them themselves: one set of bounds."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from cift_gateway.domain import fields


class _Request(Request):
    async def json(self) -> Any:
        return fields.read_value(await self.body(), exact=False)


class Route(APIRoute):
    """A route that reads its body once, in bounds."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_bounded(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handle_bounded
