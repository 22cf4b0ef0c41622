"""`/v2/risk` in front of the real risk service."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cift_gateway.api.models import risk as models
from conftest import PLATFORM, RunningGateway, bearer

from tests.processes import ServiceProcess
from tests.stores import Stores


@pytest.fixture
async def gateway(launch: Any, stores: Stores, trading: Any, tmp_path: Path) -> AsyncIterator[RunningGateway]:
    platform_file = tmp_path / "risk-platform.json"
    platform_file.write_text(json.dumps(PLATFORM))
    environment = stores.environment(stores.create_database()) | {
        "CIFT_PLATFORM_FILE": str(platform_file),
        "CIFT_TRADING_ADDRESS": trading.address,
    }
    async with ServiceProcess("risk", environment) as risk, launch(risk_address=risk.address) as running:
        yield running


@pytest.fixture
async def officer(gateway: RunningGateway) -> dict[str, str]:
    demo = await gateway.credentials()
    return {"APCA-API-KEY-ID": demo["api_key_id"], "APCA-API-SECRET-KEY": demo["api_secret_key"]}


async def test_limits_are_changed_one_by_one_and_given_back(gateway: RunningGateway, officer: dict[str, str]) -> None:
    async def policy() -> dict[str, Any]:
        status, found, _ = await gateway.call("GET", "/v2/risk/policy", headers=officer)
        assert status == 200, found
        models.Policy.model_validate(found)
        result: dict[str, Any] = found
        return result

    before = (await policy())["defaults"]
    assert (before["max_order_quantity"], before["price_collar_percent"]) == ("10000", "20")
    changes = [
        {"limits": {"max_order_quantity": "500", "price_collar_percent": 7.5}},
        {"symbol": "AAPL", "limits": {"max_order_notional": "2500.50", "max_open_orders": 3}},
        {"symbol": "AAPL", "limits": {"max_open_orders": None}},
    ]
    for change in changes:
        status, answer, _ = await gateway.call("PATCH", "/v2/risk/limits", json=change, headers=officer)
        assert status == 200, answer
    found = await policy()
    assert found["defaults"] == {**before, "max_order_quantity": "500", "price_collar_percent": "7.5"}
    (override,) = found["overrides"]
    assert (override["symbol"], override["account_id"]) == ("AAPL", None)
    assert {k: v for k, v in override["limits"].items() if v is not None} == {"max_order_notional": "2500.5"}
    for bad in ({"max_order_quantity": "-1"}, {"price_collar_percent": "0.001"}, {"max_open_orders": -1}):
        status, error, _ = await gateway.call("PATCH", "/v2/risk/limits", json={"limits": bad}, headers=officer)
        assert status == 422
        assert error["field"].endswith(next(iter(bad)))


async def test_halts_are_set_seen_and_lifted(gateway: RunningGateway, officer: dict[str, str]) -> None:
    trader = await gateway.sign_up()
    mine, other = trader["user"]["account_id"], "01900000-0000-7000-8000-000000000000"
    halts = [
        {"scope": "platform", "reason": "fat finger in desk 3"},
        {"scope": "symbol", "key": "AAPL", "reason": "news"},
        {"scope": "account", "key": mine, "reason": "margin"},
        {"scope": "account", "key": other, "reason": "secret"},
    ]
    for halt in halts:
        status, answer, _ = await gateway.call("POST", "/v2/risk/halts", json=halt, headers=officer)
        assert status == 200, answer
    _, seen, _ = await gateway.call("GET", "/v2/risk/halts", headers=officer)
    assert {(h["scope"], h["key"], h["actor"]) for h in seen} == {
        (h["scope"], h.get("key", ""), "demo@cift.local") for h in halts
    }
    _, seen, _ = await gateway.call("GET", "/v2/risk/halts", headers=bearer(trader))
    assert {h["reason"] for h in seen} == {"fat finger in desk 3", "news", "margin"}
    lift = {"scope": "symbol", "key": "AAPL"}
    assert (await gateway.call("DELETE", "/v2/risk/halts", params=lift, headers=bearer(trader)))[0] == 403
    assert (await gateway.call("DELETE", "/v2/risk/halts", params=lift, headers=officer))[0] == 200
    status, error, _ = await gateway.call("DELETE", "/v2/risk/halts", params=lift, headers=officer)
    assert (status, error["reason"]) == (404, "NO_HALT")


async def test_a_trader_sees_their_own_breaches_only(gateway: RunningGateway, officer: dict[str, str]) -> None:
    trader = bearer(await gateway.sign_up())
    assert (await gateway.call("GET", "/v2/risk/breaches", headers=trader))[:2] == (200, [])
    stranger = {"account_id": "01900000-0000-7000-8000-000000000000"}
    for path in ("/v2/risk/breaches", "/v2/risk/exposure"):
        status, error, _ = await gateway.call("GET", path, params=stranger, headers=trader)
        assert (status, error["reason"]) == (403, "ROLE_REQUIRED")
    assert (await gateway.call("GET", "/v2/risk/breaches", params=stranger, headers=officer))[:2] == (200, [])


async def test_restrictions_name_an_unknown_symbol(gateway: RunningGateway, officer: dict[str, str]) -> None:
    for symbol, status in (("AAPL", 200), ("NOSUCH", 422)):
        answered, body, _ = await gateway.call(
            "PUT", "/v2/risk/restrictions", json={"symbol": symbol, "reason": "blackout"}, headers=officer
        )
        assert answered == status, body
    _, policy, _ = await gateway.call("GET", "/v2/risk/policy", headers=officer)
    assert [(r["symbol"], r["reason"]) for r in policy["restrictions"]] == [("AAPL", "blackout")]
