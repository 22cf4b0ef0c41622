"""The trading service as a process, on real stores, with a risk service and a venue that do what a test says."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import grpc
import pytest
from cift_common import execution_report, rpc
from cift_common.execution_report import Signer
from cift_common.messaging import Messenger, token
from cift_common.streams import COMMANDS, DurableConsumer
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from tests.stores import Stores
from tests.stores import stores as stores

NANOS = 10**9
DECISION_KEY = "11" * 32
REPORT_KEY = "33" * 32
SEAL_KEY = "44" * 32
PATIENCE_SECONDS = 30


async def until(probe: Callable[[], Any], what: str) -> Any:
    """Waits for a probe (a function, or an async one) to be true, and gives what it gave."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = probe()
        if asyncio.iscoroutine(seen):
            seen = await seen
        if seen:
            return seen
        assert time.monotonic() < ends, f"waited in vain for {what}"
        await asyncio.sleep(0.01)


class RiskService(risk_pb2_grpc.RiskServiceServicer):
    """Leases a policy that a test can change; `away` makes it silent."""

    def __init__(self) -> None:
        self.away = False
        self.lease_seconds = 10.0
        self.policy = risk_pb2.Policy(
            version=1,
            defaults=risk_pb2.Limits(
                max_order_quantity_nanos=10_000 * NANOS,
                max_order_notional="1000000",
                price_collar_bp=2_000,
                max_position_quantity_nanos=100_000 * NANOS,
                max_position_notional="5000000",
                max_gross_exposure="10000000",
                max_net_exposure="10000000",
                max_open_orders=10_000,
                max_order_rate_per_second=10_000,
                order_rate_burst=10_000,
                max_daily_loss="50000",
                max_price_age_ms=60_000,
            ),
        )

    async def LeasePolicy(self, request: risk_pb2.LeasePolicyRequest, context: Any) -> risk_pb2.LeasePolicyResponse:
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        unchanged = request.known_version == self.policy.version
        return risk_pb2.LeasePolicyResponse(
            policy=None if unchanged else self.policy,
            unchanged=unchanged,
            lease_expires_at_ns=time.time_ns() + int(self.lease_seconds * NANOS),
        )


@dataclass
class ExecutionStatus(execution_pb2_grpc.ExecutionServiceServicer):
    """Reports the outage of the venue that a test wants."""

    outage: execution_pb2.VenueOutage | None = None

    async def GetStatus(self, request: Any, context: Any) -> execution_pb2.GetStatusResponse:
        return execution_pb2.GetStatusResponse(connected=True, outage=self.outage)


@dataclass
class Venue:
    """Hears orders from NATS and says what a test wants: `fill`, `rest` or nothing (`silent`)."""

    messenger: Messenger
    mode: str = "fill"
    price: int = 100 * NANOS
    orders: dict[str, trading_pb2.OrderNew] = field(default_factory=dict)
    cancels: dict[str, trading_pb2.OrderCancel] = field(default_factory=dict)
    replaces: dict[str, trading_pb2.OrderReplace] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    sequence: int = field(default_factory=lambda: time.time_ns())

    async def on_message(self, message: Any) -> None:
        match message.subject.split(".")[1]:
            case "new":
                await self.on_new(trading_pb2.OrderNew.FromString(message.data))
            case "cancel":
                cancel = trading_pb2.OrderCancel.FromString(message.data)
                self.cancels[cancel.order_id] = cancel
            case "replace":
                wish = trading_pb2.OrderReplace.FromString(message.data)
                self.replaces[wish.order.order_id] = wish
        await message.ack()

    async def on_new(self, new: trading_pb2.OrderNew) -> None:
        self.heard.append(new.order.order_id)
        if new.order.order_id in self.orders:
            return
        self.orders[new.order.order_id] = new
        if self.mode in ("fill", "rest"):
            await self.say(new.order, types_pb2.EXECUTION_TYPE_NEW)
        if self.mode == "fill":
            await self.fill(new.order, new.order.quantity_nanos)

    async def fill(self, order: trading_pb2.Order, quantity: int, price: int = 0, **more: Any) -> str:
        return await self.say(
            order,
            types_pb2.EXECUTION_TYPE_TRADE,
            last_price_nanos=price or self.price,
            last_quantity_nanos=quantity,
            **more,
        )

    async def say(
        self, order: trading_pb2.Order, kind: int, execution_id: str = "", commission: int = 0, **more: Any
    ) -> str:
        self.sequence += 1
        # An id names its sequence: a report that comes again has the same.
        sequence = int(execution_id.rpartition("-")[2]) if execution_id else self.sequence
        execution_id = execution_id or f"PAPER-{order.symbol}-{self.sequence}"
        report = matcher_pb2.ExecutionReport(
            sequence=sequence,
            execution_id=execution_id,
            type=kind,  # type: ignore[arg-type]
            order_id=more.pop("order_id", order.order_id),
            account_id=order.account_id,
            symbol=order.symbol,
            side=order.side,
            time_ns=time.time_ns(),
            **more,
        )
        subject = {
            types_pb2.EXECUTION_TYPE_NEW: "accepted",
            types_pb2.EXECUTION_TYPE_TRADE: "filled",
        }.get(kind, types_pb2.ExecutionType.Name(kind).removeprefix("EXECUTION_TYPE_").lower())
        execution = execution_pb2.OrderExecution(broker="paper", report=report, commission_nanos=commission)
        Signer([bytes.fromhex(REPORT_KEY)]).sign([execution])
        payload = execution.SerializeToString()
        # The message id differs from the execution id, so that repeats reach the service.
        await self.messenger.publish(f"order.{subject}.{token(order.symbol)}", payload, message_id=str(uuid.uuid4()))
        return execution_id


