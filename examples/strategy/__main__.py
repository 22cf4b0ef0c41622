"""`python -m examples.strategy`: wiring."""

import asyncio
import signal
import time

from cift_common.messaging import Messenger

from examples.strategy.adapters import signals
from examples.strategy.adapters.api import Api
from examples.strategy.service import Strategy
from examples.strategy.settings import StrategySettings


async def main() -> None:
    settings = StrategySettings()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    secret = settings.api_secret_key.get_secret_value()
    api = Api(settings.api_url, settings.api_key_id, secret, settings.timeout_seconds)
    symbols = frozenset(settings.symbols.upper().split(","))
    strategy = Strategy(api, settings.limits, settings.name, symbols, time.time_ns)
    await strategy.begin()
    messenger = await Messenger.connect(settings.nats_url, "strategy")
    await signals.listen(messenger, strategy.hear)
    running = asyncio.create_task(strategy.run())
    ended = asyncio.create_task(stopped.wait())
    await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    await messenger.close()
    await api.close()


if __name__ == "__main__":
    asyncio.run(main())
