"""What is sent again stays what it was: its times, its sequence, its age."""

import asyncio
import json
from contextlib import suppress

from cift_marketdata.adapters.bus import Bus
from cift_marketdata.adapters.cache import LatestCache
from cift_marketdata.adapters.questdb_writer import QuestDbWriter
from cift_marketdata.domain.ticks import BadTick, QuoteTick
from cift_marketdata.feeds.alpaca import Alpaca
from cift_marketdata.feeds.base import Batch
from cift_marketdata.feeds.binance import Binance
from cift_marketdata.pipeline import RESEND_NS, Pipeline
from cift_marketdata.subscribers import Subscribers
from cift_proto.common.v1 import types_pb2

SECOND_NS = 10**9
STALE_NS = 5 * SECOND_NS


class Published(Bus):
    def __init__(self) -> None:
        super().__init__()
        self.quotes: list[types_pb2.Quote] = []
        self.twice = asyncio.Event()

    def publish_latest(self, subject: str, payload: bytes) -> None:
        self.quotes.append(types_pb2.Quote.FromString(payload))
        if len(self.quotes) > 1:
            self.twice.set()


class Standing:
    name, symbols, finished, is_timed_now, can_wait = "standing", ("BAC",), False, True, False

    async def batches(self):  # type: ignore[no-untyped-def]
        yield list[Batch]()


def pipeline(bus: Bus, clock: list[int]) -> Pipeline:
    cache = LatestCache("redis://127.0.0.1:1")
    writer = QuestDbWriter("http://127.0.0.1:1", "UTC", flush_seconds=1, buffer_bytes_max=2**20)
    return Pipeline(["BAC"], cache, bus, writer, Subscribers(), lambda: clock[0], stale_after_ns=STALE_NS)


def quote(time_ns: int) -> QuoteTick:
    return QuoteTick("BAC", time_ns, 13 * SECOND_NS, SECOND_NS, 14 * SECOND_NS, SECOND_NS, "P", 1)


async def test_a_quote_that_is_published_again_keeps_its_age() -> None:
    bus, clock = Published(), [100 * SECOND_NS]
    market = pipeline(bus, clock)
    market.take([quote(clock[0])])
    clock[0] += 36 * SECOND_NS + RESEND_NS
    task = asyncio.create_task(market.run_resend(Standing()))
    await asyncio.wait_for(bus.twice.wait(), 60)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    first, again = bus.quotes[:2]
    assert again == first
    assert again.received_time_ns == 100 * SECOND_NS


async def test_a_quote_that_was_old_when_it_arrived_is_not_the_latest() -> None:
    bus, clock = Published(), [100 * SECOND_NS]
    market = pipeline(bus, clock)
    market.take([quote(clock[0] - 36 * SECOND_NS)])
    assert market.latest["BAC"].quote is None
    # A clock of the feed that is ahead makes a quote no older, and none younger: its age counts from its arrival.
    market.take([quote(clock[0] + SECOND_NS)])
    latest = market.latest["BAC"].quote
    assert latest is not None
    assert latest.received_time_ns == clock[0]


def test_alpaca_sends_its_last_quote_again_after_a_reconnect() -> None:
    feed = Alpaca("key", "secret", 1)
    message = {"T": "q", "S": "BAC", "bx": "V", "bp": 13, "bs": 1, "ax": "V", "ap": 14, "as": 1,
               "t": "2021-02-22T15:51:45.335689322Z"}  # fmt: skip
    (first,) = feed.ticks(json.dumps([message]), 1)
    feed.reset()
    (again,) = feed.ticks(json.dumps([message]), 2)
    (new,) = feed.ticks(json.dumps([{**message, "t": "2021-02-22T15:51:46Z"}]), 3)
    assert isinstance(first, QuoteTick)
    assert isinstance(again, BadTick)
    assert again.reason == "duplicate"
    assert isinstance(new, QuoteTick)


def test_binance_sends_its_last_book_again_after_a_reconnect_and_may_count_from_the_start() -> None:
    feed = Binance(1)

    def book(update: int) -> str:
        return json.dumps({"u": update, "s": "BAC", "b": "13", "B": "1", "a": "14", "A": "1"})

    kinds = []
    for update in (7, 6):
        kinds.append(type(feed.ticks(book(update), 1)[0]))
    feed.reset()
    for update in (7, 3, 2):
        kinds.append(type(feed.ticks(book(update), 2)[0]))
    assert kinds == [QuoteTick, BadTick, BadTick, QuoteTick, BadTick]
