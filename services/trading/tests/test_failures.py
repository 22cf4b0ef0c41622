"""What must hold when something breaks: nothing that was acknowledged is lost, nothing happens twice."""

import asyncio
import signal
import time

import grpc
import pytest
from cift_common import errors, fair_share
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2
from cift_proto.risk.v1 import risk_pb2
from cift_proto.trading.v1 import trading_pb2

from .conftest import NANOS, World, limit, order_request, until


async def blocked(world: World) -> bool:
    return bool(
        await world.database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
    )


async def consistent(world: World, account_id: str) -> None:
    ledger = await world.trading.check_ledger()
    assert ledger.balanced, ledger.differences
    updates = await world.trading.updates(account_id)
    assert [update.sequence for update in updates] == list(range(1, len(updates) + 1))


async def test_an_order_committed_by_a_dying_process_is_sent_by_the_next(world: World) -> None:
    account_id = await world.trading.open_account()
    transaction = world.database.transaction()
    await transaction.start()
    await world.database.execute("LOCK TABLE trading.outbox IN SHARE MODE")
    call = asyncio.ensure_future(world.trading.submit(account_id, client_order_id="last words"))
    await until(lambda: blocked(world), "the insert to wait for us")
    await world.trading.end(signal.SIGKILL)
    with pytest.raises(errors.Unavailable):
        await call
    # The dead process's statement runs on, and commits; nobody is there to publish.
    await transaction.rollback()
    await world.trading.start()
    again = await world.trading.stub.SubmitOrder(order_request(account_id, client_order_id="last words"))
    assert again.duplicate
    await world.trading.reaches(again.order, "FILLED")
    assert (await world.trading.account(account_id)).cash == "99900"
    await consistent(world, account_id)


async def test_a_fill_that_a_dying_process_did_not_store_comes_again(world: World) -> None:
    account_id = await world.trading.open_account()
    transaction = world.database.transaction()
    await transaction.start()
    await world.database.execute("LOCK TABLE trading.executions IN SHARE MODE")
    order = await world.trading.submit(account_id)
    await until(lambda: blocked(world), "the execution to wait for us")
    (writer,) = await world.database.fetch(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'writer trading changes'"
        " AND datname = current_database()"
    )
    await world.trading.end(signal.SIGKILL)
    # This time the statement dies with its process.
    await world.database.execute("SELECT pg_terminate_backend($1)", writer["pid"])
    await transaction.rollback()
    await world.trading.start()
    await world.trading.reaches(order, "FILLED")
    assert (await world.trading.account(account_id)).cash == "99900"
    await consistent(world, account_id)


async def test_killed_in_the_middle_of_many_orders(world: World) -> None:
    account_id = await world.trading.open_account("1000000")
    acknowledged: dict[str, trading_pb2.Order] = {}

    async def submit(number: int) -> None:
        name = f"n{number}"
        while name not in acknowledged:
            try:
                acknowledged[name] = await world.trading.submit(account_id, client_order_id=name)
            except errors.Unavailable:
                await asyncio.sleep(0.05)

    calls = asyncio.gather(*(submit(number) for number in range(200)))
    await until(lambda: len(acknowledged) >= 50, "some acknowledgements")
    await world.trading.restart()
    await calls
    for order in acknowledged.values():
        await world.trading.reaches(order, "FILLED")
    assert len({order.order_id for order in acknowledged.values()}) == 200
    account = await world.trading.account(account_id)
    assert (account.cash, account.reserved) == ("980000", "0")
    await consistent(world, account_id)
    await until(lambda: world.database.fetchval("SELECT count(*) = 0 FROM trading.outbox"), "an empty outbox")


async def test_the_engine_is_rebuilt_as_it_was(world: World) -> None:
    world.venue.mode = "rest"
    account_id = await world.trading.open_account()
    resting = await world.trading.submit(account_id, **limit(90, 10))
    await world.trading.reaches(resting, "NEW")
    replaced = await world.trading.submit(account_id, **limit(80, 10))
    await world.trading.reaches(replaced, "NEW")
    wish = await world.trading.stub.ReplaceOrder(
        trading_pb2.ReplaceOrderRequest(account_id=account_id, order_id=replaced.order_id, quantity_nanos=20 * NANOS)
    )
    before = await world.trading.account(account_id)
    assert before.reserved == "2500"
    await world.trading.restart()
    assert await world.trading.account(account_id) == before
    await world.venue.say(
        wish.order, types_pb2.EXECUTION_TYPE_REPLACE_REJECTED, original_order_id=replaced.order_id, reason="TOO_LATE"
    )
    await world.trading.reaches(replaced, "NEW")
    assert (await world.trading.account(account_id)).reserved == "1700"


