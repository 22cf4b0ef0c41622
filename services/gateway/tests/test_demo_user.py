"""The demo user with credentials that are given: the same after every start, and others end the old ones."""

import asyncio
import secrets
from typing import Any

from cift_gateway.service.demo_user import EMAIL


def headers(given: dict[str, str]) -> dict[str, str]:
    return {"APCA-API-KEY-ID": given["demo_api_key_id"], "APCA-API-SECRET-KEY": given["demo_api_secret_key"]}


def fresh() -> dict[str, str]:
    names = {"demo_password": 12, "demo_api_key_id": 12, "demo_api_secret_key": 32}
    return {name: secrets.token_hex(size) for name, size in names.items()}


async def until_let_in(gateway: Any, given: dict[str, str]) -> None:
    async with asyncio.timeout(30):
        while (await gateway.call("GET", "/v2/account", headers=headers(given)))[0] == 401:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_given_credentials_count_until_others_are_given(launch: Any) -> None:
    first, second = fresh(), fresh()
    for given in (first, first, second):
        async with launch(credentials_file="", **given) as gateway:
            await until_let_in(gateway, given)
            log_in = {"email": EMAIL, "password": given["demo_password"]}
            assert (await gateway.call("POST", "/auth/login", json=log_in))[0] == 200
    async with launch(credentials_file="", **second) as gateway:
        assert (await gateway.call("GET", "/v2/account", headers=headers(first)))[0] == 401
