"""Every route and both streams × everybody who may not: nothing lets them in, and nothing breaks."""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from cift_gateway.api import scopes
from cift_gateway.api.app import make
from cift_gateway.domain import token
from cift_gateway.domain.scope import Role, Scope, scopes_of

from tests.gateway import PASSWORD, bearer
from tests.gateway import database_url as database_url
from tests.gateway import gateway as gateway
from tests.gateway import launch as launch
from tests.gateway import stores as stores
from tests.gateway import trading as trading

Headers = dict[str, str]
NOWHERE = "01900000-0000-7000-8000-000000000000"
# Of each kind of object that belongs to somebody: what goes into the path.
VALUES = {
    "order_id": NOWHERE,
    "watchlist_id": NOWHERE,
    "session_id": NOWHERE,
    "user_id": NOWHERE,
    "key_id": "CKNOWHERE",
    "symbol": "AAPL",
    "symbol_or_asset_id": "AAPL",
    "activity_type": "FILL",
    "table": "fills",
}
PROTECTED = {name: scope for name, scope in scopes.ROUTES.items() if scope is not None}
ROUTES = sorted(name for name in PROTECTED if not name.startswith(scopes.STREAM))
STREAMS = sorted(name.partition(" ")[2] for name in PROTECTED if name.startswith(scopes.STREAM))


def path_of(name: str, **values: str) -> tuple[str, str]:
    """Method and path of a route of the table, its parameters filled in."""
    method, _, path = name.partition(" ")
    return method, re.sub(r"\{(\w+)\}", lambda found: {**VALUES, **values}[found[1]], path)


async def refused_everywhere(gateway: Any, headers: Headers, status: int = 401) -> None:
    for name in ROUTES:
        method, path = path_of(name)
        answered, body, _ = await gateway.call(method, path, headers=headers)
        assert answered == status, (name, answered, body)
        assert body["code"] // 100_000 == status, name


async def stream_refuses(gateway: Any, path: str, credential: dict[str, str]) -> None:
    async with gateway.session.ws_connect(gateway.base_url + path) as socket, asyncio.timeout(20):
        if credential:
            await socket.send_json({"action": "auth", **credential})
        await socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
        await socket.send_json({"action": "subscribe", "quotes": ["AAPL"]})
        # One answer to each message, and the market stream's greeting.
        heard = ""
        for _ in range(2 + bool(credential) + (path != "/stream")):
            heard += await socket.receive_str()
        assert '"authorized"' not in heard, heard
        assert '"authenticated"' not in heard, heard
        assert '"listening"' not in heard, heard
        assert '"subscription"' not in heard, heard


async def streams_refuse(gateway: Any, *credentials: dict[str, str]) -> None:
    for path in STREAMS:
        for credential in credentials:
            await stream_refuses(gateway, path, credential)


def by_key(key: dict[str, Any]) -> Headers:
    return {"APCA-API-KEY-ID": key["id"], "APCA-API-SECRET-KEY": key["secret"]}


async def boss_of(gateway: Any) -> Headers:
    """A key with every scope, of somebody with every role."""
    demo = await gateway.credentials()
    return by_key({"id": demo["api_key_id"], "secret": demo["api_secret_key"]})


async def make_key(gateway: Any, headers: Headers, scopes: Sequence[str]) -> dict[str, Any]:
    body = {"name": "matrix", "scopes": list(scopes)}
    status, key, _ = await gateway.call("POST", "/auth/keys", json=body, headers=headers)
    assert status == 201, key
    result: dict[str, Any] = key
    return result


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, described in make("test").openapi()["paths"].items():
        for method, operation in described.items():
            yield f"{method.upper()} {path}", operation


def test_the_table_the_routes_and_the_openapi_document_are_the_same() -> None:
    # `/` is there without the terminal's files only.
    assert set(scopes.routes_of(make("test"))) | {"GET /"} == scopes.ROUTES.keys()
    described = dict(operations())
    for name, operation in described.items():
        required = scopes.ROUTES[name]
        assert operation.get("x-required-scope") == required, name
        assert (operation.get("security") == []) == (required is None), name
    hidden = {name for name in ROUTES if name not in described}
    assert hidden == set(), "a protected route that nobody can read of"


