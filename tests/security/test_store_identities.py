"""With each service's own secrets, a program tries what is another service's, in every store: the store refuses it.

The matrix comes from the declaration (`cift_operator.components.access`); what must never change is spelled out.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import nats
import pytest
from cift_common.messaging import Handler, Messenger
from cift_common.streams import CONSUMERS, EXECUTION_COMMANDS, MARKETDATA_FILLS, TRADING_REPORTS
from cift_operator.api import validate
from cift_operator.components import STORES
from cift_operator.components.access import ACCESS, kept_consumers, services
from cift_operator.components.nats_permissions import permissions
from cift_operator.local import Platform
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from prometheus_client import REGISTRY

DECLARATION = validate(
    {
        "apiVersion": "cift.markets/v1alpha1",
        "kind": "TradingPlatform",
        "metadata": {"name": "identities"},
        "spec": {
            "analytics": {"enabled": True},
            "forecast": {"enabled": True},
            "observability": {"prometheus": {"enabled": True}},
        },
    }
)
SERVICES = services(DECLARATION.spec)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The stores of a platform that has every service."""
    platform = Platform(tmp_path_factory.mktemp("identities") / "state", DECLARATION, port_offset=None)
    platform.up(STORES)
    try:
        yield platform
    finally:
        platform.down(purge=True)


def test_every_service_is_tried() -> None:
    assert set(SERVICES) == set(ACCESS)


# NATS

PUBLISHERS = {
    "order.new.AAPL": {"trading"},
    "order.cancel.AAPL": {"trading"},
    "order.replace.AAPL": {"trading"},
    "account.0192.updates": {"trading"},
    "risk.refused.AAPL": {"trading"},
    "order.accepted.AAPL": {"execution"},
    "order.filled.AAPL": {"execution"},
    "order.canceled.AAPL": {"execution"},
    "order.replaced.AAPL": {"execution"},
    "order.rejected.AAPL": {"execution"},
    "order.expired.AAPL": {"execution"},
    "order.cancel_rejected.AAPL": {"execution"},
    "order.replace_rejected.AAPL": {"execution"},
    "md.quote.AAPL": {"marketdata"},
    "md.trade.AAPL": {"marketdata"},
    "md.bar.1m.AAPL": {"marketdata"},
    "risk.policy": {"risk"},
    "risk.halt": {"risk"},
    "signal.AAPL": {"forecast"},
    "auth.revoked": {"gateway"},
    # Nobody's.
    "order.settled.AAPL": set(),
    "account.0192": set(),
    "anything": set(),
    "_INBOX.trading.x": set(),
    "_deliver.ORDERS.execution": set(),
    "$SYS.REQ.SERVER.PING": set(),
    "$JS.API.STREAM.DELETE.ORDERS": set(),
    "$JS.API.STREAM.PURGE.ORDERS": set(),
    "$JS.API.STREAM.UPDATE.ORDERS": set(),
    "$JS.API.STREAM.CREATE.MINE": set(),
    "$JS.API.STREAM.MSG.DELETE.ORDERS": set(),
    "$JS.API.STREAM.MSG.GET.ORDERS": set(),
    "$JS.API.STREAM.SNAPSHOT.ORDERS": set(),
    "$JS.API.DIRECT.GET.ORDERS": set(),
    "$JS.API.CONSUMER.CREATE.ORDERS": set(),
    "$JS.API.CONSUMER.CREATE.ORDERS.mine": set(),
    "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.mine": set(),
    "$JS.API.CONSUMER.DELETE.ORDERS.execution": set(),
    "$JS.API.CONSUMER.MSG.NEXT.ORDERS.execution": set(),
    # A consumer delivers wherever its configuration says: to make one is to publish anything.
    "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.execution": {"trading"},
    "$JS.API.STREAM.CREATE.ORDERS": {"trading"},
    "$JS.ACK.ORDERS.execution.1.1.1.1.0": {"execution"},
    "$JS.ACK.ORDERS.trading.1.1.1.1.0": {"trading"},
}
SUBSCRIBERS = {
    "order.>": set(),
    "order.new.>": set(),
    "order.filled.>": set(),
    "account.>": set(),
    "account.*.updates": {"gateway"},
    "auth.revoked": {"gateway"},
    "risk.policy": {"trading"},
    "risk.refused.>": {"risk"},
    "signal.*": {"strategy"},
    "md.quote.>": {"trading", "execution", "gateway", "forecast", "strategy"},
    "_INBOX.>": set(),
    "_INBOX.trading.>": {"trading"},
    "_INBOX.gateway.x": {"gateway"},
    "_deliver.>": set(),
    "_deliver.ORDERS.execution": {"execution"},
    "_deliver.ORDERS.trading": {"trading"},
    "_deliver.ACCOUNTS.analytics-updates": {"analytics"},
    ">": set(),
    "$JS.API.>": set(),
    "$SYS.>": set(),
}


