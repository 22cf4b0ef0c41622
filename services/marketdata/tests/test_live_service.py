"""The simulated feed against real stores: prices stay fresh, subscribers hear, fills are kept once."""

import time
import uuid

import pytest
import redis.asyncio as redis
from cift_common import rpc
from cift_common.errors import InvalidArgument
from cift_common.execution_report import Signer
from cift_common.messaging import Messenger
from cift_proto.common.v1 import types_pb2
from cift_proto.execution.v1 import execution_pb2
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from cift_proto.matcher.v1 import matcher_pb2

from services.marketdata.tests.conftest import REPORT_KEY
from services.marketdata.tests.support import QuestDb, Serve, cached, eventually
from tests.stores import Stores

SECOND_NS = 10**9


async def test_a_standing_quote_is_never_old(stores: Stores, serve: Serve) -> None:
    symbols = [f"SA{letter}" for letter in "ABCDEF"]
    cache = redis.Redis.from_url(stores.cache_url)
    # One quote a second over six symbols: without being said again, each would be six seconds old.
    async with serve(symbols, {"quotesPerSecond": 1}) as market_data:
        keys = [f"md:quote:{symbol}" for symbol in symbols]
        await eventually(lambda: cache.mget(keys), all, seconds=20)
        heard = [(await market_data.status()).ticks]

        async def ages() -> list[float]:
            quotes = [types_pb2.Quote.FromString(payload) for payload in await cached(cache, *keys)]
            heard.append((await market_data.status()).ticks)
            return [(time.time_ns() - quote.received_time_ns) / SECOND_NS for quote in quotes]

        oldest = 0.0
        while heard[-1] < heard[0] + 5:
            oldest = max(oldest, *await ages())
        assert oldest < 2.5
    await cache.aclose()


async def test_a_subscriber_hears_quotes_and_trades_of_its_symbols(serve: Serve) -> None:
    async with serve(["SBA", "SBB"], {"quotesPerSecond": 200}) as market_data:
        ticks: list[pb.SubscribeResponse] = []
        async for tick in market_data.stub.Subscribe(pb.SubscribeRequest(symbols=["SBA"], quotes=True, trades=True)):
            ticks.append(tick)
            if len(ticks) == 60:
                break
        quotes = [tick.quote for tick in ticks if tick.HasField("quote")]
        trades = [tick.trade for tick in ticks if tick.HasField("trade")]
        assert {quote.symbol for quote in quotes} == {trade.symbol for trade in trades} == {"SBA"}
        assert all(0 < quote.bid_price_nanos < quote.ask_price_nanos for quote in quotes)
        for sequences in ([quote.sequence for quote in quotes], [trade.sequence for trade in trades]):
            assert sequences == sorted(set(sequences))
        clock = await market_data.stub.GetClock(pb.GetClockRequest())
        assert (clock.open, clock.calendar) == (True, "24/7")
        instruments = (await market_data.stub.ListInstruments(pb.ListInstrumentsRequest())).instruments
        assert [(i.symbol, i.tick_size_nanos) for i in instruments] == [("SBA", 10**7), ("SBB", 10**7)]


async def test_a_conflated_subscriber_hears_a_quote_of_each_symbol_at_a_time(serve: Serve) -> None:
    async with serve(["SDA", "SDB"], {"quotesPerSecond": 1000}) as market_data:
        heard: list[int] = []
        request = pb.SubscribeRequest(symbols=["SDA"], quotes=True, conflate_ms=400)
        async for tick in market_data.stub.Subscribe(request):
            heard.append(tick.quote.received_time_ns)
            if len(heard) == 4:
                break
        # Unconflated, a quote comes every 2 ms; the one heard is the latest at that time.
        assert heard[3] - heard[1] > SECOND_NS // 2
        with pytest.raises(InvalidArgument) as caught, rpc.translated():
            await market_data.stub.Subscribe(
                pb.SubscribeRequest(symbols=["SDA"], quotes=True, conflate_ms=60_001)
            ).read()
        assert (caught.value.field, caught.value.limit) == ("conflate_ms", "60000")


def fill(order_id: str, number: int) -> execution_pb2.OrderExecution:
    execution = execution_pb2.OrderExecution(
        broker="paper",
        report=matcher_pb2.ExecutionReport(
            sequence=number,
            execution_id=f"{order_id}-{number}",
            type=types_pb2.EXECUTION_TYPE_TRADE,
            order_id=order_id,
            account_id="account",
            symbol="SCA",
            side=types_pb2.SIDE_SELL,
            last_price_nanos=189_430_000_000 + number,
            last_quantity_nanos=3 * 10**9,
            cumulative_quantity_nanos=3 * 10**9 * number,
            time_ns=time.time_ns(),
            trade_id=number,
        ),
    )
    Signer([bytes.fromhex(REPORT_KEY)]).sign([execution])
    return execution


async def test_fills_are_kept_once_whatever_is_repeated_or_killed(
    stores: Stores, serve: Serve, questdb: QuestDb
) -> None:
    order_id = str(uuid.uuid4())
    fills = [fill(order_id, number) for number in range(1, 301)]
    messenger = await Messenger.connect(stores.nats_url, "test")
    await messenger.ensure_streams()

    async def publish(part: list[execution_pb2.OrderExecution]) -> None:
        for execution in part:
            # Ids of their own, so that JetStream lets the repeats through.
            await messenger.publish("order.filled.SCA", execution.SerializeToString(), message_id=str(uuid.uuid4()))

    async def rows() -> list[list[object]]:
        return await questdb.rows(
            f"SELECT count(), count_distinct(execution_id), sum(quantity) FROM fills WHERE order_id = '{order_id}'"
        )

    await publish(fills[:100])
    async with serve(["SCA"], {}) as market_data:
        await eventually(rows, lambda found: bool(found) and found[0][0] == 100)
        await publish(fills[:200])
        market_data.kill()
        await publish(fills[150:])
        await messenger.publish("order.filled.SCA", b"\xff not a fill", message_id=str(uuid.uuid4()))
        # What execution did not sign is not stored, nor is what it signed for something else.
        unsigned, altered = fill(order_id, 400), fill(order_id, 401)
        unsigned.ClearField("signature")
        altered.report.last_quantity_nanos *= 1000
        await publish([unsigned, altered])
        await market_data.start()
        found = await eventually(rows, lambda found: bool(found) and found[0][0] == 300)
        assert found == [[300, 300, "900.000000000"]]
        stores.kill("questdb")
        more = fill(order_id, 301)
        await publish([more])
        found = await eventually(rows, lambda found: bool(found) and found[0][0] == 301)
        (row,) = await questdb.rows(
            "SELECT symbol, side, broker, price, quantity, cumulative_quantity, venue_sequence, timestamp::LONG"
            f" FROM fills WHERE execution_id = '{order_id}-301'"
        )
        assert row == [
            "SCA", "sell", "paper", "189.430000301", "3.000000000", "903.000000000", 301, more.report.time_ns
        ]  # fmt: skip
    await messenger.close()
