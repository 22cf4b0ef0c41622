"""`/v2/iex`: quotes, trades and bars; a slow reader gets the latest and is never waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import msgpack  # type: ignore[import-untyped]
import orjson
import pytest
from cift_common import money, rpc
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger
from cift_gateway.api.models.market import SymbolBook
from cift_proto.common.v1 import types_pb2 as common
from cift_proto.execution.v1 import execution_pb2 as execution
from cift_proto.execution.v1 import execution_pb2_grpc
from conftest import Launch, RunningGateway, bearer

from tests.stores import Stores

TIME_NS = 1_790_000_000_123_456_789


class Reader:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, packed: bool) -> None:
        self.socket, self._packed = socket, packed

    async def say(self, **message: Any) -> None:
        if self._packed:
            await self.socket.send_bytes(msgpack.packb(message))
        else:
            await self.socket.send_json(message)

    async def hear(self) -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            data = (await self.socket.receive()).data
        heard: list[dict[str, Any]] = msgpack.unpackb(data) if self._packed else orjson.loads(data)
        return heard


@asynccontextmanager
async def reading(gateway: RunningGateway, *, packed: bool = False, **channels: Any) -> AsyncIterator[Reader]:
    log_in = await gateway.sign_up()
    headers = {"Content-Type": "application/msgpack"} if packed else {}
    async with gateway.session.ws_connect(gateway.base_url + "/v2/iex", headers=headers) as socket:
        reader = Reader(socket, packed=packed)
        assert await reader.hear() == [{"T": "success", "msg": "connected"}]
        await reader.say(action="auth", token=log_in["access_token"])
        assert await reader.hear() == [{"T": "success", "msg": "authenticated"}]
        await reader.say(action="subscribe", **channels)
        (subscription,) = await reader.hear()
        assert subscription["T"] == "subscription"
        yield reader


@pytest.fixture
async def market(stores: Stores) -> AsyncIterator[Messenger]:
    messenger = await Messenger.connect(stores.nats_url, "market")
    yield messenger
    await messenger.close()


def quote(number: int, symbol: str = "AAPL") -> common.Quote:
    return common.Quote(
        symbol=symbol,
        bid_price_nanos=189_420_000_000,
        bid_quantity_nanos=100 * 10**9,
        ask_price_nanos=189_430_000_000,
        ask_quantity_nanos=200 * 10**9,
        exchange_time_ns=TIME_NS,
        sequence=number,
        exchange="XNAS",
    )


async def test_a_quote_arrives_with_its_digits_and_its_number(gateway: RunningGateway, market: Messenger) -> None:
    async with reading(gateway, quotes=["aapl"]) as reader:
        await market.client.publish("md.quote.AAPL", quote(7).SerializeToString())
        assert await reader.hear() == [
            {
                "T": "q", "S": "AAPL", "t": "2026-09-21T14:13:20.123456789Z", "bx": "XNAS", "bp": 189.42, "bs": 100,
                "ax": "XNAS", "ap": 189.43, "as": 200, "c": ["R"], "z": "C", "sequence": 7,
            }
        ]  # fmt: skip


async def test_everything_of_every_symbol_as_msgpack(gateway: RunningGateway, market: Messenger) -> None:
    async with reading(gateway, packed=True, quotes=["*"], trades=["*"], bars=["*"]) as reader:
        trade = common.Trade(symbol="BRK.B", price_nanos=10**9, quantity_nanos=10**9, exchange_time_ns=TIME_NS)
        bar = common.Bar(symbol="AAPL", start_time_ns=TIME_NS, close_price_nanos=5 * 10**8, trade_count=3)
        await market.client.publish("md.trade.BRK_B", trade.SerializeToString())
        await market.client.publish("md.bar.1m.AAPL", bar.SerializeToString())
        heard: list[dict[str, Any]] = []
        while len(heard) < 2:
            heard += await reader.hear()
        by_kind = {message["T"]: message for message in heard}
        assert (by_kind["t"]["S"], by_kind["t"]["p"]) == ("BRK.B", 1)
        assert (by_kind["b"]["c"], by_kind["b"]["n"]) == (0.5, 3)
        assert by_kind["t"]["t"].to_unix_nano() == TIME_NS


async def test_a_slow_reader_gets_the_latest_quote(gateway: RunningGateway, market: Messenger) -> None:
    async with reading(gateway, quotes=["AAPL"]) as reader:
        for number in range(1, 20_001):
            await market.client.publish("md.quote.AAPL", quote(number).SerializeToString())
        await market.client.flush()
        heard: list[int] = []
        while not heard or heard[-1] < 20_000:
            heard += [message["sequence"] for message in await reader.hear()]
        assert heard == sorted(set(heard))
        assert len(heard) < 20_000


async def test_what_is_unsubscribed_stops(gateway: RunningGateway, market: Messenger) -> None:
    async def feed() -> None:
        # A feed goes on: one message of core NATS may be lost.
        while True:
            await market.client.publish("md.quote.AAPL", quote(1).SerializeToString())
            await market.client.publish("md.quote.BRK_B", quote(2, "BRK.B").SerializeToString())
            await asyncio.sleep(0.1)

    async with reading(gateway, quotes=["AAPL", "BRK.B"]) as reader:
        await reader.say(action="unsubscribe", quotes=["AAPL"])
        assert (await reader.hear())[0]["quotes"] == ["BRK.B"]
        feeding = asyncio.create_task(feed())
        for _ in range(3):
            assert [message["S"] for message in await reader.hear()] == ["BRK.B"]
        feeding.cancel()
        await reader.say(action="subscribe", quotes=["NOSUCH"])
        while (answer := (await reader.hear())[0])["T"] == "q":
            pass
        assert answer["code"] == 400


async def test_without_authentication_there_are_no_prices(gateway: RunningGateway) -> None:
    async with gateway.session.ws_connect(gateway.base_url + "/v2/sip") as socket:
        reader = Reader(socket, packed=False)
        await reader.hear()
        await reader.say(action="subscribe", quotes=["AAPL"])
        assert (await reader.hear())[0]["code"] == 401
        await reader.say(action="auth", key="CKNOBODY", secret="nothing")
        assert (await reader.hear())[0]["code"] == 402


class ScriptedVenue(execution_pb2_grpc.ExecutionServiceServicer):
    """Execution with a book that a test writes; None: the venue is away."""

    def __init__(self) -> None:
        self.bids: list[tuple[str, int]] | None = []
        self.looks = 0

    async def GetBook(self, request: execution.GetBookRequest, _: Any) -> execution.GetBookResponse:
        self.looks += 1
        if self.bids is None:
            raise Unavailable("no session with the venue")
        bids = [
            execution.GetBookResponse.Level(
                price_nanos=money.to_nanos(Decimal(price)), quantity_nanos=size * money.NANOS, orders=1
            )
            for price, size in self.bids
        ]
        return execution.GetBookResponse(symbol=request.symbol, bids=bids, sequence=self.looks, time_ns=TIME_NS)


@pytest.fixture
async def venue(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedVenue]:
    server, scripted = rpc.Server("127.0.0.1:0"), ScriptedVenue()
    server.add(
        execution_pb2_grpc.add_ExecutionServiceServicer_to_server, scripted, "cift.execution.v1.ExecutionService"
    )
    await server.start()
    monkeypatch.setenv("CIFT_EXECUTION_ADDRESS", f"127.0.0.1:{server.port}")
    yield scripted
    await server.stop()


async def test_a_book_comes_whole_and_a_venue_that_is_away_is_told(venue: ScriptedVenue, launch: Launch) -> None:
    async def until(bids: Any, time: Any) -> None:
        while True:
            for message in await reader.hear():
                assert (message["T"], message["S"], message["r"]) == ("o", "AAPL", True)
                if (message["b"], bool(message["t"])) == (bids, time):
                    return

    async with launch() as gateway:
        venue.bids = [("189.42", 100), ("189.4", 7)]
        deep = [{"p": 189.42, "s": 100, "n": 1}, {"p": 189.4, "s": 7, "n": 1}]
        async with reading(gateway, orderbooks=["AAPL"]) as reader:
            await until(deep, True)
            venue.bids = left = [("189.4", 7)]
            await until([{"p": 189.4, "s": 7, "n": 1}], True)
            venue.bids = None
            await until([], False)
            venue.bids = left
            await until([{"p": 189.4, "s": 7, "n": 1}], True)
        log_in = await gateway.sign_up()
        status, body, _ = await gateway.call("GET", "/v2/stocks/AAPL/book", headers=bearer(log_in))
        assert (status, body["symbol"]) == (200, "AAPL")
        SymbolBook.model_validate(body)
        venue.bids = None
        assert (await gateway.call("GET", "/v2/stocks/AAPL/book", headers=bearer(log_in)))[0] == 503
