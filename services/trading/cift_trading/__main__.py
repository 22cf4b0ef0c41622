"""Wiring: `python -m cift_trading [migrate | verify-audit | begin-anchor | quarantine …]`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from cift_common import database, rpc, service
from cift_common.execution_report import Verifier
from cift_common.ids import system_clock
from cift_common.messaging import Messenger
from cift_common.outbox import Outbox
from cift_common.service import Fatal
from cift_common.streams import TRADING_REPORTS
from cift_proto.execution.v1 import execution_pb2_grpc
from cift_proto.marketdata.v1 import marketdata_pb2_grpc
from cift_proto.risk.v1 import risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2_grpc
from redis.asyncio import Redis

from cift_trading import audit_trail, quarantine_command
from cift_trading.adapters.breaches import Breaches
from cift_trading.adapters.cache import AccountCache
from cift_trading.adapters.prices import Prices
from cift_trading.adapters.quarantine import QuarantineTable
from cift_trading.adapters.risk import PolicyLease, Risk
from cift_trading.adapters.store import Store
from cift_trading.adapters.venue import VenueWatch
from cift_trading.adapters.writers import ChangeWriter, OrderWriter
from cift_trading.change_lane import ChangeLane
from cift_trading.domain.booking import BookingRules
from cift_trading.figures import Figures
from cift_trading.grouping import Grouping
from cift_trading.keeper import Keeper, LastCloses
from cift_trading.preview import Previews
from cift_trading.proofs import Proofs
from cift_trading.quarantine import Quarantine, Quarantines
from cift_trading.service import Trading
from cift_trading.servicer import TradingServicer
from cift_trading.settings import Settings
from cift_trading.signing import Keys
from cift_trading.state import State
from cift_trading.stop_watch import StopWatch
from cift_trading.submission import Submission
from cift_trading.views import Views

PROBLEMS_SHOWN = 50
# With which the gateway may ask about accounts other than the caller's.
SCOPES = {"CancelAllOrders": frozenset({"users:admin"})}


@asynccontextmanager
async def start(settings: Settings, fatal: Fatal) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        clock, platform = system_clock, settings.platform
        decision_key, audit_secret = settings.decision_secret, settings.audit_secrets[0]
        keys, verifier = Keys(decision_key, settings.seal_secrets), Verifier(settings.report_keys)

        server = rpc.Server(settings.grpc_listen)

        order_writer = OrderWriter(settings.database_url, "orders", fatal)
        change_writer = ChangeWriter(settings.database_url, "changes", fatal)
        for writer in (order_writer, change_writer):
            await writer.open()
            stack.push_async_callback(writer.close)
        pool = await database.connect_pool(settings.database_url, service="trading")
        stack.push_async_callback(pool.close)
        messenger = await Messenger.connect(settings.nats_url, "trading")
        stack.push_async_callback(messenger.close)
        await messenger.ensure_streams()
        await messenger.keep(settings.kept_consumers)
        cache = Redis.from_url(settings.cache_url)
        stack.push_async_callback(cache.aclose)
        risk_channel, marketdata_channel, execution_channel = (
            rpc.channel(address)
            for address in (settings.risk_address, settings.marketdata_address, settings.execution_address)
        )
        for channel in (risk_channel, marketdata_channel, execution_channel):
            stack.push_async_callback(channel.close)
        marketdata: Any = marketdata_pb2_grpc.MarketDataServiceStub(marketdata_channel)

        state, store, risk = State(platform.calendar), Store(pool), Risk(platform)
        await store.load(state, clock())
        prices = Prices(
            cache,
            marketdata,
            risk.on_quote,
            cache_timeout_seconds=settings.cache_timeout_seconds,
            marketdata_timeout_seconds=settings.marketdata_timeout_seconds,
            reuse_seconds=settings.price_reuse_seconds,
        )
        # Prices first: they say what positions are worth and what open buys hold back.
        await prices.refresh_all(state.symbols())
        risk.restore(state, clock())
        closes = LastCloses(marketdata, settings.marketdata_timeout_seconds)
        views = Views(state, risk, prices.latest, closes.of, clock)
        execution: Any = execution_pb2_grpc.ExecutionServiceStub(execution_channel)
        venue = VenueWatch(execution, clock)
        outbox = Outbox(pool, messenger, "trading")
        stack.push_async_callback(outbox.close)
        account_cache = AccountCache(cache, state, views)
        submission = Submission(
            state=state,
            risk=risk,
            prices=prices,
            store=store,
            writer=order_writer,
            outbox=outbox,
            breaches=Breaches(messenger),
            platform=platform,
            decision_key=decision_key,
            fatal=fatal,
            check_venue=venue.check,
            clock=clock,
            in_flight_max=settings.orders_in_flight_max,
            group_size_max=settings.group_size_max,
        )
        grouping = Grouping(risk, decision_key)
        changes = ChangeLane(
            state=state,
            risk=risk,
            store=store,
            writer=change_writer,
            outbox=outbox,
            grouping=grouping,
            cache=account_cache,
            keys=keys,
            verifier=verifier,
            rules=BookingRules(platform),
            fatal=fatal,
            clock=clock,
            group_size_max=settings.group_size_max,
        )
        trading = Trading(
            state=state,
            store=store,
            risk=risk,
            prices=prices,
            views=views,
            submission=submission,
            previews=Previews(state, risk, prices, platform, clock),
            changes=changes,
            cache=account_cache,
            platform=platform,
            decision_key=decision_key,
            clock=clock,
            account_multiplier=settings.account_multiplier,
            account_shorting=settings.account_shorting,
        )
        watch = StopWatch(state, grouping, changes, prices, messenger, clock)
        keeper = Keeper(
            state=state,
            store=store,
            prices=prices,
            closes=closes,
            views=views,
            risk=risk,
            changes=changes,
            clock=clock,
            calendar=platform.calendar,
            equity_seconds=settings.equity_interval_seconds,
        )
        sealer = audit_trail.Sealer(
            settings.database_url,
            audit_secret,
            settings.audit_anchor,
            clock,
            seal_seconds=settings.audit_seal_seconds,
            checkpoint_seconds=settings.audit_checkpoint_seconds,
        )
        proofs = Proofs(
            store, ledger_seconds=settings.ledger_check_seconds, audit_seconds=settings.audit_verify_seconds
        )
        leased = asyncio.Event()
        risk_service: Any = risk_pb2_grpc.RiskServiceStub(risk_channel)
        lease = PolicyLease(
            risk.engine,
            risk_service,
            clock,
            settings.policy_refresh_seconds,
            leased.set,
        )
        for subject in ("risk.policy", "risk.halt"):
            await messenger.subscribe_core(subject, lease.on_change)
        table = QuarantineTable(pool)
        changes.quarantine = quarantine = Quarantine(table, state, lease.hold)
        await quarantine.load()

        stack.push_async_callback(sealer.finish)
        for name, work in {
            "order lane": submission.lane.run(),
            "change lane": changes.lane.run(),
            "outbox relay": outbox.run(),
            "account cache": account_cache.run(),
            "prices": keeper.keep_prices(),
            "stop watch": watch.run(),
            "equity": keeper.keep_equity(),
            "audit sealer": sealer.run(),
            "ledger proof": proofs.run_ledger(),
            "audit proof": proofs.run_audit(),
            "figures": Figures(state, views).run(),
            "policy lease": lease.run(),
            "venue watch": venue.run(),
            "quarantine": quarantine.run(),
        }.items():
            task = fatal.watch(asyncio.create_task(work, name=name))
            stack.callback(task.cancel)

        server.add(
            trading_pb2_grpc.add_TradingServiceServicer_to_server,
            TradingServicer(trading, Quarantines(table, quarantine, changes, verifier)),
            "cift.trading.v1.TradingService",
            SCOPES,
        )
        await server.start()
        stack.push_async_callback(server.stop)
        await messenger.consume(TRADING_REPORTS, changes.on_execution)
        await leased.wait()
        await server.ready()
        yield
        await server.ready(False)
        await server.stop()
        if not fatal.reason:
            await submission.lane.drain()
            await changes.lane.drain()


def verify_audit(settings: Settings) -> int:
    """Prints a verdict; 0 where the trail is whole."""
    summary, problems = asyncio.run(
        audit_trail.verify(settings.database_url, settings.audit_secrets, settings.audit_anchor)
    )
    for problem in problems[:PROBLEMS_SHOWN]:
        print(problem)
    if len(problems) > PROBLEMS_SHOWN:
        print(f"and {len(problems) - PROBLEMS_SHOWN} more")
    print(f"audit trail {'BROKEN' if problems else 'ok'}: {summary}")
    return 1 if problems else 0


def begin_anchor(settings: Settings) -> int:
    """For a platform that begins from a backup; where there is an anchor nothing is done."""
    written = asyncio.run(
        audit_trail.begin_anchor(settings.database_url, settings.audit_secrets, settings.audit_anchor)
    )
    print(f"{written} checkpoints anchored")
    return 0


if __name__ == "__main__":
    commands = {
        "verify-audit": verify_audit,
        "begin-anchor": begin_anchor,
        "quarantine": quarantine_command.run,
    }
    service.main(
        "trading", Settings, start, schema="trading", commands=commands, with_arguments=frozenset({"quarantine"})
    )
