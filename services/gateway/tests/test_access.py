"""Access is given in scopes, and taken away at once: keys, sessions, users, on all gateways and open streams."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger
from cift_gateway.adapters.accounts import AccountStore, NewUser
from cift_gateway.adapters.users import LastAdmin, UserStore
from cift_gateway.domain.scope import KEY_DEFAULT, NAMED_ONLY, Role, Scope, scopes_of
from cift_proto.common.v1 import types_pb2 as common
from conftest import PASSWORD, RunningGateway, bearer

from tests.stores import Stores

ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


def by_key(key: dict[str, Any]) -> dict[str, str]:
    return {"APCA-API-KEY-ID": key["id"], "APCA-API-SECRET-KEY": key["secret"]}


async def boss_of(gateway: RunningGateway) -> dict[str, str]:
    demo = await gateway.credentials()
    return {"APCA-API-KEY-ID": demo["api_key_id"], "APCA-API-SECRET-KEY": demo["api_secret_key"]}


async def make_key(gateway: RunningGateway, headers: dict[str, str], **body: Any) -> dict[str, Any]:
    status, key, _ = await gateway.call("POST", "/auth/keys", json={"name": "bot", **body}, headers=headers)
    assert status == 201, key
    result: dict[str, Any] = key
    return result


async def status_of(gateway: RunningGateway, headers: dict[str, str], path: str = "/v2/account") -> int:
    return (await gateway.call("GET", path, headers=headers))[0]


@asynccontextmanager
async def streaming(gateway: RunningGateway, path: str = "/stream", **credential: str) -> AsyncIterator[Any]:
    """An open stream that is authenticated."""
    async with gateway.session.ws_connect(gateway.base_url + path) as socket:
        await socket.send_json({"action": "auth", **credential})
        async with asyncio.timeout(20):
            while "auth" not in (text := (await socket.receive_str())):
                continue
        assert "unauthorized" not in text, text
        yield socket


async def close_of(socket: Any) -> tuple[int, str]:
    async with asyncio.timeout(20):
        while True:
            message = await socket.receive()
            if message.data is None or isinstance(message.data, int):
                return message.data, message.extra or ""


async def test_a_key_without_roles_or_scopes_may_nothing(gateway: RunningGateway) -> None:
    person = bearer(await gateway.sign_up())
    for body in ({"roles": []}, {"scopes": []}):
        key = by_key(await make_key(gateway, person, **body))
        status, error, _ = await gateway.call("POST", "/v2/orders", json=ORDER, headers=key)
        assert (status, error["code"]) == (403, 40310000), error
        for path in ("/v2/account", "/auth/me", "/auth/keys", "/v2/clock"):
            assert await status_of(gateway, key, path) == 403, path


async def test_a_key_trades_by_default_and_neither_breeds_nor_takes_over(gateway: RunningGateway) -> None:
    person = bearer(await gateway.sign_up())
    made = await make_key(gateway, person)
    assert set(made["scopes"]) == KEY_DEFAULT
    key = by_key(made)
    assert (await gateway.call("POST", "/v2/orders", json=ORDER, headers=key))[0] == 200
    status, error, _ = await gateway.call("POST", "/auth/keys", json={"name": "child"}, headers=key)
    assert (status, error["reason"], error["limit"]) == (403, "SCOPE_REQUIRED", "keys:manage")
    change = {"old_password": PASSWORD, "new_password": "a better password"}
    assert (await gateway.call("PUT", "/auth/me/password", json=change, headers=key))[0] == 403
    assert await status_of(gateway, key, "/auth/me/sessions") == 403


async def test_a_key_makes_none_that_may_more_than_itself(gateway: RunningGateway) -> None:
    person = bearer(await gateway.sign_up())
    parent = by_key(await make_key(gateway, person, scopes=["keys:manage", "market:read"]))
    status, error, _ = await gateway.call(
        "POST", "/auth/keys", json={"name": "more", "scopes": ["trading:write"]}, headers=parent
    )
    assert (status, error["field"]) == (422, "scopes")
    # By default and by role, too, a child gets what its parent has, and no more.
    assert set((await make_key(gateway, parent))["scopes"]) == {"market:read"}
    assert set((await make_key(gateway, parent, roles=["trader"]))["scopes"]) == {"market:read"}
    assert (await gateway.call("POST", "/auth/keys", json={"name": "x", "roles": ["risk"]}, headers=parent))[0] == 422
    both = {"name": "x", "roles": ["trader"], "scopes": ["market:read"]}
    assert (await gateway.call("POST", "/auth/keys", json=both, headers=parent))[0] == 422


async def test_children_of_a_key_die_with_it_to_the_last_generation(gateway: RunningGateway) -> None:
    person = bearer(await gateway.sign_up())
    family = [await make_key(gateway, person, scopes=["keys:manage", "trading:read", "profile:read"])]
    for _ in range(3):
        family.append(await make_key(gateway, by_key(family[-1]), scopes=family[0]["scopes"]))
    assert [key["parent_id"] for key in family] == [None, *(key["id"] for key in family[:-1])]
    other = await make_key(gateway, person)
    for key in family:
        assert await status_of(gateway, by_key(key)) == 200
    async with streaming(gateway, key=family[-1]["id"], secret=family[-1]["secret"]) as socket:
        assert (await gateway.call("DELETE", f"/auth/keys/{family[0]['id']}", headers=person))[0] == 204
        assert await close_of(socket) == (4401, "the credential was revoked")
    for key in family:
        assert await status_of(gateway, by_key(key)) == 401
    assert await status_of(gateway, by_key(other)) == 200
    # A key that is over makes none.
    assert (await gateway.call("POST", "/auth/keys", json={"name": "x"}, headers=by_key(family[0])))[0] == 401


async def test_a_key_ends_when_it_says_and_its_children_no_later(launch: Any) -> None:
    async with launch(api_key_seconds_max=3600) as gateway:
        person = bearer(await gateway.sign_up())
        limit = datetime.now(UTC) + timedelta(seconds=3700)
        assert datetime.fromisoformat((await make_key(gateway, person))["expires_at"]) < limit
        wrong = [limit + timedelta(days=1), datetime.now(UTC) - timedelta(seconds=1)]
        for end in (*(time.isoformat() for time in wrong), "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
            body = {"name": "x", "expires_at": end}
            status, error, _ = await gateway.call("POST", "/auth/keys", json=body, headers=person)
            assert (status, error["field"]) == (422, "expires_at")
        ends = datetime.now(UTC) + timedelta(seconds=3)
        scopes = ["keys:manage", "trading:read"]
        parent = await make_key(gateway, person, scopes=scopes, expires_at=ends.isoformat())
        child = await make_key(gateway, by_key(parent), scopes=scopes)
        assert child["expires_at"] == parent["expires_at"]
        assert await status_of(gateway, by_key(child)) == 200
        async with streaming(gateway, key=child["id"], secret=child["secret"]) as socket:
            code, reason = await close_of(socket)
        assert code == 4401
        assert reason in ("the API key has expired", "the credential was revoked")
        # The cache of credentials does not make it live longer.
        assert await status_of(gateway, by_key(child)) == 401


async def test_sessions_and_keys_are_listed_and_ended_one_by_one(gateway: RunningGateway) -> None:
    here = await gateway.sign_up()
    person = {"email": here["user"]["email"], "password": PASSWORD}
    agent = {"User-Agent": "cift test ü" + "x" * 1000}
    _, there, _ = await gateway.call("POST", "/auth/login", json=person, headers=agent)
    assert await status_of(gateway, bearer(there)) == 200
    _, sessions, _ = await gateway.call("GET", "/auth/me/sessions", headers=bearer(here))
    assert [session["current"] for session in sessions].count(True) == 1
    (other,) = [session for session in sessions if session["user_agent"].startswith("cift test")]
    assert (other["address"], other["current"]) == ("127.0.0.1", False)
    assert len(other["user_agent"]) <= 256
    # Another user's session and key are not found, and stay.
    stranger = bearer(await gateway.sign_up())
    key = await make_key(gateway, bearer(here))
    for path in (f"/auth/me/sessions/{other['id']}", f"/auth/keys/{key['id']}", "/auth/me/sessions/nonsense"):
        assert (await gateway.call("DELETE", path, headers=stranger))[0] == 404
    assert await status_of(gateway, by_key(key)) == 200
    async with streaming(gateway, token=there["access_token"]) as socket:
        ended = await gateway.call("DELETE", f"/auth/me/sessions/{other['id']}", headers=bearer(here))
        assert ended[0] == 204
        assert await close_of(socket) == (4401, "the credential was revoked")
    assert await status_of(gateway, bearer(there)) == 401
    async with asyncio.timeout(20):
        while not (found := (await gateway.call("GET", "/auth/keys", headers=bearer(here)))[1])[0]["last_used_at"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert found[0]["last_used_address"] == "127.0.0.1"
    # An admin sees and ends anybody's.
    boss, user = await boss_of(gateway), here["user"]["id"]
    _, keys, _ = await gateway.call("GET", f"/auth/users/{user}/keys", headers=boss)
    assert [found["id"] for found in keys] == [key["id"]]
    assert (await gateway.call("DELETE", f"/auth/users/{user}/keys/{key['id']}", headers=boss))[0] == 204
    assert await status_of(gateway, by_key(key)) == 401
    _, (session,), _ = await gateway.call("GET", f"/auth/users/{user}/sessions", headers=boss)
    assert (await gateway.call("DELETE", f"/auth/users/{user}/sessions/{session['id']}", headers=boss))[0] == 204
    assert await status_of(gateway, bearer(here)) == 401


async def test_a_disabled_user_is_out_at_once_on_every_gateway(launch: Any, trading: Any) -> None:
    # No periodic check within this test: the message alone must do it.
    async with launch(credential_check_seconds=5) as one, launch(credential_check_seconds=5) as two:
        log_in = await one.sign_up()
        user, session = log_in["user"]["id"], bearer(log_in)
        key = await make_key(one, session)
        _, order, _ = await two.call("POST", "/v2/orders", json=ORDER, headers=by_key(key))
        boss = await boss_of(one)
        async with (
            streaming(two, key=key["id"], secret=key["secret"]) as trades,
            streaming(two, "/v2/iex", token=log_in["access_token"]) as market,
        ):
            status, done, _ = await one.call(
                "POST", f"/auth/users/{user}/disable", json={"cancel_orders": True, "reason": "left"}, headers=boss
            )
            assert (status, done["orders_canceled"]) == (200, 1)
            assert done["disabled_at"]
            for socket in (trades, market):
                assert await close_of(socket) == (4401, "the user is disabled")
        assert trading.trading.orders[order["id"]].status == common.ORDER_STATUS_PENDING_CANCEL
        for gateway in (one, two):
            assert await status_of(gateway, session) == 401
            assert await status_of(gateway, by_key(key)) == 401
            person = {"email": log_in["user"]["email"], "password": PASSWORD}
            status, error, _ = await gateway.call("POST", "/auth/login", json=person)
            assert (status, error["reason"]) == (401, "USER_DISABLED")
            given = {"refresh_token": log_in["refresh_token"]}
            assert (await gateway.call("POST", "/auth/refresh", json=given))[0] == 401
        # Disabling again is harmless; enabling lets them log in, and wakes nothing that was ended.
        assert (await one.call("POST", f"/auth/users/{user}/disable", headers=boss))[0] == 200
        assert (await one.call("POST", f"/auth/users/{user}/enable", headers=boss))[0] == 200
        assert (await one.call("POST", "/auth/login", json=person))[0] == 200
        assert await status_of(one, session) == 401
        assert await status_of(one, by_key(key)) == 401


async def test_a_user_is_disabled_even_if_trading_does_not_cancel(gateway: RunningGateway, trading: Any) -> None:
    def down() -> None:
        raise Unavailable("trading restarts")

    trading.trading.before_cancel_all = down
    log_in, boss = await gateway.sign_up(), await boss_of(gateway)
    path = f"/auth/users/{log_in['user']['id']}/disable"
    status, error, _ = await gateway.call("POST", path, json={"cancel_orders": True}, headers=boss)
    assert (status, "the user is disabled" in error["message"]) == (503, True)
    assert await status_of(gateway, bearer(log_in)) == 401
    trading.trading.before_cancel_all = None
    status, done, _ = await gateway.call("POST", path, json={"cancel_orders": True}, headers=boss)
    assert (status, done["orders_canceled"]) == (200, 0)


async def test_an_operator_disables_and_enables_by_command(gateway: RunningGateway, trading: Any) -> None:
    log_in = await gateway.sign_up()
    email = log_in["user"]["email"]
    _, order, _ = await gateway.call("POST", "/v2/orders", json=ORDER, headers=bearer(log_in))

    async def command(*arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cift_gateway", "user", *arguments, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        assert process.returncode == 0
        return output.decode()

    async with streaming(gateway, token=log_in["access_token"]) as socket:
        assert "1 orders are being canceled" in await command("disable", email, "--cancel-orders", "--reason", "left")
        assert await close_of(socket) == (4401, "the user is disabled")
    assert trading.trading.orders[order["id"]].status == common.ORDER_STATUS_PENDING_CANCEL
    assert await status_of(gateway, bearer(log_in)) == 401
    person = {"email": email, "password": PASSWORD}
    assert (await gateway.call("POST", "/auth/login", json=person))[0] == 401
    await command("enable", email)
    assert (await gateway.call("POST", "/auth/login", json=person))[0] == 200


async def test_a_lost_message_delays_a_revocation_by_one_check(
    launch: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open streams and cached credentials follow the rows, no matter who changes them."""
    async with launch(credential_check_seconds=0.2, credential_cache_seconds=3600) as gateway:
        log_in = await gateway.sign_up()
        key = await make_key(gateway, bearer(log_in))
        assert await status_of(gateway, by_key(key)) == 200
        connection = await asyncpg.connect(database_url)
        try:
            async with (
                streaming(gateway, key=key["id"], secret=key["secret"]) as by_the_key,
                streaming(gateway, token=log_in["access_token"]) as by_session,
            ):
                await connection.execute("UPDATE auth.api_keys SET revoked_at = now() WHERE id = $1", key["id"])
                assert await close_of(by_the_key) == (4401, "the credential was revoked")
                assert await status_of(gateway, by_key(key)) == 401
                assert await status_of(gateway, bearer(log_in)) == 200
                user = log_in["user"]["id"]
                await connection.execute("UPDATE auth.users SET disabled_at = now() WHERE id = $1", user)
                assert await close_of(by_session) == (4401, "the user is disabled")
                assert await status_of(gateway, bearer(log_in)) == 401
        finally:
            await connection.close()


