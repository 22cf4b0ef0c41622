"""Live feeds against local servers that speak Alpaca's and Binance's protocols, in shapes that these documented."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import numpy as np
import pytest
from cift_marketdata.domain.ticks import BadTick, FeedTick, QuoteTick, StatusTick, TradeTick
from cift_marketdata.feeds.alpaca import Alpaca
from cift_marketdata.feeds.binance import Binance
from cift_marketdata.feeds.live import Dialect, LiveFeed
from websockets.asyncio.server import ServerConnection, serve

from services.marketdata.tests.support import QuestDb, Serve, eventually

Talk = Callable[[ServerConnection], Awaitable[None]]

TRADE = {"T": "t", "S": "AAPL", "i": 96921, "x": "D", "p": 126.55, "s": 1, "t": "2021-02-22T15:51:44.208Z", "z": "C"}
QUOTE = {
    "T": "q", "S": "AAPL", "bx": "U", "bp": 87.66, "bs": 1, "ax": "Q", "ap": 87.68, "as": 4,
    "t": "2021-02-22T15:51:45.335689322Z", "c": ["R"], "z": "C",
}  # fmt: skip
BAR = {"T": "b", "S": "AAPL", "o": 388.9, "h": 389, "l": 388, "c": 388.9, "v": 49378, "t": "2021-02-22T19:15:00Z"}
HALT = {
    "T": "s",
    "S": "AAPL",
    "sc": "H",
    "sm": "Trading Halt",
    "rc": "T12",
    "rm": "Trading Halted",
    "t": "2021-02-22T19:15:00Z",
}


@asynccontextmanager
async def speaking(*talks: Talk) -> AsyncIterator[str]:
    """A server that holds one talk after the other, a connection each; then it stays silent. Gives its URL."""
    waiting = list(talks)

    async def hold(connection: ServerConnection) -> None:
        if waiting:
            await waiting.pop(0)(connection)
        else:
            await connection.wait_closed()

    async with serve(hold, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/v2/test"


async def heard(dialect: Dialect, count: int) -> list[FeedTick]:
    found: list[FeedTick] = []
    feed = LiveFeed(dialect, ["AAPL"], retry_seconds=[0.01])
    async with asyncio.timeout(60), aclosing(feed.batches()) as batches:  # type: ignore[type-var]
        async for batch in batches:
            assert not isinstance(batch, np.ndarray)
            found += batch
            if len(found) >= count:
                break
    return found


async def say(connection: ServerConnection, *messages: Any) -> None:
    await connection.send(json.dumps(list(messages)))


async def ask(connection: ServerConnection) -> Any:
    return json.loads(await connection.recv())


async def open_alpaca(connection: ServerConnection) -> dict[str, Any]:
    await say(connection, {"T": "success", "msg": "connected"})
    auth = await ask(connection)
    assert auth == {"action": "auth", "key": "me", "secret": "s3cret"}
    await say(connection, {"T": "success", "msg": "authenticated"})
    wanted: dict[str, Any] = await ask(connection)
    await say(connection, {"T": "subscription", "trades": wanted["trades"], "quotes": wanted["quotes"], "bars": []})
    return wanted


async def test_alpaca_is_asked_and_understood() -> None:
    asked: list[dict[str, Any]] = []

    async def talk(connection: ServerConnection) -> None:
        asked.append(await open_alpaca(connection))
        await say(connection, TRADE, QUOTE, BAR, HALT)
        await say(connection, TRADE)
        await connection.send("[{not json")
        await say(connection, {**TRADE, "i": 7, "p": "dear"}, {**QUOTE, "t": "soon"}, {**TRADE, "i": 8})
        await connection.wait_closed()

    async with speaking(talk) as url:
        trade, quote, halt, again, broken, dear, soon, last = await heard(Alpaca("me", "s3cret", 100, url), 8)
    assert asked == [{"action": "subscribe", "trades": ["AAPL"], "quotes": ["AAPL"], "statuses": ["AAPL"]}]
    assert trade == TradeTick("AAPL", 1614009104_208_000_000, 126_550_000_000, 10**9, "D", 101)
    assert quote == QuoteTick(
        "AAPL", 1614009105_335_689_322, 87_660_000_000, 10**9, 87_680_000_000, 4 * 10**9, "U", 102
    )
    assert isinstance(halt, StatusTick)
    assert (halt.action, halt.reason, halt.trading, halt.quoting) == ("halt", HALT["rm"], False, False)
    assert isinstance(last, TradeTick)
    reasons = [bad.reason for bad in (again, broken, dear, soon) if isinstance(bad, BadTick)]
    assert reasons == ["duplicate", "malformed", "malformed", "malformed"]
    assert isinstance(dear, BadTick)
    assert "field p is not a number below 10^12: 'dear'" in dear.detail


async def test_a_lost_connection_is_a_gap_and_is_made_anew() -> None:
    async def refuse(connection: ServerConnection) -> None:
        await say(connection, {"T": "success", "msg": "connected"})
        await ask(connection)
        await say(connection, {"T": "error", "code": 402, "msg": "auth failed"})

    async def drop(connection: ServerConnection) -> None:
        await open_alpaca(connection)
        await say(connection, TRADE)
        connection.transport.abort()

    async def go_on(connection: ServerConnection) -> None:
        await open_alpaca(connection)
        await say(connection, {**TRADE, "i": 8})
        await connection.wait_closed()

    async with speaking(refuse, drop, go_on) as url:
        first, gap, second = await heard(Alpaca("me", "s3cret", 0, url), 3)
    assert isinstance(first, TradeTick)
    assert isinstance(gap, BadTick)
    assert (gap.symbol, gap.reason) == ("AAPL", "gap")
    assert isinstance(second, TradeTick)


def binance_trade(number: int, **changed: Any) -> str:
    data = {"e": "trade", "E": 1672515782136, "s": "BTCUSDT", "t": number, "p": "16800.10", "q": "0.00100000"}
    return json.dumps({"stream": "btcusdt@trade", "data": data | {"T": 1672515782136, "m": True, "M": True} | changed})


def binance_book(update: int) -> str:
    data = {"u": update, "s": "BTCUSDT", "b": "16800.00", "B": "31.21", "a": "16800.10", "A": "40.66"}
    return json.dumps({"stream": "btcusdt@bookTicker", "data": data})


async def test_binance_is_asked_and_understood() -> None:
    asked: list[Any] = []

    async def talk(connection: ServerConnection) -> None:
        asked.append(await ask(connection))
        await connection.send('{"result":null,"id":1}')
        for message in (
            binance_trade(10), binance_book(5), binance_trade(10), binance_book(4), binance_trade(13), "no",
            binance_trade(14, q=None),
        ):  # fmt: skip
            await connection.send(message)
        await connection.wait_closed()

    async with speaking(talk) as url:
        feed = await heard(Binance(100, url), 8)
    trade, quote, again, late, gap, after, broken, unsaid = feed
    assert asked == [{"method": "SUBSCRIBE", "params": ["aapl@trade", "aapl@bookTicker"], "id": 1}]
    assert trade == TradeTick("BTCUSDT", 1672515782136 * 10**6, 16_800_100_000_000, 1_000_000, "BINANCE", 10)
    assert isinstance(quote, QuoteTick)
    assert (quote.bid_price_nanos, quote.ask_quantity_nanos) == (16_800_000_000_000, 40_660_000_000)
    assert isinstance(after, TradeTick)
    bad = [tick for tick in (again, late, gap, broken, unsaid) if isinstance(tick, BadTick)]
    assert [tick.reason for tick in bad] == ["duplicate", "out_of_order", "gap", "malformed", "malformed"]
    assert bad[2].detail == "binance said no trades 11 to 12"


async def test_binance_refuses_a_stream() -> None:
    async def refuse(connection: ServerConnection) -> None:
        await ask(connection)
        await connection.send('{"error":{"code":2,"msg":"Invalid request"},"id":1}')

    async def talk(connection: ServerConnection) -> None:
        await ask(connection)
        await connection.send('{"result":null,"id":1}')
        await connection.send(binance_trade(1))
        await connection.wait_closed()

    async with speaking(refuse, talk) as url:
        (trade,) = await heard(Binance(100, url), 1)
    assert isinstance(trade, TradeTick)


@pytest.mark.parametrize("kind", ["alpaca", "binance"])
async def test_the_service_runs_on_a_live_feed(serve: Serve, questdb: QuestDb, kind: str) -> None:
    symbol = "LFA" if kind == "alpaca" else "LFBUSDT"

    async def talk(connection: ServerConnection) -> None:
        if kind == "alpaca":
            await open_alpaca(connection)
            await say(connection, {**TRADE, "S": symbol}, {**QUOTE, "S": symbol})
        else:
            await ask(connection)
            await connection.send('{"result":null,"id":1}')
            await connection.send(binance_trade(1, s=symbol))
            await connection.send(binance_book(1).replace("BTCUSDT", symbol))
        await connection.wait_closed()

    async with speaking(talk) as url:
        settings = {"CIFT_FEED_URL": url, "CIFT_FEED_KEY_ID": "me", "CIFT_FEED_SECRET_KEY": "s3cret"}
        async with serve([symbol], {"kind": kind}, **settings) as market_data:
            status = await eventually(market_data.status, lambda status: status.ticks == 2)
            assert (status.feed, status.finished) == (kind, False)
            await eventually(lambda: questdb.count("trades", symbol), lambda rows: rows == 1)
            await eventually(lambda: questdb.count("quotes", symbol), lambda rows: rows == 1)
