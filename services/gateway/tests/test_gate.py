"""Who may ask at all: hosts, pages of other origins, cookies, caches, documents, and what is made of nonsense."""

import base64
import json
import secrets
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
import pytest
from cift_common import telemetry
from cift_gateway.domain import site
from conftest import PASSWORD, RunningGateway, bearer
from yarl import URL


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("desk.example.com", True),
        ("DESK.example.com:443", True),
        ("main-gateway:8000", True),
        ("localhost:8000", True),
        ("[::1]:8000", True),
        ("10.0.0.7:8000", True),
        ("evil.example", False),
        ("desk.example.com.evil.example", False),
        ("localhost@evil.example", False),
        ("", False),
    ],
)
def test_a_host_is_one_of_ours(host: str, wanted: bool) -> None:
    ours = site.make("https://desk.example.com", "0.0.0.0:8000", "main-gateway:8000", "")
    assert ours.allows_host(host) == wanted
    assert not site.make("", "127.0.0.1:8000", "", "").allows_host("10.0.0.7")


@pytest.mark.parametrize(
    ("origin", "host", "wanted"),
    [
        ("https://desk.example.com", "desk.example.com", True),
        ("http://desk.example.com", "desk.example.com", False),
        ("https://other.example.com", "desk.example.com", True),
        ("https://evil.example", "desk.example.com", False),
        ("http://localhost:8000", "desk.example.com", False),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://localhost:3000", "localhost:8000", False),
        ("null", "desk.example.com", False),
    ],
)
def test_a_page_is_one_of_ours(origin: str, host: str, wanted: bool) -> None:
    ours = site.make("", "0.0.0.0:8000", "", "https://other.example.com", https_hosts="desk.example.com")
    assert ours.allows_origin(origin, host) == wanted


