"""`/v2/watchlists`."""

import uuid
from typing import Annotated, Any

from cift_common.errors import InvalidArgument, NotFound
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from cift_gateway.adapters.watchlists import SYMBOLS_PER_LIST_MAX, Watchlist
from cift_gateway.api import render
from cift_gateway.api.context import Caller, Gateway, Here
from cift_gateway.api.models import trading as models
from cift_gateway.api.reply import nothing, reply
from cift_gateway.api.routing import Route
from cift_gateway.domain.fields import PRINTABLE
from cift_gateway.domain.principal import Principal
from cift_gateway.domain.times import rfc3339

router = APIRouter(route_class=Route, tags=["watchlists"])
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
Symbols = Annotated[list[str], Field(max_length=SYMBOLS_PER_LIST_MAX)]


class CreateWatchlist(BaseModel):
    name: Name
    symbols: Symbols = []


class UpdateWatchlist(BaseModel):
    name: Name | None = None
    symbols: Symbols | None = None


class AddSymbol(BaseModel):
    symbol: Annotated[str, Field(min_length=1, max_length=32)]


def _render(gateway: Gateway, caller: Principal, watchlist: Watchlist) -> dict[str, Any]:
    by_symbol = gateway.platform.by_symbol
    return {
        "id": watchlist.id,
        "account_id": caller.account_id,
        "name": watchlist.name,
        "created_at": rfc3339(watchlist.created_at_ns),
        "updated_at": rfc3339(watchlist.updated_at_ns),
        # A symbol that the platform no longer lists stays in the list and comes back with it.
        "assets": [render.asset(by_symbol[symbol]) for symbol in watchlist.symbols if symbol in by_symbol],
    }


def _known(gateway: Gateway, symbols: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(symbol.upper() for symbol in symbols))
    for symbol in wanted:
        if symbol not in gateway.platform.by_symbol:
            raise InvalidArgument(f'asset "{symbol[:32]}" not found', reason="UNKNOWN_SYMBOL", field="symbols")
    return wanted


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFound("watchlist not found", field="watchlist_id") from None


@router.get("/v2/watchlists", response_model=list[models.Watchlist])
async def list_watchlists(gateway: Here, caller: Caller) -> Response:
    found = await gateway.watchlists.of_user(caller.user_id)
    return reply([_render(gateway, caller, watchlist) for watchlist in found])


@router.post("/v2/watchlists", response_model=models.Watchlist)
async def create_watchlist(gateway: Here, caller: Caller, body: CreateWatchlist) -> Response:
    created = await gateway.watchlists.create(caller.user_id, body.name, _known(gateway, body.symbols))
    return reply(_render(gateway, caller, created))


@router.get("/v2/watchlists/{watchlist_id}", response_model=models.Watchlist)
async def get_watchlist(gateway: Here, caller: Caller, watchlist_id: str) -> Response:
    return reply(_render(gateway, caller, await gateway.watchlists.get(caller.user_id, _id(watchlist_id))))


@router.put("/v2/watchlists/{watchlist_id}", response_model=models.Watchlist)
async def update_watchlist(gateway: Here, caller: Caller, watchlist_id: str, body: UpdateWatchlist) -> Response:
    """What is not given stays."""
    symbols = None if body.symbols is None else _known(gateway, body.symbols)
    updated = await gateway.watchlists.update(caller.user_id, _id(watchlist_id), body.name, symbols)
    return reply(_render(gateway, caller, updated))


@router.post("/v2/watchlists/{watchlist_id}", response_model=models.Watchlist)
async def add_symbol(gateway: Here, caller: Caller, watchlist_id: str, body: AddSymbol) -> Response:
    symbol = _known(gateway, [body.symbol])[0]
    watchlist = await gateway.watchlists.add(caller.user_id, _id(watchlist_id), symbol)
    if symbol not in watchlist.symbols:
        raise InvalidArgument(
            f"a watchlist has at most {SYMBOLS_PER_LIST_MAX} symbols", field="symbol", limit=str(SYMBOLS_PER_LIST_MAX)
        )
    return reply(_render(gateway, caller, watchlist))


@router.delete("/v2/watchlists/{watchlist_id}/{symbol}", response_model=models.Watchlist)
async def remove_symbol(gateway: Here, caller: Caller, watchlist_id: str, symbol: str) -> Response:
    watchlist = await gateway.watchlists.remove(caller.user_id, _id(watchlist_id), symbol.upper())
    return reply(_render(gateway, caller, watchlist))


@router.delete("/v2/watchlists/{watchlist_id}", status_code=204)
async def delete_watchlist(gateway: Here, caller: Caller, watchlist_id: str) -> Response:
    await gateway.watchlists.delete(caller.user_id, _id(watchlist_id))
    return nothing()
