"""One order through real stores: what the user sees, and what each store holds afterwards."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

from tests.callers import trading_channel
from tests.client import Client, Json, Updates, connect, listen, market_order
from tests.conftest import RunningPlatform


@pytest.fixture
async def client(platform: RunningPlatform) -> AsyncIterator[Client]:
    async with connect(platform.base_url, platform.headers) as client:
        yield client


@pytest.fixture
async def updates(platform: RunningPlatform) -> AsyncIterator[Updates]:
    async with listen(platform.base_url, platform.headers) as updates:
        yield updates


async def held(client: Client, symbol: str) -> Decimal:
    positions = await client.get("/v2/positions")
    return next((Decimal(position["qty"]) for position in positions if position["symbol"] == symbol), Decimal(0))


async def test_a_market_order_fills_and_every_store_knows_it(
    platform: RunningPlatform, client: Client, updates: Updates
) -> None:
    before, cash = await held(client, "AAPL"), Decimal((await client.get("/v2/account"))["cash"])
    order = await client.submit(symbol="AAPL", qty="10")
    fill = await updates.wait(order["id"], "fill")
    price = Decimal(fill["order"]["filled_avg_price"])

    stored = await client.get(f"/v2/orders/{order['id']}")
    assert (stored["status"], stored["filled_qty"]) == ("filled", "10")
    assert await held(client, "AAPL") == before + 10
    assert Decimal((await client.get("/v2/account"))["cash"]) == cash - 10 * price

    async with trading_channel(platform) as channel:
        ledger = await trading_pb2_grpc.TradingServiceStub(channel).CheckLedger(trading_pb2.CheckLedgerRequest())
    assert ledger.balanced, list(ledger.differences)
    assert ledger.lines > 0
    await in_questdb(platform, order["id"])


async def in_questdb(platform: RunningPlatform, order_id: str) -> None:
    url = platform.environment("marketdata")["CIFT_QUESTDB_URL"] + "/exec"
    query = f"SELECT count() FROM fills WHERE order_id = '{order_id}'"
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(url, params={"query": query}) as answer:
                if answer.status == 200 and (await answer.json())["dataset"] == [[1]]:
                    return
            await asyncio.sleep(0.1)


async def test_a_limit_order_rests_is_replaced_and_canceled(client: Client, updates: Updates) -> None:
    quote = (await client.get("/v2/stocks/AAPL/quotes/latest"))["quote"]
    price = (Decimal(str(quote["bp"])) * Decimal("0.9")).quantize(Decimal("0.01"))
    power = Decimal((await client.get("/v2/account"))["buying_power"])

    resting = await client.submit(type="limit", limit_price=str(price), qty="5")
    await updates.wait(resting["id"], "new")
    assert Decimal((await client.get("/v2/account"))["buying_power"]) == power - 5 * price

    status, replacement = await client.call("PATCH", f"/v2/orders/{resting['id']}", json={"qty": "3"})
    assert status == 200, replacement
    await updates.wait(resting["id"], "replaced")
    replaced = await client.get(f"/v2/orders/{resting['id']}")
    assert (replaced["status"], replaced["replaced_by"]) == ("replaced", replacement["id"])

    status, _ = await client.call("DELETE", f"/v2/orders/{replacement['id']}")
    assert status == 204
    await updates.wait(replacement["id"], "canceled")
    assert Decimal((await client.get("/v2/account"))["buying_power"]) == power
    status, error = await client.call("DELETE", f"/v2/orders/{replacement['id']}")
    assert status == 422, error


async def test_the_same_client_order_id_is_the_same_order(client: Client, updates: Updates) -> None:
    order = market_order(qty="2")
    first, again = [await client.call("POST", "/v2/orders", json=order) for _ in range(2)]
    assert first[0] == again[0] == 200
    assert first[1]["id"] == again[1]["id"]
    await updates.wait(first[1]["id"], "fill")
    status, error = await client.call("POST", "/v2/orders", json={**order, "qty": "3"})
    assert status == 422
    assert error["field"] == "client_order_id"


BAD_ORDERS: list[tuple[str, Json, int, str]] = [
    ("unknown symbol", {"symbol": "NOSUCH"}, 422, "symbol"),
    ("zero quantity", {"qty": "0"}, 422, "qty"),
    ("negative quantity", {"qty": "-1"}, 422, "qty"),
    ("quantity that is no number", {"qty": "NaN"}, 422, "qty"),
    ("absurd quantity", {"qty": "1e30"}, 422, "qty"),
    ("finer than a lot", {"qty": "0.0000005"}, 422, "qty"),
    ("more than an order may have", {"qty": "1000000"}, 403, "qty"),
    ("off the tick", {"type": "limit", "limit_price": "150.001"}, 422, "limit_price"),
    ("outside the collar", {"type": "limit", "limit_price": "9471"}, 403, "limit_price"),
    ("limit without price", {"type": "limit"}, 422, "limit_price"),
    ("unknown side", {"side": "hold"}, 422, "side"),
    ("unknown type", {"type": "magic"}, 422, "type"),
    ("a client order id without end", {"client_order_id": "x" * 129}, 422, "client_order_id"),
    ("selling what is not there", {"symbol": "TSLA", "side": "sell", "qty": "9"}, 403, "qty"),
]


@pytest.mark.parametrize(
    ("change", "status", "field"), [bad[1:] for bad in BAD_ORDERS], ids=[bad[0] for bad in BAD_ORDERS]
)
async def test_bad_orders_are_refused_by_name_and_leave_nothing(
    client: Client, change: Json, status: int, field: str
) -> None:
    before = await client.get("/v2/account")
    order = market_order(**change)
    answered, error = await client.call("POST", "/v2/orders", json=order)
    assert answered == status, error
    assert error["field"] == field, error
    assert error["message"]
    assert isinstance(error["code"], int)
    if len(order["client_order_id"]) <= 128:
        looked_up, _ = await client.call(
            "GET", "/v2/orders:by_client_order_id", params={"client_order_id": order["client_order_id"]}
        )
        assert looked_up == 404
    assert (await client.get("/v2/account"))["buying_power"] == before["buying_power"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff\xfe", b'{"symbol": ["AAPL"]}'])
async def test_what_is_no_order_is_refused(client: Client, body: bytes) -> None:
    status, error = await client.call("POST", "/v2/orders", data=body, headers={"content-type": "application/json"})
    assert status in (400, 422)
    assert error["message"]


async def test_an_oversized_body_is_refused(client: Client) -> None:
    status, error = await client.call("POST", "/v2/orders", data=b'{"symbol": "' + b"A" * 2_000_000 + b'"}')
    assert status == 413, error


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"APCA-API-KEY-ID": "nobody", "APCA-API-SECRET-KEY": "nothing"},
        {"Authorization": "Bearer forged.token.here"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."},
    ],
    ids=["missing", "unknown key", "garbage token", "token without a signature"],
)
async def test_without_a_valid_key_there_is_nothing(platform: RunningPlatform, headers: dict[str, str]) -> None:
    async with connect(platform.base_url, headers) as stranger:
        status, error = await stranger.call("POST", "/v2/orders", json=market_order())
    assert status == 401
    assert error["message"]


async def test_another_users_order_is_not_there(platform: RunningPlatform, client: Client) -> None:
    mine = await client.submit(qty="1")
    async with connect(platform.base_url, await sign_up(platform)) as stranger:
        for method in ("GET", "DELETE", "PATCH"):
            body: Any = {"qty": "2"} if method == "PATCH" else None
            status, _ = await stranger.call(method, f"/v2/orders/{mine['id']}", json=body)
            assert status == 404, method


async def sign_up(platform: RunningPlatform) -> dict[str, str]:
    """A new user; the headers that say who it is."""
    person = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse battery staple"}
    async with connect(platform.base_url, {}) as stranger:
        status, body = await stranger.call("POST", "/auth/signup", json=person)
        assert status == 201, body
        status, body = await stranger.call("POST", "/auth/login", json=person)
        assert status == 200, body
    return {"Authorization": f"Bearer {body['access_token']}"}


def test_the_demo_shows_the_fourteen_steps_of_a_real_order(platform: RunningPlatform) -> None:
    shown = platform.cift("demo").stdout
    for number in range(1, 15):
        assert f"{number:2d}  " in shown, shown
    assert "Filled 10 @" in shown


def test_the_audit_trail_is_whole(platform: RunningPlatform) -> None:
    platform.cift("audit", "verify")
