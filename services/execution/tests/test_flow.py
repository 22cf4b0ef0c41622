"""Orders from NATS to the matcher and back, with everything real but trading, and with parts of it killed."""

import asyncio
import json
import os
import random
import subprocess
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import asyncpg
import pytest
from cift_common import money
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from cift_proto.matcher.v1 import matcher_pb2, matcher_pb2_grpc
from cift_proto.trading.v1 import trading_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.desk import Desk, OpenOrders
from tests.processes import MatcherProcess, ServiceProcess
from tests.stores import Stores

SELL = types_pb2.SIDE_SELL


async def test_an_order_is_accepted_filled_and_acknowledged(execution: ServiceProcess, desk: Desk) -> None:
    seller = await desk.send(desk.new(SELL, "100"))
    buyer = await desk.send(desk.new(price="100"))
    await desk.until(lambda: desk.end(seller) and desk.end(buyer))
    assert desk.kinds(seller) == desk.kinds(buyer) == ["NEW", "TRADE"]
    async with asyncio.timeout(20):
        while True:
            if not (await desk.messenger.jetstream.consumer_info("ORDERS", "execution")).num_ack_pending:
                break


async def test_the_callers_trace_goes_on_to_the_venue_and_back(
    execution: ServiceProcess, desk: Desk, traces: Path
) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    seller = desk.new(SELL, "100")
    await desk.send(seller)
    await desk.send(desk.new(price="100"), headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
    await desk.until(lambda: desk.end(seller.order.order_id))
    execution.stop()
    spans = [
        span
        for line in (traces / "execution.jsonl").read_text().splitlines()
        for resource in json.loads(line)["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
    assert {span["traceId"] for span in spans} == {trace_id}, "what the caller does not trace costs nothing"
    names = {span["spanId"]: span["name"] for span in spans}
    assert {(span["name"], names.get(span["parentSpanId"], "caller")) for span in spans} == {
        ("nats.consume order.new", "caller"),
        ("matcher.session", "nats.consume order.new"),
        ("matcher.venue", "matcher.session"),
        ("matcher.match", "matcher.venue"),
        ("nats.publish order.accepted", "matcher.session"),
        ("nats.publish order.filled", "matcher.session"),
    }


async def test_a_message_that_comes_again_has_no_second_effect(execution: ServiceProcess, desk: Desk) -> None:
    message = desk.new(SELL, "100")
    order_id = await desk.send(message)
    await desk.until(lambda: desk.kinds(order_id))
    await desk.send(message, message_id="the same order, another message")
    later = await desk.send(desk.new(SELL, "101"))
    await desk.until(lambda: desk.kinds(later))
    assert desk.kinds(order_id) == ["NEW"]


async def test_what_cannot_be_sent_is_rejected_with_its_reason(execution: ServiceProcess, desk: Desk) -> None:
    forged, unknown, altered = desk.new(price="100"), desk.new(price="100", symbol="NOPE"), desk.new(price="100")
    forged.decision.signature = bytes(32)
    altered.order.quantity_nanos *= 1000
    ids = [await desk.send(message) for message in (forged, unknown, altered)]
    await desk.cancel(ids[0])
    await desk.until(lambda: all(map(desk.end, ids)) and len(desk.kinds(ids[0])) == 2)
    assert [desk.reports[order_id][0].reason for order_id in ids] == [
        "NO_RISK_DECISION",
        "UNKNOWN_SYMBOL",
        "NO_RISK_DECISION",
    ]
    assert desk.kinds(ids[0]) == ["REJECTED", "CANCEL_REJECTED"]


async def test_a_cancel_never_overtakes_its_order(
    execution: ServiceProcess, desk: Desk, matcher: MatcherProcess
) -> None:
    """The venue is away when both arrive: the order is not rejected, and is canceled once it could be sent."""
    matcher.kill()
    order_id = await desk.send(desk.new(price="100"))
    await desk.cancel(order_id)
    matcher.begin()
    await desk.until(lambda: desk.end(order_id))
    assert desk.kinds(order_id) == ["NEW", "CANCELED"]


@pytest.mark.parametrize("victim", ["matcher", "execution", "nats"])
async def test_every_order_has_one_end_whoever_is_killed(
    victim: str, execution: ServiceProcess, desk: Desk, matcher: MatcherProcess, stores: Stores
) -> None:
    """100 pairs that trade, or orders that are canceled; the kill comes somewhere among them."""
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    print(f"{seed=}")
    killed_at = dice.randrange(40, 160)
    traded: list[str] = []
    canceled: list[str] = []

    async def deliver(message: trading_pb2.OrderNew) -> str:
        while True:
            # As trading's outbox does it: until JetStream has it.
            try:
                return await desk.send(message)
            except Exception as error:
                print(f"sent again: {error!r}")

    async def kill() -> None:
        match victim:
            case "matcher":
                matcher.kill()
                matcher.begin()
            case "execution":
                execution.kill()
                execution.begin()
            case "nats":
                await asyncio.to_thread(stores.kill, "nats")

    killing: asyncio.Task[None] | None = None
    for number in range(100):
        if number == killed_at // 2:
            killing = asyncio.create_task(kill())
        if dice.random() < 0.7:
            symbol = dice.choice(["AAPL", "MSFT"])
            # One price for all: what the kill delivers late, behind other pairs, still finds somebody to trade with.
            traded.append(await deliver(desk.new(SELL, "100", symbol=symbol)))
            traded.append(
                await deliver(desk.new(price="100", symbol=symbol, time_in_force=types_pb2.TIME_IN_FORCE_DAY))
            )
        else:
            order_id = await deliver(desk.new(price="1.00"))
            canceled.append(order_id)
            while True:
                try:
                    await desk.cancel(order_id)
                    break
                except Exception as error:
                    print(f"sent again: {error!r}")
    assert killing is not None
    await killing

    await desk.until(lambda: all(map(desk.end, traded)) and all(map(desk.end, canceled)), seconds=90)
    assert {desk.end(order_id) for order_id in canceled} == {"CANCELED"}
    for order_id in traded:
        reports = {report.execution_id: report for report in desk.reports[order_id]}
        assert sum(report.last_quantity_nanos for report in reports.values()) == money.NANOS
    # The stream itself holds no execution twice.
    assert len(desk.ids) == len(set(desk.ids))


async def test_a_second_process_waits_until_the_first_is_gone(
    execution: ServiceProcess, environment: dict[str, str], desk: Desk
) -> None:
    second = ServiceProcess("execution", environment, migrate=False)
    second.begin()
    order_id = await desk.send(desk.new(SELL, "100"))
    await desk.until(lambda: desk.kinds(order_id))
    execution.kill()
    await second.ready()
    later = await desk.send(desk.new(price="100"))
    await desk.until(lambda: desk.end(order_id) and desk.end(later))
    second.stop()
    await second.channel.close()


async def status(execution: ServiceProcess) -> execution_pb2.GetStatusResponse:
    stub = execution_pb2_grpc.ExecutionServiceStub(execution.channel)
    response: execution_pb2.GetStatusResponse = await stub.GetStatus(execution_pb2.GetStatusRequest())
    return response


async def reconciled(execution: ServiceProcess) -> execution_pb2.ReconcileResponse:
    stub = execution_pb2_grpc.ExecutionServiceStub(execution.channel)
    response: execution_pb2.ReconcileResponse = await stub.Reconcile(execution_pb2.ReconcileRequest())
    return response


async def test_an_order_that_never_arrived_is_sent_again(
    execution: ServiceProcess, desk: Desk, trading: OpenOrders
) -> None:
    lost = desk.new(SELL, "100", updated_at_ns=1)
    canceled = desk.new(SELL, "100", updated_at_ns=1, status=types_pb2.ORDER_STATUS_PENDING_CANCEL)
    forged = desk.new(SELL, "100", updated_at_ns=1)
    forged.decision.signature = bytes(32)
    trading.orders = [lost, canceled, forged]
    await desk.until(lambda: all(desk.kinds(message.order.order_id) for message in trading.orders))
    await desk.until(lambda: desk.end(canceled.order.order_id))
    assert desk.kinds(lost.order.order_id) == ["NEW"]
    assert desk.kinds(canceled.order.order_id) == ["NEW", "CANCELED"]
    assert desk.kinds(forged.order.order_id) == ["REJECTED"]
    lost.order.status = types_pb2.ORDER_STATUS_NEW
    trading.orders = [lost]
    assert (await reconciled(execution)).orders_compared == 1


async def test_what_only_the_venue_holds_open_is_canceled_there(
    environment: dict[str, str], desk: Desk, trading: OpenOrders
) -> None:
    """As after a restore of trading: nobody would know of its fills."""
    stray, kept = desk.new(price="1.00"), desk.new(price="1.00", updated_at_ns=1)
    trading.orders = [kept]
    async with ServiceProcess("execution", environment | {"CIFT_STRAY_SECONDS": "1"}, migrate=False) as execution:
        for message in (stray, kept):
            await desk.send(message)
        await desk.until(lambda: desk.kinds(kept.order.order_id))
        kept.order.status = types_pb2.ORDER_STATUS_NEW
        await desk.until(lambda: desk.end(stray.order.order_id))
        assert desk.kinds(stray.order.order_id) == ["NEW", "CANCELED"]
        assert desk.kinds(kept.order.order_id)[0] == "NEW"
        assert not desk.end(kept.order.order_id)
        async with asyncio.timeout(30):
            while (await reconciled(execution)).differences:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_it_is_ready_when_it_has_asked_trading_and_does_not_wait_for_one_that_is_away(
    environment: dict[str, str], desk: Desk, trading: OpenOrders
) -> None:
    lost = desk.new(SELL, "100", updated_at_ns=1)
    trading.orders = [lost]
    trading.answers.clear()
    async with AsyncExitStack() as stack:
        process = ServiceProcess("execution", environment, migrate=False)
        stack.push_async_exit(process.__aexit__)
        process.begin()
        await asyncio.wait_for(trading.asked.wait(), 60)
        health = health_pb2_grpc.HealthStub(process.channel)
        state = await health.Check(health_pb2.HealthCheckRequest())
        assert state.status == health_pb2.HealthCheckResponse.NOT_SERVING
        trading.answers.set()
        await process.ready()
        await desk.until(lambda: desk.kinds(lost.order.order_id))
        process.kill()
        # Trading may itself wait for us.
        await trading.stop()
        await process.start()


async def test_reports_that_trading_never_got_are_published_again(
    execution: ServiceProcess, desk: Desk, trading: OpenOrders
) -> None:
    """NATS lost them after it had acknowledged them; the venue has them still."""
    seller, buyer = desk.new(SELL, "100"), desk.new(price="100")
    for message in (seller, buyer):
        await desk.send(message)
    await desk.until(lambda: desk.end(buyer.order.order_id))
    first = set(desk.ids)
    desk.reports.clear()
    for message in (seller, buyer):
        message.order.updated_at_ns = 1
    trading.orders = [seller, buyer]
    await desk.until(lambda: desk.end(buyer.order.order_id) and desk.end(seller.order.order_id))
    assert desk.kinds(buyer.order.order_id)[:2] == ["NEW", "TRADE"]
    assert set(desk.ids) == first, "under the execution ids that they had"
    assert (await status(execution)).differences


async def test_market_orders_fill_at_the_touch_and_not_on_a_dead_price(
    execution: ServiceProcess, desk: Desk, matcher: MatcherProcess
) -> None:
    venue = matcher_pb2_grpc.MatcherServiceStub(matcher.channel)

    async def shows_liquidity(expected: bool) -> None:
        async with asyncio.timeout(20):
            while True:
                book = await venue.GetBook(matcher_pb2.GetBookRequest(symbol="AAPL", depth=1))
                if bool(book.asks) is expected:
                    return

    resting = await desk.send(desk.new(price="100"))
    await desk.until(lambda: desk.kinds(resting))
    await desk.quote("99.90", "99.95")
    await desk.until(lambda: desk.end(resting))
    taking = await desk.send(desk.new())
    await desk.until(lambda: desk.end(taking))
    assert desk.reports[resting][-1].last_price_nanos == 100 * money.NANOS
    assert desk.reports[taking][-1].last_price_nanos == money.parse_nanos("price", "99.95")
    # The feed is silent from here on.
    await shows_liquidity(False)
    late = await desk.send(desk.new())
    await desk.until(lambda: desk.end(late))
    assert desk.end(late) in ("CANCELED", "REJECTED")

    await desk.quote("99.90", "99.95")
    await shows_liquidity(True)
    execution.kill()
    await execution.start()
    # A price from before our start is not trusted either.
    await shows_liquidity(False)


async def test_orders_expire_when_due_and_a_missed_close_is_caught_up_with(
    execution: ServiceProcess, desk: Desk, environment: dict[str, str]
) -> None:
    dated = await desk.send(
        desk.new(price="1.00", time_in_force=types_pb2.TIME_IN_FORCE_GTD, expires_at_ns=time.time_ns() + 1_500_000_000)
    )
    day = await desk.send(desk.new(price="1.00", time_in_force=types_pb2.TIME_IN_FORCE_DAY))
    kept = await desk.send(desk.new(price="1.00"))
    await desk.until(lambda: desk.end(dated) == "EXPIRED" and desk.kinds(day) and desk.kinds(kept))
    assert not desk.end(day)

    execution.stop()
    connection = await asyncpg.connect(environment["CIFT_DATABASE_URL"])
    changed = await connection.execute("UPDATE execution.cursor SET next_close_ns = $1", time.time_ns() - 10**9)
    await connection.close()
    assert changed == "UPDATE 1"
    # Sent while the close is still to be caught up with: it belongs to the session that comes.
    next_day = await desk.send(desk.new(price="1.00", time_in_force=types_pb2.TIME_IN_FORCE_DAY))
    await execution.start()
    await desk.until(lambda: desk.end(day) and desk.kinds(next_day))
    assert desk.end(day) == "EXPIRED"
    assert (desk.kinds(next_day), desk.kinds(kept)) == (["NEW"], ["NEW"])


async def test_a_venue_that_hangs_is_served_again_when_it_answers(
    execution: ServiceProcess, matcher: MatcherProcess, desk: Desk
) -> None:
    health = health_pb2_grpc.HealthStub(execution.channel)
    seller = await desk.send(desk.new(SELL, "100", quantity_nanos=10 * money.NANOS))
    await desk.until(lambda: desk.kinds(seller))
    with matcher.frozen():
        waiting = [await desk.send(desk.new(price="100")) for _ in range(5)]
        async for state in health.Watch(health_pb2.HealthCheckRequest()):
            if state.status == health_pb2.HealthCheckResponse.NOT_SERVING:
                break
    await desk.until(lambda: all(desk.end(order_id) for order_id in waiting))
    assert all(desk.kinds(order_id) == ["NEW", "TRADE"] for order_id in waiting)
    later = await desk.send(desk.new(price="100"))
    await desk.until(lambda: desk.end(later))


def run(*command: str) -> None:
    subprocess.run(command, check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="a full file system of our own needs root")
async def test_a_full_disk_is_reported_and_freeing_it_is_enough(
    execution: ServiceProcess, matcher: MatcherProcess, desk: Desk, tmp_path: Path
) -> None:
    await desk.until(lambda: True)
    matcher.kill()
    # Room for the segments of the start, and for no other.
    await asyncio.to_thread(run, "mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(matcher.journal))
    try:
        await matcher.start("--segment-mib", "1", "--group", "1024")
        ballast = matcher.journal / "ballast"
        seller = await desk.send(desk.new(SELL, "100", quantity_nanos=100_000 * money.NANOS))
        await desk.until(lambda: desk.kinds(seller))
        with suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(4096))
        sent = [seller]
        while not (await status(execution)).HasField("outage"):
            sent += [await desk.send(desk.new(price="100")) for _ in range(200)]
        assert (await status(execution)).outage.reason == "DISK_FULL"
        ballast.unlink()
        await desk.until(lambda: all(desk.end(order_id) for order_id in sent[1:]))
        assert not (await status(execution)).HasField("outage")
    finally:
        matcher.kill()
        await asyncio.to_thread(run, "umount", str(matcher.journal))
