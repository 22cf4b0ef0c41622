"""Users, sessions, keys: what they open, and how that ends."""

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cift_common.errors import Unavailable
from conftest import PASSWORD, RunningGateway, bearer


async def test_a_sign_up_that_trading_missed_goes_on_at_the_next_log_in(gateway: RunningGateway, trading: Any) -> None:
    def down() -> None:
        raise Unavailable("trading restarts")

    trading.trading.before_open = down
    person = {"email": f"{secrets.token_hex(8)}@example.org", "password": PASSWORD}
    assert (await gateway.call("POST", "/auth/signup", json=person))[0] == 201
    status, error, _ = await gateway.call("POST", "/auth/login", json=person)
    assert (status, error["code"]) == (503, 50310000)
    trading.trading.before_open = None
    status, log_in, _ = await gateway.call("POST", "/auth/login", json=person)
    assert status == 200
    status, account, _ = await gateway.call("GET", "/v2/account", headers=bearer(log_in))
    assert (status, account["cash"]) == (200, "100000")


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"email": "nobody", "password": PASSWORD}, "email"),
        ({"email": "a@b.c", "password": "short"}, "password"),
        ({"email": "a@b.c", "password": "x" * 129}, "password"),
        ({"email": "somebody@example.org", "password": "somebody@example.org"}, "password"),
        ({"password": PASSWORD}, "email"),
        ({"email": "\x00a@b.c", "password": PASSWORD}, "email"),
        ({"email": "\ud800a@b.c", "password": PASSWORD}, "email"),
        ({"email": "a@cift.invalid", "password": PASSWORD}, "email"),
        ({"email": "a@b.c", "password": "\ud800" * 12}, "password"),
        ({"email": "a@b.c", "password": "Password123!"}, "password"),
        ({"email": "a@b.c", "password": "qwertyuiop12"}, "password"),
        ({"email": "a@b.c", "password": "letmein1234"}, "password"),
        ({"email": "jonathan.smith@example.org", "password": "Jonathan.Smith1"}, "password"),
    ],
)
async def test_bad_sign_ups_name_the_field(gateway: RunningGateway, person: dict[str, str], field: str) -> None:
    status, error, _ = await gateway.call("POST", "/auth/signup", json=person)
    assert (status, error["field"]) == (422, field)


async def test_a_refresh_token_is_good_once_and_reuse_ends_the_session(gateway: RunningGateway) -> None:
    log_in = await gateway.sign_up()
    status, renewed, _ = await gateway.call("POST", "/auth/refresh", json={"refresh_token": log_in["refresh_token"]})
    assert status == 200
    assert renewed["refresh_token"] != log_in["refresh_token"]
    assert (await gateway.call("GET", "/auth/me", headers=bearer(renewed)))[0] == 200

    status, error, _ = await gateway.call("POST", "/auth/refresh", json={"refresh_token": log_in["refresh_token"]})
    assert (status, error["reason"]) == (401, "REFRESH_TOKEN_REUSED")
    for token in (log_in, renewed):
        assert (await gateway.call("GET", "/auth/me", headers=bearer(token)))[0] == 401
    status, error, _ = await gateway.call("POST", "/auth/refresh", json={"refresh_token": renewed["refresh_token"]})
    assert (status, error["reason"]) == (401, "SESSION_OVER")


async def test_a_browser_keeps_its_refresh_token_in_a_cookie(gateway: RunningGateway) -> None:
    log_in = await gateway.sign_up()
    person = {"email": log_in["user"]["email"], "password": PASSWORD, "cookie": True}
    status, body, headers = await gateway.call("POST", "/auth/login", json=person)
    assert (status, body["refresh_token"]) == (200, None)
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    value = {"Cookie": cookie.partition(";")[0]}
    status, renewed, headers = await gateway.call("POST", "/auth/refresh", headers=value)
    assert (status, renewed["refresh_token"]) == (200, None)
    value = {"Cookie": headers["Set-Cookie"].partition(";")[0]}
    assert (await gateway.call("POST", "/auth/logout", headers=value))[0] == 204
    assert (await gateway.call("GET", "/auth/me", headers=bearer(renewed)))[0] == 401


