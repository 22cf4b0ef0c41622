"""`python -m cift_analytics`: books what trading tells, and answers about it.

It is ready when it can answer: with ClickHouse away it serves UNAVAILABLE, and what trading tells waits in JetStream.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cift_common import logging, rpc, service
from cift_common.ids import system_clock
from cift_common.messaging import Messenger
from cift_proto.analytics.v1 import analytics_pb2_grpc
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.adapters.ledger import Ledger
from cift_analytics.adapters.market import Market
from cift_analytics.adapters.questions import Questions
from cift_analytics.adapters.signals import Signals
from cift_analytics.adapters.trading import Trading
from cift_analytics.closing import Closing
from cift_analytics.figures import Figures
from cift_analytics.intake import Intake
from cift_analytics.service import Analytics
from cift_analytics.servicer import AnalyticsServicer
from cift_analytics.settings import AnalyticsSettings
from cift_analytics.signal_intake import SignalIntake

_log = logging.get(__name__)
CONNECT_RETRY_SECONDS = 1.0
CLOSING_SECONDS = 300.0
FIGURES_SECONDS = 15.0


@asynccontextmanager
async def start(settings: AnalyticsSettings, fatal: service.Fatal) -> AsyncIterator[None]:
    clickhouse = ClickHouse(settings.clickhouse_url.get_secret_value(), settings.question_seconds_max)
    trading, market = Trading(settings.trading_address), Market(settings.marketdata_address)
    intake = Intake(
        Ledger(clickhouse),
        trading,
        system_clock,
        batch_seconds=settings.batch_seconds,
        batch_size_max=settings.batch_size_max,
        seal_keys=settings.seal_secrets,
    )
    signals = Signals(clickhouse)
    signal_intake = SignalIntake(signals, batch_seconds=settings.batch_seconds)
    analytics = Analytics(Questions(clickhouse), signals, trading, settings.platform.calendar, system_clock)
    server = rpc.Server(settings.grpc_listen)
    server.add(
        analytics_pb2_grpc.add_AnalyticsServiceServicer_to_server,
        AnalyticsServicer(analytics, intake),
        "cift.analytics.v1.AnalyticsService",
    )
    await server.start()
    messengers: list[Messenger] = []
    tasks = [
        fatal.watch(asyncio.create_task(work, name=name))
        for name, work in (
            ("intake", intake.run()),
            ("signals", signal_intake.run()),
            ("catch up", intake.run_catch_up(settings.catch_up_seconds)),
            ("figures", Figures(clickhouse, FIGURES_SECONDS).run()),
            ("closing", Closing(clickhouse, market, system_clock).run(CLOSING_SECONDS)),
            ("nats", _connect(settings.nats_url, intake, signal_intake, messengers)),
        )
    ]
    await intake.loaded.wait()
    await server.ready()
    try:
        yield
    finally:
        await server.stop(grace_seconds=2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for messenger in messengers:
            await messenger.close()
        await trading.close()
        await market.close()
        await clickhouse.close()


async def _connect(url: str, intake: Intake, signals: SignalIntake, messengers: list[Messenger]) -> None:
    while True:
        try:
            if not messengers:
                messengers.append(await Messenger.connect(url, "analytics"))
            await messengers[0].ensure_streams()
            await intake.consume(messengers[0])
            return await signals.consume(messengers[0])
        except (NatsError, JetStreamError, OSError, TimeoutError) as error:
            _log.warning("NATS is away", error=repr(error))
            await asyncio.sleep(CONNECT_RETRY_SECONDS)


if __name__ == "__main__":
    service.main("analytics", AnalyticsSettings, start)
