"""Guessing a password: where it ends, and that a stranger's guesses lock nobody out but the stranger."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from cift_gateway.domain.client_address import client_address, networks, subscriber
from conftest import PASSWORD, Launch, RunningGateway, bearer


@dataclass(frozen=True)
class Places:
    """Two places on the internet; the counters outlive a test, so that each has its own."""

    owner: str
    stranger: str


@pytest.fixture
def places() -> Places:
    numbers = secrets.token_bytes(4)
    return Places(f"203.{numbers[0]}.{numbers[1]}.7", f"198.{numbers[2]}.{numbers[3]}.9")


@pytest.fixture
async def ingress(launch: Launch) -> AsyncIterator[RunningGateway]:
    """Behind a proxy: this test is the ingress, and says in a header who its client is."""
    async with launch(
        trusted_proxies="127.0.0.0/8", log_in_rate_per_email="3/hour", log_in_rate_per_address="8/hour"
    ) as running:
        yield running


async def attempt(
    gateway: RunningGateway, email: str, password: str, address: str, **request: Any
) -> tuple[int, Any, dict[str, str]]:
    headers = {"X-Forwarded-For": address, **request.pop("headers", {})}
    body = {"email": email, "password": password, **request}
    return await gateway.call("POST", "/auth/login", json=body, headers=headers)


async def test_guesses_are_limited_and_the_answer_says_for_how_long(launch: Launch) -> None:
    email = f"{secrets.token_hex(8)}@example.org"
    person = {"email": email, "password": "guess after guess"}
    async with launch(log_in_rate_per_email="2/hour") as gateway:
        assert [(await gateway.call("POST", "/auth/login", json=person))[0] for _ in range(3)] == [401, 401, 429]
        status, error, headers = await gateway.call("POST", "/auth/login", json=person)
        assert (status, error["reason"]) == (429, "TOO_MANY_ATTEMPTS")
        assert 1 <= int(headers["Retry-After"]) <= 3600
    # Another gateway counts on.
    async with launch(log_in_rate_per_email="2/hour") as gateway:
        assert (await gateway.call("POST", "/auth/login", json=person))[0] == 429


async def test_a_stranger_locks_out_nobody_elsewhere(ingress: RunningGateway, places: Places) -> None:
    email = (await ingress.sign_up(headers={"X-Forwarded-For": places.owner}))["user"]["email"]
    statuses = [(await attempt(ingress, email, "wrong", places.stranger))[0] for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    assert (await attempt(ingress, email, PASSWORD, places.owner))[0] == 200
    # What a client writes into the header stands left of what the proxy adds.
    assert (await attempt(ingress, email, "wrong", f"{places.owner}, 192.0.2.1, {places.stranger}"))[0] == 429
    # Other e-mails from the same place are limited more loosely, and limited.
    statuses = [(await attempt(ingress, f"{n}-{email}", "wrong", places.stranger))[0] for n in range(8)]
    assert statuses.index(429) == 5


async def test_only_failures_count(ingress: RunningGateway, places: Places) -> None:
    log_in = await ingress.sign_up(headers={"X-Forwarded-For": places.owner})
    email = log_in["user"]["email"]
    for _ in range(3):
        statuses = [(await attempt(ingress, email, p, places.owner))[0] for p in ("wrong", "wrong", PASSWORD)]
        assert statuses == [401, 401, 200]
    refresh_token = log_in["refresh_token"]
    for _ in range(20):
        status, renewed, _headers = await ingress.call(
            "POST", "/auth/refresh", json={"refresh_token": refresh_token}, headers={"X-Forwarded-For": places.owner}
        )
        assert status == 200, renewed
        refresh_token = renewed["refresh_token"]


async def test_a_device_that_logged_in_before_has_a_counter_of_its_own(ingress: RunningGateway, places: Places) -> None:
    email = (await ingress.sign_up(headers={"X-Forwarded-For": places.owner}))["user"]["email"]
    status, _, _ = await attempt(ingress, email, PASSWORD, places.owner)
    assert status == 200
    async with ingress.session.post(
        ingress.base_url + "/auth/login",
        json={"email": email, "password": PASSWORD, "cookie": True},
        headers={"X-Forwarded-For": places.owner},
    ) as answer:
        mark = answer.cookies["cift_device"].value
    ingress.session.cookie_jar.clear()
    # Somebody behind the same address uses up all attempts.
    statuses = [(await attempt(ingress, email, "wrong", places.owner))[0] for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert (await attempt(ingress, email, PASSWORD, places.owner))[0] == 429
    cookie = {"Cookie": f"cift_device={mark}"}
    assert (await attempt(ingress, email, PASSWORD, places.owner, headers=cookie))[0] == 200
    # The mark is of one user, cannot be made up, and has its limit as well.
    for other in (mark[:-1] + ("0" if mark[-1] != "0" else "1"), "x" * 86, ""):
        headers = {"Cookie": f"cift_device={other}"}
        assert (await attempt(ingress, email, PASSWORD, places.owner, headers=headers))[0] == 429
    statuses = [(await attempt(ingress, email, "wrong", places.owner, headers=cookie))[0] for _ in range(4)]
    assert statuses == [401, 401, 401, 429]


async def test_changing_the_password_is_behind_the_same_counter(ingress: RunningGateway, places: Places) -> None:
    log_in = await ingress.sign_up(headers={"X-Forwarded-For": places.owner})
    headers = {**bearer(log_in), "X-Forwarded-For": places.stranger}
    change = {"old_password": "wrong", "new_password": "another good password"}
    statuses = [(await ingress.call("PUT", "/auth/me/password", json=change, headers=headers))[0] for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert (await attempt(ingress, log_in["user"]["email"], PASSWORD, places.stranger))[0] == 429


async def test_without_trusted_proxies_the_header_is_nothing(launch: Launch) -> None:
    async with launch(log_in_rate_per_email="2/hour") as gateway:
        email = f"{secrets.token_hex(8)}@example.org"
        statuses = [(await attempt(gateway, email, "wrong", f"203.0.113.{n}"))[0] for n in range(3)]
        assert statuses == [401, 401, 429]


async def test_guesses_at_the_same_time_are_counted_before_they_are_looked_at(launch: Launch) -> None:
    import asyncio

    async with launch(log_in_rate_per_email="3/hour") as gateway:
        email = f"{secrets.token_hex(8)}@example.org"
        answers = await asyncio.gather(*(attempt(gateway, email, "wrong", "-") for _ in range(12)))
        assert sorted(status for status, _, _ in answers) == [401] * 3 + [429] * 9


TRUSTED = networks("10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", ["203.0.113.7"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["10.9.9.9, 10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        ("unix:", ["203.0.113.7"], "unix:"),
    ],
)
def test_the_right_most_hop_that_is_not_ours_is_the_client(peer: str, forwarded: list[str], expected: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == expected


def test_one_subscriber_is_one_counter() -> None:
    assert subscriber("2001:db8::1") == subscriber("2001:db8::ffff:1") == "2001:db8::/64"
    assert subscriber("::ffff:203.0.113.7") == subscriber("203.0.113.7") == "203.0.113.7"
