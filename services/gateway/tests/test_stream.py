"""`/stream`: nothing is lost, repeated or out of order, whatever NATS, trading or the client does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
import pytest
from cift_proto.trading.v1 import trading_pb2 as trading_proto
from conftest import RunningGateway, bearer
from scripted_trading import Event, ScriptedTrading

from tests.stores import Stores


class Listener:
    """A client of `/stream`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, action: str, **data: Any) -> None:
        await self.socket.send_str(orjson.dumps({"action": action, "data": data}).decode())

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(20):
            message = await self.socket.receive()
        assert message.type == aiohttp.WSMsgType.TEXT, (message, self.socket.close_code)
        heard: dict[str, Any] = orjson.loads(message.data)
        return heard

    async def sequences(self, count: int) -> list[int]:
        return [(await self.hear())["data"]["sequence"] for _ in range(count)]

    async def closed(self) -> tuple[int | None, str]:
        async with asyncio.timeout(30):
            while True:
                message = await self.socket.receive()
                if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                    return message.data, message.extra or ""


@asynccontextmanager
async def connected(gateway: RunningGateway, log_in: dict[str, Any]) -> AsyncIterator[Listener]:
    async with gateway.session.ws_connect(gateway.base_url + "/stream") as socket:
        listener = Listener(socket)
        await socket.send_json({"action": "auth", "token": log_in["access_token"]})
        assert (await listener.hear())["data"]["status"] == "authorized"
        yield listener


@asynccontextmanager
async def listening(gateway: RunningGateway, log_in: dict[str, Any], **more: Any) -> AsyncIterator[Listener]:
    async with connected(gateway, log_in) as listener:
        await listener.say("listen", streams=["trade_updates"], **more)
        assert (await listener.hear())["stream"] == "listening"
        yield listener


class Story:
    """Things that happen to one account."""

    def __init__(self, trading: ScriptedTrading, log_in: dict[str, Any]) -> None:
        self.trading, self.account_id = trading, log_in["user"]["account_id"]
        self.order = trading.new_order(
            trading_proto.SubmitOrderRequest(account_id=self.account_id, symbol="AAPL", quantity_nanos=10**9)
        )

    async def happens(self, *, told: bool = True) -> int:
        return await self.trading.happen(self.account_id, Event.EVENT_NEW, self.order, told=told)


@pytest.fixture
async def log_in(gateway: RunningGateway) -> dict[str, Any]:
    return await gateway.sign_up()


@pytest.fixture
def story(trading: Any, log_in: dict[str, Any]) -> Story:
    return Story(trading.trading, log_in)


async def test_updates_come_in_order_through_loss_repetition_and_disorder(
    gateway: RunningGateway, log_in: dict[str, Any], story: Story
) -> None:
    await story.happens()
    async with listening(gateway, log_in) as listener:
        await story.happens()
        assert await listener.sequences(1) == [2]
        for told in (False, False, True, True, False, True):
            await story.happens(told=told)
        known = story.trading.updates[story.account_id]
        for update in (known[4], known[2], known[7]):
            await story.trading.tell(update)
        await story.happens()
        assert await listener.sequences(7) == [3, 4, 5, 6, 7, 8, 9]


async def test_what_no_later_message_betrays_is_found_by_asking(launch: Any, trading: Any) -> None:
    async with launch(stream_probe_seconds=0.1) as gateway:
        log_in = await gateway.sign_up()
        story = Story(trading.trading, log_in)
        async with listening(gateway, log_in) as listener:
            await story.happens(told=False)
            assert await listener.sequences(1) == [1]


async def test_a_client_that_comes_back_gets_what_it_missed_and_then_what_is_new(
    gateway: RunningGateway, log_in: dict[str, Any], story: Story
) -> None:
    async with listening(gateway, log_in) as listener:
        for _ in range(3):
            await story.happens()
        assert await listener.sequences(2) == [1, 2]
    for _ in range(1200):
        await story.happens(told=False)
    async with listening(gateway, log_in, after_sequence=2) as listener:
        await story.happens()
        assert await listener.sequences(1202) == list(range(3, 1205))


