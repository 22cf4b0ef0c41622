"""The life of orders against real stores: submitted, filled, canceled, replaced; late, twice, and badly."""

import asyncio
from typing import Any

import pytest
from cift_common import decision as decisions
from cift_common import errors, rpc
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

from .conftest import DECISION_KEY, NANOS, World, limit, order_request, until

Update = trading_pb2.AccountUpdate


async def test_a_market_order_fills_and_everything_adds_up(world: World) -> None:
    account_id = await world.trading.open_account()
    order = await world.trading.submit(account_id, quantity_nanos=10 * NANOS, client_order_id="first")
    assert order.status == types_pb2.ORDER_STATUS_PENDING_NEW
    filled = await world.trading.reaches(order, "FILLED")
    assert (filled.filled_quantity_nanos, filled.filled_average_price_nanos) == (10 * NANOS, 100 * NANOS)
    sent = world.venue.orders[order.order_id]
    assert decisions.verify(bytes.fromhex(DECISION_KEY), sent.order, sent.decision)
    account = await world.trading.account(account_id)
    assert (account.cash, account.long_market_value, account.equity) == ("99000", "1000", "100000")
    assert account.buying_power == "99000"
    positions = await world.trading.stub.ListPositions(trading_pb2.ListPositionsRequest(account_id=account_id))
    (position,) = positions.positions
    assert (position.quantity_nanos, position.cost_basis, position.quantity_available_nanos) == (
        10 * NANOS,
        "1000",
        10 * NANOS,
    )
    updates = await world.trading.updates(account_id)
    assert [(update.sequence, update.event) for update in updates] == [(1, Update.EVENT_NEW), (2, Update.EVENT_FILL)]
    assert updates[1].cash == "99000"
    assert account.sequence == 2
    assert (await world.trading.check_ledger()).balanced

    async def cached() -> bool:
        raw = await world.cache.get(f"account:{account_id}")
        return raw is not None and trading_pb2.Account.FromString(raw).cash == "99000"

    await until(cached, "the account in the cache")


async def test_a_preview_says_what_an_order_would_be_told_and_leaves_nothing(world: World) -> None:
    account_id = await world.trading.open_account(deposit="5000")

    async def preview(**changes: Any) -> trading_pb2.PreviewOrderResponse:
        request = trading_pb2.PreviewOrderRequest(order=order_request(account_id, **changes))
        return await world.trading.stub.PreviewOrder(request)

    fine = await preview(quantity_nanos=10 * NANOS)
    assert (fine.accepted, fine.reason) == (True, "")
    assert 0 < fine.bid_price_nanos <= fine.ask_price_nanos
    uses = {usage.rule: usage for usage in fine.usages}
    assert (uses["POSITION_QUANTITY"].before, uses["POSITION_QUANTITY"].after) == ("0", "10")
    for wrong, reason, field in (
        ({"quantity_nanos": 51 * NANOS}, "BUYING_POWER", "qty"),
        ({**limit(1000)}, "PRICE_COLLAR", "limit_price"),
        ({"quantity_nanos": 0}, "QUANTITY", "qty"),
    ):
        refused = await preview(**wrong)
        assert (refused.accepted, refused.unavailable, bool(refused.message)) == (False, False, True)
        with pytest.raises((errors.RiskRefused, errors.InvalidArgument)) as said:
            await world.trading.submit(account_id, **wrong)
        assert (said.value.reason, said.value.field) == (reason, field)
        assert (refused.reason, refused.field, refused.limit) == (reason, field, said.value.limit)
    account = await world.trading.account(account_id)
    assert (account.buying_power, account.reserved, account.sequence) == ("5000", "0", 0)