async def test_rights_that_a_stream_needs_end_it_when_they_go(gateway: RunningGateway) -> None:
    log_in, boss = await gateway.sign_up(), await boss_of(gateway)
    path = f"/auth/users/{log_in['user']['id']}/roles"
    async with streaming(gateway, token=log_in["access_token"]) as socket:
        # Other roles that suffice leave it open.
        assert (await gateway.call("PUT", path, json={"roles": ["risk"]}, headers=boss))[0] == 200
        assert await status_of(gateway, bearer(log_in), "/v2/account") == 200
        assert (await gateway.call("POST", "/v2/orders", json=ORDER, headers=bearer(log_in)))[0] == 403
        assert (await gateway.call("PUT", path, json={"roles": []}, headers=boss))[0] == 200
        assert (await close_of(socket))[0] == 4403


async def test_a_forged_revocation_neither_throws_out_nor_keeps_in(gateway: RunningGateway, stores: Stores) -> None:
    log_in = await gateway.sign_up()
    key = await make_key(gateway, bearer(log_in))
    forger = await Messenger.connect(stores.nats_url, "forger")
    try:
        async with streaming(gateway, key=key["id"], secret=key["secret"]) as socket:
            for _ in range(50):
                for name in (key["id"], log_in["user"]["id"], "oidc", "\x00", ""):
                    await forger.publish_core("auth.revoked", name.encode())
            await forger.publish_core("auth.revoked", b"\xff" * 1000)
            await forger.client.flush()
            await socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
            assert "listening" in await socket.receive_str()
            assert await status_of(gateway, by_key(key)) == 200
            assert await status_of(gateway, bearer(log_in)) == 200
            # What is really revoked goes, in the middle of a flood.
            for _ in range(50):
                await forger.publish_core("auth.revoked", key["id"].encode())
            assert (await gateway.call("DELETE", f"/auth/keys/{key['id']}", headers=bearer(log_in)))[0] == 204
            assert (await close_of(socket))[0] == 4401
    finally:
        await forger.close()


