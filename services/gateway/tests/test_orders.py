"""Order requests: what is refused before trading hears of it, and what is said when no answer comes."""

import asyncio
from typing import Any

import pytest
from cift_common import fair_share
from cift_common.errors import FailedPrecondition, NotFound, ResourceExhausted, RiskRefused, Unavailable
from cift_gateway.api.models import trading as models
from conftest import RunningGateway, bearer
from scripted_trading import for_ever

MARKET = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
LIMIT = {**MARKET, "type": "limit", "limit_price": "150"}
TRAILING = {**MARKET, "side": "sell", "type": "trailing_stop"}

BAD: list[tuple[dict[str, Any], str]] = [
    ({**MARKET, "qty": "0"}, "qty"),
    ({**MARKET, "qty": -1}, "qty"),
    ({**MARKET, "qty": "NaN"}, "qty"),
    ({**MARKET, "qty": "Infinity"}, "qty"),
    ({**MARKET, "qty": "1e30"}, "qty"),
    ({**MARKET, "qty": 1e30}, "qty"),
    ({**MARKET, "qty": "0.0000000001"}, "qty"),
    ({**MARKET, "qty": True}, "qty"),
    ({**MARKET, "qty": ["1"]}, "qty"),
    ({**MARKET, "qty": None}, "qty"),
    ({k: v for k, v in MARKET.items() if k != "qty"}, "qty"),
    ({**MARKET, "symbol": "NOSUCH"}, "symbol"),
    ({**MARKET, "symbol": 7}, "symbol"),
    ({**MARKET, "side": "hold"}, "side"),
    ({**MARKET, "side": None}, "side"),
    ({**MARKET, "type": "magic"}, "type"),
    ({**MARKET, "time_in_force": "someday"}, "time_in_force"),
    ({**MARKET, "limit_price": "150"}, "limit_price"),
    ({**LIMIT, "limit_price": None}, "limit_price"),
    ({**LIMIT, "stop_price": "149"}, "stop_price"),
    ({**LIMIT, "type": "stop", "limit_price": None}, "stop_price"),
    (TRAILING, "trail_price"),
    ({**TRAILING, "trail_price": "1", "trail_percent": "1"}, "trail_price"),
    ({**TRAILING, "trail_percent": "0.001"}, "trail_percent"),
    ({**MARKET, "trail_price": "1"}, "trail_price"),
    ({**MARKET, "client_order_id": "x" * 129}, "client_order_id"),
    ({**MARKET, "client_order_id": "a\x00b"}, "client_order_id"),
    ({**MARKET, "notional": "100"}, "notional"),
    ({**MARKET, "order_class": "mleg"}, "order_class"),
    ({**MARKET, "order_class": "bracket", "take_profit": "110"}, "take_profit"),
    ({**MARKET, "order_class": "bracket", "take_profit": {}}, "take_profit.limit_price"),
    ({**MARKET, "order_class": "bracket", "take_profit": {"limit_price": "x"}}, "take_profit.limit_price"),
    ({**MARKET, "order_class": "bracket", "stop_loss": {"stop_price": -1}}, "stop_loss.stop_price"),
    ({**MARKET, "order_class": "oto", "stop_loss": {"stop_price": 1, "limit_price": 0}}, "stop_loss.limit_price"),
    ({**LIMIT, "order_class": "oco", "limit_price": None}, "take_profit.limit_price"),
    ({**LIMIT, "order_class": "oco", "take_profit": {"limit_price": "151"}}, "take_profit.limit_price"),
    ({**MARKET, "time_in_force": "gtd"}, "expires_at"),
    ({**MARKET, "time_in_force": "gtd", "expires_at": "tomorrow"}, "expires_at"),
    ({**MARKET, "position_intent": "sell_to_open"}, "position_intent"),
    ({**MARKET, "extended_hours": "maybe"}, "extended_hours"),
]


@pytest.fixture
async def headers(gateway: RunningGateway) -> dict[str, str]:
    return bearer(await gateway.sign_up())


async def test_bad_orders_name_their_field_and_never_reach_trading(
    gateway: RunningGateway, headers: dict[str, str], trading: Any
) -> None:
    for order, field in BAD:
        status, error, _ = await gateway.call("POST", "/v2/orders", json=order, headers=headers)
        assert (status, error.get("field")) == (422, field), (order, error)
        assert error["code"] == 40010001
    assert not trading.trading.orders


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"qty": NaN}', b"[" * 50_000, b'{"qty": 1e99999999999999999999}']
)
async def test_what_is_no_json_object_is_refused(gateway: RunningGateway, headers: dict[str, str], body: bytes) -> None:
    status, error, _ = await gateway.call("POST", "/v2/orders", data=body, headers=headers)
    assert status in (400, 422)
    assert error["reason"] == "MALFORMED_JSON"


async def test_an_oversized_body_is_refused_also_without_a_length(
    gateway: RunningGateway, headers: dict[str, str]
) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 65_536

    for data in (b" " * 200_000, endless()):
        status, error, _ = await gateway.call("POST", "/v2/orders", data=data, headers=headers)
        assert (status, error["reason"]) == (413, "BODY_TOO_LARGE")


async def test_numbers_keep_every_digit(gateway: RunningGateway, headers: dict[str, str], trading: Any) -> None:
    body = (
        b'{"symbol": "AAPL", "qty": 123456789.123456789, "side": "buy", "type": "limit", "limit_price": "0.000000001",'
        b' "time_in_force": "gtc"}'
    )
    status, order, _ = await gateway.call("POST", "/v2/orders", data=body, headers=headers)
    assert status == 200
    assert (order["qty"], order["limit_price"]) == ("123456789.123456789", "0.000000001")
    models.Order.model_validate(order)


