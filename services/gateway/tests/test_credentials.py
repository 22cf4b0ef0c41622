"""A credential is accepted whole, in its own place, and in no other way.

Each example uses every credential the right way first: what the gateway remembers of them is there to be abused.
"""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest
from conftest import Launch, RunningGateway
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_oidc import AUDIENCE, Provider
from test_oidc import provider as provider

KINDS = (
    "access_token", "oidc_token", "refresh_token", "key_id", "key_secret", "other_key_id", "other_key_secret",
    "user_id", "account_id", "email", "session_id",
)  # fmt: skip
TOKENS = ("access_token", "oidc_token")
_SEPARATORS = ("", ".", ":", ",", " ", "\t", ";", "=", "|", "/")
_LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.+/ ")


@dataclass
class Held:
    """A gateway, and every kind of credential that one user holds there."""

    gateway: RunningGateway
    values: dict[str, str]

    async def use_all(self) -> None:
        """Presents every credential as it should be, and is let in."""
        for kind in TOKENS:
            assert await self.bearer(self.values[kind]), kind
        for prefix in ("", "other_"):
            pair = self.values[f"{prefix}key_id"], self.values[f"{prefix}key_secret"]
            assert await self.key_headers(*pair), prefix
            assert await self.basic(*pair), prefix

    async def _rest(self, **headers: str) -> bool:
        status, body, _ = await self.gateway.call(
            "GET", "/auth/me", headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        assert status in (200, 401), body
        return status == 200

    async def bearer(self, text: str) -> bool:
        return await self._rest(Authorization=f"Bearer {text}")

    async def key_headers(self, key_id: str, secret: str) -> bool:
        return await self._rest(APCA_API_KEY_ID=key_id, APCA_API_SECRET_KEY=secret)

    async def basic(self, key_id: str, secret: str) -> bool:
        return await self._rest(Authorization=f"Basic {base64.b64encode(f'{key_id}:{secret}'.encode()).decode()}")

    async def socket(self, path: str, message: dict[str, Any]) -> bool:
        """Whether a WebSocket takes this as authentication."""
        async with self.gateway.session.ws_connect(self.gateway.base_url + path) as socket:
            await socket.send_json({"action": "auth", **message})
            while True:
                answer = await socket.receive(timeout=30)
                assert answer.type is aiohttp.WSMsgType.TEXT, answer
                text = answer.data
                if "connected" not in text:
                    break
            body = orjson.loads(text)
            if path == "/stream":
                return bool(body["data"]["status"] == "authorized")
            return bool(body[0].get("msg") == "authenticated")

    async def refresh(self, text: str) -> bool:
        status, _, _ = await self.gateway.call("POST", "/auth/refresh", json={"refresh_token": text[:256]})
        return status == 200


@pytest.fixture
async def held(launch: Launch, provider: Provider) -> AsyncIterator[Held]:
    async with launch(
        oidc_issuer=provider.issuer, oidc_audience=AUDIENCE, api_rate_per_second=1e6, api_rate_burst=1e6
    ) as gateway:
        log_in = await gateway.sign_up()
        token = {"Authorization": f"Bearer {log_in['access_token']}"}
        keys = [(await gateway.call("POST", "/auth/keys", json={"name": "bot"}, headers=token))[1] for _ in range(2)]
        claims = log_in["access_token"].split(".")[1]
        user = log_in["user"]
        yield Held(
            gateway,
            {
                "access_token": log_in["access_token"],
                "oidc_token": provider.token(sub=user["id"], exp=2**33),
                "refresh_token": log_in["refresh_token"],
                "key_id": keys[0]["id"],
                "key_secret": keys[0]["secret"],
                "other_key_id": keys[1]["id"],
                "other_key_secret": keys[1]["secret"],
                "user_id": user["id"],
                "account_id": user["account_id"],
                "email": user["email"],
                "session_id": orjson.loads(base64.urlsafe_b64decode(claims + "==="))["sid"],
            },
        )


@st.composite
def _recipe(draw: st.DrawFn) -> Any:
    """How to make a text out of credentials: a function of their values, for they are not known yet."""
    kind, other = draw(st.sampled_from(KINDS)), draw(st.sampled_from(KINDS))
    how = draw(st.sampled_from(("whole", "slice", "case", "join", "change", "insert", "parts")))
    at, length = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    separator, letter = draw(st.sampled_from(_SEPARATORS)), draw(_LETTERS)
    case = draw(st.sampled_from((str.upper, str.lower, str.swapcase)))

    def make(values: dict[str, str]) -> str:
        text = values[kind]
        place = int(at * len(text))
        if how == "slice":
            return text[place : place + 1 + int(length * len(text))]
        if how == "case":
            return case(text)
        if how == "join":
            return text + separator + values[other]
        if how == "change":
            place = min(place, len(text) - 1)
            return text[:place] + letter + text[place + 1 :]
        if how == "insert":
            return text[:place] + letter + text[place:]
        if how == "parts":
            left, right = values["access_token"].split("."), values["oidc_token"].split(".")
            choice = int(at * 8)
            return ".".join((right if choice >> part & 1 else left)[part] for part in range(3))
        return text

    return make


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_recipe(), second=_recipe())
async def test_nothing_but_a_whole_credential_in_its_own_place_lets_anybody_in(
    held: Held, first: Any, second: Any
) -> None:
    await held.use_all()
    text, secret = first(held.values), second(held.values)
    pairs = {(held.values[f"{prefix}key_id"], held.values[f"{prefix}key_secret"]) for prefix in ("", "other_")}
    tokens = {held.values[kind] for kind in TOKENS}

    for one in (text, secret):
        # White space around a header's value is none of the value.
        assert await held.bearer(one) == (one.strip() in tokens), one
        for path in ("/stream", "/v2/iex"):
            assert await held.socket(path, {"token": one}) == (one in tokens), (path, one)
        if one != held.values["refresh_token"]:
            assert not await held.refresh(one), one
    for key_id in (text, held.values["key_id"]):
        for key_secret in (secret, "", key_id):
            expected = (key_id, key_secret) in pairs
            assert await held.key_headers(key_id, key_secret) == ((key_id.strip(), key_secret.strip()) in pairs)
            if ":" not in key_id:
                assert await held.basic(key_id, key_secret) == expected, (key_id, key_secret)
            for path, names in (("/stream", ("key_id", "secret_key")), ("/v2/iex", ("key", "secret"))):
                message = dict(zip(names, (key_id, key_secret), strict=True))
                assert await held.socket(path, message) == expected, (path, message)


