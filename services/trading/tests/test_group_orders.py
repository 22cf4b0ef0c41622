"""Bracket, OCO and OTO orders against real stores: activated, one canceling the other, amended, and after kill -9."""

from typing import Any

import pytest
from cift_common import decision as decisions
from cift_common import errors, rpc
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

from .conftest import DECISION_KEY, NANOS, World, limit, order_request, until

Update = trading_pb2.AccountUpdate
BRACKET: dict[str, Any] = {
    "quantity_nanos": 10 * NANOS,
    "order_class": types_pb2.ORDER_CLASS_BRACKET,
    "take_profit_limit_price_nanos": 110 * NANOS,
    "stop_loss_stop_price_nanos": 90 * NANOS,
    "time_in_force": types_pb2.TIME_IN_FORCE_GTC,
}


async def entered(world: World, account_id: str, **changes: Any) -> tuple[trading_pb2.Order, ...]:
    """A bracket whose entry has filled and whose take profit rests: entry, take profit, stop loss."""
    world.venue.mode = "rest"
    entry = await world.trading.submit(account_id, **BRACKET, **changes)
    await world.trading.reaches(entry, "NEW")
    await world.venue.fill(entry, entry.quantity_nanos)
    profit, loss = entry.legs
    await world.trading.reaches(profit, "NEW")
    return entry, profit, loss


async def nested(world: World, account_id: str, **wanted: Any) -> list[trading_pb2.Order]:
    answer = await world.trading.stub.ListOrders(
        trading_pb2.ListOrdersRequest(account_id=account_id, nested=True, **wanted)
    )
    return list(answer.orders)


async def replace(world: World, order: trading_pb2.Order, **changes: Any) -> trading_pb2.Order:
    with rpc.translated():
        answer = await world.trading.stub.ReplaceOrder(
            trading_pb2.ReplaceOrderRequest(account_id=order.account_id, order_id=order.order_id, **changes)
        )
    return answer.order  # type: ignore[no-any-return]


async def cancel(world: World, order: trading_pb2.Order) -> trading_pb2.Order:
    with rpc.translated():
        answer = await world.trading.stub.CancelOrder(
            trading_pb2.CancelOrderRequest(account_id=order.account_id, order_id=order.order_id)
        )
    return answer.order  # type: ignore[no-any-return]


async def quantity(world: World, order: trading_pb2.Order, shares: int) -> None:
    async def stands() -> bool:
        return (await world.trading.order(order)).quantity_nanos == shares * NANOS

    await until(stands, f"{shares} shares")


async def test_a_bracket_lives_from_entry_to_profit(world: World) -> None:
    account_id = await world.trading.open_account()
    entry, profit, loss = await entered(world, account_id, client_order_id="b1")
    assert (entry.order_class, profit.group_id, loss.group_id) == (
        types_pb2.ORDER_CLASS_BRACKET,
        entry.order_id,
        entry.order_id,
    )
    assert (profit.limit_price_nanos, loss.stop_price_nanos) == (110 * NANOS, 90 * NANOS)
    # Again the same is the same, another exit is not.
    again = await world.trading.stub.SubmitOrder(order_request(account_id, client_order_id="b1", **BRACKET))
    assert (again.order.order_id, again.duplicate, len(again.order.legs)) == (entry.order_id, True, 2)
    with pytest.raises(errors.AlreadyExists):
        await world.trading.submit(
            account_id, client_order_id="b1", **{**BRACKET, "take_profit_limit_price_nanos": 111 * NANOS}
        )
    sent = world.venue.orders[profit.order_id]
    assert decisions.verify(bytes.fromhex(DECISION_KEY), sent.order, sent.decision)
    assert loss.order_id not in world.venue.orders
    # Only what the venue has is to be compared with it, and only the take profit takes of the position.
    at_venue = await world.trading.stub.ListOpenOrders(trading_pb2.ListOpenOrdersRequest())
    mine = {new.order.order_id for new in at_venue.orders if new.order.account_id == account_id}
    assert mine == {profit.order_id}
    (parent,) = await nested(world, account_id)
    assert (parent.order_id, [leg.order_id for leg in parent.legs]) == (
        entry.order_id,
        [profit.order_id, loss.order_id],
    )
    account = await world.trading.account(account_id)
    assert account.reserved == "0"

    await world.venue.fill(sent.order, 4 * NANOS, price=110 * NANOS)
    await quantity(world, loss, 6)
    await world.venue.fill(sent.order, 6 * NANOS, price=110 * NANOS)
    assert (await world.trading.reaches(loss, "CANCELED")).reason == "ONE_CANCELS_OTHER"
    assert (await world.trading.account(account_id)).cash == "100100"
    assert not await nested(world, account_id)
    updates = await world.trading.updates(account_id)
    assert [update.sequence for update in updates] == list(range(1, len(updates) + 1))
    of_loss = [update.event for update in updates if update.order.order_id == loss.order_id]
    assert of_loss == [Update.EVENT_HELD, Update.EVENT_RESTATED, Update.EVENT_CANCELED]
    assert (await world.trading.check_ledger()).balanced


