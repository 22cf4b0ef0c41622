"""What a user traded comes out of `/v2/analytics` as it went into the account, whatever is away in between."""

import asyncio
import io
import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import aiohttp
import polars as pl
import pytest
from cift_gateway.api.models import analytics as models

from tests.conftest import RunningPlatform, start_platform

ORDERS = 24
ANSWERS = {
    "performance": models.PerformanceAnswer,
    "round_trips": models.RoundTripsAnswer,
    "costs": models.CostsAnswer,
    "risk": models.RiskAnswer,
    "positions": models.ClosingPositionsAnswer,
}


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    fees = {"perOrder": "0.35", "perShare": "0.005", "makerBp": "-0.1", "takerBp": "0.3"}
    spec = {"analytics": {"enabled": True}, "trading": {"fees": fees}}
    yield from start_platform(tmp_path_factory.mktemp("analytics") / "state", spec)


async def get(session: aiohttp.ClientSession, path: str, **query: str) -> Any:
    async with session.get(path, params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def trade(session: aiohttp.ClientSession, symbol: str, side: str, strategy: str) -> str:
    order = {"symbol": symbol, "qty": "3", "side": side, "type": "market", "time_in_force": "day", "strategy": strategy}
    async with session.post("/v2/orders", json=order) as answer:
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["id"])


async def settled(session: aiohttp.ClientSession) -> None:
    """When no order is open."""
    async with asyncio.timeout(30):
        while await get(session, "/v2/orders", status="open"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def answered(session: aiohttp.ClientSession, fills: int) -> None:
    """When analytics has booked so many fills."""
    async with asyncio.timeout(60):
        while True:
            async with session.get("/v2/analytics/costs") as answer:
                body = await answer.json()
                if answer.status == 200 and sum(row["fills"] for row in body["rows"]) == fills:
                    return
            await asyncio.sleep(0.1)


async def test_profit_is_what_the_account_gained(analysed: RunningPlatform) -> None:
    async with aiohttp.ClientSession(analysed.base_url, headers=analysed.headers) as session:
        before = Decimal((await get(session, "/v2/account"))["cash"])
        for number in range(ORDERS):
            strategy = ("momentum", "reversal")[number // 2 % 2]
            if number == ORDERS // 2:
                # While the store is away JetStream keeps what happens.
                await asyncio.to_thread(end, analysed, "clickhouse")
            await trade(session, ("AAPL", "MSFT")[number // 4 % 2], ("buy", "sell")[number % 2], strategy)
            await settled(session)
        gained = Decimal((await get(session, "/v2/account"))["cash"]) - before
        assert await get(session, "/v2/positions") == []
        fills = await get(session, "/v2/account/activities/FILL")
        await answered(session, len(fills))
        rows = (await get(session, "/v2/analytics/performance", group_by="strategy"))["rows"]
        assert {row["strategy"] for row in rows} == {"momentum", "reversal"}
        assert sum(Decimal(row["profit"]) for row in rows) == gained
        costs = (await get(session, "/v2/analytics/costs"))["rows"][0]
        assert costs["fills_with_touch"] == len(fills)
        assert Decimal(costs["turnover"]) == sum(Decimal(fill["qty"]) * Decimal(fill["price"]) for fill in fills)
        paid = sum(Decimal(fill["commission"]) for fill in fills)
        assert Decimal(costs["fees"]) == sum(Decimal(row["fees"]) for row in rows) == paid
        # Market orders take what is there: 0.35 each, 0.005 a share, 0.3 basis points.
        value, shares = Decimal(costs["turnover"]), Decimal(costs["quantity"])
        expected = ORDERS * Decimal("0.35") + shares * Decimal("0.005") + value * Decimal("0.00003")
        assert abs(paid - expected) <= len(fills) * Decimal("1e-9")
        risk = (await get(session, "/v2/analytics/risk"))["rows"][0]
        assert Decimal(risk["profit"]) == gained
        for path, model in ANSWERS.items():
            model.model_validate(await get(session, f"/v2/analytics/{path}"))
        async with session.get("/v2/analytics/export/fills", params={"format": "parquet"}) as answer:
            table = pl.read_parquet(io.BytesIO(await answer.read()))
        assert sorted(table["order_id"]) == sorted(fill["order_id"] for fill in fills)


async def test_what_cannot_be_asked_is_said(analysed: RunningPlatform) -> None:
    wrong = [
        ("performance", {"group_by": "moon"}, "group_by"),
        ("performance", {"start": "2000-01-01", "end": "2026-01-01"}, "start"),
        ("round_trips", {"min_profit": "much"}, "min_profit"),
        ("round_trips", {"page_token": "x"}, "page_token"),
        ("export/users", {}, "table"),
        ("risk", {"capital": "0"}, "capital"),
    ]
    async with aiohttp.ClientSession(analysed.base_url, headers=analysed.headers) as session:
        for path, query, field in wrong:
            async with session.get(f"/v2/analytics/{path}", params=query) as answer:
                assert (answer.status, (await answer.json())["field"]) == (422, field)
    async with aiohttp.ClientSession(analysed.base_url) as nobody, nobody.get("/v2/analytics/risk") as answer:
        assert answer.status == 401


def end(platform: RunningPlatform, component: str) -> None:
    """SIGKILL; the process manager starts it again."""
    os.kill(platform.components()[component]["pid"], signal.SIGKILL)