class Trading:
    """The process, and ways to talk to it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.process: subprocess.Popen[bytes] | None = None
        self.channel = rpc.channel(environment["CIFT_TRADING_ADDRESS"])
        self.stub: Any = trading_pb2_grpc.TradingServiceStub(self.channel)
        self.health: Any = health_pb2_grpc.HealthStub(self.channel)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cift_trading", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    async def start(self, **settings: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-m", "cift_trading"], env={**os.environ, **self.environment, **settings}, stderr=log
            )
        await until(self.is_serving, f"the trading service; its log is {self.log}")

    async def is_serving(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        try:
            response = await self.health.Check(health_pb2.HealthCheckRequest(), timeout=1)
        except grpc.aio.AioRpcError:
            return False
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)

    async def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 30)

    async def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            await self.end()
        await self.channel.close()

    async def restart(self, **settings: str) -> None:
        await self.end(signal.SIGKILL)
        await self.start(**settings)

    async def open_account(self, deposit: str = "100000") -> str:
        account_id = str(uuid.uuid4())
        await self.stub.OpenAccount(trading_pb2.OpenAccountRequest(account_id=account_id, deposit=deposit))
        return account_id

    async def account(self, account_id: str) -> trading_pb2.Account:
        response = await self.stub.GetAccount(trading_pb2.GetAccountRequest(account_id=account_id))
        return response.account  # type: ignore[no-any-return]

    async def submit(self, account_id: str, **changes: Any) -> trading_pb2.Order:
        with rpc.translated():
            response = await self.stub.SubmitOrder(order_request(account_id, **changes))
        return response.order  # type: ignore[no-any-return]

    async def order(self, order: trading_pb2.Order) -> trading_pb2.Order:
        with rpc.translated():
            response = await self.stub.GetOrder(
                trading_pb2.GetOrderRequest(account_id=order.account_id, order_id=order.order_id)
            )
        return response.order  # type: ignore[no-any-return]

    async def reaches(self, order: trading_pb2.Order, status: str) -> trading_pb2.Order:
        wanted = types_pb2.OrderStatus.Value(f"ORDER_STATUS_{status}")

        async def reached() -> trading_pb2.Order | None:
            seen = await self.order(order)
            return seen if seen.status == wanted else None

        return await until(reached, f"order {order.order_id} to be {status}")  # type: ignore[no-any-return]

    async def updates(self, account_id: str) -> list[trading_pb2.AccountUpdate]:
        response = await self.stub.ListAccountUpdates(trading_pb2.ListAccountUpdatesRequest(account_id=account_id))
        return list(response.updates)

    async def check_ledger(self) -> trading_pb2.CheckLedgerResponse:
        return await self.stub.CheckLedger(trading_pb2.CheckLedgerRequest())  # type: ignore[no-any-return]


def order_request(account_id: str, **changes: Any) -> trading_pb2.SubmitOrderRequest:
    """A market order for one AAPL, with changes."""
    fields: dict[str, Any] = {
        "symbol": "AAPL",
        "side": types_pb2.SIDE_BUY,
        "type": types_pb2.ORDER_TYPE_MARKET,
        "time_in_force": types_pb2.TIME_IN_FORCE_DAY,
        "quantity_nanos": NANOS,
        **changes,
    }
    return trading_pb2.SubmitOrderRequest(account_id=account_id, **fields)


def limit(price: int, quantity: int = 1) -> dict[str, Any]:
    return {
        "type": types_pb2.ORDER_TYPE_LIMIT,
        "limit_price_nanos": price * NANOS,
        "quantity_nanos": quantity * NANOS,
        "time_in_force": types_pb2.TIME_IN_FORCE_GTC,
    }


@dataclass
class World:
    """Everything around the process."""

    trading: Trading
    venue: Venue
    risk: RiskService
    execution: ExecutionStatus
    cache: Redis
    messenger: Messenger
    database: asyncpg.Connection
    stores: Stores

    async def disconnect(self) -> None:
        await self.database.close()

    async def reconnect(self) -> None:
        """After the database was away."""
        self.database = await asyncpg.connect(self.trading.environment["CIFT_DATABASE_URL"])

    async def quote(self, symbol: str = "AAPL", middle: int = 100) -> None:
        now = time.time_ns()
        quote = types_pb2.Quote(
            symbol=symbol,
            bid_price_nanos=middle * NANOS - NANOS // 100,
            ask_price_nanos=middle * NANOS + NANOS // 100,
            bid_quantity_nanos=100 * NANOS,
            ask_quantity_nanos=100 * NANOS,
            exchange_time_ns=now,
            received_time_ns=now,
        )
        await self.cache.set(f"md:quote:{symbol}", quote.SerializeToString())


@pytest.fixture(scope="module")
async def shared_world(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("trading")
    platform_file = folder / "platform.json"
    platform_file.write_text(
        json.dumps({"name": "test", "instruments": [{"symbol": "AAPL"}, {"symbol": "BRK.B"}, {"symbol": "TSLA"}]})
    )
    async with AsyncExitStack() as stack:
        risk = RiskService()
        risk_server = grpc.aio.server()
        stack.push_async_callback(risk_server.stop, 0)
        risk_pb2_grpc.add_RiskServiceServicer_to_server(risk, risk_server)
        execution = ExecutionStatus()
        execution_pb2_grpc.add_ExecutionServiceServicer_to_server(execution, risk_server)
        risk_port = risk_server.add_insecure_port("127.0.0.1:0")
        await risk_server.start()
        address = f"127.0.0.1:{free_port()}"
        url = stores.create_database()
        trading = Trading(
            {
                **stores.environment(url),
                "CIFT_GRPC_LISTEN": address,
                "CIFT_TRADING_ADDRESS": address,
                "CIFT_RISK_ADDRESS": f"127.0.0.1:{risk_port}",
                "CIFT_EXECUTION_ADDRESS": f"127.0.0.1:{risk_port}",
                "CIFT_MARKETDATA_ADDRESS": f"127.0.0.1:{free_port()}",
                "CIFT_PLATFORM_FILE": str(platform_file),
                "CIFT_DECISION_KEY": DECISION_KEY,
                "CIFT_AUDIT_KEY": "22" * 32,
                "CIFT_REPORT_PUBLIC_KEYS": execution_report.public_keys(REPORT_KEY),
                "CIFT_GATEWAY_SEAL_KEY": SEAL_KEY,
                "CIFT_AUDIT_ANCHOR": str(folder / "anchor.jsonl"),
                "CIFT_AUDIT_SEAL_SECONDS": "0.05",
                "CIFT_AUDIT_CHECKPOINT_SECONDS": "0.1",
                "CIFT_POLICY_REFRESH_SECONDS": "0.2",
                "CIFT_EQUITY_INTERVAL_SECONDS": "1",
            },
            folder / "trading.log",
        )
        stack.push_async_callback(trading.close)
        migrated = await asyncio.to_thread(trading.run, "migrate")
        assert migrated.returncode == 0, migrated.stderr
        messenger = await Messenger.connect(stores.nats_url, "tests")
        stack.push_async_callback(messenger.close)
        await messenger.ensure_streams()
        # The stores are shared with the tests of other parts, the venue's answers are not for them.
        await messenger.jetstream.purge_stream("ORDERS")
        venue = Venue(messenger)
        await messenger.consume(DurableConsumer("ORDERS", "venue", COMMANDS, ack_wait_seconds=5), venue.on_message)
        stack.push_async_callback(messenger.jetstream.delete_consumer, "ORDERS", "venue")
        cache = Redis.from_url(stores.cache_url, retry=Retry(ExponentialBackoff(), 10))
        stack.push_async_callback(cache.aclose)
        world = World(trading, venue, risk, execution, cache, messenger, await asyncpg.connect(url), stores)
        stack.push_async_callback(world.disconnect)
        for symbol in ("AAPL", "BRK.B"):
            await world.quote(symbol)
        await trading.start()
        yield world


@pytest.fixture
async def world(shared_world: World) -> AsyncIterator[World]:
    """The world as every test wants to find it: a venue that fills, fresh prices, the process up."""
    shared_world.venue.mode = "fill"
    shared_world.venue.price = 100 * NANOS
    for symbol in ("AAPL", "BRK.B"):
        await shared_world.quote(symbol)
    yield shared_world
    process = shared_world.trading.process
    if process is None or process.poll() is not None:
        await shared_world.trading.start()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    import socket

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find
