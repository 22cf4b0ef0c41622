"""The sample strategy keeps to its limits, whatever it hears; and it trades through the normal API."""

import asyncio
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

from cift_common.messaging import Messenger
from cift_operator.local import Platform
from cift_proto.forecast.v1 import forecast_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from examples.strategy.domain import SECOND_NS, Holding, Limits, Order, Signal, decide
from tests.client import connect
from tests.conftest import RunningPlatform

LIMITS = Limits(position_max=Decimal(30), notional_max=Decimal(2000), order_quantity=Decimal(8))
NOW = 10**18


def signal(probability: float, price: str = "100", age_seconds: float = 0) -> Signal:
    return Signal("AAPL", NOW - int(age_seconds * SECOND_NS), probability, Decimal(price))


@given(
    probabilities=st.lists(st.floats(0, 1), min_size=1, max_size=60),
    price=st.decimals("0.01", "5000", places=2),
    short=st.booleans(),
    loss=st.integers(0, 400),
)
def test_no_run_of_signals_leads_beyond_its_limits(
    probabilities: list[float], price: Decimal, short: bool, loss: int
) -> None:
    limits = Limits(**{**vars(LIMITS), "short": short})
    held = Decimal(0)
    for probability in probabilities:
        decision = decide(signal(probability, str(price)), Holding(held, 0, Decimal(-loss)), 0, limits, NOW)
        if not isinstance(decision, Order):
            continue
        assert 0 < decision.quantity <= limits.order_quantity
        before = held
        held += decision.quantity if decision.side == "buy" else -decision.quantity
        assert abs(held) <= limits.position_max
        assert abs(held) * price <= limits.notional_max or abs(held) < abs(before)
        assert held >= 0 or short
        assert before * held >= 0, "one order closed and opened"
        assert loss < limits.loss_max or abs(held) < abs(before)


def test_why_it_rests() -> None:
    flat = Holding(Decimal(0), 0, Decimal(0))
    for said, holding, sent, reason in (
        (signal(0.9, age_seconds=11), flat, 0, "older than 10 s"),
        (signal(0.9), Holding(Decimal(0), 1, Decimal(0)), 0, "still open"),
        (signal(0.9), flat, 10, "within a minute"),
        (signal(0.52), flat, 0, "as wanted"),
        (signal(0.1), flat, 0, "as wanted"),
        (signal(0.9), Holding(Decimal(0), 0, Decimal(-200)), 0, "lost more than"),
    ):
        decision = decide(said, holding, sent, LIMITS, NOW)
        assert isinstance(decision, str)
        assert reason in decision
    assert decide(signal(0.9), flat, 9, LIMITS, NOW) == Order("buy", Decimal(8))
    assert decide(signal(0.1), Holding(Decimal(5), 0, Decimal(-999)), 0, LIMITS, NOW) == Order("sell", Decimal(5))


async def test_it_trades_through_the_normal_api(platform: RunningPlatform) -> None:
    nats_url = Platform(platform.state).store_urls()["nats_url"]
    strategy = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "examples.strategy",
        cwd=Path(__file__).parents[2],
        env=os.environ
        | {
            "STRATEGY_API_URL": platform.base_url,
            "STRATEGY_API_KEY_ID": platform.credentials["api_key_id"],
            "STRATEGY_API_SECRET_KEY": platform.credentials["api_secret_key"],
            "STRATEGY_NATS_URL": nats_url,
            "STRATEGY_SYMBOLS": "GOOG",
            "STRATEGY_ORDER_QUANTITY": "3",
            "STRATEGY_POSITION_MAX": "5",
            "STRATEGY_NAME": "sample",
        },
    )
    messenger = await Messenger.connect(nats_url, "test")
    try:
        async with connect(platform.base_url, platform.headers) as client, asyncio.timeout(120):
            for probability, wanted in ((0.9, "5"), (0.1, None)):
                while True:
                    for symbol in ("GOOG", "QQQ"):
                        told = pb.Signal(
                            symbol=symbol,
                            probability_up=probability,
                            middle_price_nanos=190 * 10**9,
                            said_at_ns=time.time_ns(),
                        )
                        await messenger.publish_core(f"signal.{symbol}", told.SerializeToString())
                    held = {position["symbol"]: position["qty"] for position in await client.get("/v2/positions")}
                    if held.get("GOOG") == wanted:
                        break
                    assert strategy.returncode is None
                    await asyncio.sleep(0.2)
            orders = await client.get("/v2/orders", status="all", symbols="GOOG,QQQ")
        assert {order["symbol"] for order in orders} == {"GOOG"}
        assert {order["strategy"] for order in orders} == {"sample"}
        assert sorted((order["side"], order["qty"]) for order in orders) == [
            ("buy", "2"),
            ("buy", "3"),
            ("sell", "2"),
            ("sell", "3"),
        ]
    finally:
        strategy.terminate()
        await strategy.wait()
        await messenger.close()