def test_a_route_without_a_scope_does_not_start() -> None:
    app = make("test")

    @app.get("/v2/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(LookupError, match="GET /v2/forgotten"):
        scopes.check(app)


async def test_who_has_everything_is_let_in_everywhere(launch: Any) -> None:
    """Otherwise the other tests would prove nothing. Services that do not run here answer with 503."""
    every = sorted(scopes_of(list(Role)))
    assert set(every) == set(Scope)
    async with launch(call_timeout_seconds=0.5) as gateway:
        key = by_key(await make_key(gateway, await boss_of(gateway), every))
        for name in ROUTES:
            method, path = path_of(name)
            status, body, _ = await gateway.call(method, path, headers=key)
            assert status not in (401, 403), (name, body)


async def test_nobody_and_invented_credentials(gateway: Any) -> None:
    log_in = await gateway.sign_up()
    key = await make_key(gateway, bearer(log_in), ["trading:read", "market:read"])
    assert (await gateway.call("GET", "/v2/account", headers=by_key(key)))[0] == 200
    half: list[Headers] = [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Bearer {key['id']}"},
        {"APCA-API-KEY-ID": key["id"], "APCA-API-SECRET-KEY": secrets.token_hex(32)},
        {"Authorization": f"Bearer {log_in['refresh_token']}"},
    ]
    for headers in half:
        await refused_everywhere(gateway, headers)
    await streams_refuse(
        gateway, {}, {"token": key["id"]}, {"token": "nonsense"}, {"key": key["id"], "secret": "nonsense"}
    )


async def test_an_expired_token(gateway: Any) -> None:
    log_in = await gateway.sign_up()
    held = token.verify(gateway.settings.jwt_secret, log_in["access_token"])
    expired, _ = token.issue(
        gateway.settings.jwt_secret, held.user_id, held.session_id, int(time.time()) - 3600, lifetime_seconds=900
    )
    await refused_everywhere(gateway, {"Authorization": f"Bearer {expired}"})
    await streams_refuse(gateway, {"token": expired})


async def test_a_revoked_session_and_a_revoked_key(gateway: Any) -> None:
    log_in = await gateway.sign_up()
    key = await make_key(gateway, bearer(log_in), sorted(scopes_of([Role.TRADER])))
    assert (await gateway.call("DELETE", f"/auth/keys/{key['id']}", headers=bearer(log_in)))[0] == 204
    assert (await gateway.call("POST", "/auth/logout", json={"refresh_token": log_in["refresh_token"]}))[0] == 204
    await refused_everywhere(gateway, bearer(log_in))
    await refused_everywhere(gateway, by_key(key))
    await streams_refuse(gateway, {"token": log_in["access_token"]}, {"key": key["id"], "secret": key["secret"]})


async def test_a_disabled_user(gateway: Any) -> None:
    log_in, boss = await gateway.sign_up(), await boss_of(gateway)
    key = await make_key(gateway, bearer(log_in), sorted(scopes_of([Role.TRADER])))
    path = f"/auth/users/{log_in['user']['id']}/disable"
    assert (await gateway.call("POST", path, headers=boss))[0] == 200
    await refused_everywhere(gateway, bearer(log_in))
    await refused_everywhere(gateway, by_key(key))
    await streams_refuse(gateway, {"token": log_in["access_token"]}, {"key": key["id"], "secret": key["secret"]})
    person = {"email": log_in["user"]["email"], "password": PASSWORD}
    assert (await gateway.call("POST", "/auth/login", json=person))[0] == 401
    given = {"refresh_token": log_in["refresh_token"]}
    assert (await gateway.call("POST", "/auth/refresh", json=given))[0] == 401


async def test_a_key_without_just_the_scope_that_is_needed(gateway: Any) -> None:
    boss = await boss_of(gateway)
    every = set(scopes_of(list(Role)))
    nothing = await make_key(gateway, boss, [])
    await refused_everywhere(gateway, by_key(nothing), 403)
    await streams_refuse(gateway, {"key": nothing["id"], "secret": nothing["secret"]})
    for scope in sorted(set(PROTECTED.values())):
        key = await make_key(gateway, boss, sorted(every - {scope}))
        for name in (name for name in ROUTES if PROTECTED[name] is scope):
            method, path = path_of(name)
            status, body, _ = await gateway.call(method, path, headers=by_key(key))
            assert (status, body["reason"], body["limit"]) == (403, "SCOPE_REQUIRED", scope), (name, body)
        for path in STREAMS:
            if PROTECTED[f"{scopes.STREAM} {path}"] is scope:
                await stream_refuses(gateway, path, {"key": key["id"], "secret": key["secret"]})
        assert (await gateway.call("DELETE", f"/auth/keys/{key['id']}", headers=boss))[0] == 204


async def test_a_role_that_the_user_lacks(gateway: Any) -> None:
    trader = bearer(await gateway.sign_up())
    held = scopes_of([Role.TRADER])
    lacking = [name for name in ROUTES if PROTECTED[name] not in held]
    assert len(lacking) > 10
    for name in lacking:
        method, path = path_of(name)
        status, body, _ = await gateway.call(method, path, headers=trader)
        assert (status, body["reason"]) == (403, "ROLE_REQUIRED"), (name, body)


BODIES: dict[str, dict[str, Any]] = {
    "PATCH /v2/orders/{order_id}": {"qty": "2"},
    "PUT /v2/watchlists/{watchlist_id}": {"name": "taken over"},
    "POST /v2/watchlists/{watchlist_id}": {"symbol": "AAPL"},
}


async def test_another_users_objects_are_not_found_and_stay_as_they_are(gateway: Any) -> None:
    owner, stranger = await gateway.sign_up(), bearer(await gateway.sign_up())
    mine = bearer(owner)
    client_order_id = secrets.token_hex(8)
    order = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    _, placed, _ = await gateway.call(
        "POST", "/v2/orders", json={**order, "client_order_id": client_order_id}, headers=mine
    )
    _, watchlist, _ = await gateway.call(
        "POST", "/v2/watchlists", json={"name": "mine", "symbols": ["AAPL"]}, headers=mine
    )
    key = await make_key(gateway, mine, ["profile:read"])
    _, (session,), _ = await gateway.call("GET", "/auth/me/sessions", headers=mine)
    objects = {
        "order_id": placed["id"], "watchlist_id": watchlist["id"], "key_id": key["id"], "session_id": session["id"],
    }  # fmt: skip
    held = scopes_of([Role.TRADER])
    reached = set()
    for name in ROUTES:
        named = set(re.findall(r"\{(\w+)\}", name)) & objects.keys()
        if named and PROTECTED[name] in held:
            method, path = path_of(name, **objects)
            status, body, _ = await gateway.call(method, path, headers=stranger, json=BODIES.get(name))
            assert status == 404, (name, status, body)
            reached |= named
    assert reached == objects.keys()
    path = f"/v2/orders:by_client_order_id?client_order_id={client_order_id}"
    assert (await gateway.call("GET", path, headers=stranger))[0] == 404
    for path in ("/v2/risk/exposure", "/v2/risk/breaches"):
        account = {"account_id": owner["user"]["account_id"]}
        assert (await gateway.call("GET", path, params=account, headers=stranger))[0] == 403
    # Nothing has changed, and lists show each their own.
    assert (await gateway.call("GET", f"/v2/orders/{placed['id']}", headers=mine))[1]["status"] == placed["status"]
    _, found, _ = await gateway.call("GET", f"/v2/watchlists/{watchlist['id']}", headers=mine)
    assert (found["name"], len(found["assets"])) == ("mine", 1)
    assert (await gateway.call("GET", "/auth/me", headers=by_key(key)))[0] == 200
    for path in ("/v2/orders", "/v2/watchlists", "/auth/keys"):
        assert (await gateway.call("GET", path, headers=stranger))[:2] == (200, []), path
