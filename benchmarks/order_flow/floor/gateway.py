"""HTTP in, gRPC on, WebSocket out."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import orjson
from cift_proto.trading.v1 import trading_pb2
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from nats.aio.msg import Msg
from pydantic import BaseModel

from floor import hop


class OrderIn(BaseModel):
    symbol: str
    qty: str
    side: str
    type: str = "market"
    time_in_force: str = "day"
    client_order_id: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.trading = hop.stub(os.environ["FLOOR_TRADING"])
    app.state.nats = await nats.connect(os.environ["FLOOR_NATS"])
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/v2/orders")
async def submit(order: OrderIn) -> dict[str, str]:
    answer = await app.state.trading(
        trading_pb2.Order(
            order_id=order.client_order_id,
            account_id="a1",
            client_order_id=order.client_order_id,
            symbol=order.symbol,
            side=1,
            quantity_nanos=int(order.qty) * 10**9,
            limit_price_nanos=189_430_000_000,
        )
    )
    return {"id": answer.order_id, "client_order_id": order.client_order_id, "status": "accepted"}


@app.websocket("/stream")
async def stream(socket: WebSocket) -> None:
    await socket.accept()

    async def push(message: Msg) -> None:
        order = trading_pb2.Order.FromString(message.data)
        await socket.send_bytes(
            orjson.dumps(
                {
                    "stream": "trade_updates",
                    "data": {
                        "event": "fill",
                        "order": {"id": order.order_id, "client_order_id": order.client_order_id},
                    },
                }
            )
        )

    subscription = await app.state.nats.subscribe("floor.account.a1", cb=push)
    await app.state.nats.flush()
    await socket.send_bytes(orjson.dumps({"stream": "listening", "data": {"streams": ["trade_updates"]}}))
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        await subscription.unsubscribe()
