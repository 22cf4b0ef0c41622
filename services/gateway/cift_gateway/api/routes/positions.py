"""`/v2/positions`."""

import asyncio
from decimal import ROUND_DOWN, Decimal
from typing import Any

from cift_common import money
from cift_common.errors import CiftError, InvalidArgument, NotFound, Unavailable
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import APIRouter, Response

from cift_gateway.api import errors, render
from cift_gateway.api.context import Caller, Gateway, Here
from cift_gateway.api.models import trading as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route
from cift_gateway.domain import asset

router = APIRouter(route_class=Route, tags=["positions"])
_WORKING = frozenset(
    {
        common.ORDER_STATUS_PENDING_NEW,
        common.ORDER_STATUS_NEW,
        common.ORDER_STATUS_PARTIALLY_FILLED,
        common.ORDER_STATUS_PENDING_CANCEL,
        common.ORDER_STATUS_PENDING_REPLACE,
    }
)
_CANCEL_SECONDS = 5.0


async def _positions(gateway: Gateway, account_id: str, symbol: str = "") -> list[trading.Position]:
    answer = await gateway.backends.call(
        gateway.backends.trading.ListPositions, trading.ListPositionsRequest(account_id=account_id, symbol=symbol)
    )
    return list(answer.positions)


async def _position(gateway: Gateway, account_id: str, symbol_or_id: str) -> trading.Position:
    symbol = asset.symbol_of(gateway.platform, symbol_or_id)
    found = [p for p in await _positions(gateway, account_id, symbol) if p.symbol == symbol and p.quantity_nanos]
    if not found:
        raise NotFound(f"position does not exist: {symbol[:64]}", reason="NO_POSITION", field="symbol")
    return found[0]


@router.get("/v2/positions", response_model=list[models.Position])
async def list_positions(gateway: Here, caller: Caller) -> Response:
    """All open positions."""
    positions = await _positions(gateway, caller.account_id)
    return reply([render.position(p, gateway.platform) for p in positions if p.quantity_nanos])


@router.get("/v2/positions/{symbol_or_asset_id}", response_model=models.Position)
async def get_position(gateway: Here, caller: Caller, symbol_or_asset_id: str) -> Response:
    """One open position; 404 where there is none."""
    return reply(render.position(await _position(gateway, caller.account_id, symbol_or_asset_id), gateway.platform))


async def _close(gateway: Gateway, account_id: str, symbol: str, quantity_nanos: int) -> trading.Order:
    answer = await gateway.backends.call(
        gateway.backends.trading.ClosePosition,
        trading.ClosePositionRequest(account_id=account_id, symbol=symbol, quantity_nanos=quantity_nanos),
    )
    order: trading.Order = answer.order
    return order


def _part(gateway: Gateway, position: trading.Position, qty: str | None, percentage: str | None) -> int:
    """How much to close, in nanos; 0 is all of it."""
    if qty is not None and percentage is not None:
        raise InvalidArgument("give qty or percentage, not both", field="percentage")
    if qty is not None:
        nanos = money.parse_nanos("qty", qty)
        if nanos <= 0:
            raise InvalidArgument("qty must be > 0", field="qty", limit="> 0")
        return nanos
    if percentage is None:
        return 0
    percent = money.parse_decimal("percentage", percentage)
    if not 0 < percent <= 100:
        raise InvalidArgument("percentage must be > 0 and at most 100", field="percentage", limit="100")
    if percent == 100:
        return 0
    instrument = gateway.platform.by_symbol.get(position.symbol)
    lot = instrument.lot_size_nanos if instrument else money.NANOS
    lots = (abs(position.quantity_nanos) * percent / 100 / lot).to_integral_value(ROUND_DOWN)
    if lots == 0:
        raise InvalidArgument(
            f"{percentage} % of the position is less than one lot", field="percentage", limit=money.text(lot)
        )
    return int(lots * Decimal(lot))


@router.delete("/v2/positions/{symbol_or_asset_id}", response_model=models.Order)
async def close_position(
    gateway: Here, caller: Caller, symbol_or_asset_id: str, qty: str | None = None, percentage: str | None = None
) -> Response:
    """Sends the market order that closes a position, or `qty` or `percentage` of it (rounded down to a lot)."""
    position = await _position(gateway, caller.account_id, symbol_or_asset_id)
    part = _part(gateway, position, qty, percentage)
    return reply(render.order(await _close(gateway, caller.account_id, position.symbol, part)))


@router.delete("/v2/positions", response_model=list[models.ClosedPosition], status_code=207)
async def close_all_positions(gateway: Here, caller: Caller, cancel_orders: bool = False) -> Response:
    """Closes every position; with `cancel_orders` the open orders are canceled first."""
    if cancel_orders:
        await _cancel_all(gateway, caller.account_id)
    open_positions = [p for p in await _positions(gateway, caller.account_id) if p.quantity_nanos]
    results = await asyncio.gather(*(_close_one(gateway, caller.account_id, p.symbol) for p in open_positions))
    return reply(results, 207)


async def _close_one(gateway: Gateway, account_id: str, symbol: str) -> dict[str, Any]:
    try:
        order = await _close(gateway, account_id, symbol, 0)
    except CiftError as error:
        body = {**errors.body_of(error), "symbol": symbol}
        return {"symbol": symbol, "status": errors.status_of(error)[0], "order_id": None, "body": body}
    return {"symbol": symbol, "status": 200, "order_id": order.order_id, "body": render.order(order)}


async def _cancel_all(gateway: Gateway, account_id: str) -> None:
    """Cancels and waits until the venue has said so: what an open order holds cannot be sold."""
    feed = await gateway.feeds.open(account_id)
    waiter = _Ends()
    feed.attach(waiter)
    try:
        answer = await gateway.backends.call(
            gateway.backends.trading.CancelAllOrders, trading.CancelAllOrdersRequest(account_id=account_id)
        )
        pending = {order.order_id for order in answer.orders if order.status in _WORKING}
        async with asyncio.timeout(_CANCEL_SECONDS):
            while not pending <= waiter.ended:
                waiter.changed.clear()
                await waiter.changed.wait()
    except TimeoutError:
        raise Unavailable(
            f"the venue has not confirmed every cancel within {_CANCEL_SECONDS:g} s; no position was closed",
            reason="CANCELS_PENDING",
        ) from None
    finally:
        feed.detach(waiter)


class _Ends:
    """Follows an account and notes which orders are over."""

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.changed = asyncio.Event()

    def offer(self, update: trading.AccountUpdate, _: object) -> None:
        if update.order.status not in _WORKING:
            self.ended.add(update.order.order_id)
            self.changed.set()
