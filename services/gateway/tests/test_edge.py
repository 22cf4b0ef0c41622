"""What surrounds the API: documents, pages, headers, measures, time-outs of stores."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from cift_gateway.api.app import make
from conftest import RunningGateway, bearer
from prometheus_client import REGISTRY

from tests.stores import Stores


def test_every_route_is_described_with_its_answer() -> None:
    document = make("0.1.0").openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            (success, *_) = [status for status in operation["responses"] if status.startswith("2")]
            answer = operation["responses"][success]
            # A file has a type and no schema.
            content = answer.get("content", {})
            assert success == "204" or content, (method, path)
            assert "application/json" not in content or content["application/json"]["schema"], (method, path)
            assert operation["responses"]["default"]
    body = document["paths"]["/v2/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"symbol", "side", "type", "time_in_force"} <= set(body["required"])
    public = [p for p, o in document["paths"].items() if any(x.get("security") == [] for x in o.values())]
    opened = {"email/verify", "login", "logout", "password/reset", "refresh", "signup"}
    assert set(public) == {f"/auth/{name}" for name in opened}


async def test_the_docs_load_nothing_from_elsewhere(gateway: RunningGateway) -> None:
    async with gateway.session.get(gateway.base_url + "/docs") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in page
    for part in re.findall(r'(?:src|href)="([^"]+)"', page):
        async with gateway.session.get(gateway.base_url + part) as answer:
            assert answer.status == 200, part
    assert (await gateway.call("GET", "/openapi.json"))[1]["openapi"].startswith("3.")
    assert (await gateway.call("GET", "/docs/../../etc/passwd"))[0] == 404


async def test_the_terminal_is_served_with_a_strict_policy(launch: Any, tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>terminal</title>")
    (web / "assets" / "app-1234.js").write_text("0")
    async with launch(web_dir=str(web)) as gateway:
        for path, cached in (("/", False), ("/orders/today", False), ("/assets/app-1234.js", True)):
            async with gateway.session.get(gateway.base_url + path) as answer:
                assert answer.status == 200
                policy = answer.headers["Content-Security-Policy"]
                assert "script-src 'self'" in policy
                assert "unsafe" not in policy
                assert ("immutable" in answer.headers["Cache-Control"]) == cached
        for path in ("/assets/gone.js", "/v2/nothing", "/auth/nothing", "/../secret.txt"):
            async with gateway.session.get(gateway.base_url + path) as answer:
                assert answer.status == 404, path


async def test_every_answer_carries_security_headers(gateway: RunningGateway) -> None:
    for path in ("/healthz", "/v2/account", "/nowhere", "/openapi.json"):
        _, _, headers = await gateway.call("GET", path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def measured(method: str, route: str, status: int) -> float:
    labels = {"http_request_method": method, "http_route": route, "http_response_status_code": str(status)}
    return REGISTRY.get_sample_value("http_server_request_duration_seconds_count", labels) or 0


async def test_requests_are_measured_by_route_and_never_by_path(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())
    before = measured("GET", "/v2/orders/{order_id}", 404), measured("GET", "unmatched", 404)
    await gateway.call("GET", "/v2/orders/0190", headers=headers)
    await gateway.call("GET", "/made/up/by/a/scanner")
    assert measured("GET", "/v2/orders/{order_id}", 404) == before[0] + 1
    assert measured("GET", "unmatched", 404) == before[1] + 1


BAD_QUERIES = [
    ("/v2/orders?limit=0", "limit"),
    ("/v2/orders?limit=501", "limit"),
    ("/v2/orders?limit=many", "limit"),
    ("/v2/orders?status=lost", "status"),
    ("/v2/orders?after=yesterday", "after"),
    ("/v2/orders?after=9999-12-31T00:00:00Z", "after"),
    ("/v2/orders?direction=up", "direction"),
    ("/v2/orders?side=hold", "side"),
    ("/v2/orders:by_client_order_id", "client_order_id"),
    ("/v2/orders:by_client_order_id?client_order_id=%00", "client_order_id"),
    ("/v2/account/portfolio/history?period=1X", "period"),
    ("/v2/account/portfolio/history?period=99A", "period"),
    ("/v2/account/portfolio/history?timeframe=1Year", "timeframe"),
    ("/v2/account/portfolio/history?start=2026-02-01&end=2026-01-01", "start"),
    ("/v2/account/activities?page_size=0", "page_size"),
    ("/v2/calendar?start=soon", "start"),
    ("/v2/stocks/bars?timeframe=1Min", "symbols"),
    ("/v2/stocks/bars?symbols=,&timeframe=1Min", "symbols"),
    ("/v2/stocks/bars?symbols=NOSUCH&timeframe=1Min", "symbols"),
    ("/v2/stocks/bars?symbols=AAPL&timeframe=1Fortnight", "timeframe"),
    ("/v2/stocks/AAPL/bars?timeframe=60Min", "timeframe"),
    ("/v2/stocks/AAPL/quotes?limit=10001", "limit"),
    ("/v2/stocks/AAPL/trades?currency=EUR", "currency"),
    ("/v2/stocks/AAPL/trades?sort=random", "sort"),
]


async def test_bad_queries_name_their_field(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())
    for path, field in BAD_QUERIES:
        status, error, _ = await gateway.call("GET", path, headers=headers)
        assert (status, error.get("field")) == (422, field), (path, error)


async def test_watchlists_are_kept_in_order_and_bounded(gateway: RunningGateway) -> None:
    mine, yours = bearer(await gateway.sign_up()), bearer(await gateway.sign_up())
    new = {"name": "tech", "symbols": ["BRK.B", "aapl"]}
    status, made, _ = await gateway.call("POST", "/v2/watchlists", json=new, headers=mine)
    assert status == 200
    assert [asset["symbol"] for asset in made["assets"]] == ["BRK.B", "AAPL"]
    path = f"/v2/watchlists/{made['id']}"
    for method, body, headers, wanted in (
        ("POST", new, mine, 422),
        ("GET", None, yours, 404),
        ("PUT", {"name": "x"}, yours, 404),
        ("PUT", {"symbols": ["NOSUCH"]}, mine, 422),
        ("PUT", {"name": "a\x00b"}, mine, 422),
        ("DELETE", None, yours, 404),
        ("DELETE", None, mine, 204),
        ("GET", None, mine, 404),
    ):
        target = "/v2/watchlists" if method == "POST" else path
        status, answer, _ = await gateway.call(method, target, json=body, headers=headers)
        assert status == wanted, (method, body, answer)


@pytest.mark.parametrize("store", ["postgres", "valkey"])
async def test_a_store_that_dies_is_away_for_a_while_and_nothing_worse(launch: Any, stores: Stores, store: str) -> None:
    async with launch(credential_cache_seconds=0, log_in_rate_per_email="10000/minute") as gateway:
        log_in = await gateway.sign_up()
        person = {"email": log_in["user"]["email"], "password": "correct horse battery staple"}
        stores.kill(store)
        seen = set()
        async with asyncio.timeout(60):
            while True:
                status, _, _ = await gateway.call("POST", "/auth/login", json=person)
                seen.add(status)
                if status == 200:
                    break
        assert seen <= {200, 503}
        stores.wait_until_ready()
        await gateway.until_ready()
        assert (await gateway.call("GET", "/v2/account", headers=bearer(log_in)))[0] == 200
