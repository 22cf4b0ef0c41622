"""`kill -9` of any one process in the middle of 200 orders: it comes back, and no order is lost or doubled."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from decimal import Decimal

import aiohttp
import pytest
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

from tests.callers import trading_channel
from tests.client import Client, Json, connect, market_order
from tests.conftest import RunningPlatform, start_platform

SEED = int(os.environ.get("CIFT_TEST_SEED", "20131007"))
ORDERS = 200
PER_SECOND = 100
PROCESSES = (
    "postgres",
    "nats",
    "valkey",
    "questdb",
    "matcher",
    "risk",
    "trading",
    "execution",
    "marketdata",
    "gateway",
)
ENDED = {"filled", "canceled", "rejected", "expired"}


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    limits = {"maxOrderRatePerSecond": 10_000, "orderRateBurst": 10_000, "maxOpenOrders": 10_000}
    spec = {"trading": {"initialDeposit": "100000000"}, "risk": {"limits": limits}}
    yield from start_platform(tmp_path_factory.mktemp("faults") / "state", spec)


async def submit_until_known(client: Client, order: Json, deadline: float) -> Json:
    """What a careful client does: an answer that is no answer is asked again, under the same client order id."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            status, body = await client.call("POST", "/v2/orders", json=order)
        except (aiohttp.ClientError, TimeoutError) as error:
            status, body = 0, repr(error)
        if status == 200:
            answered: Json = body
            return answered
        assert status in (0, 429, 500, 502, 503, 504), f"{status} {body}"
        assert loop.time() < deadline, f"no answer in time; last: {status} {body}"
        await asyncio.sleep(0.2)


async def wait_until_ready(platform: RunningPlatform, component: str, killed: int) -> None:
    async with asyncio.timeout(90):
        while True:
            state = (await asyncio.to_thread(platform.components))[component]
            if state["ready"] and state["pid"] != killed:
                return
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("component", PROCESSES)
async def test_killed_in_the_middle_of_orders(victim: RunningPlatform, component: str) -> None:
    chance = random.Random(f"{SEED} {component}")
    print(f"CIFT_TEST_SEED={SEED}")
    kill_at = chance.uniform(0.2, 0.8) * ORDERS / PER_SECOND
    pid = victim.components()[component]["pid"]
    loop = asyncio.get_running_loop()

    async with connect(victim.base_url, victim.headers) as client:
        await buy_stock(client)
        tasks = []
        sides = [chance.choice(("buy", "buy", "sell")) for _ in range(ORDERS)]
        begun = loop.time()
        deadline = begun + 90
        loop.call_later(kill_at, os.kill, pid, signal.SIGKILL)
        for number, side in enumerate(sides):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - loop.time()))
            order = market_order(side=side, symbol=chance.choice(("AAPL", "MSFT")))
            tasks.append(asyncio.create_task(submit_until_known(client, order, deadline)))
        acknowledged = await asyncio.gather(*tasks)
        await wait_until_ready(victim, component, pid)
        for order in acknowledged:
            ended = await client.until(f"/v2/orders/{order['id']}", lambda body: body["status"] in ENDED, seconds=60)
            if ended["status"] == "filled":
                assert ended["filled_qty"] == ended["qty"]
            else:
                # While the feed was away the market had no liquidity: an honest end, and the only other one.
                assert (ended["status"], ended["reason"]) == ("canceled", "NO_LIQUIDITY"), ended
        assert len({order["id"] for order in acknowledged}) == ORDERS
        await positions_equal_fills(client)

    async with trading_channel(victim) as channel:
        ledger = await trading_pb2_grpc.TradingServiceStub(channel).CheckLedger(trading_pb2.CheckLedgerRequest())
    assert ledger.balanced, list(ledger.differences)
    victim.cift("audit", "verify")


async def buy_stock(client: Client) -> None:
    """Enough of each symbol that every sell has something to sell."""
    for symbol in ("AAPL", "MSFT"):
        quote = (await client.get(f"/v2/stocks/{symbol}/quotes/latest"))["quote"]
        price = (Decimal(str(quote["ap"])) * Decimal("1.05")).quantize(Decimal("0.01"))
        order = await client.submit(symbol=symbol, qty="150", type="limit", limit_price=str(price))
        await client.until(f"/v2/orders/{order['id']}", lambda body: body["status"] == "filled")


async def positions_equal_fills(client: Client) -> None:
    """An independent sum: every fill activity, once, gives the position."""
    sums: dict[str, Decimal] = {}
    seen: set[str] = set()
    token = ""
    while True:
        page = await client.get("/v2/account/activities/FILL", page_size="100", direction="asc", page_token=token)
        if not page:
            break
        for fill in page:
            assert fill["id"] not in seen, "a fill was booked twice"
            seen.add(fill["id"])
            signed = Decimal(fill["qty"]) * (1 if fill["side"] == "buy" else -1)
            sums[fill["symbol"]] = sums.get(fill["symbol"], Decimal(0)) + signed
        token = page[-1]["id"]
    positions = {position["symbol"]: Decimal(position["qty"]) for position in await client.get("/v2/positions")}
    assert {symbol: qty for symbol, qty in sums.items() if qty} == positions
