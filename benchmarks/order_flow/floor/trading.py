"""One statement per commit, an acknowledged publish, and the way back."""

import asyncio
import sys

import asyncpg
import grpc
import nats
import uvloop
from cift_proto.trading.v1 import trading_pb2
from nats.aio.msg import Msg
from nats.js.api import StreamConfig

from floor import hop

SCHEMA = """
DROP SCHEMA IF EXISTS floor CASCADE;
CREATE SCHEMA floor;
CREATE TABLE floor.orders (
    id text PRIMARY KEY, account text, symbol text, quantity bigint, price bigint, side int, status int,
    created_at timestamptz DEFAULT now());
CREATE TABLE floor.outbox (id bigserial PRIMARY KEY, subject text, payload bytea);
CREATE TABLE floor.executions (id text PRIMARY KEY, order_id text, quantity bigint, price bigint);
CREATE TABLE floor.positions (account text, symbol text, quantity bigint, cost numeric, PRIMARY KEY (account, symbol));
CREATE TABLE floor.audit (id bigserial PRIMARY KEY, body bytea);
"""
SUBMIT = """
WITH o AS (INSERT INTO floor.orders VALUES ($1, $2, $3, $4, $5, $6, 1)),
     a AS (INSERT INTO floor.audit (body) VALUES ($8))
INSERT INTO floor.outbox (subject, payload) VALUES ($7, $8) RETURNING id
"""
FILL = """
WITH e AS (INSERT INTO floor.executions VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING),
     o AS (UPDATE floor.orders SET status = 2 WHERE id = $2),
     p AS (INSERT INTO floor.positions VALUES ($5, $6, $3, $7) ON CONFLICT (account, symbol)
           DO UPDATE SET quantity = floor.positions.quantity + $3, cost = floor.positions.cost + $7),
     a AS (INSERT INTO floor.audit (body) VALUES ($9))
INSERT INTO floor.outbox (subject, payload) VALUES ($8, $9)
"""


async def main() -> None:
    listen, database_url, nats_url = sys.argv[1:]
    pool = await asyncpg.create_pool(database_url, min_size=8, max_size=8)
    assert pool is not None
    await pool.execute(SCHEMA)
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    await jetstream.add_stream(StreamConfig(name="FLOOR", subjects=["floor.order.>"], max_bytes=2**28))
    await jetstream.purge_stream("FLOOR")
    running: set[asyncio.Task[None]] = set()

    def spawn(work: "asyncio.Task[None]") -> None:
        running.add(work)
        work.add_done_callback(running.discard)

    async def publish(subject: str, payload: bytes, message_id: str) -> None:
        await jetstream.publish(subject, payload, headers={"Nats-Msg-Id": message_id})

    async def submit(order: trading_pb2.Order, _: grpc.aio.ServicerContext) -> trading_pb2.Order:
        payload = order.SerializeToString()
        subject = f"floor.order.new.{order.symbol}"
        outbox_id = await pool.fetchval(
            SUBMIT,
            order.order_id,
            order.account_id,
            order.symbol,
            order.quantity_nanos,
            order.limit_price_nanos,
            order.side,
            subject,
            payload,
        )
        spawn(asyncio.create_task(publish(subject, payload, f"{order.order_id}.{outbox_id}")))
        return order

    async def fill(message: Msg) -> None:
        order = trading_pb2.Order.FromString(message.data)
        await pool.execute(
            FILL,
            f"x{order.order_id}",
            order.order_id,
            order.quantity_nanos,
            order.limit_price_nanos,
            order.account_id,
            order.symbol,
            order.quantity_nanos * order.limit_price_nanos,
            "update",
            message.data,
        )
        await client.publish(f"floor.account.{order.account_id}", message.data)
        await message.ack()

    async def on_filled(message: Msg) -> None:
        spawn(asyncio.create_task(fill(message)))

    await jetstream.subscribe("floor.order.filled.>", durable="floor-trading", cb=on_filled, manual_ack=True)
    server = await hop.serve(listen, submit)
    print("ready", flush=True)
    await server.wait_for_termination()


uvloop.run(main())
