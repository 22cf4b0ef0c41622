"""`python -m cift_marketdata`: runs the feed of the platform file and answers about it.

It is ready when the feed has begun: orders need the latest prices, which QuestDB has no part in. History is UNAVAILABLE
until QuestDB answers.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from cift_common import logging, rpc, service
from cift_common.execution_report import Verifier
from cift_common.ids import system_clock
from cift_common.messaging import Messenger
from cift_common.platform import Platform
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc
from google.protobuf.message import DecodeError
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from cift_marketdata import wire
from cift_marketdata.adapters import calendars, questdb_rows
from cift_marketdata.adapters.bus import Bus
from cift_marketdata.adapters.cache import LatestCache
from cift_marketdata.adapters.questdb_reader import QuestDbReader
from cift_marketdata.adapters.questdb_writer import QuestDbWriter
from cift_marketdata.adapters.spool import Spool
from cift_marketdata.api import MarketDataServicer
from cift_marketdata.domain.sessions import DAY_NS
from cift_marketdata.feeds.alpaca import Alpaca
from cift_marketdata.feeds.base import Feed, FeedError
from cift_marketdata.feeds.binance import Binance
from cift_marketdata.feeds.lean import find_factors
from cift_marketdata.feeds.live import LiveFeed
from cift_marketdata.feeds.recordings import Recorder
from cift_marketdata.feeds.simulated import SimulatedFeed
from cift_marketdata.fills import Fills
from cift_marketdata.pipeline import Pipeline
from cift_marketdata.service import MarketData
from cift_marketdata.settings import MarketDataSettings
from cift_marketdata.subscribers import Subscribers

_log = logging.get(__name__)
CONNECT_RETRY_SECONDS = 1.0
NATS_WAIT_SECONDS = 2.0
FIRST_TICK_WAIT_SECONDS = 5.0


@asynccontextmanager
async def start(settings: MarketDataSettings, fatal: service.Fatal) -> AsyncIterator[None]:
    platform = settings.platform
    cache = LatestCache(settings.cache_url)
    try:
        calendar = await calendars.load(platform.calendar)
        feed = await _feed(settings, cache)
    except (FeedError, calendars.UnknownCalendar) as error:
        _log.critical("cannot start", reason=str(error))
        sys.exit(1)
    server = rpc.Server(settings.grpc_listen)
    bus, subscribers = Bus(), Subscribers()
    spool = await _spool(settings)
    writer = QuestDbWriter(
        settings.questdb_url,
        calendar.time_zone,
        flush_seconds=settings.questdb_flush_seconds,
        buffer_bytes_max=settings.questdb_buffer_bytes,
        spool=spool,
    )
    reader = QuestDbReader(settings.questdb_url, calendar.time_zone)
    fills = Fills(writer, Verifier(settings.report_keys))
    recorder = Recorder(settings.record, settings.record_bytes) if settings.record is not None else None
    stale_after_ns = platform.risk.max_price_age_ms * 10**6 if feed.is_timed_now else 0
    pipeline = Pipeline(
        list(platform.by_symbol), cache, bus, writer, subscribers, system_clock, recorder, stale_after_ns
    )
    await _statuses(pipeline, list(platform.by_symbol), cache)

    # A replay's present is that of its ticks.
    factors = find_factors(Path(platform.feed.path), platform.by_symbol) if platform.feed.kind == "replay" else {}

    def market_now() -> int:
        if feed.is_timed_now or not pipeline.last_tick_time_ns:
            return system_clock()
        return pipeline.last_tick_time_ns + (DAY_NS if feed.finished else 0)

    market_data = MarketData(platform, pipeline.latest, reader, calendar, system_clock, market_now, factors)
    servicer = MarketDataServicer(market_data, pipeline, feed, writer, subscribers)
    server.add(
        marketdata_pb2_grpc.add_MarketDataServiceServicer_to_server, servicer, "cift.marketdata.v1.MarketDataService"
    )
    await server.start()
    writer.start()
    messengers: list[Messenger] = []
    tasks = [
        fatal.watch(asyncio.create_task(work, name=name))
        for name, work in (
            ("cache", cache.run()),
            ("bus", bus.run()),
            ("nats", _connect(settings.nats_url, bus, fills, messengers)),
            ("fills", fills.run()),
            ("feed", _run_feed(pipeline, feed, bus)),
            ("resend", pipeline.run_resend(feed)),
            ("bars", pipeline.run_bars(market_data.daily_bars)),
            *([("recorder", recorder.run())] if recorder is not None else []),
        )
    ]
    with suppress(TimeoutError):
        await asyncio.wait_for(pipeline.started.wait(), FIRST_TICK_WAIT_SECONDS)
    await server.ready()
    try:
        yield
    finally:
        await server.stop(grace_seconds=1)
        await _end(tasks)
        await writer.stop()
        for messenger in messengers:
            await messenger.close()
        await reader.close()
        with suppress(OSError):
            await cache.close()


async def _feed(settings: MarketDataSettings, cache: LatestCache) -> Feed:
    platform = settings.platform
    # Beyond all rows of earlier sessions, and room for four thousand million more.
    first_row = (system_clock() // 10**9) << 32 >> 1
    if platform.feed.kind == "alpaca":
        secret = settings.feed_secret_key.get_secret_value()
        dialect = Alpaca(settings.feed_key_id, secret, first_row, settings.feed_url)
        return LiveFeed(dialect, list(platform.by_symbol))
    if platform.feed.kind == "binance":
        return LiveFeed(Binance(first_row, settings.feed_url), list(platform.by_symbol))
    if platform.feed.kind == "replay":
        # Only it surely needs pyarrow and pandas, which stay in memory; better now than between ticks.
        await asyncio.to_thread(questdb_rows.load)
        from cift_marketdata.feeds.replay import ReplayFeed

        return ReplayFeed(platform)
    return SimulatedFeed(platform, await _start_prices(platform, cache))


async def _spool(settings: MarketDataSettings) -> Spool | None:
    """None where there shall be none, or its folder cannot be used: prices do not wait for it."""
    if settings.questdb_spool is None:
        return None
    try:
        return await asyncio.to_thread(Spool, settings.questdb_spool, settings.questdb_spool_bytes)
    except OSError as error:
        _log.error("rows will wait in memory: the spool cannot be used", error=str(error))
        return None


async def _start_prices(platform: Platform, cache: LatestCache) -> dict[str, int]:
    """Where the simulated market left off, so that a restart is no jump; not where the declaration says otherwise."""
    symbols = list(platform.by_symbol)
    prices: dict[str, int] = {}
    for symbol, payload in zip(symbols, await cache.get([f"md:quote:{symbol}" for symbol in symbols]), strict=True):
        quote = types_pb2.Quote()
        with suppress(DecodeError):
            quote.ParseFromString(payload or b"")
            price = (quote.bid_price_nanos + quote.ask_price_nanos) // 2
            reference = int(platform.by_symbol[symbol].reference_price * 10**9)
            if quote.bid_price_nanos and reference // 2 <= price <= reference * 2:
                prices[symbol] = price
    return prices


async def _statuses(pipeline: Pipeline, symbols: Sequence[str], cache: LatestCache) -> None:
    """A halt is not over because the service started anew."""
    for symbol, payload in zip(symbols, await cache.get([f"md:status:{symbol}" for symbol in symbols]), strict=True):
        if payload:
            with suppress(DecodeError):
                pipeline.latest[symbol].status = wire.status_of(marketdata_pb2.TradingStatus.FromString(payload))


async def _run_feed(pipeline: Pipeline, feed: Feed, bus: Bus) -> None:
    # So that the first ticks are heard; but prices do not wait for a NATS that is away.
    with suppress(TimeoutError):
        await asyncio.wait_for(bus.attached.wait(), NATS_WAIT_SECONDS)
    await pipeline.run(feed)


async def _end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancels until all have ended: the NATS client swallows a cancellation that meets it while it waits to send."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)


async def _connect(url: str, bus: Bus, fills: Fills, messengers: list[Messenger]) -> None:
    """When NATS is there, prices go out and fills come in."""
    while not messengers:
        try:
            messengers.append(await Messenger.connect(url, "marketdata"))
        except (NatsError, OSError) as error:
            _log.warning("NATS is away", error=repr(error))
            await asyncio.sleep(CONNECT_RETRY_SECONDS)
    bus.attach(messengers[0])
    while True:
        try:
            return await fills.consume(messengers[0])
        except (NatsError, JetStreamError, TimeoutError) as error:
            _log.warning("fills cannot be consumed yet", error=repr(error))
            await asyncio.sleep(CONNECT_RETRY_SECONDS)


if __name__ == "__main__":
    # The writer's thread gives way to prices soon; by default it may keep them waiting for 5 ms each time.
    sys.setswitchinterval(0.0005)
    service.main("marketdata", MarketDataSettings, start)