LAST = "nobody.may"


@dataclass
class Intruder:
    """A client with a service's own credentials that collects what the server refuses."""

    client: Client
    refusals: list[str] = field(default_factory=list)

    async def refused(self, action: str, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that may not be published, or subscribed to."""
        wanted = list(subjects)
        for subject in (*wanted, LAST):
            if action == "publish":
                await self.client.publish(subject, b"forged")
            else:
                await self.client.subscribe(subject)
        verb = "publish" if action == "publish" else "subscription"
        # The server answers in order: with the last refusal all are here.
        async with asyncio.timeout(30):
            while not any(f'violation for {verb} to "{LAST}"' in line for line in self.refusals):
                await self.client.flush()
        said = [line for line in self.refusals if f"violation for {verb} " in line]
        return {subject for subject in wanted if any(f'"{subject.lower()}"' in line for line in said)}


@asynccontextmanager
async def intruder(platform: Platform, service: str) -> AsyncIterator[Intruder]:
    refusals: list[str] = []

    async def on_error(error: Exception) -> None:
        refusals.append(str(error).lower())

    url = platform.store_urls(service)["nats_url"].partition("?")[0]
    client = await nats.connect(url, error_cb=on_error, allow_reconnect=False)
    try:
        yield Intruder(client, refusals)
    finally:
        await client.close()


def covers(pattern: str, subject: str) -> bool:
    """Whether every subject that `subject` stands for is one of the pattern's."""
    allowed, wanted = pattern.split("."), subject.split(".")
    for index, token in enumerate(allowed):
        if token == ">":
            return len(wanted) > index
        if index >= len(wanted) or (token != wanted[index] and (token != "*" or wanted[index] == ">")):
            return False
    return len(allowed) == len(wanted)


def concrete(pattern: str) -> str:
    return pattern.replace("*", "x").replace(">", "x")


@pytest.mark.parametrize("service", SERVICES)
async def test_nats_takes_from_a_service_what_is_its_own_and_nothing_else(platform: Platform, service: str) -> None:
    every = {name: permissions(name, ACCESS[name], kept_consumers(DECLARATION.spec)) for name in SERVICES}
    own = every[service]
    published = {concrete(subject) for one in every.values() for subject in one.publish} | PUBLISHERS.keys()
    subscribed = {subject for one in every.values() for subject in one.subscribe} | SUBSCRIBERS.keys()
    # With streams, so that what goes through would have an effect.
    keeper = await Messenger.connect(platform.store_urls("trading")["nats_url"], "trading")
    await keeper.keep(CONSUMERS.values())
    before = await _state(platform)
    async with intruder(platform, service) as tried:
        harmless = {subject for subject in published if not _own(service, subject)}
        refused = await tried.refused("publish", harmless)
        assert refused == {s for s in harmless if not any(covers(p, s) for p in own.publish)}
        assert {s for s in refused if s in PUBLISHERS} == harmless & PUBLISHERS.keys()
        refused = await tried.refused("subscribe", subscribed)
        assert refused == {s for s in subscribed if not any(covers(p, s) for p in own.subscribe)}
        assert {s for s in SUBSCRIBERS if s not in refused} == {s for s, who in SUBSCRIBERS.items() if service in who}
    assert await _state(platform) == before
    await keeper.close()


def _own(service: str, subject: str) -> bool:
    consumers = kept_consumers(DECLARATION.spec)
    spelled = PUBLISHERS.get(subject)
    if spelled is not None:
        return service in spelled
    return any(covers(p, subject) for p in permissions(service, ACCESS[service], consumers).publish)


async def _state(platform: Platform) -> dict[str, object]:
    """What the streams hold and who reads them, as the administrator sees it."""
    client = await nats.connect(platform.store_urls()["nats_url"])
    stream = client.jetstream()
    found: dict[str, object] = {}
    for info in await stream.streams_info():
        name = info.config.name or ""
        consumers = {one.name: one.config for one in await stream.consumers_info(name)}
        found[name] = (info.config, info.state.messages, consumers)
    await client.close()
    return found


async def test_nats_takes_nobody_without_credentials(platform: Platform) -> None:
    address = platform.store_urls()["nats_url"].rpartition("@")[2]
    for credentials in ("", "trading@", "trading:wrong@", "nobody:wrong@", "cift:@"):
        with pytest.raises(NatsError, match=r"(?i)authorization violation"):
            await nats.connect(f"nats://{credentials}{address}", allow_reconnect=False, max_reconnect_attempts=0)


async def test_services_work_with_what_they_have(platform: Platform) -> None:
    """Trading keeps the streams, orders and fills arrive, and a consumer that is lost is made again."""
    messengers = {
        name: await Messenger.connect(platform.store_urls(name)["nats_url"], name)
        for name in ("trading", "execution", "marketdata", "forecast")
    }
    admin = await Messenger.connect(platform.store_urls()["nats_url"], "test")
    got: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    def taken_by(name: str) -> Handler:
        async def take(message: Msg) -> None:
            got.put_nowait((name, message.data))
            await message.ack_sync()

        return take

    try:
        for messenger in messengers.values():
            # Not its matter where another keeps them.
            await messenger.ensure_streams()
        # Before there is a stream or a consumer: execution starts first.
        await messengers["execution"].consume(EXECUTION_COMMANDS, taken_by("execution"))
        await messengers["marketdata"].consume(MARKETDATA_FILLS, taken_by("marketdata"))
        await messengers["trading"].keep([EXECUTION_COMMANDS, MARKETDATA_FILLS])
        await messengers["trading"].consume(TRADING_REPORTS, taken_by("trading"))
        async with asyncio.timeout(30):
            await messengers["trading"].publish("order.new.SCA", b"order", message_id="1")
            assert await got.get() == ("execution", b"order")
            await messengers["execution"].publish("order.filled.SCA", b"fill", message_id="2")
            assert {await got.get(), await got.get()} == {("trading", b"fill"), ("marketdata", b"fill")}
            await messengers["forecast"].publish("signal.SCA", b"signal", message_id="3")

            await admin.jetstream.delete_consumer("ORDERS", "execution")
            await messengers["trading"].publish("order.cancel.SCA", b"cancel", message_id="4")
            while await got.get() != ("execution", b"cancel"):
                pass
    finally:
        await admin.jetstream.purge_stream("ORDERS")
        for messenger in (*messengers.values(), admin):
            await messenger.close()


async def test_what_is_refused_is_counted(platform: Platform) -> None:
    def denied() -> float:
        return REGISTRY.get_sample_value("cift_messaging_denied_total") or 0

    before = denied()
    messenger = await Messenger.connect(platform.store_urls("risk")["nats_url"], "risk")
    await messenger.publish_core("order.filled.AAPL", b"forged")
    await messenger.client.flush()
    await messenger.close()
    assert denied() == before + 1