async def test_a_client_order_id_is_one_order(world: World) -> None:
    account_id = await world.trading.open_account()
    first = await world.trading.submit(account_id, client_order_id="mine")
    for _ in range(2):
        again = await world.trading.stub.SubmitOrder(order_request(account_id, client_order_id="mine"))
        assert (again.order.order_id, again.duplicate) == (first.order_id, True)
        with pytest.raises(errors.AlreadyExists) as refused:
            await world.trading.submit(account_id, client_order_id="mine", quantity_nanos=2 * NANOS)
        assert (refused.value.reason, refused.value.field) == ("CLIENT_ORDER_ID_IN_USE", "client_order_id")
        await world.trading.reaches(first, "FILLED")
    other = await world.trading.open_account()
    assert (await world.trading.submit(other, client_order_id="mine")).order_id != first.order_id


async def test_the_same_order_twenty_times_at_once_is_one_order(world: World) -> None:
    account_id = await world.trading.open_account()
    answers = await asyncio.gather(
        *(world.trading.submit(account_id, client_order_id="many", strategy="s") for _ in range(20))
    )
    assert len({order.order_id for order in answers}) == 1
    await world.trading.reaches(answers[0], "FILLED")
    assert (await world.trading.account(account_id)).cash == "99900"


BAD: list[tuple[dict[str, Any], type[errors.CiftError], str, str]] = [
    ({"symbol": "NOPE"}, errors.NotFound, "UNKNOWN_SYMBOL", "symbol"),
    ({"quantity_nanos": 0}, errors.InvalidArgument, "QUANTITY", "qty"),
    ({"quantity_nanos": NANOS // 2}, errors.InvalidArgument, "LOT_SIZE", "qty"),
    ({"quantity_nanos": 20_000 * NANOS}, errors.RiskRefused, "ORDER_QUANTITY", "qty"),
    ({"quantity_nanos": 2_000 * NANOS}, errors.RiskRefused, "BUYING_POWER", "qty"),
    ({**limit(100), "limit_price_nanos": 1}, errors.InvalidArgument, "TICK_SIZE", "limit_price"),
    (limit(1000), errors.RiskRefused, "PRICE_COLLAR", "limit_price"),
    ({"symbol": "TSLA"}, errors.RiskRefused, "STALE_PRICE", "symbol"),
    ({"side": types_pb2.SIDE_SELL}, errors.RiskRefused, "INSUFFICIENT_POSITION", "qty"),
    ({"side": 0}, errors.InvalidArgument, "INVALID_ARGUMENT", "side"),
    ({"type": 9}, errors.InvalidArgument, "INVALID_ARGUMENT", "type"),
]


@pytest.mark.parametrize(("changes", "kind", "reason", "field"), BAD, ids=[bad[2] for bad in BAD])
async def test_bad_orders_are_refused_and_leave_nothing(
    world: World, changes: dict[str, Any], kind: type[errors.CiftError], reason: str, field: str
) -> None:
    account_id = await world.trading.open_account()
    before = await world.trading.account(account_id)
    with pytest.raises(kind) as refused:
        await world.trading.submit(account_id, client_order_id="bad", **changes)
    assert (refused.value.reason, refused.value.field) == (reason, field), refused.value.message
    assert await world.trading.account(account_id) == before
    listed = await world.trading.stub.ListOrders(
        trading_pb2.ListOrdersRequest(account_id=account_id, filter=trading_pb2.ListOrdersRequest.FILTER_ALL)
    )
    assert not listed.orders


async def test_unknown_accounts_and_foreign_orders_are_not_found(world: World) -> None:
    account_id = await world.trading.open_account()
    order = await world.trading.submit(account_id)
    other = await world.trading.open_account()
    with pytest.raises(errors.NotFound):
        await world.trading.submit("00000000-0000-0000-0000-000000000000")
    with rpc.translated(), pytest.raises(errors.NotFound), rpc.translated():
        await world.trading.stub.GetOrder(trading_pb2.GetOrderRequest(account_id=other, order_id=order.order_id))
    with pytest.raises(errors.NotFound), rpc.translated():
        await world.trading.stub.CancelOrder(trading_pb2.CancelOrderRequest(account_id=other, order_id=order.order_id))
    with pytest.raises(errors.InvalidArgument), rpc.translated():
        await world.trading.stub.GetOrder(trading_pb2.GetOrderRequest(account_id=other, order_id="junk"))


async def test_executions_out_of_order_and_twice_count_once(world: World) -> None:
    world.venue.mode = "silent"
    account_id = await world.trading.open_account()
    order = await world.trading.submit(account_id, **limit(100, 10))
    await until(lambda: order.order_id in world.venue.orders, "the order at the venue")
    first = await world.venue.fill(order, 4 * NANOS)
    for _ in range(2):
        await world.venue.fill(order, 4 * NANOS, execution_id=first)
    partly = await world.trading.reaches(order, "PARTIALLY_FILLED")
    assert partly.filled_quantity_nanos == 4 * NANOS
    await world.venue.say(order, types_pb2.EXECUTION_TYPE_NEW)
    await world.venue.say(order, types_pb2.EXECUTION_TYPE_CANCELED, reason="USER")
    await world.trading.reaches(order, "CANCELED")
    # Late: it happened before the cancel, and counts.
    late = await world.venue.fill(order, 2 * NANOS, price=90 * NANOS)
    await world.venue.fill(order, 2 * NANOS, price=90 * NANOS, execution_id=late)

    async def counted() -> bool:
        return (await world.trading.order(order)).filled_quantity_nanos == 6 * NANOS

    await until(counted, "the late fill")
    ended = await world.trading.order(order)
    assert (ended.status, ended.reason) == (types_pb2.ORDER_STATUS_CANCELED, "USER")
    account = await world.trading.account(account_id)
    assert (account.cash, account.reserved, account.buying_power) == ("99420", "0", "99420")
    assert [update.sequence for update in await world.trading.updates(account_id)] == [1, 2, 3]
    assert (await world.trading.check_ledger()).balanced


async def test_executions_of_unknown_orders_are_kept(world: World) -> None:
    import uuid

    stranger = trading_pb2.Order(order_id=str(uuid.uuid4()), account_id=str(uuid.uuid4()), symbol="AAPL")
    execution_id = await world.venue.fill(stranger, NANOS)
    await until(
        lambda: world.database.fetchval(
            "SELECT count(*) FROM trading.unmatched_executions WHERE execution_id = $1", execution_id
        ),
        "the stranger's execution",
    )


async def test_cancel_and_cancel_all(world: World) -> None:
    world.venue.mode = "rest"
    account_id = await world.trading.open_account()
    orders = [await world.trading.submit(account_id, **limit(90 + n)) for n in range(3)]
    for order in orders:
        await world.trading.reaches(order, "NEW")
    cancel = trading_pb2.CancelOrderRequest(account_id=account_id, order_id=orders[0].order_id)
    wished = await world.trading.stub.CancelOrder(cancel)
    assert wished.order.status == types_pb2.ORDER_STATUS_PENDING_CANCEL
    await world.trading.stub.CancelOrder(cancel)
    await until(lambda: orders[0].order_id in world.venue.cancels, "the cancel at the venue")
    await world.venue.say(orders[0], types_pb2.EXECUTION_TYPE_CANCELED)
    await world.trading.reaches(orders[0], "CANCELED")
    with pytest.raises(errors.FailedPrecondition) as refused, rpc.translated():
        await world.trading.stub.CancelOrder(cancel)
    assert refused.value.reason == "ORDER_NOT_CANCELABLE"
    answer = await world.trading.stub.CancelAllOrders(trading_pb2.CancelAllOrdersRequest(account_id=account_id))
    assert {order.order_id for order in answer.orders} == {orders[1].order_id, orders[2].order_id}
    # The venue refuses one of them: it rests as before.
    await world.venue.say(orders[1], types_pb2.EXECUTION_TYPE_CANCEL_REJECTED, reason="TOO_LATE")
    await world.trading.reaches(orders[1], "NEW")
    events = [update.event for update in await world.trading.updates(account_id)]
    assert events.count(Update.EVENT_PENDING_CANCEL) == 3
    assert events[-1] == Update.EVENT_ORDER_CANCEL_REJECTED


async def test_replace(world: World) -> None:
    world.venue.mode = "rest"
    account_id = await world.trading.open_account()
    original = await world.trading.submit(account_id, **limit(90, 10))
    await world.trading.reaches(original, "NEW")
    await world.venue.fill(original, 2 * NANOS, price=90 * NANOS)
    await world.trading.reaches(original, "PARTIALLY_FILLED")
    wish = trading_pb2.ReplaceOrderRequest(
        account_id=account_id, order_id=original.order_id, quantity_nanos=6 * NANOS, limit_price_nanos=91 * NANOS
    )
    with pytest.raises(errors.InvalidArgument) as refused, rpc.translated():
        await world.trading.stub.ReplaceOrder(
            trading_pb2.ReplaceOrderRequest(account_id=account_id, order_id=original.order_id, quantity_nanos=2 * NANOS)
        )
    assert refused.value.field == "qty"
    new = (await world.trading.stub.ReplaceOrder(wish)).order
    assert (new.replaces, new.status) == (original.order_id, types_pb2.ORDER_STATUS_PENDING_NEW)
    assert (await world.trading.order(original)).status == types_pb2.ORDER_STATUS_PENDING_REPLACE
    with pytest.raises(errors.FailedPrecondition), rpc.translated():
        await world.trading.stub.ReplaceOrder(wish)
    sent = await until(lambda: world.venue.replaces.get(new.order_id), "the replace at the venue")
    assert decisions.verify(bytes.fromhex(DECISION_KEY), sent.order, sent.decision)
    await world.venue.say(new, types_pb2.EXECUTION_TYPE_REPLACED, original_order_id=original.order_id)
    replaced = await world.trading.reaches(original, "REPLACED")
    assert replaced.replaced_by == new.order_id
    rests = await world.trading.reaches(new, "PARTIALLY_FILLED")
    assert rests.filled_quantity_nanos == 2 * NANOS
    assert (await world.trading.account(account_id)).reserved == "364"
    await world.venue.fill(new, 4 * NANOS, price=91 * NANOS)
    filled = await world.trading.reaches(new, "FILLED")
    assert filled.filled_quantity_nanos == 6 * NANOS
    account = await world.trading.account(account_id)
    assert (account.cash, account.reserved) == ("99456", "0")
    assert (await world.trading.check_ledger()).balanced


async def test_a_refused_replace_leaves_the_original(world: World) -> None:
    world.venue.mode = "rest"
    account_id = await world.trading.open_account()
    original = await world.trading.submit(account_id, **limit(90, 10))
    await world.trading.reaches(original, "NEW")
    new = (
        await world.trading.stub.ReplaceOrder(
            trading_pb2.ReplaceOrderRequest(
                account_id=account_id,
                order_id=original.order_id,
                client_order_id="better",
                quantity_nanos=20 * NANOS,
            )
        )
    ).order
    await world.venue.say(original, types_pb2.EXECUTION_TYPE_REPLACE_REJECTED, reason="TOO_LATE")
    await world.trading.reaches(new, "REJECTED")
    await world.trading.reaches(original, "NEW")
    assert (await world.trading.account(account_id)).reserved == "900"
    with pytest.raises(errors.AlreadyExists), rpc.translated():
        await world.trading.stub.ReplaceOrder(
            trading_pb2.ReplaceOrderRequest(
                account_id=account_id, order_id=original.order_id, client_order_id="better", quantity_nanos=3 * NANOS
            )
        )


async def test_close_a_position(world: World) -> None:
    account_id = await world.trading.open_account()
    await world.trading.reaches(await world.trading.submit(account_id, quantity_nanos=5 * NANOS), "FILLED")
    close = trading_pb2.ClosePositionRequest(account_id=account_id, symbol="AAPL", quantity_nanos=9 * NANOS)
    with pytest.raises(errors.RiskRefused) as refused, rpc.translated():
        await world.trading.stub.ClosePosition(close)
    assert refused.value.limit == "5"
    world.venue.price = 110 * NANOS
    order = (
        await world.trading.stub.ClosePosition(trading_pb2.ClosePositionRequest(account_id=account_id, symbol="AAPL"))
    ).order
    assert order.side == types_pb2.SIDE_SELL
    await world.trading.reaches(order, "FILLED")
    positions = await world.trading.stub.ListPositions(trading_pb2.ListPositionsRequest(account_id=account_id))
    assert not positions.positions
    assert (await world.trading.account(account_id)).cash == "100050"
    with pytest.raises(errors.NotFound), rpc.translated():
        await world.trading.stub.ClosePosition(trading_pb2.ClosePositionRequest(account_id=account_id, symbol="AAPL"))


async def test_lists_history_and_activities(world: World) -> None:
    account_id = await world.trading.open_account()
    world.venue.mode = "rest"
    resting = await world.trading.submit(account_id, **limit(90), strategy="slow")
    await world.trading.reaches(resting, "NEW")
    world.venue.mode = "fill"
    filled = await world.trading.submit(account_id, symbol="BRK.B")
    await world.trading.reaches(filled, "FILLED")

    async def listed(**wanted: Any) -> list[str]:
        answer = await world.trading.stub.ListOrders(trading_pb2.ListOrdersRequest(account_id=account_id, **wanted))
        return [order.order_id for order in answer.orders]

    assert await listed() == [resting.order_id]
    assert await listed(filter=trading_pb2.ListOrdersRequest.FILTER_CLOSED) == [filled.order_id]
    both = {"filter": trading_pb2.ListOrdersRequest.FILTER_ALL}
    assert await listed(**both) == [filled.order_id, resting.order_id]
    assert await listed(**both, ascending=True, limit=1) == [resting.order_id]
    assert await listed(**both, symbols=["BRK.B"]) == [filled.order_id]
    assert await listed(**both, side=types_pb2.SIDE_SELL) == []
    assert await listed(**both, after_ns=resting.submitted_at_ns) == [filled.order_id]
    assert await listed(**both, until_ns=resting.submitted_at_ns) == [resting.order_id]
    activities = await world.trading.stub.ListActivities(trading_pb2.ListActivitiesRequest(account_id=account_id))
    assert [fill.order.order_id for fill in activities.fills] == [filled.order_id]
    history = await world.trading.stub.GetPortfolioHistory(
        trading_pb2.GetPortfolioHistoryRequest(account_id=account_id)
    )
    assert history.base_value == "100000"
    assert history.points[-1].equity == "100000"
    open_orders = await world.trading.stub.ListOpenOrders(trading_pb2.ListOpenOrdersRequest())
    mine = {new.order.order_id: new for new in open_orders.orders}[resting.order_id]
    assert decisions.verify(bytes.fromhex(DECISION_KEY), mine.order, mine.decision)
    assert mine.order.strategy == "slow"


async def test_a_suspended_account_takes_no_orders(world: World) -> None:
    account_id = await world.trading.open_account()
    configured = await world.trading.stub.ConfigureAccount(
        trading_pb2.ConfigureAccountRequest(account_id=account_id, suspended=True)
    )
    assert configured.account.suspended_by_user
    with pytest.raises(errors.PermissionDenied) as refused:
        await world.trading.submit(account_id)
    assert refused.value.reason == "ACCOUNT_SUSPENDED"
    await world.trading.stub.ConfigureAccount(
        trading_pb2.ConfigureAccountRequest(account_id=account_id, suspended=False, shorting_enabled=True)
    )
    short = await world.trading.submit(account_id, side=types_pb2.SIDE_SELL)
    await world.trading.reaches(short, "FILLED")
    account = await world.trading.account(account_id)
    assert (account.cash, account.short_market_value, account.equity) == ("100100", "-100", "100000")
