"""Consumes, calls the venue's stand-in, publishes."""

import asyncio
import sys

import nats
import uvloop
from cift_proto.trading.v1 import trading_pb2
from nats.aio.msg import Msg

from floor import hop


async def main() -> None:
    venue_address, nats_url = sys.argv[1:]
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    venue = hop.stub(venue_address)
    running: set[asyncio.Task[None]] = set()

    async def execute(message: Msg) -> None:
        order = await venue(trading_pb2.Order.FromString(message.data))
        await jetstream.publish(
            f"floor.order.filled.{order.symbol}", message.data, headers={"Nats-Msg-Id": f"f{order.order_id}"}
        )
        await message.ack()

    async def on_new(message: Msg) -> None:
        task = asyncio.create_task(execute(message))
        running.add(task)
        task.add_done_callback(running.discard)

    await jetstream.subscribe("floor.order.new.>", durable="floor-execution", cb=on_new, manual_ack=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


uvloop.run(main())