async def test_nats_away_delays_and_loses_nothing(world: World) -> None:
    account_id = await world.trading.open_account()
    world.stores.kill("nats")
    order = await world.trading.submit(account_id)
    await world.trading.reaches(order, "FILLED")
    await consistent(world, account_id)


@pytest.mark.parametrize("stream", ["ACCOUNTS", "ORDERS"])
async def test_a_stream_that_is_deleted_is_made_again_and_nothing_is_lost(world: World, stream: str) -> None:
    account_id = await world.trading.open_account()
    await world.messenger.jetstream.delete_stream(stream)
    orders = [await world.trading.submit(account_id) for _ in range(3)]
    for order in orders:
        await world.trading.reaches(order, "FILLED")
    await until(lambda: world.database.fetchval("SELECT count(*) = 0 FROM trading.outbox"), "an empty outbox")
    kept = await world.messenger.jetstream.stream_info(stream)
    assert kept.state.messages >= len(orders)
    await consistent(world, account_id)


async def test_a_message_that_nats_cannot_take_holds_up_no_other(world: World) -> None:
    account_id = await world.trading.open_account()
    poison = "00000000-0000-7000-8000-000000000001"
    await world.database.execute(
        "INSERT INTO trading.outbox (id, subject, payload, headers, created_at)"
        " SELECT $1, 'account.x.updates', convert_to(repeat('x', 2000000), 'UTF8'), '{}', now() - interval '1 minute'",
        poison,
    )
    try:
        order = await world.trading.submit(account_id)
        await world.trading.reaches(order, "FILLED")
        await until(
            lambda: world.database.fetchval("SELECT array_agg(id::text) = ARRAY[$1] FROM trading.outbox", poison),
            "an outbox that holds nothing else",
        )
    finally:
        await world.database.execute("DELETE FROM trading.outbox WHERE id = $1", poison)
    await consistent(world, account_id)


async def test_the_cache_away_breaks_nothing(world: World) -> None:
    account_id = await world.trading.open_account()
    world.stores.kill("valkey")
    order = await world.trading.submit(account_id)
    await world.trading.reaches(order, "FILLED")
    await asyncio.to_thread(world.stores.wait_until_ready)
    await consistent(world, account_id)


async def test_postgres_away_ends_the_process_and_the_next_start_knows(world: World) -> None:
    account_id = await world.trading.open_account()
    order = await world.trading.submit(account_id)
    await world.trading.reaches(order, "FILLED")
    world.stores.kill("postgres")
    process = world.trading.process
    assert process is not None
    assert await asyncio.to_thread(process.wait, 30) == 1
    await asyncio.to_thread(world.stores.wait_until_ready)
    await world.reconnect()
    await world.trading.start()
    await consistent(world, account_id)


async def test_no_lease_no_orders_and_no_rejection(world: World) -> None:
    account_id = await world.trading.open_account()
    world.risk.lease_seconds = 0.5
    await world.trading.restart()
    world.risk.away = True

    async def refused() -> bool:
        try:
            await world.trading.submit(account_id)
        except errors.Unavailable as error:
            return error.reason == "LEASE_EXPIRED"
        return False

    try:
        await until(refused, "the lease to run out")
    finally:
        world.risk.away, world.risk.lease_seconds = False, 10.0

    async def accepted() -> trading_pb2.Order | None:
        try:
            return await world.trading.submit(account_id)
        except errors.Unavailable:
            return None

    order = await until(accepted, "the lease to come back")
    await world.trading.reaches(order, "FILLED")


async def test_a_halt_is_heard_at_once(world: World) -> None:
    account_id = await world.trading.open_account()
    refusals: list[risk_pb2.Breach] = []

    async def on_breach(message: object) -> None:
        refusals.append(risk_pb2.Breach.FromString(message.data))  # type: ignore[attr-defined]

    subscription = await world.messenger.subscribe_core("risk.refused.AAPL", on_breach)
    world.risk.policy.version += 1
    world.risk.policy.halts.add(scope=risk_pb2.Halt.SCOPE_ACCOUNT, key=account_id, reason="enough for today")
    await world.messenger.publish_core("risk.policy", world.risk.policy.SerializeToString())

    async def refused() -> bool:
        try:
            await world.trading.submit(account_id)
        except errors.RiskRefused as error:
            return error.reason == "ACCOUNT_HALTED" and "enough for today" in error.message
        return False

    await until(refused, "the halt")
    await until(lambda: refusals, "the breach")
    assert (refusals[0].account_id, refusals[0].reason) == (account_id, "ACCOUNT_HALTED")
    await subscription.unsubscribe()
    world.risk.policy.version += 1
    del world.risk.policy.halts[:]
    await world.messenger.publish_core("risk.halt", b"")
    await until(lambda: world.trading.stub.SubmitOrder(order_request(account_id, client_order_id="go")), "trading")