async def test_the_same_order_again_is_the_same_order(gateway: RunningGateway, headers: dict[str, str]) -> None:
    order = {**MARKET, "client_order_id": "mine-1"}
    first, again = [await gateway.call("POST", "/v2/orders", json=order, headers=headers) for _ in range(2)]
    assert first[0] == again[0] == 200
    assert first[1]["id"] == again[1]["id"]
    status, error, _ = await gateway.call("POST", "/v2/orders", json={**order, "qty": 2}, headers=headers)
    assert (status, error["field"]) == (422, "client_order_id")
    stranger = bearer(await gateway.sign_up())
    assert (await gateway.call("GET", f"/v2/orders/{first[1]['id']}", headers=stranger))[0] == 404
    assert (await gateway.call("GET", "/v2/orders/not-an-id", headers=headers))[0] == 404


REFUSALS = [
    (
        RiskRefused("order refused by risk: buying power", reason="BUYING_POWER", field="qty", limit="100"),
        403,
        40310000,
    ),
    (FailedPrecondition("order is filled"), 422, 42210000),
    (NotFound("no such account"), 404, 40410000),
    (ResourceExhausted("too many", reason="ORDER_PATH_SATURATED"), 429, 42910000),
    (Unavailable("the lease of the risk policy ran out", reason="RISK_LEASE"), 503, 50310000),
]


async def test_refusals_of_trading_keep_reason_field_and_limit(
    gateway: RunningGateway, headers: dict[str, str], trading: Any
) -> None:
    for refusal, status, code in REFUSALS:

        async def refuse(refusal: Exception = refusal) -> None:
            raise refusal

        trading.trading.before_submit = refuse
        answered, error, answer_headers = await gateway.call("POST", "/v2/orders", json=MARKET, headers=headers)
        assert (answered, error["code"], error["reason"]) == (status, code, refusal.reason)
        assert error.get("field", "") == refusal.field
        assert error.get("limit", "") == refusal.limit
        assert ("Retry-After" in answer_headers) == (status == 429)


async def test_no_answer_in_time_is_no_rejection(launch: Any, trading: Any) -> None:
    trading.trading.before_submit = for_ever
    async with launch(submit_timeout_seconds=0.1) as gateway:
        headers = bearer(await gateway.sign_up())
        # Alpaca's client sends again what got a 504: only where that is the same order.
        named = {**MARKET, "client_order_id": "mine-2"}
        for order, status in ((named, 504), (MARKET, 503)):
            answered, error, _ = await gateway.call("POST", "/v2/orders", json=order, headers=headers)
            assert (answered, error["reason"]) == (status, "ORDER_FATE_UNKNOWN")
            assert order.get("client_order_id", "") in error["message"]


async def test_trading_away_is_unavailable(gateway: RunningGateway, headers: dict[str, str], trading: Any) -> None:
    await gateway.until_ready()
    await trading.stop()
    status, error, _ = await gateway.call("POST", "/v2/orders", json=MARKET, headers=headers)
    assert (status, error["reason"]) == (503, "ORDER_FATE_UNKNOWN")
    assert (await gateway.call("GET", "/v2/account", headers=headers))[0] == 503
    status, body, _ = await gateway.call("GET", "/readyz")
    assert (status, body["missing"]) == (503, ["trading"])
    await trading.start()
    await gateway.until_ready()
    assert (await gateway.call("POST", "/v2/orders", json=MARKET, headers=headers))[0] == 200


async def test_too_many_orders_at_once_are_refused_not_queued(launch: Any, trading: Any) -> None:
    held, release = asyncio.Semaphore(0), asyncio.Event()

    async def hold() -> None:
        held.release()
        await release.wait()

    trading.trading.before_submit = hold
    async with launch(orders_in_flight_max=3) as gateway:
        headers = bearer(await gateway.sign_up())
        waiting = [
            asyncio.create_task(gateway.call("POST", "/v2/orders", json=MARKET, headers=headers)) for _ in range(3)
        ]
        for _ in waiting:
            await held.acquire()
        status, error, answer_headers = await gateway.call("POST", "/v2/orders", json=MARKET, headers=headers)
        assert (status, error["reason"], error["limit"]) == (429, "ORDER_PATH_SATURATED", "3")
        assert answer_headers["Retry-After"] == "1"
        release.set()
        assert [(await task)[0] for task in waiting] == [200] * 3


async def test_one_user_cannot_take_every_place(launch: Any, trading: Any) -> None:
    held, release = asyncio.Semaphore(0), asyncio.Event()

    async def hold() -> None:
        held.release()
        await release.wait()

    trading.trading.before_submit = hold
    async with launch(orders_in_flight_max=8) as gateway:
        greedy, other = bearer(await gateway.sign_up()), bearer(await gateway.sign_up())

        def order(headers: dict[str, str]) -> "asyncio.Task[Any]":
            return asyncio.create_task(gateway.call("POST", "/v2/orders", json=MARKET, headers=headers))

        share = fair_share.largest(8)
        taken = [order(greedy) for _ in range(share)]
        for _ in taken:
            await held.acquire()
        status, error, _ = await order(greedy)
        assert (status, error["reason"], error["limit"]) == (429, "ORDER_PATH_SATURATED", str(share))
        taken.append(order(other))
        await held.acquire()
        release.set()
        assert [(await task)[0] for task in taken] == [200] * (share + 1)


async def test_a_user_who_asks_too_often_is_told_so(launch: Any) -> None:
    async with launch(api_rate_per_second=0.001, api_rate_burst=5) as gateway:
        headers = bearer(await gateway.sign_up())
        statuses = [(await gateway.call("GET", "/v2/assets", headers=headers))[0] for _ in range(6)]
        assert statuses == [200] * 5 + [429]
