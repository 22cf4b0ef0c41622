"""What the broker charges, from its message to cash, ledger, risk and what the account is told."""

import json
from pathlib import Path

import pytest
from cift_common import errors, rpc
from cift_proto.trading.v1 import trading_pb2

from .conftest import NANOS, World, limit, until


async def test_a_commission_leaves_the_cash_once_and_the_books_balance(world: World, tmp_path: Path) -> None:
    """25 basis points who takes, and one back who makes."""
    charged = with_fees(world, tmp_path, takerBp="25", makerBp="-1")
    await world.trading.restart(CIFT_PLATFORM_FILE=str(charged))
    world.venue.mode = "rest"
    account_id = await world.trading.open_account(deposit="10000")
    order = await world.trading.submit(account_id, quantity_nanos=10 * NANOS)
    await until(lambda: order.order_id in world.venue.orders, "the order at the venue")
    half = 5 * NANOS
    first = await world.venue.fill(order, half, commission=1_250_000_000)
    # Told twice, as a venue may; and the rest brought a rebate.
    await world.venue.fill(order, half, execution_id=first, commission=1_250_000_000)
    await world.venue.fill(order, half, commission=-50_000_000)
    await world.trading.reaches(order, "FILLED")

    account = await world.trading.account(account_id)
    assert (account.cash, account.long_market_value, account.equity) == ("8998.8", "1000", "9998.8")
    assert account.buying_power == "8998.8"
    told = [update for update in await world.trading.updates(account_id) if update.quantity_nanos]
    assert [update.commission_nanos for update in told] == [1_250_000_000, -50_000_000]
    assert [update.cash for update in told] == ["9498.75", "8998.8"]
    answer = await world.trading.stub.ListActivities(trading_pb2.ListActivitiesRequest(account_id=account_id))
    assert sum(fill.commission_nanos for fill in answer.fills) == 1_200_000_000

    paid = await world.database.fetchval(
        "SELECT sum(amount) FROM trading.ledger WHERE account_id = $1 AND book = 'fees'", account_id
    )
    assert str(paid) == "1.200000000"
    assert (await world.trading.check_ledger()).balanced

    # The same after a start, and the risk engine has no more to spend than there is.
    await world.trading.restart()
    account = await world.trading.account(account_id)
    assert (account.cash, account.buying_power) == ("8998.8", "8998.8")


def with_fees(world: World, folder: Path, **fees: str) -> Path:
    platform = json.loads(Path(world.trading.environment["CIFT_PLATFORM_FILE"]).read_text())
    platform["fees"] = fees
    charged = folder / "platform.json"
    charged.write_text(json.dumps(platform))
    return charged


async def test_all_the_buying_power_spent_pays_its_commission_too(world: World, tmp_path: Path) -> None:
    """A cent a share and a dollar an order: 100 shares of $100 need 10,002 dollars."""
    charged = with_fees(world, tmp_path, perShare="0.01", perOrder="1")
    world.venue.mode = "rest"
    await world.trading.restart(CIFT_PLATFORM_FILE=str(charged))
    try:
        poor = await world.trading.open_account(deposit="10001")
        with pytest.raises(errors.RiskRefused) as refused:
            await world.trading.submit(poor, **limit(100, 100))
        assert (refused.value.reason, refused.value.field, refused.value.limit) == ("BUYING_POWER", "qty", "10001.00")
        assert (await world.trading.account(poor)).reserved == "0"
        account_id = await world.trading.open_account(deposit="10003")
        order = await world.trading.submit(account_id, **limit(100, 100))
        await world.trading.reaches(order, "NEW")
        before = await world.trading.account(account_id)
        assert before.reserved == "10002.0000001"
        with pytest.raises(errors.RiskRefused), rpc.translated():
            await world.trading.stub.ReplaceOrder(
                trading_pb2.ReplaceOrderRequest(
                    account_id=account_id, order_id=order.order_id, limit_price_nanos=101 * NANOS
                )
            )
        await world.trading.restart(CIFT_PLATFORM_FILE=str(charged))
        assert await world.trading.account(account_id) == before
        await world.venue.fill(order, 60 * NANOS, commission=1_600_000_000)
        await world.venue.fill(order, 40 * NANOS, commission=400_000_000)
        await world.trading.reaches(order, "FILLED")
        account = await world.trading.account(account_id)
        assert (account.cash, account.buying_power, account.reserved) == ("1", "1", "0")
    finally:
        await world.trading.restart()