async def test_tokens_that_are_not_ours_open_nothing(gateway: RunningGateway) -> None:
    log_in = await gateway.sign_up()
    key = gateway.settings.jwt_secret
    good = jwt.decode(log_in["access_token"], key, algorithms=["HS256"], audience="cift.markets/api")
    now = int(time.time())
    header, claims = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"="), log_in["access_token"].split(".")[1]
    forged = {
        "expired": jwt.encode({**good, "exp": now - 60}, key, "HS256"),
        "other key": jwt.encode(good, b"x" * 32, "HS256"),
        "other algorithm": jwt.encode(good, key * 2, "HS384"),
        "other audience": jwt.encode({**good, "aud": "elsewhere"}, key, "HS256"),
        "other issuer": jwt.encode({**good, "iss": "elsewhere"}, key, "HS256"),
        "without end": jwt.encode({k: v for k, v in good.items() if k != "exp"}, key, "HS256"),
        "other user": jwt.encode({**good, "sub": "01900000-0000-7000-8000-000000000000"}, key, "HS256"),
        "unsigned": f"{header.decode()}.{claims}.",
        "garbage": "garbage",
    }
    for name, token in forged.items():
        status, error, headers = await gateway.call("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert (status, error["code"], headers["WWW-Authenticate"]) == (401, 40110000, "Bearer"), name


async def test_a_key_shows_its_secret_once_and_dies_at_once(gateway: RunningGateway) -> None:
    log_in = await gateway.sign_up()
    status, key, _ = await gateway.call("POST", "/auth/keys", json={"name": "bot"}, headers=bearer(log_in))
    assert status == 201
    headers = {"APCA-API-KEY-ID": key["id"], "APCA-API-SECRET-KEY": key["secret"]}
    basic = base64.b64encode(f"{key['id']}:{key['secret']}".encode()).decode()
    for way_in in (headers, {"Authorization": f"Basic {basic}"}):
        assert (await gateway.call("GET", "/v2/account", headers=way_in))[0] == 200
    _, keys, _ = await gateway.call("GET", "/auth/keys", headers=headers)
    assert [(k["id"], "secret" in k) for k in keys] == [(key["id"], False)]
    wrong = {**headers, "APCA-API-SECRET-KEY": key["secret"][:-1] + "-"}
    assert (await gateway.call("GET", "/v2/account", headers=wrong))[0] == 401
    assert (await gateway.call("DELETE", f"/auth/keys/{key['id']}", headers=bearer(log_in)))[0] == 204
    assert (await gateway.call("GET", "/v2/account", headers=headers))[0] == 401


async def test_roles_are_needed_and_cannot_be_made_up(gateway: RunningGateway) -> None:
    trader = await gateway.sign_up()
    demo = await gateway.credentials()
    boss = {"APCA-API-KEY-ID": demo["api_key_id"], "APCA-API-SECRET-KEY": demo["api_secret_key"]}
    status, error, _ = await gateway.call("POST", "/v2/risk/halts", json={"scope": "platform"}, headers=bearer(trader))
    assert (status, error["reason"], error["limit"]) == (403, "ROLE_REQUIRED", "risk")
    more = {"name": "more", "roles": ["trader", "risk"]}
    status, error, _ = await gateway.call("POST", "/auth/keys", json=more, headers=bearer(trader))
    assert (status, error["field"]) == (422, "roles")
    user = trader["user"]["id"]
    roles = {"roles": ["trader", "risk"]}
    assert (await gateway.call("PUT", f"/auth/users/{user}/roles", json=roles, headers=bearer(trader)))[0] == 403
    assert (await gateway.call("PUT", f"/auth/users/{user}/roles", json=roles, headers=boss))[0] == 200
    _, me, _ = await gateway.call("GET", "/auth/me", headers=bearer(trader))
    assert me["roles"] == ["risk", "trader"]


async def test_settings_are_the_users_own_and_bounded(gateway: RunningGateway) -> None:
    mine, yours = await gateway.sign_up(), await gateway.sign_up()
    document = {"theme": "dark", "layout": {"panels": ["chart", "ladder"]}, "scale": 1.25}
    assert (await gateway.call("PUT", "/auth/me/settings", json=document, headers=bearer(mine)))[0] == 200
    assert (await gateway.call("GET", "/auth/me/settings", headers=bearer(mine)))[1] == document
    assert (await gateway.call("GET", "/auth/me/settings", headers=bearer(yours)))[1] == {}
    status, error, _ = await gateway.call("PUT", "/auth/me/settings", json={"x": "y" * 70_000}, headers=bearer(mine))
    assert (status, error["field"], error["limit"]) == (422, "settings", "65536 bytes")


async def test_a_new_password_ends_the_other_sessions(gateway: RunningGateway) -> None:
    here = await gateway.sign_up()
    person = {"email": here["user"]["email"], "password": PASSWORD}
    _, there, _ = await gateway.call("POST", "/auth/login", json=person)
    change = {"old_password": PASSWORD, "new_password": "a better password"}
    assert (await gateway.call("PUT", "/auth/me/password", json=change, headers=bearer(here)))[0] == 204
    assert (await gateway.call("GET", "/auth/me", headers=bearer(there)))[0] == 401
    assert (await gateway.call("GET", "/auth/me", headers=bearer(here)))[0] == 200
    assert (await gateway.call("POST", "/auth/login", json=person))[0] == 401


async def test_the_demo_user_is_made_once_and_again_when_its_file_is_lost(launch: Any, tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    async with launch() as gateway:
        first = await gateway.credentials()
        assert path.stat().st_mode & 0o777 == 0o600
        assert first["base_url"] == gateway.base_url
        status, log_in, _ = await gateway.call("POST", "/auth/login", json=first)
        assert (status, sorted(log_in["user"]["roles"])) == (200, ["admin", "operations", "risk", "trader"])
    async with launch() as gateway:
        again = await gateway.credentials()
        assert again == {**first, "base_url": gateway.base_url}
    path.unlink()
    async with launch() as gateway:
        renewed = await gateway.credentials()
        assert renewed["api_key_id"] != first["api_key_id"]
        old = {"APCA-API-KEY-ID": first["api_key_id"], "APCA-API-SECRET-KEY": first["api_secret_key"]}
        assert (await gateway.call("GET", "/v2/account", headers=old))[0] == 401
        status, log_in, _ = await gateway.call("POST", "/auth/login", json=renewed)
        assert status == 200
    path.write_text(json.dumps({**renewed, "api_secret_key": "of another database"}))
    async with launch() as gateway:
        assert (await gateway.credentials())["api_key_id"] != renewed["api_key_id"]