async def test_an_id_that_was_just_used_is_no_token(held: Held) -> None:
    """The finding itself: the public id of a key in use logged its reader in."""
    await held.use_all()
    for kind in KINDS:
        if kind not in TOKENS:
            assert not await held.bearer(held.values[kind]), kind
            assert not await held.socket("/stream", {"token": held.values[kind]}), kind
            assert not await held.socket("/v2/iex", {"token": held.values[kind]}), kind
    for kind in KINDS:
        assert not await held.key_headers(held.values[kind], "x"), kind
        assert not await held.key_headers(held.values[kind], ""), kind


async def test_another_spelling_of_a_signature_is_another_token(held: Held) -> None:
    await held.use_all()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for kind in TOKENS:
        text = held.values[kind]
        for spelling in ({text[:-1] + letter for letter in letters} | {text + "=", text + "!", text + "."}) - {text}:
            assert not await held.bearer(spelling), spelling


async def test_what_is_not_text_is_no_credential(held: Held) -> None:
    await held.use_all()
    token, key_id, secret = (held.values[name] for name in ("access_token", "key_id", "key_secret"))
    for path in ("/stream", "/v2/iex"):
        for message in (
            {"token": [token]},
            {"token": {"token": token}},
            {"key": [key_id], "secret": secret},
            {"key": key_id, "secret": [secret]},
            {"token": True, "key": key_id, "secret": secret},
        ):
            assert not await held.socket(path, message), message


async def test_a_header_that_is_given_twice_is_refused(held: Held) -> None:
    key = [("APCA-API-KEY-ID", held.values["key_id"]), ("APCA-API-SECRET-KEY", held.values["key_secret"])]
    token = [("Authorization", f"Bearer {held.values['access_token']}")]
    for headers in ([*key, key[0]], [*key, key[1]], token * 2):
        async with held.gateway.session.get(f"{held.gateway.base_url}/auth/me", headers=headers) as answer:
            assert answer.status == 401, headers
