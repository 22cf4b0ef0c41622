"""Forged messages on the NATS of a running platform, published with the identity of the service that owns the subject:
nothing is booked, sent, ended or shown because of them, and all of them are seen."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import aiohttp
import grpc
import pytest
from cift_common import decision, execution_report, rpc
from cift_common.execution_report import Signer
from cift_common.messaging import Messenger
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.risk.v1 import risk_pb2
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc
from google.protobuf.descriptor import FieldDescriptor
from nats.aio.msg import Msg

from tests.callers import gateway_metadata
from tests.client import Client, Json, Updates, connect, listen, market_order
from tests.conftest import RunningPlatform, start_platform

SHARE = 10**9
FOREIGN_SEED, FOREIGN_KEY = b"\x07" * 32, b"\x08" * 32


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform of its own: what happens to it is nobody else's business."""
    yield from start_platform(tmp_path_factory.mktemp("attacked") / "state", {})


@dataclass
class World:
    """A trader of the platform, and an attacker who can publish as any service but holds none of their keys."""

    platform: RunningPlatform
    client: Client
    updates: Updates
    trading: Any
    execution: Any
    as_service: dict[str, Messenger]
    account_id: str
    heard: dict[str, bytes] = field(default_factory=dict)

    async def publish(self, service: str, subject: str, payload: bytes) -> None:
        await self.as_service[service].publish(subject, payload, message_id=str(uuid.uuid4()))

    async def wake(self, service: str, subject: str, payload: bytes) -> None:
        await self.as_service[service].client.publish(subject, payload)
        await self.as_service[service].client.flush()

    async def metric(self, component: str, name: str) -> float:
        """The sum of a metric; `name` may have labels."""
        address = self.platform.environment(component)["CIFT_METRICS_LISTEN"]
        async with aiohttp.ClientSession() as session, session.get(f"http://{address}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    async def not_believed(self, component: str, message: str) -> float:
        return await self.metric(component, f'cift_messages_not_believed_total{{message="{message}"}}')

    async def rest(self, price_part: str = "0.9", **more: Any) -> Json:
        """A buy of one share that no one fills."""
        quote = (await self.client.get("/v2/stocks/AAPL/quotes/latest"))["quote"]
        price = (Decimal(str(quote["bp"])) * Decimal(price_part)).quantize(Decimal("0.01"))
        order = await self.client.submit(type="limit", limit_price=str(price), qty="1", **more)
        await self.updates.wait(order["id"], "new")
        return order

    async def books(self) -> tuple[Any, ...]:
        account = await self.client.get("/v2/account")
        positions = await self.client.get("/v2/positions")
        ledger = await self.trading.CheckLedger(trading_pb2.CheckLedgerRequest())
        assert ledger.balanced, list(ledger.differences)
        return account["cash"], sorted((one["symbol"], one["qty"]) for one in positions), ledger.lines


async def eventually(probe: Callable[[], Awaitable[Any]], what: str, seconds: float = 60) -> Any:
    try:
        async with asyncio.timeout(seconds):
            while True:
                if seen := await probe():
                    return seen
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


def channel(platform: RunningPlatform, name: str) -> grpc.aio.Channel:
    """As the operator, whom services let ask for their proofs."""
    environment = platform.environment(name)
    token = json.loads(environment.get("CIFT_CALLER_TOKENS", "{}")).get("operator", "")
    return rpc.channel(environment["CIFT_GRPC_LISTEN"], token=token)


@pytest.fixture
async def world(attacked: RunningPlatform) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(connect(attacked.base_url, attacked.headers))
        updates = await stack.enter_async_context(listen(attacked.base_url, attacked.headers))
        channels = [await stack.enter_async_context(channel(attacked, name)) for name in ("trading", "execution")]
        messengers = {}
        for name in ("trading", "execution", "risk", "marketdata"):
            messengers[name] = await Messenger.connect(attacked.environment(name)["CIFT_NATS_URL"], "attacker")
            stack.push_async_callback(messengers[name].close)
        world = World(
            attacked,
            client,
            updates,
            trading_pb2_grpc.TradingServiceStub(channels[0]),
            execution_pb2_grpc.ExecutionServiceStub(channels[1]),
            messengers,
            (await client.get("/v2/account"))["id"],
        )

        async def hear(message: Msg) -> None:
            world.heard[message.subject] = message.data

        # What their durable consumers are sent, and no other subject, may these two listen to.
        for name in ("trading", "execution"):
            await messengers[name].client.subscribe(f"_deliver.ORDERS.{name}", cb=hear)
        for messenger in messengers.values():
            await messenger.client.flush()
        yield world


def a_fill(order: Json, account_id: str, quantity: int, **more: Any) -> execution_pb2.OrderExecution:
    sequence = more.pop("sequence", 10**9 + quantity)
    return execution_pb2.OrderExecution(
        broker="paper",
        report=matcher_pb2.ExecutionReport(
            **{
                "sequence": sequence,
                "execution_id": f"PAPER-AAPL-{sequence}",
                "type": types_pb2.EXECUTION_TYPE_TRADE,
                "order_id": order["id"],
                "account_id": account_id,
                "symbol": "AAPL",
                "side": types_pb2.SIDE_BUY,
                "last_price_nanos": int(Decimal(order["limit_price"]) * SHARE),
                "last_quantity_nanos": quantity * SHARE,
                "cumulative_quantity_nanos": quantity * SHARE,
                "time_ns": time.time_ns(),
            }
            | more
        ),
    )


def altered(genuine: execution_pb2.OrderExecution) -> list[execution_pb2.OrderExecution]:
    """A genuine report, with each single field of it changed."""
    found = []
    for one in genuine.report.DESCRIPTOR.fields:
        copy = execution_pb2.OrderExecution()
        copy.CopyFrom(genuine)
        before = getattr(copy.report, one.name)
        if one.type == FieldDescriptor.TYPE_STRING:
            setattr(copy.report, one.name, before + "1")
        elif one.type == FieldDescriptor.TYPE_BOOL:
            setattr(copy.report, one.name, not before)
        elif one.type == FieldDescriptor.TYPE_ENUM:
            setattr(copy.report, one.name, 2 if before != 2 else 1)
        else:
            setattr(copy.report, one.name, before + SHARE)
        found.append(copy)
    for name, value in (("broker", "other"), ("commission_nanos", SHARE)):
        copy = execution_pb2.OrderExecution()
        copy.CopyFrom(genuine)
        setattr(copy, name, value)
        found.append(copy)
    return found


async def test_a_forged_execution_report_is_never_booked(world: World) -> None:
    order = await world.rest()
    genuine = execution_pb2.OrderExecution.FromString(world.heard["order.accepted.AAPL"])
    assert genuine.report.order_id == order["id"]
    before, counted = await world.books(), await world.not_believed("trading", "execution_report")
    unsigned, foreign = a_fill(order, world.account_id, 1), a_fill(order, world.account_id, 1_000_000)
    Signer([FOREIGN_SEED]).sign([foreign])
    moved = a_fill(order, world.account_id, 1)
    moved.digests, moved.signature = genuine.digests, genuine.signature
    listed = a_fill(order, world.account_id, 1)
    listed.digests, listed.signature = genuine.digests + execution_report.digest(listed), genuine.signature
    forged = [unsigned, foreign, moved, listed, *altered(genuine)]
    for execution in forged:
        await world.publish("execution", "order.filled.AAPL", execution.SerializeToString())

    async def all_seen() -> bool:
        return await world.not_believed("trading", "execution_report") >= counted + len(forged)

    await eventually(all_seen, "every forged report to be seen")

    async def market_data_saw_them() -> bool:
        return await world.not_believed("marketdata", "execution_report") >= len(forged)

    await eventually(market_data_saw_them, "market data to see them too")
    seen = await world.client.get(f"/v2/orders/{order['id']}")
    assert (seen["status"], seen["filled_qty"]) == ("new", "0")
    assert await world.books() == before
    assert "NOT_SIGNED" in world.platform.cift("quarantine", "list").stdout
    # A message that anybody can write halts nobody.
    filled = await world.client.submit(qty="1")
    await world.updates.wait(filled["id"], "fill")


async def test_a_genuine_report_that_contradicts_its_order_halts_its_account_alone(world: World) -> None:
    """The key of execution is in the attacker's hands: even so no more is booked than was ordered."""
    order = await world.rest()
    seed = bytes.fromhex(world.platform.environment("execution")["CIFT_REPORT_KEY"].partition(",")[0])
    before = await world.books()
    forged = a_fill(order, world.account_id, 1_000_000)
    Signer([seed]).sign([forged])
    await world.publish("execution", "order.filled.AAPL", forged.SerializeToString())

    async def refused() -> bool:
        status, _ = await world.client.call("POST", "/v2/orders", json=market_order(qty="1"))
        return status == 403

    await eventually(refused, "the account to be halted")
    status, error = await world.client.call("POST", "/v2/orders", json=market_order(qty="1"))
    assert (status, "quarantined" in error["message"]) == (403, True), error
    seen = await world.client.get(f"/v2/orders/{order['id']}")
    assert (seen["status"], seen["filled_qty"]) == ("new", "0")
    # The stream goes on: what happens to others, and to this order, is booked.
    status, _ = await world.client.call("DELETE", f"/v2/orders/{order['id']}")
    assert status == 204
    await world.updates.wait(order["id"], "canceled")
    (report,) = [
        one
        for one in (await world.trading.ListQuarantine(trading_pb2.ListQuarantineRequest())).reports
        if one.order_id == order["id"]
    ]
    assert (report.reason, report.halt_scope, report.halt_key) == ("MORE_THAN_ORDERED", "ACCOUNT", world.account_id)
    assert report.payload == forged.SerializeToString()
    assert report.quarantine_id in world.platform.cift("quarantine", "list").stdout
    resolved = world.platform.cift("quarantine", "discard", report.quarantine_id, "--actor", "tests")
    assert "discarded by tests" in resolved.stdout
    again = world.platform.cift("quarantine", "discard", report.quarantine_id, "--actor", "tests", check=False)
    assert again.returncode == 1

    async def trades() -> Any:
        status, body = await world.client.call("POST", "/v2/orders", json=market_order(qty="1"))
        return body if status == 200 else None

    filled = await eventually(trades, "the halt to end")
    await world.updates.wait(filled["id"], "fill")
    await world.client.until(f"/v2/orders/{filled['id']}", lambda order: order["status"] == "filled")
    assert (await world.books())[0] != before[0]
    world.platform.cift("audit", "verify")


async def test_what_is_booked_is_what_the_venue_executed(world: World) -> None:
    order = await world.client.submit(qty="2")
    await world.updates.wait(order["id"], "fill")
    answer = await world.execution.CompareBookings(execution_pb2.CompareBookingsRequest())
    assert not answer.differences
    assert answer.compared
    assert answer.venue_hash == answer.booked_hash


async def test_a_forged_policy_is_a_wake_up_and_no_more(world: World) -> None:
    version = await world.metric("trading", "cift_trading_policy_version")
    halted = risk_pb2.Policy(version=10**6)
    halted.halts.add(scope=risk_pb2.Halt.SCOPE_PLATFORM, reason="forged")
    for policy in (halted, risk_pb2.Policy(version=10**6 + 1)):
        for subject in ("risk.policy", "risk.halt"):
            await world.wake("risk", subject, policy.SerializeToString())
        # Limits are as they were, and nobody is halted.
        status, error = await world.client.call("POST", "/v2/orders", json=market_order(qty="1000000"))
        assert status == 403, error
        order = await world.client.submit(qty="1")
        await world.updates.wait(order["id"], "fill")
    assert await world.metric("trading", "cift_trading_policy_version") == version


async def test_forged_cancels_and_replacements_change_no_order(world: World) -> None:
    order, other = await world.rest("0.9"), await world.rest("0.91")
    new = trading_pb2.OrderNew.FromString(world.heard["order.new.AAPL"])
    assert new.order.order_id == other["id"]
    cancels, orders = [await world.not_believed("execution", kind) for kind in ("cancel", "order")]
    cancel = trading_pb2.OrderCancel(
        order_id=order["id"], account_id=world.account_id, symbol="AAPL", requested_at_ns=time.time_ns()
    )
    forged = [cancel.SerializeToString()]
    for signature in (decision.sign_cancel(FOREIGN_KEY, cancel), new.decision.signature, bytes(32)):
        cancel.signature = signature
        forged.append(cancel.SerializeToString())
    for payload in forged:
        await world.publish("trading", "order.cancel.AAPL", payload)
    # The decision of one order as the replacement of another; with terms that nobody decided about; for another order.
    replaced = trading_pb2.OrderReplace(original_order_id=order["id"], order=new.order, decision=new.decision)
    replaced_too = trading_pb2.OrderReplace.FromString(replaced.SerializeToString())
    replaced_too.decision.original_order_id = order["id"]
    more = trading_pb2.OrderNew.FromString(new.SerializeToString())
    more.order.quantity_nanos *= 1000
    bare = trading_pb2.OrderNew(order=new.order)
    for message, kind in ((replaced, "replace"), (replaced_too, "replace"), (more, "new"), (bare, "new")):
        await world.publish("trading", f"order.{kind}.AAPL", message.SerializeToString())

    async def all_seen() -> bool:
        return (
            await world.not_believed("execution", "cancel") >= cancels + len(forged)
            and await world.not_believed("execution", "order") >= orders + 4
        )

    await eventually(all_seen, "every forged request to be seen")
    # An order of the venue's comes after all of them.
    later = await world.rest("0.92")
    for one in (order, other, later):
        seen = await world.client.get(f"/v2/orders/{one['id']}")
        assert (seen["status"], seen["qty"], seen["replaced_by"]) == ("new", "1", None), seen


async def test_a_forged_update_of_an_account_is_not_shown(world: World) -> None:
    counted = await world.not_believed("gateway", "account_update")
    request = trading_pb2.GetAccountRequest(account_id=world.account_id)
    async with rpc.channel(world.platform.environment("gateway")["CIFT_TRADING_ADDRESS"]) as calls:
        gateway = trading_pb2_grpc.TradingServiceStub(calls)
        answer = await gateway.GetAccount(request, metadata=gateway_metadata(world.platform, world.account_id))
    sequence = int(answer.account.sequence)
    forged = [
        trading_pb2.AccountUpdate(
            account_id=world.account_id,
            sequence=number,
            event=trading_pb2.AccountUpdate.EVENT_FILL,
            order=trading_pb2.Order(order_id="forged", account_id=world.account_id, symbol="AAPL"),
            cash="1000000000",
        )
        for number in (sequence + 1, sequence + 2, 2**60)
    ]
    for update in forged:
        await world.publish("trading", f"account.{world.account_id}.updates", update.SerializeToString())

    async def all_seen() -> bool:
        return await world.not_believed("gateway", "account_update") >= counted + len(forged)

    await eventually(all_seen, "every forged update to be seen")
    order = await world.rest()
    assert "forged" not in json.dumps(world.updates.received)
    shown = [update for update in world.updates.received if update["order"]["id"] == order["id"]]
    assert shown


async def test_a_forged_quote_moves_no_price(world: World) -> None:
    """A buy far below the market rests, whatever NATS says that the market is."""
    order = await world.rest("0.9")
    price = int(Decimal(order["limit_price"]) * SHARE) // 2
    for number in range(50):
        now = time.time_ns()
        quote = types_pb2.Quote(
            symbol="AAPL",
            bid_price_nanos=price - 10**7,
            bid_quantity_nanos=1000 * SHARE,
            ask_price_nanos=price,
            ask_quantity_nanos=1000 * SHARE,
            exchange_time_ns=now,
            received_time_ns=now + 10**9,
            sequence=2**40 + number,
        )
        await world.wake("marketdata", "md.quote.AAPL", quote.SerializeToString())
    filled = await world.client.submit(qty="1")
    fill = await world.updates.wait(filled["id"], "fill")
    assert Decimal(fill["order"]["filled_avg_price"]) > Decimal(order["limit_price"])
    assert (await world.client.get(f"/v2/orders/{order['id']}"))["filled_qty"] == "0"


def test_only_execution_holds_the_key_that_signs_reports(attacked: RunningPlatform) -> None:
    seed = attacked.environment("execution")["CIFT_REPORT_KEY"]
    holders = [name for name in attacked.components() if seed in json.dumps(attacked.environment(name))]
    assert holders == ["execution"]
    public = execution_report.public_keys(seed)
    for name in ("trading", "marketdata"):
        assert attacked.environment(name)["CIFT_REPORT_PUBLIC_KEYS"] == public
