"""`python -m cift_forecast`: forecasts from registered models, as the market goes on.

It is ready when it hears the market and has asked the registry once; with the registry away it serves what it served
before. Training is `python -m cift_forecast.lab`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cift_common import rpc, service
from cift_common.ids import system_clock
from cift_proto.forecast.v1 import forecast_pb2_grpc

from cift_forecast import api
from cift_forecast.adapters import bus
from cift_forecast.adapters.models import Models
from cift_forecast.adapters.questdb import QuestDb
from cift_forecast.domain.reference import Reference
from cift_forecast.service import Forecasts
from cift_forecast.servicer import ForecastServicer
from cift_forecast.settings import ForecastSettings


@asynccontextmanager
async def start(settings: ForecastSettings, fatal: service.Fatal) -> AsyncIterator[None]:
    signals = bus.Signals()
    forecasts = Forecasts(
        [instrument.symbol for instrument in settings.platform.instruments],
        Models(settings.mlflow_url, settings.model_cache, settings.registry_timeout_seconds),
        QuestDb(settings.questdb_url),
        Reference.parse(settings.forecast_model),
        system_clock,
        lambda served, symbol, forecast: signals.put(api.signal(symbol, served, forecast)),
        shadow=settings.forecast_shadow,
    )
    server = rpc.Server(settings.grpc_listen)
    server.add(
        forecast_pb2_grpc.add_ForecastServiceServicer_to_server,
        ForecastServicer(forecasts),
        "cift.forecast.v1.ForecastService",
    )
    await server.start()
    connected = asyncio.Event()
    await forecasts.follow()
    tasks = [
        fatal.watch(asyncio.create_task(work, name=name))
        for name, work in (
            ("registry", forecasts.run_registry(settings.registry_poll_seconds)),
            ("nats", bus.run(settings.nats_url, forecasts, signals, connected)),
        )
    ]
    await connected.wait()
    await server.ready()
    try:
        yield
    finally:
        await server.stop(grace_seconds=2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    service.main("forecast", ForecastSettings, start)
