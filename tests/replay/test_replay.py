"""Real ticks as the market: orders fill at prices that it really showed."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.client import Client, connect, listen
from tests.conftest import RunningPlatform, start_platform

BAC = Path(__file__).resolve().parents[3] / "shared/data/lean/equity/usa/tick/bac"
NEW_YORK = ZoneInfo("America/New_York")
SPEED = 100

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not BAC.is_dir(), reason="the real ticks are not beside the repository (../shared/data)"),
]


@pytest.fixture(scope="module")
def bac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    spec = {
        "trading": {
            "symbols": ["BAC"],
            "instruments": [{"symbol": "BAC", "tickSize": "0.0001", "referencePrice": "14"}],
        },
        "feeds": {"replay": {"path": str(BAC), "speed": SPEED}},
    }
    yield from start_platform(tmp_path_factory.mktemp("replay") / "state", spec)


def shown_prices(side: str, start_ns: int, end_ns: int) -> set[Decimal]:
    """Every price that the files have on a side between two exchange times, and the last one before them."""
    column = 1 if side == "bid" else 3
    prices: set[Decimal] = set()
    last: Decimal | None = None
    for path in sorted(BAC.glob("*_quote.zip")):
        day = datetime.strptime(path.name[:8], "%Y%m%d").replace(tzinfo=NEW_YORK)
        midnight_ns = int(day.timestamp()) * 10**9
        with zipfile.ZipFile(path) as archive:
            rows = csv.reader(io.TextIOWrapper(archive.open(archive.namelist()[0])))
            for row in rows:
                time_ns = midnight_ns + int(row[0]) * 10**6
                price = Decimal(row[column]) / 10_000
                if time_ns > end_ns:
                    break
                if price and time_ns >= start_ns:
                    prices.add(price)
                elif price:
                    last = price
    return prices | ({last} if last is not None else set())


async def exchange_time_ns(client: Client) -> int:
    quote = (await client.get("/v2/stocks/BAC/quotes/latest"))["quote"]
    return int(datetime.fromisoformat(quote["t"]).timestamp() * 1e6) * 1000


@pytest.mark.parametrize(("side", "touch"), [("buy", "ask"), ("sell", "bid")])
async def test_market_orders_fill_at_the_touch(bac: RunningPlatform, side: str, touch: str) -> None:
    async with connect(bac.base_url, bac.headers) as client, listen(bac.base_url, bac.headers) as updates:
        for _ in range(5):
            start_ns = await exchange_time_ns(client)
            order = await client.submit(symbol="BAC", side=side, qty="3")
            fill = await updates.wait(order["id"], "fill")
            end_ns = await exchange_time_ns(client)
            # A conflated quote is at most a second of wall clock older than the one that was asked for.
            shown = shown_prices(touch, start_ns - SPEED * 10**9, end_ns)
            assert Decimal(fill["order"]["filled_avg_price"]) in shown


async def test_a_limit_order_fills_when_the_market_comes_to_it(bac: RunningPlatform) -> None:
    async with connect(bac.base_url, bac.headers) as client, listen(bac.base_url, bac.headers) as updates:
        start_ns = await exchange_time_ns(client)
        quote = (await client.get("/v2/stocks/BAC/quotes/latest"))["quote"]
        price = Decimal(str(quote["bp"]))
        order = await client.submit(symbol="BAC", type="limit", limit_price=str(price), time_in_force="gtc", qty="1")
        fill = await updates.wait(order["id"], "fill", seconds=120)
        assert Decimal(fill["order"]["filled_avg_price"]) <= price
        shown = shown_prices("ask", start_ns - SPEED * 10**9, await exchange_time_ns(client))
        assert min(shown) <= price
