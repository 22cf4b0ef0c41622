"""`python -m cift_execution`: the way to the broker. `python -m cift_execution migrate`: its schema, up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from cift_common import rpc, service
from cift_common.database import WriterLock, connect_pool
from cift_common.execution_report import Signer
from cift_common.ids import system_clock
from cift_common.messaging import Messenger
from cift_common.platform import Platform
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2_grpc
from redis.asyncio import Redis

from cift_execution.adapters.calendar import Calendar
from cift_execution.adapters.inbound import Inbound
from cift_execution.adapters.outbound import Outbound
from cift_execution.adapters.paper import PaperBroker
from cift_execution.adapters.quotes import MarketQuotes
from cift_execution.adapters.store import Store
from cift_execution.adapters.trading import Trading
from cift_execution.api import ExecutionServicer
from cift_execution.bookings import Bookings
from cift_execution.closing import Closing
from cift_execution.domain.cursor import Cursor
from cift_execution.domain.expiry import Expiry
from cift_execution.domain.quotes import QuoteBoard
from cift_execution.liquidity import Liquidity
from cift_execution.reconciler import Reconciler
from cift_execution.service import ExecutionService
from cift_execution.settings import ExecutionSettings

TAKEN_OVER_SECONDS = 20


def instruments(platform: Platform) -> list[types_pb2.Instrument]:
    return [
        types_pb2.Instrument(
            symbol=instrument.symbol,
            name=instrument.name,
            exchange=instrument.exchange,
            tick_size_nanos=instrument.tick_size_nanos,
            lot_size_nanos=instrument.lot_size_nanos,
        )
        for instrument in platform.instruments
    ]


async def keep_writing(lock: WriterLock) -> None:
    """Takes the lock again when its connection was lost; ends by an error where another process has it by then."""
    while True:
        await asyncio.sleep(1)
        if lock.held:
            continue
        try:
            async with asyncio.timeout(TAKEN_OVER_SECONDS):
                await lock.acquire()
        except TimeoutError:
            raise RuntimeError("another process is the way to the broker now") from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            continue


@asynccontextmanager
async def start(settings: ExecutionSettings, fatal: service.Fatal) -> AsyncIterator[None]:
    platform, decision_keys = settings.platform, settings.decision_secrets
    server = rpc.Server(settings.grpc_listen)
    pool = await connect_pool(settings.database_url, service="execution", size_max=3)
    lock = WriterLock(settings.database_url, f"execution {PaperBroker.name}")
    await lock.acquire()
    store = Store(pool, PaperBroker.name)
    saved = await store.load()
    cursor, expiry = Cursor(saved.sequence), Expiry(saved.next_close_ns)
    messenger = await Messenger.connect(settings.nats_url, "execution")
    await messenger.ensure_streams()
    channels = [
        rpc.channel(address)
        for address in (settings.matcher_address, settings.trading_address, settings.marketdata_address)
    ]
    broker = PaperBroker(channels[0], instruments(platform), system_clock, "execution")
    outbound = Outbound(messenger, broker.name, cursor, platform.fees, Signer(settings.report_seeds))
    await outbound.start()
    trading = Trading(channels[1])
    execution = ExecutionService(
        broker,
        outbound,
        cursor,
        store,
        expiry,
        trading,
        decision_keys=decision_keys,
        patience_seconds=2 * settings.redeliver_seconds,
        age_seconds_max=settings.order_age_seconds_max,
        clock=system_clock,
    )
    reconciler = Reconciler(
        broker,
        execution,
        trading,
        outbound,
        cursor,
        store,
        expiry,
        clock=system_clock,
        period_seconds=settings.reconcile_seconds,
        grace_seconds=settings.reconcile_grace_seconds,
        stray_seconds=settings.stray_seconds,
    )
    bookings = Bookings(broker, trading, cursor, reconciler, period_seconds=settings.bookings_seconds)
    board = QuoteBoard(tuple(platform.by_symbol), platform.risk.max_price_age_ms * 1_000_000, system_clock())
    cache = Redis.from_url(settings.cache_url)
    liquidity = Liquidity(broker, board, MarketQuotes(cache, channels[2]), system_clock)
    calendar = Calendar(channels[2], platform.calendar, system_clock)
    closing = Closing(execution, broker, expiry, calendar.next_close, system_clock)
    inbound = Inbound(messenger, execution, liquidity)

    async def on_connection(connected: bool) -> None:
        liquidity.on_connection(connected)
        await show()

    async def show() -> None:
        """Ready with a session, and once trading was asked what it holds open: what was lost is on its way again."""
        await server.ready(execution.connected.is_set() and reconciler.asked)

    execution.on_connection, reconciler.on_asked = on_connection, show
    server.add(
        execution_pb2_grpc.add_ExecutionServiceServicer_to_server,
        ExecutionServicer(broker, execution, reconciler, bookings, cursor, system_clock),
        "cift.execution.v1.ExecutionService",
    )
    await server.start()
    await inbound.subscribe_quotes()
    await inbound.consume_orders(settings.redeliver_seconds)
    tasks = [
        fatal.watch(asyncio.create_task(work, name=name))
        for name, work in {
            "writer lock": keep_writing(lock),
            "broker session": broker.run(execution),
            "broker watch": execution.watch(),
            "outbound": outbound.run(),
            "store": store.run(cursor, expiry),
            "reconciler": reconciler.run(),
            "cursor marks": reconciler.mark(),
            "bookings proof": bookings.run(),
            "liquidity": liquidity.run(),
            "closing": closing.run(),
        }.items()
    ]
    try:
        yield
    finally:
        await server.stop()
        # What is not answered by now is delivered again to the next process.
        with suppress(TimeoutError):
            await execution.settle(seconds=2)
        for task in tasks:
            task.cancel()
        await messenger.close()
        with suppress(Exception):
            await store.flush(cursor, expiry)
        await cache.aclose()
        for channel in channels:
            await channel.close()
        await lock.release()
        await pool.close()


if __name__ == "__main__":
    service.main("execution", ExecutionSettings, start, schema="execution")
