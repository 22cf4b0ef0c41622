"""`/v2/orders`."""

import uuid
from typing import Annotated

from cift_common.errors import InvalidArgument, NotFound
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.marketdata.v1 import marketdata_pb2 as marketdata
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import APIRouter, Query, Request, Response
from starlette.types import Scope

from cift_gateway.api import render
from cift_gateway.api.context import Caller, Gateway, Here, authorize, gateway_of
from cift_gateway.api.models import trading as models
from cift_gateway.api.openapi import body_schema
from cift_gateway.api.reply import nothing, reply
from cift_gateway.api.routing import Route
from cift_gateway.api.trace import span
from cift_gateway.domain import fields, times, words
from cift_gateway.domain.order_request import (
    ClientOrderId,
    ReplaceOrder,
    SubmitOrder,
    check_size,
    quantity_of,
    refuse_unsupported,
    to_replace,
    to_submit,
)
from cift_gateway.domain.shown import shown
from cift_gateway.service import trailing_stops

router = APIRouter(route_class=Route, tags=["orders"])
_FILTERS = {"open": 1, "closed": 2, "all": 3}
ORDERS_MAX = 500


def order_id_of(text: str) -> str:
    """`NotFound` where no order can have this id."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFound(f"order not found for {text[:64]}", field="order_id") from None


@router.post("/v2/orders", response_model=models.Order, openapi_extra=body_schema(SubmitOrder))
async def submit_order(request: Request) -> Response:
    """Checks, saves and sends an order. The same `client_order_id` and body again: the same order.

    A 504 or 503 with reason `ORDER_FATE_UNKNOWN` is no rejection: look the order up by `client_order_id`.
    """
    return await submit(gateway_of(request), request.scope, await request.body())


async def submit(gateway: Gateway, scope: Scope, body: bytes) -> Response:
    """The path that must cost little: `fast_orders` calls it without the framework around it."""
    with span("gateway.authenticate"):
        caller = await authorize(gateway, "POST /v2/orders", scope)
        assert caller is not None
        document = fields.read_json(body)
        refuse_unsupported(document)
        wanted = fields.validated(SubmitOrder, document)
        client_order_id = wanted.client_order_id or str(uuid.uuid4())
        check_size(wanted)
        order = to_submit(wanted, caller.account_id, client_order_id, gateway.platform)
        if wanted.notional is not None:
            if wanted.client_order_id and (known := await _known(gateway, order)) is not None:
                return reply(render.order(known))
            order.quantity_nanos = await _quantity(gateway, order, wanted.notional)
    with span("gateway.submit_order") as current:
        answer = await gateway.orders.submit(order, repeatable=bool(wanted.client_order_id))
        if current is not None:
            current.set_attribute("cift.order_id", answer.order.order_id)
    return reply(render.order(answer.order))


async def _known(gateway: Gateway, order: trading.SubmitOrderRequest) -> trading.Order | None:
    """The order that the same request made before: its quantity came from the price of that time."""
    try:
        answer = await gateway.backends.call(
            gateway.backends.trading.GetOrder,
            trading.GetOrderRequest(account_id=order.account_id, client_order_id=order.client_order_id),
        )
    except NotFound:
        return None
    known: trading.Order = answer.order
    same = (known.symbol, known.side, known.type) == (order.symbol, order.side, order.type)
    return known if same and known.limit_price_nanos == order.limit_price_nanos else None


async def _quantity(gateway: Gateway, order: trading.SubmitOrderRequest, notional: int) -> int:
    """What an amount of money pays for: at the limit, or at the price that a market order meets."""
    price = order.limit_price_nanos
    if not price:
        answer = await gateway.backends.call(
            gateway.backends.marketdata.GetSnapshots, marketdata.GetSnapshotsRequest(symbols=[order.symbol])
        )
        quote = answer.snapshots[0].quote
        price = quote.ask_price_nanos if order.side == common.SIDE_BUY else quote.bid_price_nanos
    if not price:
        raise InvalidArgument(
            f"there is no price of {order.symbol} to make shares of notional; give qty", field="notional"
        )
    return quantity_of(notional, price, gateway.platform.by_symbol[order.symbol].lot_size_nanos)


@router.get("/v2/orders", response_model=list[models.Order])
async def list_orders(
    gateway: Here,
    caller: Caller,
    status: str = "open",
    limit: Annotated[fields.Whole, Query(ge=1, le=ORDERS_MAX)] = 50,
    after: str | None = None,
    until: str | None = None,
    direction: str = "desc",
    symbols: str | None = None,
    side: str | None = None,
    nested: bool = False,
) -> Response:
    """By default the open ones, newest first. `symbols` with commas; `nested`: legs inside the order they depend on."""
    answer = await gateway.backends.call(
        gateway.backends.trading.ListOrders,
        trading.ListOrdersRequest(
            account_id=caller.account_id,
            filter=words.value_of("status", status.lower(), _FILTERS),  # type: ignore[arg-type]
            limit=limit,
            after_ns=times.parse_time("after", after) if after else 0,
            until_ns=times.parse_time("until", until) if until else 0,
            ascending=is_ascending("direction", direction),
            symbols=split_symbols(symbols),
            side=words.value_of("side", side.lower(), words.SIDE_VALUES) if side else 0,  # type: ignore[arg-type]
            nested=nested,
        ),
    )
    await trailing_stops.locate(gateway.backends, caller.account_id, answer.orders)
    return reply([render.order(order) for order in answer.orders])


def is_ascending(field: str, direction: str) -> bool:
    if direction.lower() not in ("asc", "desc"):
        raise InvalidArgument(f"{field} must be asc or desc, not {shown(direction)}", field=field, limit="asc, desc")
    return direction.lower() == "asc"


def split_symbols(text: str | None) -> list[str]:
    return [symbol.strip().upper() for symbol in (text or "").split(",") if symbol.strip()]


@router.delete("/v2/orders", response_model=list[models.CanceledOrder], status_code=207)
async def cancel_all_orders(gateway: Here, caller: Caller, symbol: str = "") -> Response:
    """Asks to cancel every open order; an order is canceled when its status says so."""
    answer = await gateway.backends.call(
        gateway.backends.trading.CancelAllOrders,
        trading.CancelAllOrdersRequest(account_id=caller.account_id, symbol=symbol.upper()),
    )
    results = [{"id": order.order_id, "status": 200, "body": render.order(order)} for order in answer.orders]
    return reply(results, 207)


@router.get("/v2/orders:by_client_order_id", response_model=models.Order)
async def get_order_by_client_order_id(gateway: Here, caller: Caller, client_order_id: ClientOrderId) -> Response:
    """The order that carries this id of yours."""
    answer = await gateway.backends.call(
        gateway.backends.trading.GetOrder,
        trading.GetOrderRequest(account_id=caller.account_id, client_order_id=client_order_id),
    )
    await trailing_stops.locate(gateway.backends, caller.account_id, (answer.order,))
    return reply(render.order(answer.order))


@router.get("/v2/orders/{order_id}", response_model=models.Order)
async def get_order(gateway: Here, caller: Caller, order_id: str, nested: bool = False) -> Response:
    """One order; `nested`: with the orders that depend on it."""
    answer = await gateway.backends.call(
        gateway.backends.trading.GetOrder,
        trading.GetOrderRequest(account_id=caller.account_id, order_id=order_id_of(order_id), nested=nested),
    )
    await trailing_stops.locate(gateway.backends, caller.account_id, (answer.order,))
    return reply(render.order(answer.order))


@router.patch("/v2/orders/{order_id}", response_model=models.Order, openapi_extra=body_schema(ReplaceOrder))
async def replace_order(request: Request, gateway: Here, caller: Caller, order_id: str) -> Response:
    """Asks to replace an order; the answer is the order that takes its place."""
    body = fields.read_body(ReplaceOrder, await request.body())
    replacement = to_replace(body, caller.account_id, order_id_of(order_id), body.client_order_id or str(uuid.uuid4()))
    answer = await gateway.backends.call(gateway.backends.trading.ReplaceOrder, replacement)
    return reply(render.order(answer.order))


@router.delete("/v2/orders/{order_id}", status_code=204)
async def cancel_order(gateway: Here, caller: Caller, order_id: str) -> Response:
    """Asks to cancel an order; 422 where it is over already."""
    await gateway.backends.call(
        gateway.backends.trading.CancelOrder,
        trading.CancelOrderRequest(account_id=caller.account_id, order_id=order_id_of(order_id)),
    )
    return nothing()
