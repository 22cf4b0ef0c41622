"""Who becomes a user, and that nobody learns or guesses anything on the way."""

import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from cift_common import migrations
from cift_gateway import user_command
from conftest import PASSWORD, Launch, RunningGateway, bearer

from tests.stores import Stores

CODE = re.compile(r"Code +(\S+)")


def person(**changes: str) -> dict[str, str]:
    return {"email": f"{secrets.token_hex(8)}@example.org", "password": PASSWORD} | changes


async def boss(gateway: RunningGateway) -> dict[str, str]:
    demo = await gateway.credentials()
    return {"APCA-API-KEY-ID": demo["api_key_id"], "APCA-API-SECRET-KEY": demo["api_secret_key"]}


async def log_in(gateway: RunningGateway, who: dict[str, str]) -> tuple[int, Any]:
    status, body, _ = await gateway.call("POST", "/auth/login", json=who)
    return status, body


@pytest.fixture
async def invited(launch: Launch) -> AsyncIterator[RunningGateway]:
    async with launch(sign_up="invited") as running:
        yield running


async def test_sign_up_answers_the_same_whether_or_not_the_address_has_an_account(gateway: RunningGateway) -> None:
    new = person()
    first = await gateway.call("POST", "/auth/signup", json=new)
    for password in (PASSWORD, "another good password"):
        again = await gateway.call("POST", "/auth/signup", json={"email": new["email"].upper(), "password": password})
        assert again[:2] == first[:2] == (201, {"email": new["email"], "next": "log in"})
        assert again[2].keys() == first[2].keys()
        assert "Set-Cookie" not in again[2]
    assert (await log_in(gateway, new))[0] == 200
    assert (await log_in(gateway, {**new, "password": "another good password"}))[0] == 401


async def test_sign_up_is_no_way_around_the_limit_on_guesses(launch: Launch) -> None:
    async with launch(log_in_rate_per_address="5/hour") as gateway:
        known = person()
        statuses = [
            (await gateway.call("POST", "/auth/signup", json={**known, "password": f"guess after guess {number}"}))[0]
            for number in range(7)
        ]
        assert statuses == [201] * 5 + [429] * 2


async def test_a_closed_platform_takes_nobody_and_an_invited_one_takes_invites(launch: Launch) -> None:
    async with launch(sign_up="closed") as gateway:
        status, error, _ = await gateway.call("POST", "/auth/signup", json={**person(), "invite": "x"})
        assert (status, error["reason"]) == (403, "SIGN_UP_CLOSED")
        assert (await gateway.call("GET", "/auth/signup"))[1] == {"mode": "closed"}
    async with launch(sign_up="invited") as gateway:
        status, error, _ = await gateway.call("POST", "/auth/signup", json=person())
        assert (status, error["reason"], error["field"]) == (403, "SIGN_UP_CLOSED", "invite")


async def test_an_invite_is_for_one_address_and_good_once(invited: RunningGateway) -> None:
    new = person()
    wanted = {"email": new["email"], "roles": ["trader", "risk"]}
    status, invite, _ = await invited.call("POST", "/auth/invites", json=wanted, headers=await boss(invited))
    assert (status, invite["email"]) == (201, new["email"])
    assert invite["link"].endswith(f"/#invite={invite['code']}")
    for wrong in ({**person(), "invite": invite["code"]}, {**new, "invite": invite["code"][:-1]}):
        status, error, _ = await invited.call("POST", "/auth/signup", json=wrong)
        assert (status, error["reason"]) == (403, "CODE_INVALID")
    # A code of one purpose is none of another.
    for path, body in (
        ("/auth/email/verify", {"code": invite["code"]}),
        ("/auth/password/reset", {"code": invite["code"], "new_password": "another good password"}),
    ):
        assert (await invited.call("POST", path, json=body))[0] == 403
    assert (await invited.call("POST", "/auth/signup", json={**new, "invite": invite["code"]}))[0] == 201
    assert (await invited.call("POST", "/auth/signup", json={**new, "invite": invite["code"]}))[0] == 403
    status, body = await log_in(invited, new)
    assert (status, body["user"]["roles"], body["user"]["email_verified"]) == (200, ["trader", "risk"], True)


async def test_codes_end_when_they_are_replaced_or_expire_and_only_hashes_are_kept(
    invited: RunningGateway, database_url: str
) -> None:
    new, admin = person(), await boss(invited)
    wanted = {"email": new["email"]}
    codes = [(await invited.call("POST", "/auth/invites", json=wanted, headers=admin))[1]["code"] for _ in range(2)]
    assert (await invited.call("POST", "/auth/signup", json={**new, "invite": codes[0]}))[0] == 403
    connection = await asyncpg.connect(database_url)
    try:
        kept = await connection.fetch("SELECT * FROM auth.one_time_codes WHERE email = $1", new["email"])
        assert not any(code in str(dict(row)) for code in codes for row in kept)
        await connection.execute(
            "UPDATE auth.one_time_codes SET expires_at = now() - interval '1 s' WHERE email = $1", new["email"]
        )
    finally:
        await connection.close()
    assert (await invited.call("POST", "/auth/signup", json={**new, "invite": codes[1]}))[0] == 403