async def test_a_stop_loss_goes_out_for_what_the_take_profit_left_after_kill_9(world: World) -> None:
    account_id = await world.trading.open_account()
    _, profit, loss = await entered(world, account_id)
    await world.venue.fill(world.venue.orders[profit.order_id].order, 3 * NANOS, price=110 * NANOS)
    await quantity(world, loss, 7)
    await world.trading.restart()
    await world.quote(middle=89)
    await until(lambda: profit.order_id in world.venue.cancels, "the take profit to be canceled")
    assert loss.order_id not in world.venue.orders
    # Killed once more, between the wish and the venue's answer.
    await world.trading.restart()
    assert (await world.trading.order(loss)).status == types_pb2.ORDER_STATUS_HELD
    await world.venue.say(
        world.venue.orders[profit.order_id].order,
        types_pb2.EXECUTION_TYPE_CANCELED,
        cumulative_quantity_nanos=3 * NANOS,
    )
    await until(lambda: loss.order_id in world.venue.orders, "the stop loss at the venue")
    sent = world.venue.orders[loss.order_id]
    assert (sent.order.quantity_nanos, sent.order.type) == (7 * NANOS, types_pb2.ORDER_TYPE_STOP)
    assert decisions.verify(bytes.fromhex(DECISION_KEY), sent.order, sent.decision)
    await world.venue.fill(sent.order, 7 * NANOS, price=89 * NANOS)
    await world.trading.reaches(loss, "FILLED")
    account = await world.trading.account(account_id)
    assert (account.cash, account.long_market_value) == ("99953", "0")
    assert (await world.trading.check_ledger()).balanced


async def test_an_entry_that_ends_unfilled_takes_its_legs_along(world: World) -> None:
    account_id = await world.trading.open_account()
    world.venue.mode = "rest"
    entry = await world.trading.submit(account_id, **{**BRACKET, **limit(95, 10)})
    await world.trading.reaches(entry, "NEW")
    await cancel(world, entry)
    assert (await world.trading.order(entry.legs[0])).status == types_pb2.ORDER_STATUS_HELD
    await world.venue.say(entry, types_pb2.EXECUTION_TYPE_CANCELED)
    for leg in entry.legs:
        assert (await world.trading.reaches(leg, "CANCELED")).reason == "ENTRY_ENDED"
    account = await world.trading.account(account_id)
    assert account.reserved == "0"


async def test_canceling_an_exit_cancels_the_group(world: World) -> None:
    account_id = await world.trading.open_account()
    _, profit, loss = await entered(world, account_id)
    assert (await cancel(world, loss)).status == types_pb2.ORDER_STATUS_CANCELED
    await world.trading.reaches(profit, "PENDING_CANCEL")
    await until(lambda: profit.order_id in world.venue.cancels, "the cancel at the venue")
    with pytest.raises(errors.FailedPrecondition):
        await cancel(world, loss)


async def test_legs_are_amended_held_or_working_and_stay_on_their_sides(world: World) -> None:
    account_id = await world.trading.open_account()
    _, profit, loss = await entered(world, account_id)
    raised = await replace(world, loss, stop_price_nanos=95 * NANOS)
    assert (raised.status, raised.replaces) == (types_pb2.ORDER_STATUS_HELD, loss.order_id)
    assert (await world.trading.order(loss)).status == types_pb2.ORDER_STATUS_REPLACED
    for order, change, field in (
        (raised, {"stop_price_nanos": 111 * NANOS}, "take_profit.limit_price"),
        (raised, {"quantity_nanos": 5 * NANOS}, "qty"),
        (profit, {"limit_price_nanos": 94 * NANOS}, "take_profit.limit_price"),
    ):
        with pytest.raises(errors.InvalidArgument) as refused:
            await replace(world, order, **change)
        assert refused.value.field == field
    higher = await replace(world, profit, limit_price_nanos=112 * NANOS)
    await world.venue.say(
        higher,
        types_pb2.EXECUTION_TYPE_REPLACED,
        order_id=higher.order_id,
        original_order_id=profit.order_id,
    )
    await world.trading.reaches(higher, "NEW")
    (parent,) = await nested(world, account_id)
    assert {leg.order_id for leg in parent.legs} == {raised.order_id, higher.order_id}
    await world.trading.restart()
    await world.quote(middle=95)
    await until(lambda: higher.order_id in world.venue.cancels, "the trigger at the new price")
    await world.venue.say(higher, types_pb2.EXECUTION_TYPE_CANCELED)
    await until(lambda: raised.order_id in world.venue.orders, "the stop loss at the venue")
    assert world.venue.orders[raised.order_id].order.quantity_nanos == 10 * NANOS