async def test_a_client_may_ask_again_while_it_listens(
    gateway: RunningGateway, log_in: dict[str, Any], story: Story
) -> None:
    async with listening(gateway, log_in) as listener:
        for _ in range(3):
            await story.happens()
        assert await listener.sequences(3) == [1, 2, 3]
        await listener.say("listen", streams=["trade_updates"], after_sequence=1)
        assert (await listener.hear())["data"] == {"streams": ["trade_updates"], "sequence": 3}
        await story.happens()
        assert await listener.sequences(3) == [2, 3, 4]


async def test_a_restart_of_nats_or_trading_loses_nothing(
    gateway: RunningGateway, log_in: dict[str, Any], story: Story, trading: Any, stores: Stores
) -> None:
    async with listening(gateway, log_in) as listener:
        await trading.stop()
        # Two are lost, the third betrays them while trading cannot be asked.
        for told in (False, False, True):
            await story.happens(told=told)
        await trading.start()
        assert await listener.sequences(3) == [1, 2, 3]
        stores.kill("nats")
        await story.happens(told=False)
        stores.wait_until_ready()
        assert await listener.sequences(1) == [4]
        await story.happens()
        assert await listener.sequences(1) == [5]


async def test_a_slow_client_is_sent_away_and_loses_nothing(launch: Any, trading: Any) -> None:
    async with launch(stream_queue_max=50) as gateway:
        log_in = await gateway.sign_up()
        story = Story(trading.trading, log_in)
        story.order.reason = "x" * 60_000
        async with listening(gateway, log_in) as listener, listening(gateway, log_in) as quick:
            # The slow one does not read: its buffers fill, then its queue.
            for number in range(1, 301):
                await story.happens()
                assert await quick.sequences(1) == [number]
            heard = []
            while (message := await listener.socket.receive()).type == aiohttp.WSMsgType.TEXT:
                heard.append(orjson.loads(message.data)["data"]["sequence"])
            assert heard == list(range(1, len(heard) + 1))
            assert len(heard) < 300
        story.order.reason = ""
        async with listening(gateway, log_in, after_sequence=heard[-1]) as listener:
            assert await listener.sequences(300 - len(heard)) == list(range(heard[-1] + 1, 301))


async def test_who_is_not_authorized_hears_nothing(gateway: RunningGateway) -> None:
    async with gateway.session.ws_connect(gateway.base_url + "/stream") as socket:
        listener = Listener(socket)
        await listener.say("listen", streams=["trade_updates"])
        assert (await listener.hear())["data"]["status"] == "unauthorized"
        await listener.say("authenticate", key_id="PK1", secret_key="nothing")
        assert (await listener.hear())["data"]["status"] == "unauthorized"
        await socket.send_str("[1, 2]")
        assert (await listener.closed())[0] == 1007


async def test_a_revoked_key_closes_its_stream(gateway: RunningGateway, log_in: dict[str, Any]) -> None:
    _, key, _ = await gateway.call("POST", "/auth/keys", json={"name": "bot"}, headers=bearer(log_in))
    async with gateway.session.ws_connect(gateway.base_url + "/stream") as socket:
        listener = Listener(socket)
        await listener.say("authenticate", key_id=key["id"], secret_key=key["secret"])
        assert (await listener.hear())["data"]["status"] == "authorized"
        await gateway.call("DELETE", f"/auth/keys/{key['id']}", headers=bearer(log_in))
        assert await listener.closed() == (4401, "the credential was revoked")


async def test_accounts_hear_only_of_themselves(gateway: RunningGateway, trading: Any) -> None:
    mine, yours = await gateway.sign_up(), await gateway.sign_up()
    async with listening(gateway, mine) as listener:
        await Story(trading.trading, yours).happens()
        story = Story(trading.trading, mine)
        await story.happens()
        assert (await listener.hear())["data"]["order"]["id"] == story.order.order_id