async def test_an_invite_takes_its_address_from_a_squatter(gateway: RunningGateway) -> None:
    squatter = await gateway.sign_up()
    owner = person(email=squatter["user"]["email"], password="the owner's own password")
    invite = (await gateway.call("POST", "/auth/invites", json={"email": owner["email"]}, headers=await boss(gateway)))[
        1
    ]
    assert (await gateway.call("POST", "/auth/signup", json={**owner, "invite": invite["code"]}))[0] == 201
    status, body = await log_in(gateway, owner)
    assert status == 200
    assert body["user"]["id"] != squatter["user"]["id"]
    assert (await log_in(gateway, {**owner, "password": PASSWORD}))[0] == 401


async def test_a_verified_address_stays(gateway: RunningGateway) -> None:
    mine = await gateway.sign_up()
    admin, path = await boss(gateway), f"/auth/users/{mine['user']['id']}/verification"
    code = (await gateway.call("POST", path, headers=admin))[1]["code"]
    assert [(await gateway.call("POST", "/auth/email/verify", json={"code": code}))[0] for _ in range(2)] == [204, 403]
    assert (await gateway.call("GET", "/auth/me", headers=bearer(mine)))[1]["email_verified"]
    email = mine["user"]["email"]
    invite = (await gateway.call("POST", "/auth/invites", json={"email": email}, headers=admin))[1]["code"]
    other = {"email": email, "password": "another good password", "invite": invite}
    assert (await gateway.call("POST", "/auth/signup", json=other))[0] == 201
    assert (await log_in(gateway, {"email": email, "password": PASSWORD}))[0] == 200


async def test_a_reset_ends_the_sessions_and_refuses_weak_passwords(gateway: RunningGateway) -> None:
    mine = await gateway.sign_up()
    path = f"/auth/users/{mine['user']['id']}/password-reset"
    code = (await gateway.call("POST", path, headers=await boss(gateway)))[1]["code"]
    weak = {"code": code, "new_password": "Password123!"}
    status, error, _ = await gateway.call("POST", "/auth/password/reset", json=weak)
    assert (status, error["reason"]) == (422, "WEAK_PASSWORD")
    good = {"code": code, "new_password": "another good password"}
    assert [(await gateway.call("POST", "/auth/password/reset", json=good))[0] for _ in range(2)] == [204, 403]
    assert (await gateway.call("GET", "/auth/me", headers=bearer(mine)))[0] == 401
    email = mine["user"]["email"]
    assert (await log_in(gateway, {"email": email, "password": PASSWORD}))[0] == 401
    assert (await log_in(gateway, {"email": email, "password": "another good password"}))[0] == 200


async def test_only_admins_make_codes(gateway: RunningGateway) -> None:
    mine = await gateway.sign_up()
    user = mine["user"]["id"]
    for path in ("/auth/invites", f"/auth/users/{user}/verification", f"/auth/users/{user}/password-reset"):
        body = {"email": "a@example.org"}
        assert (await gateway.call("POST", path, json=body, headers=bearer(mine)))[0] == 403, path
        assert (await gateway.call("POST", path, json=body))[0] == 401, path


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert user_command.main(arguments) == 0
    return capsys.readouterr().out


async def _in_thread(work: Any) -> Any:
    import asyncio

    return await asyncio.to_thread(work)


async def test_an_operator_makes_the_first_admin_without_another(
    launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with launch(sign_up="closed") as gateway:
        email = person()["email"]
        shown = await _in_thread(lambda: command(capsys, "create", email, "--role", "admin", "--role", "trader"))
        found = CODE.search(shown)
        assert found, shown
        reset = {"code": found[1], "new_password": PASSWORD}
        assert (await gateway.call("POST", "/auth/password/reset", json=reset))[0] == 204
        status, admin = await log_in(gateway, {"email": email, "password": PASSWORD})
        assert (status, admin["user"]["roles"]) == (200, ["admin", "trader"])
        assert (await gateway.call("GET", "/auth/users", headers=bearer(admin)))[0] == 200
        # Roles and sessions end on the gateway that runs, at once.
        await _in_thread(lambda: command(capsys, "log-out", email))
        assert (await gateway.call("GET", "/auth/me", headers=bearer(admin)))[0] == 401
        found = CODE.search(await _in_thread(lambda: command(capsys, "reset", email)))
        assert found
        assert email in await _in_thread(lambda: command(capsys, "list"))


async def test_the_last_admin_stays(
    launch: Launch, stores: Stores, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = stores.create_database()
    migrations.upgrade("cift_gateway", "auth", url)
    monkeypatch.setenv("CIFT_DATABASE_URL", url)
    async with launch() as gateway:
        _, me, _ = await gateway.call("GET", "/auth/me", headers=await boss(gateway))
        assert await _in_thread(lambda: user_command.main(["roles", me["email"], "--role", "trader"])) == 1
        assert "last admin" in capsys.readouterr().err
        # With a second one the first may go, and then the second stays.
        await _in_thread(lambda: command(capsys, "create", "second@example.org", "--role", "admin"))
        await _in_thread(lambda: command(capsys, "roles", me["email"], "--role", "trader"))
        assert await _in_thread(lambda: user_command.main(["roles", "second@example.org", "--role", "risk"])) == 1


def test_the_command_names_what_is_wrong(launch: Launch, capsys: pytest.CaptureFixture[str]) -> None:
    assert user_command.main(["reset", "nobody@example.org"]) == 1
    assert "no user has the address nobody@example.org" in capsys.readouterr().err
    assert user_command.main(["create", "nobody"]) == 1
    assert "e-mail address" in capsys.readouterr().err
