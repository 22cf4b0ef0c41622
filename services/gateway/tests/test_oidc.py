"""Tokens of an identity provider: a real key set over HTTP, and a gateway that believes it and nobody else."""

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from aiohttp import web
from conftest import PASSWORD, Launch, RunningGateway, bearer
from cryptography.hazmat.primitives.asymmetric import ec, rsa

AUDIENCE = "cift"


class Provider:
    """Discovery, keys, and tokens as anybody might ask for them."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"first": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.issuer = ""
        self.asked = 0

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.add_routes(
            [
                web.get("/realm/.well-known/openid-configuration", self._discovery),
                web.get("/realm/keys", self._keys),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}/realm"
        return runner

    def token(self, kid: str = "first", key: Any = ..., algorithm: str = "RS256", **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": AUDIENCE, "sub": "42", "iat": now, "exp": now + 300} | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.keys[kid] if key is ... else key, algorithm=algorithm, headers={"kid": kid})

    async def _discovery(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        found = []
        for kid, key in self.keys.items():
            rsa_key = isinstance(key, rsa.RSAPrivateKey)
            algorithm = jwt.algorithms.RSAAlgorithm if rsa_key else jwt.algorithms.ECAlgorithm
            found.append(algorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"})
        return web.json_response({"keys": found})


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    found = Provider()
    runner = await found.start()
    yield found
    await runner.cleanup()


@pytest.fixture
async def trusting(launch: Launch, provider: Provider) -> AsyncIterator[RunningGateway]:
    async with launch(oidc_issuer=provider.issuer, oidc_audience=AUDIENCE, oidc_roles_claim="groups") as running:
        yield running


async def _account(gateway: RunningGateway, token: str) -> tuple[int, Any]:
    status, body, _ = await gateway.call("GET", "/v2/account", headers={"Authorization": f"Bearer {token}"})
    return status, body


async def test_a_user_is_made_when_they_first_come_and_stays_the_same(
    trusting: RunningGateway, provider: Provider
) -> None:
    subject = secrets.token_hex(8)
    email = f"{subject}@example.org"
    status, first = await _account(trusting, provider.token(sub=subject, email=email, email_verified=True))
    assert status == 200, first
    # Another token, another address, another key of the provider: the same subject.
    provider.keys["second"] = ec.generate_private_key(ec.SECP256R1())
    later = provider.token("second", algorithm="ES256", sub=subject, email=f"new-{email}", groups=["risk", "stranger"])
    status, again = await _account(trusting, later)
    assert (status, again["id"]) == (200, first["id"])
    status, _, _ = await trusting.call("GET", "/v2/risk/halts", headers={"Authorization": f"Bearer {later}"})
    assert status != 403, "the provider says that they are of risk"
    # Their password is nobody's.
    person = {"email": email, "password": PASSWORD}
    assert (await trusting.call("POST", "/auth/signup", json=person))[0] == 201
    assert (await trusting.call("POST", "/auth/login", json=person))[0] == 401


async def test_a_squatted_address_goes_to_the_owner_whom_the_provider_vouches_for(
    trusting: RunningGateway, provider: Provider
) -> None:
    """The two are never one: whoever signs up first under somebody else's address would share what is theirs."""
    squatter = await trusting.sign_up()
    email = squatter["user"]["email"]
    token = provider.token(sub=secrets.token_hex(8), email=email.upper(), email_verified=True)
    status, account = await _account(trusting, token)
    assert status == 200, account
    _, owner, _ = await trusting.call("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert (owner["email"], owner["email_verified"]) == (email, True)
    assert owner["id"] != squatter["user"]["id"]
    # The squatter keeps what is theirs under an address of nobody, and the password opens nothing of the owner's.
    _, me, _ = await trusting.call("GET", "/auth/me", headers=bearer(squatter))
    assert (me["id"], me["account_id"]) == (squatter["user"]["id"], squatter["user"]["account_id"])
    assert me["email"] != email
    log_in = {"email": email, "password": PASSWORD}
    assert (await trusting.call("POST", "/auth/login", json=log_in))[0] == 401


async def test_no_address_keeps_a_person_of_the_provider_out(trusting: RunningGateway, provider: Provider) -> None:
    """An address that the provider does not vouch for takes nothing from anybody, and neither does it lock them out."""
    local = await trusting.sign_up()
    email, host = local["user"]["email"], "127.0.0.1"
    subject = secrets.token_hex(8)
    squatted = {"email": f"{subject}@{host}", "password": PASSWORD}
    assert (await trusting.call("POST", "/auth/signup", json=squatted))[0] == 201
    tokens = [
        provider.token(sub=subject, email=email),
        provider.token(sub=secrets.token_hex(8), email=email, email_verified=False),
        provider.token(sub="auth0|somebody with spaces", email="no address", email_verified=True),
    ]
    seen = {email, squatted["email"]}
    for token in tokens:
        status, me, _ = await trusting.call("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert status == 200, me
        assert me["email"] not in seen
        assert not me["email_verified"]
        seen.add(me["email"])
    _, me, _ = await trusting.call("GET", "/auth/me", headers=bearer(local))
    assert me["email"] == email


async def test_what_the_provider_did_not_sign_for_us_is_refused(trusting: RunningGateway, provider: Provider) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(provider.keys["first"].public_key())
    now = int(time.time())
    assert (await _account(trusting, provider.token()))[0] == 200
    asked = provider.asked
    wrong = {
        "another key": provider.token(key=stranger),
        "an unknown key": provider.token("invented", key=stranger),
        "another audience": provider.token(aud="somebody"),
        "no audience": provider.token(aud=None),
        "another issuer": provider.token(iss="https://elsewhere.example"),
        "ended": provider.token(exp=now - 3600),
        "without an end": provider.token(exp=None),
        "without a subject": provider.token(sub=None),
        "a shared secret": provider.token(key=public.encode()[:32].hex(), algorithm="HS256"),
        "unsigned": provider.token(key=None, algorithm="none"),
    }
    for what, token in wrong.items():
        status, body = await _account(trusting, token)
        assert status == 401, (what, body)
    for number in range(20):
        assert (await _account(trusting, provider.token(f"invented-{number}", key=stranger)))[0] == 401
    assert provider.asked <= asked + 2, "unknown keys do not make us ask and ask"


async def test_without_its_provider_the_gateway_says_so_and_takes_its_own_tokens(launch: Launch) -> None:
    provider = Provider()
    runner = await provider.start()
    await runner.cleanup()
    async with launch(oidc_issuer=provider.issuer, oidc_audience=AUDIENCE) as gateway:
        status, body = await _account(gateway, provider.token())
        assert status == 503, body
        assert (await _account(gateway, (await gateway.sign_up())["access_token"]))[0] == 200


async def test_a_disabled_user_of_the_provider_is_out(trusting: RunningGateway, provider: Provider) -> None:
    token = provider.token(sub=secrets.token_hex(8))
    headers = {"Authorization": f"Bearer {token}"}
    assert (await _account(trusting, token))[0] == 200
    _, me, _ = await trusting.call("GET", "/auth/me", headers=headers)
    demo = await trusting.credentials()
    boss = {"APCA-API-KEY-ID": demo["api_key_id"], "APCA-API-SECRET-KEY": demo["api_secret_key"]}
    async with trusting.session.ws_connect(trusting.base_url + "/stream") as socket:
        await socket.send_json({"action": "auth", "token": token})
        assert '"authorized"' in await socket.receive_str()
        assert (await trusting.call("POST", f"/auth/users/{me['id']}/disable", headers=boss))[0] == 200
        message = await socket.receive(timeout=20)
        assert (message.data, message.extra) == (4401, "the user is disabled")
    status, body = await _account(trusting, token)
    assert (status, body["reason"]) == (401, "USER_DISABLED")
    assert (await _account(trusting, provider.token(sub=secrets.token_hex(8))))[0] == 200
