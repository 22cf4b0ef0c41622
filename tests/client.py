"""A small client for tests: REST, and the WebSocket as a list that can be waited on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

Json = dict[str, Any]


class Client:
    """One user of a platform."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session, self._base_url = session, base_url

    async def call(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        """The status and the JSON body of an answer."""
        async with self._session.request(method, self._base_url + path, **request) as answer:
            body = await answer.read()
            return answer.status, orjson.loads(body) if body else None

    async def get(self, path: str, **parameters: Any) -> Any:
        status, body = await self.call("GET", path, params=parameters)
        assert status == 200, f"GET {path}: {status} {body}"
        return body

    async def submit(self, **order: Any) -> Json:
        """Submits; asserts that it was taken."""
        status, body = await self.call("POST", "/v2/orders", json=market_order(**order))
        assert status == 200, f"{status} {body}"
        result: Json = body
        return result

    async def until(self, path: str, holds: Callable[[Any], bool], seconds: float = 30) -> Any:
        """Polls a resource until it is as expected; the assertion shows the last answer."""
        last: Any = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    status, last = await self.call("GET", path)
                    if status == 200 and holds(last):
                        return last
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{path} did not become what was expected; last: {last}") from None


def market_order(**changes: Any) -> Json:
    order = {
        "symbol": "AAPL",
        "qty": "1",
        "side": "buy",
        "type": "market",
        "time_in_force": "day",
        "client_order_id": uuid.uuid4().hex,
    }
    return {key: value for key, value in {**order, **changes}.items() if value is not None}


class Updates:
    """The `trade_updates` of one account, as they came."""

    def __init__(self) -> None:
        self.received: list[Json] = []
        self._changed = asyncio.Condition()

    async def add(self, update: Json) -> None:
        async with self._changed:
            self.received.append(update)
            self._changed.notify_all()

    async def wait(self, order_id: str, event: str, seconds: float = 20) -> Json:
        """The first update of this order with this event."""

        def found() -> Json | None:
            return next((u for u in self.received if u["order"]["id"] == order_id and u["event"] == event), None)

        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: found() is not None)
        update = found()
        assert update is not None
        return update


@asynccontextmanager
async def connect(base_url: str, headers: dict[str, str]) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield Client(session, base_url)


@asynccontextmanager
async def listen(base_url: str, headers: dict[str, str]) -> AsyncIterator[Updates]:
    """Listens to `trade_updates` as `alpaca-py` does."""
    updates = Updates()
    async with aiohttp.ClientSession() as session, session.ws_connect(base_url + "/stream") as socket:
        await socket.send_json(
            {"action": "auth", "key": headers["APCA-API-KEY-ID"], "secret": headers["APCA-API-SECRET-KEY"]}
        )
        answer = orjson.loads((await socket.receive()).data)
        assert answer["data"]["status"] == "authorized", answer
        await socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
        assert orjson.loads((await socket.receive()).data)["stream"] == "listening"

        async def read() -> None:
            async for message in socket:
                body = orjson.loads(message.data)
                if body["stream"] == "trade_updates":
                    await updates.add(body["data"])

        reader = asyncio.create_task(read())
        try:
            yield updates
        finally:
            reader.cancel()
