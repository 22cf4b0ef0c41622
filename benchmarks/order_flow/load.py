"""An open-loop load of market orders, and what became of each: acknowledged, seen filled on the WebSocket, refused."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field

import aiohttp
import orjson


@dataclass(frozen=True)
class Target:
    """Where to send: the platform, or the floor (which asks for no key)."""

    name: str
    base_url: str
    headers: dict[str, str] = field(default_factory=dict)
    key: str = ""
    secret: str = ""


@dataclass
class Result:
    """Of one rate; times in milliseconds, sorted."""

    offered_per_second: float
    seconds: float
    ack: list[float]
    fill: list[float]
    sent: int
    refused: int
    failed: int
    unfilled: int

    @property
    def filled_per_second(self) -> float:
        return len(self.fill) / self.seconds


def percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


class Load:
    """One client session and one WebSocket to a target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._sent: dict[str, float] = {}
        self._filled: dict[str, float] = {}
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "Load":
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            headers=self._target.headers,
            timeout=aiohttp.ClientTimeout(total=30),
        )
        self._socket = await self._http.ws_connect(self._target.base_url + "/stream", max_msg_size=0)
        if self._target.key:
            await self._socket.send_json({"action": "auth", "key": self._target.key, "secret": self._target.secret})
            await self._next("authorization")
            await self._socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
        await self._next("listening")
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reader.cancel()
        await self._socket.close()
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    async def _next(self, stream: str) -> None:
        while (message := orjson.loads((await self._socket.receive()).data))["stream"] != stream:
            pass
        if message["data"].get("status") == "unauthorized":
            raise PermissionError(f"{self._target.name}: the WebSocket refused the key")

    async def _read(self) -> None:
        async for message in self._socket:
            body = orjson.loads(message.data)
            if body["stream"] == "trade_updates" and body["data"]["event"] == "fill":
                self._filled[body["data"]["order"]["client_order_id"]] = time.perf_counter()
                self._changed.set()

    async def run(self, rate: float, seconds: float, symbols: list[str]) -> Result:
        """Sends `rate` orders a second for `seconds`, whatever the answers; waits for the fills up to 10 s."""
        self._sent.clear()
        self._filled.clear()
        acks: dict[str, float] = {}
        refused = failed = 0

        async def one(symbol: str) -> None:
            nonlocal refused, failed
            key = uuid.uuid4().hex
            self._sent[key] = started = time.perf_counter()
            body = {
                "symbol": symbol,
                "qty": "1",
                "side": "buy",
                "type": "market",
                "time_in_force": "day",
                "client_order_id": key,
            }
            try:
                async with self._http.post(self._target.base_url + "/v2/orders", json=body) as answer:
                    await answer.read()
            except (aiohttp.ClientError, TimeoutError):
                failed += 1
                return
            if answer.status == 200:
                acks[key] = time.perf_counter() - started
            elif answer.status == 429:
                refused += 1
            else:
                failed += 1

        begun = time.perf_counter()
        tasks = []
        for number in range(int(rate * seconds)):
            if (pause := begun + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(one(symbols[number % len(symbols)])))
        await asyncio.gather(*tasks)
        deadline = time.perf_counter() + 10
        while acks.keys() - self._filled.keys() and (left := deadline - time.perf_counter()) > 0:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                break
        ended = max(self._filled.values(), default=time.perf_counter())
        return Result(
            offered_per_second=rate,
            seconds=max(ended - begun, seconds),
            sent=len(tasks),
            refused=refused,
            failed=failed,
            ack=sorted(1e3 * value for value in acks.values()),
            fill=sorted(1e3 * (at - self._sent[key]) for key, at in self._filled.items() if key in acks),
            unfilled=len(acks.keys() - self._filled.keys()),
        )