async def test_hosts_and_origins_of_others_are_refused(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())
    status, error, _ = await gateway.call("GET", "/v2/account", headers={**headers, "Host": "evil.example"})
    assert (status, error["reason"], error["field"]) == (421, "UNKNOWN_HOST", "Host")
    assert (await gateway.call("GET", "/healthz", headers={"Host": "10.1.2.3:8000"}))[0] == 200
    foreign = {"Origin": "https://evil.example"}
    for path in ("/stream", "/v2/iex", "/v2/sip"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await gateway.session.ws_connect(gateway.base_url + path, headers=foreign)
        assert refused.value.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await gateway.session.ws_connect(gateway.base_url + path, headers={"Host": "evil.example"})
        assert refused.value.status == 421
        async with gateway.session.ws_connect(gateway.base_url + path, headers={"Origin": gateway.base_url}):
            pass
    for path in ("/auth/refresh", "/auth/logout", "/auth/login"):
        status, error, _ = await gateway.call("POST", path, json={}, headers=foreign)
        assert (status, error["reason"]) == (403, "FOREIGN_ORIGIN"), path
    # A program that sends its own credential is no page.
    assert (await gateway.call("GET", "/v2/account", headers={**headers, **foreign}))[0] == 200


async def test_cookies_are_bound_to_tls_and_host_where_the_outside_is_https(launch: Any) -> None:
    async with launch(https_hosts="desk.example.com", api_docs=False) as gateway:
        log_in = await gateway.sign_up()
        person = {"email": log_in["user"]["email"], "password": PASSWORD, "cookie": True}
        outside = {"Host": "desk.example.com"}
        _, _, headers = await gateway.call("POST", "/auth/login", json=person, headers=outside)
        cookie = headers["Set-Cookie"]
        assert cookie.startswith("__Host-cift_refresh=")
        assert {"Secure", "Path=/", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert headers["Cache-Control"] == "no-store"
        value = cookie.partition(";")[0]
        # Under the plain name anybody in the domain could have set it.
        plain = value.removeprefix("__Host-")
        assert (await gateway.call("POST", "/auth/refresh", headers={**outside, "Cookie": plain}))[0] == 401
        assert (await gateway.call("POST", "/auth/refresh", headers={**outside, "Cookie": value}))[0] == 200
        _, _, headers = await gateway.call("POST", "/auth/login", json=person)
        assert headers["Set-Cookie"].startswith("cift_refresh=")
        assert "Strict-Transport-Security" not in headers
        for path in ("/docs", "/openapi.json", "/docs/start.js"):
            assert (await gateway.call("GET", path))[0] == 404


async def test_personal_answers_are_not_kept(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())
    for path in ("/v2/account", "/v2/assets", "/auth/me", "/auth/keys", "/v2/orders/none"):
        for given in (headers, {}):
            assert (await gateway.call("GET", path, headers=given))[2]["Cache-Control"] == "no-store", path


async def test_a_stranger_does_not_decide_what_is_traced(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[object] = []
    monkeypatch.setattr(telemetry, "begins", lambda: False)
    monkeypatch.setattr(telemetry, "extract", lambda carrier: followed.append(carrier))
    trace = {"traceparent": f"00-{secrets.token_hex(16)}-00000000000000f1-01"}
    trader = bearer(await gateway.sign_up())
    for headers in (trace, {**trace, "Authorization": "Bearer made.up.token"}, {**trace, **trader}):
        await gateway.call("GET", "/v2/assets", headers=headers)
    assert not followed
    found = await gateway.credentials()
    operator = {"APCA-API-KEY-ID": found["api_key_id"], "APCA-API-SECRET-KEY": found["api_secret_key"]}
    await gateway.call("GET", "/v2/assets", headers={**trace, **operator})
    assert followed


ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "limit_price": "1", "time_in_force": "day"}
NUMBERS = ["1e999999999", "1e1000000", "1_0", "--1",
           "١٢", "１２", "NaN", "Infinity", "-Infinity", "1\0", " 1", "1" * 100, "0x10",
           [], {}, True, [[1]], "", "1e-1000000"]  # fmt: skip
BODIES = [
    b"", b"[]", b"null", b"1", b'"a"', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 500 + b"1" + b"}" * 500, b"{", b"\x00",
    b'{"qty":' + b"9" * 5000 + b"}", b'{"qty":NaN}', b'{"qty":1,"qty":1}', b'{"\\ud800":1}',
]  # fmt: skip
TIMES = ["99999999999", "999999999999", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "٢٠٢٦-01-01", "-1",
         "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2262-04-11T23:47:16Z", "a" * 1000]  # fmt: skip
TIMED = ("/v2/orders?after=", "/v2/orders?until=", "/v2/account/activities?date=", "/v2/account/activities?after=",
         "/v2/account/portfolio/history?start=", "/v2/account/portfolio/history?end=", "/v2/calendar?start=",
         "/v2/calendar?end=", "/v2/stocks/AAPL/bars?timeframe=1Min&start=",
         "/v2/stocks/AAPL/bars?timeframe=1Min&end=")  # fmt: skip
COUNTED = ("/v2/orders?limit=", "/v2/account/activities?page_size=", "/v2/stocks/AAPL/trades?limit=",
           "/v2/stocks/AAPL/book?depth=", "/v2/risk/breaches?limit=")  # fmt: skip
COUNTS = ["1_0", "٣", "1.0", "1e2", "9" * 5000, "-1", "+5", " 5", "0x5", "NaN", "true", "99999999999999999999"]


def refused(status: int, answer: Any, what: object) -> None:
    assert 400 <= status < 500, (what, status, answer)
    assert answer["message"], what
    assert answer["reason"], what


async def test_nonsense_is_refused_where_it_becomes_a_value(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())
    json_headers = {**headers, "Content-Type": "application/json"}
    call = gateway.call
    for number in NUMBERS:
        for field in ("qty", "limit_price"):
            status, error, _ = await call("POST", "/v2/orders", data=json.dumps({**ORDER, field: number}),
                                          headers=headers)  # fmt: skip
            refused(status, error, (field, number))
            assert error["field"] == field, (number, error)
    for body in BODIES:
        for method, path in (("POST", "/v2/orders"), ("POST", "/v2/watchlists"), ("PATCH", "/v2/orders/" + "0" * 32),
                             ("PATCH", "/v2/account/configurations"), ("POST", "/v2/risk/preview"),
                             ("PUT", "/auth/me/settings"), ("POST", "/auth/keys")):  # fmt: skip
            status, error, _ = await call(method, path, data=body, headers=json_headers)
            refused(status, error, (path, body[:40]))
    for text in ("a\0b", "\ud800", "x" * 1000):
        for name in ("client_order_id", "strategy", "symbol"):
            body = json.dumps({**ORDER, name: text}).encode()
            status, error, _ = await call("POST", "/v2/orders", data=body, headers=headers)
            refused(status, error, (name, text[:10]))
            assert error["field"] == name
        status, error, _ = await call("POST", "/v2/watchlists", data=json.dumps({"name": text}), headers=json_headers)
        refused(status, error, text[:10])
    for document in ({"a": "\0"}, {"a": "\ud800"}, {"\0": 1}, {"a": 2**70}):
        data = json.dumps(document)
        refused(*(await call("PUT", "/auth/me/settings", data=data, headers=json_headers))[:2], data)


async def test_nonsense_in_queries_and_paths_is_refused(gateway: RunningGateway) -> None:
    headers = bearer(await gateway.sign_up())

    async def get(path: str) -> tuple[int, Any]:

        url = URL(gateway.base_url + path, encoded=True)
        async with gateway.session.get(url, headers=headers) as answer:
            return answer.status, orjson.loads(await answer.read())

    for path in TIMED:
        for time in TIMES:
            status, error = await get(path + quote(time))
            # Nothing answers for market data here: what is in range is passed on to it.
            assert status in (422, 503), (path, time, error)
            assert status == 503 or error["field"], (path, time, error)
    for path in COUNTED:
        for count in COUNTS:
            status, error = await get(path + quote(count))
            assert (status, bool(error["field"])) == (422, True), (path, count, error)
    for text in ("%00", "%ff", "%ed%a0%80", "a%00b"):
        for path in (f"/v2/orders?after={text}", f"/v2/orders/{text}", f"/v2/positions/{text}", f"/v2/assets/{text}",
                     f"/v2/watchlists/{text}", f"/v2/orders?{text}=1", f"/v2/assets?exchange={text}"):  # fmt: skip
            refused(*(await get(path)), path)


async def test_nonsense_in_credentials_and_streams_is_refused(gateway: RunningGateway) -> None:

    deep = base64.urlsafe_b64encode(b"[" * 2900).rstrip(b"=").decode()
    for value in (f"{deep}.{deep}.a", "a.b.c", "é", "a" * 5000, "..", f"{deep}..{deep}"):
        for scheme in ("Bearer", "Basic"):
            headers = {"Authorization": f"{scheme} {value}"}
            assert (await gateway.call("GET", "/v2/account", headers=headers))[0] == 401, (scheme, value[:20])
    log_in = await gateway.sign_up()
    for said in (
        {"action": "listen", "data": {"streams": ["trade_updates"], "after_sequence": 2**64 - 1}},
        {"action": "listen", "data": {"streams": {"a": 1}}},
        {"action": ["listen"], "data": 1},
        {"action": None},
        {"action": "auth", "token": [[[1]]]},
        {"action": "auth", "token": "\x00"},
        {"action": "auth", "key": "\x00", "secret": {"a": 1}},
    ):
        async with gateway.session.ws_connect(gateway.base_url + "/stream") as socket:
            await socket.send_json({"action": "auth", "token": log_in["access_token"]})
            await socket.receive(timeout=10)
            await socket.send_str(orjson.dumps(said).decode())
            answer = await socket.receive(timeout=10)
            assert answer.type == aiohttp.WSMsgType.TEXT or answer.data in (1007, 1008, 4401), (said, answer)
    for raw in (b"\xff", b"[" * 2000, b"", b"1", b"[]", b'{"action": 1e999}'):
        async with gateway.session.ws_connect(gateway.base_url + "/v2/iex") as socket:
            await socket.receive(timeout=10)
            await socket.send_bytes(raw)
            answer = await socket.receive(timeout=10)
            assert answer.type == aiohttp.WSMsgType.TEXT or answer.data == 1007, (raw[:10], answer)