async def test_the_exits_of_an_entry_made_gtc_are_gtc_after_kill_9(world: World) -> None:
    world.venue.mode = "rest"
    account_id = await world.trading.open_account()
    terms = {**BRACKET, **limit(99, 10), "time_in_force": types_pb2.TIME_IN_FORCE_DAY}
    entry = await world.trading.submit(account_id, **terms)
    await world.trading.reaches(entry, "NEW")
    longer = await replace(world, entry, time_in_force=types_pb2.TIME_IN_FORCE_GTC)
    await world.venue.say(
        longer, types_pb2.EXECUTION_TYPE_REPLACED, order_id=longer.order_id, original_order_id=entry.order_id
    )
    await world.trading.reaches(longer, "NEW")
    await world.trading.restart()
    for leg in entry.legs:
        assert (await world.trading.order(leg)).time_in_force == types_pb2.TIME_IN_FORCE_GTC
    await world.venue.fill(longer, longer.quantity_nanos, price=99 * NANOS)
    profit = entry.legs[0]
    sent = await until(lambda: world.venue.orders.get(profit.order_id), "the take profit at the venue")
    assert sent.order.time_in_force == types_pb2.TIME_IN_FORCE_GTC


async def test_one_cancels_other_needs_a_position_and_one_triggers_other_sends_its_exit(world: World) -> None:
    account_id = await world.trading.open_account()
    oco = {
        **limit(110, 5),
        "side": types_pb2.SIDE_SELL,
        "order_class": types_pb2.ORDER_CLASS_OCO,
        "stop_loss_stop_price_nanos": 90 * NANOS,
        "stop_loss_limit_price_nanos": 89 * NANOS,
    }
    with pytest.raises(errors.RiskRefused) as refused:
        await world.trading.submit(account_id, **oco)
    assert refused.value.reason == "INSUFFICIENT_POSITION"
    oto = {**BRACKET, "order_class": types_pb2.ORDER_CLASS_OTO, "take_profit_limit_price_nanos": 0}
    entry = await world.trading.submit(account_id, **oto)
    (only,) = entry.legs
    await until(lambda: only.order_id in world.venue.orders, "the stop loss at the venue")
    await world.trading.reaches(only, "FILLED")
    bought = await world.trading.submit(account_id, quantity_nanos=5 * NANOS)
    await world.trading.reaches(bought, "FILLED")
    world.venue.mode = "rest"
    parent = await world.trading.submit(account_id, **oco)
    (loss,) = parent.legs
    await world.trading.reaches(parent, "NEW")
    assert (loss.type, loss.status) == (types_pb2.ORDER_TYPE_STOP_LIMIT, types_pb2.ORDER_STATUS_HELD)
    await cancel(world, parent)
    await world.trading.reaches(loss, "CANCELED")
    await world.venue.say(parent, types_pb2.EXECUTION_TYPE_CANCELED)
    await world.trading.reaches(parent, "CANCELED")


async def test_an_exit_that_risk_refuses_for_now_is_sent_when_it_may(world: World) -> None:
    account_id = await world.trading.open_account()
    world.venue.mode = "rest"
    entry = await world.trading.submit(account_id, **BRACKET)
    await world.trading.reaches(entry, "NEW")
    world.risk.lease_seconds = 0.5
    await world.trading.restart()
    world.risk.away = True
    try:

        async def lapsed() -> bool:
            try:
                await world.trading.submit(account_id, **limit(90))
            except errors.Unavailable:
                return True
            return False

        await until(lapsed, "the lease to run out")
        await world.venue.fill(entry, 10 * NANOS)
        await world.trading.reaches(entry, "FILLED")
        assert (await world.trading.order(entry.legs[0])).status == types_pb2.ORDER_STATUS_HELD
    finally:
        world.risk.away, world.risk.lease_seconds = False, 10.0
    await world.trading.reaches(entry.legs[0], "NEW")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"take_profit_limit_price_nanos": 0}, "take_profit.limit_price"),
    ({"take_profit_limit_price_nanos": 99 * NANOS}, "take_profit.limit_price"),
    ({"stop_loss_stop_price_nanos": 101 * NANOS}, "stop_loss.stop_price"),
    ({"take_profit_limit_price_nanos": 1_001 * NANOS}, "take_profit.limit_price"),
    ({"time_in_force": types_pb2.TIME_IN_FORCE_IOC}, "time_in_force"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG, ids=[field for _, field in WRONG])
async def test_wrong_exits_are_refused_before_anything_is_stored(
    world: World, changes: dict[str, Any], field: str
) -> None:
    account_id = await world.trading.open_account()
    with pytest.raises((errors.InvalidArgument, errors.RiskRefused)) as refused:
        await world.trading.submit(account_id, **{**BRACKET, **changes})
    assert refused.value.field == field, refused.value.message
    assert refused.value.limit
    assert not await nested(world, account_id, filter=trading_pb2.ListOrdersRequest.FILTER_ALL)
