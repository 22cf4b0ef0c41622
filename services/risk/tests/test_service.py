"""The service as a process, with PostgreSQL and NATS as users have them."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import asyncpg
import pytest
from cift_common import rpc
from cift_common.errors import InvalidArgument, Unavailable
from cift_common.messaging import Messenger
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from nats.aio.msg import Msg

from tests.processes import ServiceProcess

ACCOUNT = "0192f0c4-0000-7000-8000-000000000001"
Declare = Callable[[dict[str, Any]], None]
PLATFORM_HALT = risk_pb2.Halt(scope=risk_pb2.Halt.SCOPE_PLATFORM, reason="fat finger", actor="desk 3")


def stub(process: ServiceProcess) -> "risk_pb2_grpc.RiskServiceAsyncStub":
    return cast("risk_pb2_grpc.RiskServiceAsyncStub", risk_pb2_grpc.RiskServiceStub(process.channel))


async def policy(process: ServiceProcess) -> risk_pb2.Policy:
    response: risk_pb2.GetPolicyResponse = await stub(process).GetPolicy(risk_pb2.GetPolicyRequest())
    return response.policy


async def test_an_unchanged_policy_is_leased_without_its_body(risk: ServiceProcess) -> None:
    first = await stub(risk).LeasePolicy(risk_pb2.LeasePolicyRequest(engine="trading"))
    assert first.policy.defaults.max_order_notional == "1000000"
    assert first.policy.defaults.price_collar_bp == 2000
    again = await stub(risk).LeasePolicy(
        risk_pb2.LeasePolicyRequest(engine="trading", known_version=first.policy.version)
    )
    assert again.unchanged
    assert not again.HasField("policy")
    assert again.lease_expires_at_ns > first.lease_expires_at_ns


async def test_a_halt_is_told_at_once_and_outlives_a_kill(risk: ServiceProcess, environment: dict[str, str]) -> None:
    messenger = await Messenger.connect(environment["CIFT_NATS_URL"], "test")
    told: asyncio.Queue[risk_pb2.Policy] = asyncio.Queue()
    halts: asyncio.Queue[risk_pb2.HaltChange] = asyncio.Queue()

    async def on_policy(message: Msg) -> None:
        told.put_nowait(risk_pb2.Policy.FromString(message.data))

    async def on_halt(message: Msg) -> None:
        halts.put_nowait(risk_pb2.HaltChange.FromString(message.data))

    await messenger.subscribe_core("risk.policy", on_policy)
    await messenger.subscribe_core("risk.halt", on_halt)
    await messenger.client.flush()

    version = (await stub(risk).SetHalt(risk_pb2.SetHaltRequest(halt=PLATFORM_HALT))).version
    announced, halt = await told.get(), await halts.get()
    assert announced.version == halt.policy_version == version
    assert [held.reason for held in announced.halts] == ["fat finger"]
    assert not halt.lifted

    risk.kill()
    await risk.start()
    assert [(held.actor, held.reason) for held in (await policy(risk)).halts] == [("desk 3", "fat finger")]
    lifted = await stub(risk).SetHalt(risk_pb2.SetHaltRequest(halt=PLATFORM_HALT, lifted=True))
    assert lifted.version == version + 1
    assert not (await policy(risk)).halts
    await messenger.close()


async def test_a_bad_change_names_its_field_and_changes_nothing(risk: ServiceProcess) -> None:
    before = await policy(risk)
    override = risk_pb2.LimitOverride(account_id=ACCOUNT, limits=risk_pb2.Limits(max_order_notional="NaN"))
    with pytest.raises(InvalidArgument) as refused, rpc.translated():
        await stub(risk).SetLimits(risk_pb2.SetLimitsRequest(override=override, actor="test"))
    assert refused.value.field == "max_order_notional"
    assert await policy(risk) == before


async def test_every_change_is_logged_with_its_author_for_ever(
    risk: ServiceProcess, environment: dict[str, str]
) -> None:
    limits = risk_pb2.Limits(max_order_notional="5000.5")
    override = risk_pb2.LimitOverride(account_id=ACCOUNT, symbol="AAPL", limits=limits)
    await stub(risk).SetLimits(risk_pb2.SetLimitsRequest(override=override, actor="alice"))
    restriction = risk_pb2.Restriction(symbol="BRK.B", reason="news", close_only=True)
    await stub(risk).SetRestriction(risk_pb2.SetRestrictionRequest(restriction=restriction, actor="bob"))
    held = await policy(risk)
    assert list(held.overrides) == [override]
    assert list(held.restrictions) == [restriction]

    connection = await asyncpg.connect(environment["CIFT_DATABASE_URL"])
    try:
        rows = await connection.fetch("SELECT version, actor, kind FROM risk.change_log ORDER BY version")
        logged = [(row["actor"], row["kind"]) for row in rows]
        assert logged[0] == ("platform file", "limits")
        assert logged[-2:] == [("alice", "limits"), ("bob", "restriction")]
        assert [row["version"] for row in rows] == list(range(1, held.version + 1))
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await connection.execute("DELETE FROM risk.change_log")
    finally:
        await connection.close()


async def test_the_platform_file_counts_when_it_changes(risk: ServiceProcess, declare: Declare) -> None:
    """What was set by hand stays over a restart; what the file newly declares replaces it."""
    defaults = (await policy(risk)).defaults
    defaults.max_open_orders = 7
    request = risk_pb2.SetLimitsRequest(override=risk_pb2.LimitOverride(limits=defaults), actor="alice")
    await stub(risk).SetLimits(request)
    risk.stop()
    await risk.start()
    assert (await policy(risk)).defaults.max_open_orders == 7

    declare({"halted": True, "risk": {"maxOpenOrders": 9}})
    risk.stop()
    await risk.start()
    assert (await policy(risk)).defaults.max_open_orders == 9
    assert [halt.actor for halt in (await policy(risk)).halts] == ["platform file"]

    declare({})
    risk.stop()
    await risk.start()
    assert not (await policy(risk)).halts


async def test_breaches_are_kept(risk: ServiceProcess, environment: dict[str, str]) -> None:
    messenger = await Messenger.connect(environment["CIFT_NATS_URL"], "test")
    for number in range(300):
        breach = risk_pb2.Breach(
            account_id=ACCOUNT, symbol="AAPL", reason="PRICE_COLLAR", message=str(number), occurred_at_ns=number * 1000
        )
        await messenger.publish_core("risk.refused.AAPL", breach.SerializeToString())
    await messenger.close()
    async with asyncio.timeout(30):
        while True:
            request = risk_pb2.ListBreachesRequest(account_id=ACCOUNT, limit=1000)
            breaches = (await stub(risk).ListBreaches(request)).breaches
            if len(breaches) == 300:
                break
    assert [breach.message for breach in breaches[:2]] == ["299", "298"]
    assert breaches[0].occurred_at_ns == 299_000


async def test_exposure_is_unavailable_where_trading_is(risk: ServiceProcess) -> None:
    """A part that is missing is said to be missing; nothing is made up."""
    with pytest.raises(Unavailable), rpc.translated():
        await stub(risk).GetExposure(risk_pb2.GetExposureRequest())
