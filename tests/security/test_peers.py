"""A service knows who calls, by certificate or token, and lets each caller do what the declaration gives it; what the
gateway asks about an account it asks for somebody, whom it names with a signature."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from cift_common import rpc, service
from cift_common.errors import CiftError
from cift_common.peers import PRINCIPAL, Callers
from cift_common.principal import LIFE_SECONDS, Signer, Verifier
from cift_common.settings import ServiceSettings
from cift_gateway.adapters.acting import acting
from cift_gateway.adapters.backends import Backends
from cift_gateway.domain.principal import CredentialKind, Principal
from cift_gateway.domain.scope import Role, scopes_of
from cift_operator.api import default_platform
from cift_operator.cluster import certificates
from cift_operator.components import Component, components, local_components
from cift_operator.components.peers import OPERATOR, OPERATOR_CALLS
from cift_operator.components.values import Secret, parts_of
from cift_proto.analytics.v1 import analytics_pb2, analytics_pb2_grpc
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from cift_proto.forecast.v1 import forecast_pb2, forecast_pb2_grpc
from cift_proto.marketdata.v1 import marketdata_pb2, marketdata_pb2_grpc
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc
from cift_risk.__main__ import SCOPES as RISK_SCOPES
from cift_trading.__main__ import SCOPES as TRADING_SCOPES
from google.protobuf import message_factory
from prometheus_client import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
SERVICES: Mapping[str, tuple[Any, Any, str]] = {
    "trading": (trading_pb2, trading_pb2_grpc, "TradingService"),
    "risk": (risk_pb2, risk_pb2_grpc, "RiskService"),
    "execution": (execution_pb2, execution_pb2_grpc, "ExecutionService"),
    "marketdata": (marketdata_pb2, marketdata_pb2_grpc, "MarketDataService"),
    "analytics": (analytics_pb2, analytics_pb2_grpc, "AnalyticsService"),
    "forecast": (forecast_pb2, forecast_pb2_grpc, "ForecastService"),
}
SCOPES = {"trading": TRADING_SCOPES, "risk": RISK_SCOPES}
PLATFORM = "demo"
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
OK, DENIED, UNKNOWN = grpc.StatusCode.OK, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED


def declared() -> dict[str, Component]:
    platform = default_platform(PLATFORM)
    changed = {"analytics": {"enabled": True}, "forecast": {"enabled": True}}
    document = platform.model_dump(by_alias=True, mode="json", exclude_none=True, exclude={"status"})
    return {one.name: one for one in components(type(platform).model_validate(document | {"spec": changed}))}


COMPONENTS = declared()
CALLERS = sorted({*SERVICES, "gateway", OPERATOR, "postgres", "nats"})


def callers(name: str, *, keys: tuple[bytes, ...] = (KEY,), platform: str = PLATFORM) -> Callers:
    listed = json.loads(str(COMPONENTS[name].env["CIFT_CALLERS"]))
    return Callers(platform, {one: frozenset(methods) for one, methods in listed.items()}, {}, Verifier(keys))


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return certificates.complete({}, {name: ["localhost"] for name in CALLERS}, datetime.now(UTC), platform=PLATFORM)


@pytest.fixture(autouse=True)
def _open_again() -> Iterator[None]:
    yield
    rpc.secure(None)
    rpc.restrict(None)


def tls(files: Mapping[str, str], name: str) -> rpc.Tls:
    return rpc.Tls(files["ca.crt"].encode(), files[f"{name}.crt"].encode(), files[f"{name}.key"].encode())


def methods(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = SERVICES[name][0].DESCRIPTOR.services_by_name[SERVICES[name][2]].methods_by_name
    return found


def answering(name: str) -> Any:
    """A servicer that answers every call with an empty message."""

    def unary(answer: Any) -> Any:
        async def call(self: Any, request: Any, context: Any) -> Any:
            return answer()

        return call

    def stream(answer: Any) -> Any:
        async def call(self: Any, request: Any, context: Any) -> AsyncIterator[Any]:
            yield answer()

        return call

    made = {
        method: (stream if one.server_streaming else unary)(message_factory.GetMessageClass(one.output_type))
        for method, one in methods(name).items()
    }
    return type("Answering", (), made)()


@asynccontextmanager
async def serving(name: str, let_in: Callers | None) -> AsyncIterator[str]:
    """The service of that name; its callers and certificate were set before."""
    rpc.restrict(let_in)
    server = rpc.Server("127.0.0.1:0")
    _, module, kind = SERVICES[name]
    server.add(getattr(module, f"add_{kind}Servicer_to_server"), answering(name), kind, SCOPES.get(name))
    await server.start()
    try:
        yield f"localhost:{server.port}"
    finally:
        await server.stop(0)


async def call(
    channel: grpc.aio.Channel, name: str, method: str, request: Any = None, principal: str = ""
) -> grpc.StatusCode:
    _, module, kind = SERVICES[name]
    one = methods(name)[method]
    wanted = request if request is not None else message_factory.GetMessageClass(one.input_type)()
    metadata = ((PRINCIPAL, principal),) if principal else ()
    answer = getattr(getattr(module, f"{kind}Stub")(channel), method)(wanted, metadata=metadata, timeout=10)
    try:
        if one.server_streaming:
            async for _ in answer:
                pass
        else:
            await answer
    except grpc.aio.AioRpcError as error:
        return error.code()
    return OK


def denials(caller: str, method: str, reason: str) -> float:
    labels = {"caller": caller, "rpc_method": method, "reason": reason}
    return REGISTRY.get_sample_value("cift_rpc_denied_total", labels) or 0.0


def as_admin(account: str) -> str:
    return Signer((KEY,)).sign("user", account, "session", frozenset({"risk:read_all", "risk:write", "users:admin"}))


@pytest.mark.parametrize("name", SERVICES)
async def test_every_method_is_open_to_those_whose_declaration_names_it_and_to_nobody_else(
    name: str, files: Mapping[str, str]
) -> None:
    rpc.secure(tls(files, name))
    async with serving(name, callers(name)) as address:
        for caller in CALLERS:
            allowed = OPERATOR_CALLS if caller == OPERATOR else COMPONENTS[caller].calls
            async with rpc.channel(address, tls(files, caller)) as channel:
                for method in methods(name):
                    before = denials(caller, method, "CALLER_NOT_ALLOWED")
                    code = await call(channel, name, method, principal=as_admin(""))
                    if method in allowed.get(name, ()):
                        # An empty account is nobody's: the edge is let in and refused for that.
                        assert code in ((OK, DENIED) if caller == "gateway" else (OK,)), (caller, method)
                    else:
                        assert code == DENIED, (caller, method)
                    refused = method not in allowed.get(name, ())
                    assert denials(caller, method, "CALLER_NOT_ALLOWED") - before == refused, (caller, method)


async def test_a_certificate_of_another_platform_and_a_service_without_callers_let_nobody_in(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    rpc.secure(tls(files, "trading"))
    other = callers("trading", platform="other")
    async with serving("trading", other) as at, rpc.channel(at, tls(files, "execution")) as channel:
        assert await call(channel, "trading", "ListOpenOrders") == UNKNOWN
    # With TLS and no list: what a service that nobody declared does.
    (tmp_path / "platform.json").write_text(str(COMPONENTS["trading"].files[0].content))
    bare = ServiceSettings(platform_file=tmp_path / "platform.json", **{f"tls_{one}": tmp_path for one in _TLS})
    nobody = service.callers(bare)
    async with serving("trading", nobody) as at, rpc.channel(at, tls(files, "execution")) as channel:
        assert await call(channel, "trading", "ListOpenOrders") == DENIED


_CALL = re.compile(
    r"(?:_stub|stub|_risk\(addresses\)|risk_service|marketdata|trading|risk|execution|analytics|forecast)\.([A-Z]\w+)\b"
)
_TLS = ("ca", "certificate", "key")


async def test_what_the_gateway_asks_about_an_account_it_asks_for_its_owner(files: Mapping[str, str]) -> None:
    clock = [1_000]
    signer, thief = Signer((KEY,), lambda: clock[0]), Signer((OTHER_KEY,), lambda: clock[0])
    mine = signer.sign("u", "mine", "session", frozenset({"trading:write"}))
    officer = signer.sign("o", "theirs", "session", frozenset({"users:admin"}))
    listed = callers("trading")
    let_in = Callers(PLATFORM, listed.methods, {}, Verifier((KEY,), lambda: clock[0]))
    order = trading_pb2.SubmitOrderRequest(account_id="mine", symbol="AAPL")
    preview = trading_pb2.PreviewOrderRequest(order=order)
    cancel = trading_pb2.CancelAllOrdersRequest(account_id="mine")
    rpc.secure(tls(files, "trading"))
    async with serving("trading", let_in) as address, rpc.channel(address, tls(files, "gateway")) as channel:

        async def ask(method: str, request: Any, principal: str) -> grpc.StatusCode:
            return await call(channel, "trading", method, request, principal)

        assert await ask("SubmitOrder", order, mine) == OK
        assert await ask("PreviewOrder", preview, mine) == OK
        assert await ask("CancelAllOrders", cancel, officer) == OK
        for method, request in (("SubmitOrder", order), ("PreviewOrder", preview)):
            before = denials("gateway", method, "PRINCIPAL_MISMATCH")
            assert await ask(method, request, officer) == DENIED
            assert denials("gateway", method, "PRINCIPAL_MISMATCH") == before + 1
        spellings = {mine[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}
        for forged in ("", "x", ".", mine[:-2], mine.split(".")[0], mine + "x", mine + "=", *spellings - {mine}):
            assert await ask("SubmitOrder", order, forged) == UNKNOWN, forged
        theirs = thief.sign("u", "mine", "session", frozenset({"trading:write"}))
        assert await ask("SubmitOrder", order, theirs) == UNKNOWN
        other = thief.sign("u", "mine", "session", frozenset({"trading:write", "users:admin"}))
        assert await ask("SubmitOrder", order, f"{other.split('.')[0]}.{mine.split('.')[1]}") == UNKNOWN
        clock[0] += LIFE_SECONDS
        assert await ask("SubmitOrder", order, mine) == UNKNOWN


async def test_limits_and_other_accounts_need_the_role_in_the_risk_service_too(files: Mapping[str, str]) -> None:
    signer = Signer((KEY,))
    trader = signer.sign("u", "mine", "session", frozenset({"trading:write"}))
    officer = signer.sign("o", "theirs", "session", frozenset({"risk:read_all", "risk:write"}))
    rpc.secure(tls(files, "risk"))
    async with serving("risk", callers("risk")) as address, rpc.channel(address, tls(files, "gateway")) as channel:
        for method in ("SetLimits", "SetHalt", "SetRestriction"):
            assert await call(channel, "risk", method, principal=trader) == DENIED
            assert await call(channel, "risk", method) == UNKNOWN
            assert await call(channel, "risk", method, principal=officer) == OK
        for account, code in (("mine", OK), ("", DENIED), ("theirs", DENIED)):
            request = risk_pb2.GetExposureRequest(account_id=account)
            assert await call(channel, "risk", "GetExposure", request, trader) == code
            assert await call(channel, "risk", "GetExposure", request, officer) == OK


async def test_the_gateway_calls_for_whoever_asks_it_and_for_nobody_else(files: Mapping[str, str]) -> None:
    rpc.secure(tls(files, "trading"))
    async with serving("trading", callers("trading")) as address:
        rpc.secure(tls(files, "gateway"))
        backends = Backends(address, address, address, address, 10, trading_principals=Signer((KEY,)))

        async def get_account(account: str, *, for_itself: str = "") -> str:
            request = trading_pb2.GetAccountRequest(account_id=account)
            try:
                await backends.call(backends.trading.GetAccount, request, account_id=for_itself)
            except CiftError as error:
                return error.reason
            return ""

        try:
            assert await get_account("mine") == "PRINCIPAL_MISSING"
            roles = frozenset({Role.TRADER})
            token = acting.set(
                Principal("u", "mine", "u@example.com", roles, "session", CredentialKind.SESSION, scopes_of(roles))
            )
            assert await get_account("mine") == ""
            assert await get_account("theirs") == "PRINCIPAL_MISMATCH"
            acting.reset(token)
            # A stream that it follows, or an account that it opens.
            assert await get_account("mine", for_itself="mine") == ""
            assert await get_account("theirs", for_itself="mine") == "PRINCIPAL_MISMATCH"
        finally:
            await backends.close()


async def test_without_tls_tokens_say_who_calls() -> None:
    listed = callers("trading")
    tokens = {caller: f"token-of-{caller}" for caller in listed.methods}
    async with serving("trading", Callers(PLATFORM, listed.methods, tokens, Verifier((KEY,)))) as address:
        for caller, allowed in (
            (name, COMPONENTS[name].calls.get("trading", ())) for name in ("execution", "analytics")
        ):
            async with rpc.channel(address, token=tokens[caller]) as channel:
                for method in methods("trading"):
                    assert await call(channel, "trading", method) == (OK if method in allowed else DENIED)
        for token in ("", "token-of-", "token-of-execution2"):
            async with rpc.channel(address, token=token) as channel:
                assert await call(channel, "trading", "ListOpenOrders") == UNKNOWN


def test_a_token_or_a_key_is_known_to_the_two_who_need_it() -> None:
    readers: dict[tuple[str, str], set[str]] = {}
    for component in local_components(default_platform(PLATFORM)):
        for part in (part for value in component.env.values() for part in parts_of(value)):
            if isinstance(part, Secret) and part.name.startswith(("call-", "principal-")):
                readers.setdefault((part.name, part.key), set()).add(component.name)
    assert readers
    for (name, _), known in readers.items():
        named = set(name.removeprefix("call-").split("-")) if name.startswith("call-") else {"gateway", name[10:]}
        assert known == named - {OPERATOR}, name
    # With certificates there are no tokens.
    assert not [one for component in COMPONENTS.values() for one in component.secrets if one.name.startswith("call-")]


def test_services_call_what_they_declare_and_nothing_else() -> None:
    for caller, folder in (
        *((name, f"services/{name}/cift_{name}") for name in (*SERVICES, "gateway")),
        (OPERATOR, "operator/cift_operator/cluster"),
    ):
        source = "".join(path.read_text() for path in (ROOT / folder).rglob("*.py"))
        used = set(_CALL.findall(source))
        declares = OPERATOR_CALLS if caller == OPERATOR else COMPONENTS[caller].calls
        for called, listed in declares.items():
            assert set(listed) <= set(methods(called)), (caller, called)
            # Proofs are asked for by people and tests.
            assert set(listed) - {"CheckLedger", "ListQuarantine", "CompareBookings"} <= used, (caller, called)
        known = {method for listed in declares.values() for method in listed}
        rpcs = {method for name in SERVICES for method in methods(name)}
        matcher = {"GetBook", "ListOrders", "GetOrder"} if caller == "execution" else set()
        assert (used & rpcs) - known - matcher == set(), caller
