"""A platform with Prometheus, Alertmanager and, where it can be had, Jaeger beside it; and some trading to see."""

import asyncio
import json
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from cift_operator.local import go_programs

from tests.client import connect, listen
from tests.conftest import RunningPlatform, start_platform

PATIENCE_SECONDS = 60
TRADED_SECONDS = 8
MISSING = [name for name in ("prometheus", "alertmanager") if go_programs.find(name) is None]
HAS_JAEGER = go_programs.find("jaeger") is not None


@dataclass(frozen=True)
class Observed:
    """A running platform and where its observers answer."""

    platform: RunningPlatform
    prometheus: str
    alertmanager: str
    jaeger: str

    def ask(self, path: str, **query: str) -> Any:
        """Of Prometheus' API."""
        return get(f"{self.prometheus}/api/v1/{path}?{urllib.parse.urlencode(query)}")["data"]


def get(url: str) -> Any:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
        return json.load(answer)


def until(probe: Callable[[], Any], what: str) -> Any:
    """Waits for a probe to be true, and gives what it gave."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (seen := probe()):
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.1)
    return seen


@pytest.fixture(scope="session")
def observed_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    if MISSING:
        pytest.skip(f"without {', '.join(MISSING)} (Debian: prometheus, prometheus-alertmanager)")
    spec = {
        "analytics": {"enabled": True},
        "observability": {
            "prometheus": {"enabled": True, "scrapeSeconds": 1},
            "alertmanager": {"enabled": True},
            "jaeger": {"enabled": HAS_JAEGER},
            # Nothing is traced by chance, and no order is faster than this.
            "tracing": {"samplingRatio": "0", "slowOrderMilliseconds": 1},
        },
    }
    for platform in start_platform(tmp_path_factory.mktemp("observed") / "state", spec):
        components = platform.components()
        yield Observed(
            platform,
            components["prometheus"]["address"],
            components["alertmanager"]["address"],
            components["jaeger"]["address"] if HAS_JAEGER else "",
        )


@pytest.fixture(scope="session")
async def observed(observed_platform: Observed) -> AsyncIterator[Observed]:
    """Traded on: orders of all kinds for some seconds, with somebody listening."""
    platform = observed_platform.platform
    async with (
        connect(platform.base_url, platform.headers) as client,
        listen(platform.base_url, platform.headers),
        watching(platform),
    ):
        ends = time.monotonic() + TRADED_SECONDS
        while time.monotonic() < ends:
            await client.call("POST", "/v2/orders", json=order("AAPL"), headers=traceparent(uuid.uuid4().hex))
            await client.call("POST", "/v2/orders", json=order("MSFT", qty="1000000"))
            price = Decimal(str((await client.get("/v2/stocks/MSFT/quotes/latest"))["quote"]["bp"]))
            resting = await client.submit(
                symbol="MSFT", type="limit", limit_price=str((price * Decimal("0.9")).quantize(Decimal("0.01")))
            )
            await client.until(f"/v2/orders/{resting['id']}", lambda seen: seen["status"] == "new")
            await client.call("DELETE", f"/v2/orders/{resting['id']}")
            await client.call("DELETE", f"/v2/orders/{resting['id']}")
            await client.call("GET", "/v2/analytics/costs")
            await asyncio.sleep(0.05)
        yield observed_platform


def traceparent(trace_id: str) -> dict[str, str]:
    """What makes a request traced in any case."""
    return {"traceparent": f"00-{trace_id}-00000000000000f1-01"}


@asynccontextmanager
async def watching(platform: RunningPlatform) -> AsyncIterator[None]:
    """Quotes and trades by WebSocket, as a terminal has them."""
    async with (
        aiohttp.ClientSession(headers=platform.headers) as session,
        session.ws_connect(platform.base_url + "/v2/iex") as socket,
    ):
        key, secret = platform.headers["APCA-API-KEY-ID"], platform.headers["APCA-API-SECRET-KEY"]
        await socket.send_json({"action": "auth", "key": key, "secret": secret})
        await socket.send_json({"action": "subscribe", "quotes": ["*"], "trades": ["*"]})

        async def read() -> None:
            async for _ in socket:
                pass

        reader = asyncio.create_task(read())
        try:
            yield
        finally:
            reader.cancel()


def order(symbol: str, **changes: str) -> dict[str, str]:
    return {"symbol": symbol, "qty": "1", "side": "buy", "type": "market", "time_in_force": "day", **changes}