async def test_the_last_admin_stays(stores: Stores) -> None:
    from cift_common import migrations

    url = stores.create_database()
    await asyncio.to_thread(migrations.upgrade, "cift_gateway", "auth", url)
    pool = await asyncpg.create_pool(url, min_size=1, max_size=4)
    try:
        users, accounts = UserStore(pool), AccountStore(pool)
        ids = [f"01900000-0000-7000-8000-00000000000{number}" for number in range(2)]
        for number, user_id in enumerate(ids):
            await accounts.create(NewUser(user_id, f"{number}@example.org", "!", ("admin",), user_id))
        # Both at once, each the other: one of them stays.
        outcomes = await asyncio.gather(
            users.set_roles(ids[0], ["trader"]), users.disable(ids[1], "test"), return_exceptions=True
        )
        assert [isinstance(outcome, LastAdmin) for outcome in outcomes].count(True) == 1
        left = [user for user in await users.every(10) if "admin" in user.roles and not user.is_disabled]
        assert len(left) == 1
        for attempt in (users.set_roles(left[0].id, ["trader"]), users.disable(left[0].id, "test")):
            with pytest.raises(LastAdmin):
                await attempt
    finally:
        await pool.close()


async def test_security_events_say_who_did_what_from_where_and_stay(gateway: RunningGateway, database_url: str) -> None:
    log_in, boss = await gateway.sign_up(), await boss_of(gateway)
    user, email = log_in["user"]["id"], log_in["user"]["email"]
    await gateway.call("POST", "/auth/login", json={"email": email, "password": "not the password"})
    key = await make_key(gateway, bearer(log_in))
    await status_of(gateway, by_key(key))
    await gateway.call("POST", "/auth/refresh", json={"refresh_token": log_in["refresh_token"]})
    await gateway.call("POST", "/auth/refresh", json={"refresh_token": log_in["refresh_token"]})
    await gateway.call("PUT", f"/auth/users/{user}/roles", json={"roles": ["trader", "risk"]}, headers=boss)
    await gateway.call("POST", f"/auth/users/{user}/disable", json={"reason": "test"}, headers=boss)
    wanted = {"log_in", "log_in_failed", "refresh_token_reused", "key_created", "key_first_used", "roles_changed"}
    wanted.add("user_disabled")
    async with asyncio.timeout(20):
        while True:
            path = f"/auth/security_events?user_id={user}"
            status, events, _ = await gateway.call("GET", path, headers=boss)
            assert status == 200, events
            found = {event["event"]: event for event in events}
            if wanted <= found.keys():
                break
            await asyncio.sleep(0.05)
    assert {event["address"] for event in events} == {"127.0.0.1"}
    assert found["roles_changed"]["actor_email"] == "demo@cift.local"
    assert found["roles_changed"]["details"] == {"before": "trader", "after": "trader risk"}
    assert found["key_created"]["details"]["key_id"] == key["id"]
    assert found["log_in_failed"]["email"] == email
    page = await gateway.call("GET", f"{path}&before={events[0]['id']}&limit=2", headers=boss)
    assert [event["id"] for event in page[1]] == [event["id"] for event in events[1:3]]
    assert await status_of(gateway, bearer(await gateway.sign_up()), "/auth/security_events") == 403
    connection = await asyncpg.connect(database_url)
    try:
        for statement in (
            "UPDATE auth.security_events SET email = ''",
            "DELETE FROM auth.security_events",
            "TRUNCATE auth.security_events",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_keys_of_the_release_before_keep_what_their_roles_grant(stores: Stores, tmp_path: Any) -> None:
    from alembic import command
    from alembic.config import Config
    from cift_common import migrations

    url = stores.create_database()

    def upgrade(revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes.update(schema="auth", url=url, rights=None)
        command.upgrade(config, revision)

    import importlib.resources

    MIGRATIONS = importlib.resources.files("cift_gateway") / "migrations"
    await asyncio.to_thread(upgrade, "0003")
    connection = await asyncpg.connect(url)
    try:
        user = "01900000-0000-7000-8000-000000000000"
        await connection.execute(
            "INSERT INTO auth.users (id, email, password_hash, roles, account_id) VALUES ($1, 'a@b.c', '!', $2, $1)",
            user,
            [role.value for role in Role],
        )
        cases: list[list[str]] = [[], ["trader"], ["risk"], ["operations"], ["admin"], [role.value for role in Role]]
        for number, roles in enumerate(cases):
            await connection.execute(
                "INSERT INTO auth.api_keys (id, user_id, secret_hash, name, roles) VALUES ($1, $2, $3, 'old', $4)",
                f"key{number}",
                user,
                secrets.token_bytes(32),
                roles,
            )
        await asyncio.to_thread(migrations.upgrade, "cift_gateway", "auth", url)
        for number, roles in enumerate(cases):
            scopes = await connection.fetchval("SELECT scopes FROM auth.api_keys WHERE id = $1", f"key{number}")
            assert {Scope(scope) for scope in scopes} == scopes_of(roles) - NAMED_ONLY, roles
    finally:
        await connection.close()