async def test_too_many_orders_in_flight_are_refused_at_once(world: World) -> None:
    world.venue.mode = "silent"
    account_id, other_id = await world.trading.open_account(), await world.trading.open_account()
    await world.trading.end()
    await world.trading.start(CIFT_ORDERS_IN_FLIGHT_MAX="20")
    taken: list[trading_pb2.Order] = []

    async def submit() -> None:
        taken.append(await world.trading.submit(account_id))

    answers = await asyncio.gather(*(submit() for _ in range(40)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, errors.ResourceExhausted)]
    assert len(taken) + len(refused) == 40
    # One account gets its share, and another one still finds a place.
    assert len(taken) == fair_share.largest(20) < 20
    assert {(error.reason, error.limit) for error in refused} == {("ORDER_PATH_SATURATED", str(len(taken)))}
    taken.append(await world.trading.submit(other_id))
    await world.trading.end()
    await world.trading.start()
    for order in taken:
        await world.venue.fill(order, order.quantity_nanos)
        await world.trading.reaches(order, "FILLED")
    await consistent(world, account_id)


async def test_a_caller_that_goes_away_changes_nothing(world: World) -> None:
    account_id = await world.trading.open_account()
    late = 0
    for deadline in (0.0005, 0.001, 0.002, 0.004):
        try:
            request = order_request(account_id, client_order_id=f"d{deadline}")
            await world.trading.stub.SubmitOrder(request, timeout=deadline)
        except grpc.aio.AioRpcError as error:
            late += error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert late

    async def settled() -> bool:
        # A call that its caller gave up may still be on its way to the database.
        unfilled = await world.database.fetchval(
            "SELECT count(*) FROM trading.orders WHERE account_id = $1 AND status <> 'FILLED'", account_id
        )
        return unfilled == 0 and (await world.trading.account(account_id)).reserved == "0"

    await until(settled, "every order that was stored to be filled, and nothing to stay reserved")
    await consistent(world, account_id)


async def test_equity_is_recorded_and_history_shows_it(world: World) -> None:
    account_id = await world.trading.open_account()
    await world.trading.reaches(await world.trading.submit(account_id, quantity_nanos=10 * NANOS), "FILLED")
    await world.quote(middle=101)
    await until(
        lambda: world.database.fetchval(
            "SELECT count(*) FROM trading.equity WHERE account_id = $1 AND equity = 100010", account_id
        ),
        "the new equity",
    )
    history = await world.trading.stub.GetPortfolioHistory(
        trading_pb2.GetPortfolioHistoryRequest(
            account_id=account_id, start_ns=time.time_ns() - 3600 * NANOS, interval_ns=60 * NANOS
        )
    )
    assert (history.base_value, history.points[-1].equity, history.points[-1].profit_loss) == ("100000", "100010", "10")


async def test_a_venue_that_takes_nothing_is_named_and_taken_up_again(world: World) -> None:
    account_id = await world.trading.open_account()
    world.execution.outage = execution_pb2.VenueOutage(reason="DISK_FULL", message="full", since_ns=time.time_ns())

    async def refused() -> bool:
        try:
            await world.trading.submit(account_id)
        except errors.Unavailable as error:
            return error.reason == "VENUE_DISK_FULL"
        return False

    try:
        await until(refused, "the outage to be known")
        with pytest.raises(errors.Unavailable, match="free or add space"):
            await world.trading.submit(account_id)
    finally:
        world.execution.outage = None

    async def accepted() -> bool:
        return not await refused()

    await until(accepted, "orders to be taken again")
    # A session that was lost a moment ago comes back: orders wait for it.
    world.execution.outage = execution_pb2.VenueOutage(reason="DISCONNECTED", since_ns=time.time_ns() + 60 * NANOS)
    try:
        order = await world.trading.submit(account_id)
        await world.trading.reaches(order, "FILLED")
    finally:
        world.execution.outage = None
