"""`python -m cift_risk`: serves the policy. `python -m cift_risk migrate`: brings the schema up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from cift_common import rpc, service
from cift_common.database import connect_pool
from cift_common.ids import system_clock
from cift_common.messaging import Messenger
from cift_common.platform import Limits as DeclaredLimits
from cift_proto.risk.v1 import risk_pb2_grpc

from cift_risk.adapters.announcer import Announcer
from cift_risk.adapters.breaches import Breaches
from cift_risk.adapters.store import PolicyStore
from cift_risk.adapters.trading import TradingPositions
from cift_risk.api import RiskServicer
from cift_risk.domain.limits import Limits
from cift_risk.service import RiskService
from cift_risk.settings import RiskSettings

# With which the gateway may ask about any account, or change what holds for all.
SCOPES = {
    **dict.fromkeys(("GetExposure", "ListBreaches"), frozenset({"risk:read_all"})),
    **dict.fromkeys(("SetLimits", "SetRestriction", "SetHalt"), frozenset({"risk:write"})),
}


def declared(limits: DeclaredLimits) -> Limits:
    values = limits.model_dump(exclude={"price_collar_percent", "market_protection_percent"})
    return Limits(
        **values,
        price_collar_bp=max(1, int(limits.price_collar_percent * 100)),
        market_protection_bp=max(1, int(limits.market_protection_percent * 100)),
    )


@asynccontextmanager
async def start(settings: RiskSettings, fatal: service.Fatal) -> AsyncIterator[None]:
    server = rpc.Server(settings.grpc_listen)
    pool = await connect_pool(settings.database_url, service="risk", size_max=4)
    messenger = await Messenger.connect(settings.nats_url, "risk")
    trading = rpc.channel(settings.trading_address)
    breaches = Breaches(pool)
    risk = RiskService(
        PolicyStore(pool),
        Announcer(messenger),
        TradingPositions(trading),
        breaches,
        clock=system_clock,
        symbols=settings.platform.by_symbol,
        lease_seconds=settings.risk_lease_seconds,
    )
    server.add(risk_pb2_grpc.add_RiskServiceServicer_to_server, RiskServicer(risk), "cift.risk.v1.RiskService", SCOPES)
    await server.start()
    await risk.start(declared(settings.platform.risk), settings.platform.halted)
    await breaches.subscribe(messenger)
    recorder = fatal.watch(asyncio.create_task(breaches.run(), name="breaches"))
    await server.ready()
    try:
        yield
    finally:
        await server.stop()
        recorder.cancel()
        await messenger.close()
        with suppress(Exception):
            await breaches.flush()
        await trading.close()
        await pool.close()


if __name__ == "__main__":
    service.main("risk", RiskSettings, start, schema="risk")
