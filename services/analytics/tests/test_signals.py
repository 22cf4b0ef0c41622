"""What forecasts said is stored once, whatever is repeated, senseless or away."""

import asyncio
import io
import random
import secrets
from datetime import UTC, datetime

import grpc
import polars as pl
import pytest
from cift_analytics.signal_intake import what_is_wrong
from cift_common import rpc
from cift_common.errors import InvalidArgument
from cift_proto.analytics.v1 import analytics_pb2 as pb
from cift_proto.forecast.v1.forecast_pb2 import Signal
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.tests.books import NANOS
from services.analytics.tests.conftest import Desk

START_NS = int(datetime(2026, 3, 2, 14, 30, tzinfo=UTC).timestamp()) * NANOS
MINUTE_NS = 60 * NANOS


def signals(model: str, count: int) -> list[Signal]:
    dice = random.Random(count)
    return [
        Signal(
            symbol=dice.choice(["AAPL", "BRK.B"]),
            time_ns=START_NS + number * MINUTE_NS,
            probability_up=dice.random(),
            horizon_ns=12 * MINUTE_NS,
            middle_price_nanos=dice.choice([0, 230_095_000_000]),
            model=model,
            version=str(1 + number // 50),
            kind="LSTM",
            said_at_ns=START_NS + number * MINUTE_NS + 5_000_000,
        )
        for number in range(count)
    ]


async def tell(desk: Desk, some: list[Signal]) -> None:
    for signal in some:
        await desk.say(f"signal.{signal.symbol.replace('.', '_')}", signal.SerializeToString())


async def test_each_signal_is_stored_once(desk: Desk) -> None:
    model = f"direction-{secrets.token_hex(4)}"
    said = signals(model, 120)
    everything = desk.selection(START_NS, START_NS + 10**14)
    await tell(desk, [*said[:60], Signal(symbol="AAPL", time_ns=START_NS, probability_up=7, model=model), *said[30:60]])
    await desk.say("signal.AAPL", b"\xff no message of ours")
    desk.clickhouse.kill()
    await tell(desk, said[60:])
    desk.service.kill()
    desk.service.begin()
    await desk.clickhouse.start()
    await desk.service.ready()

    async def stored() -> list[Signal]:
        try:
            request = pb.ListSignalsRequest(selection=everything, models=[model], limit=1000)
            return list((await desk.stub.ListSignals(request)).signals)
        except grpc.aio.AioRpcError:
            return []

    async with asyncio.timeout(120):
        while len(await stored()) < len(said):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await stored() == sorted(said, key=lambda signal: -signal.time_ns)

    only = desk.selection(START_NS, START_NS + 10**14, symbols=["BRK.B"])
    page = await desk.stub.ListSignals(pb.ListSignalsRequest(selection=only, models=[model], limit=10))
    expected = [signal for signal in reversed(said) if signal.symbol == "BRK.B"]
    assert (list(page.signals), page.truncated) == (expected[:10], True)

    for form, read in ((pb.FORMAT_CSV, pl.read_csv), (pb.FORMAT_PARQUET, pl.read_parquet)):
        request = pb.ExportRequest(selection=everything, table=pb.TABLE_SIGNALS, format=form)
        content = b"".join([part.chunk async for part in desk.stub.Export(request)])
        table = read(io.BytesIO(content)).filter(pl.col("model") == model)
        assert table["probability_up"].to_list() == [signal.probability_up for signal in said]

    wrong = desk.selection(strategies=["momentum"])
    with pytest.raises(InvalidArgument) as refused, rpc.translated():
        await desk.stub.ListSignals(pb.ListSignalsRequest(selection=wrong))
    assert refused.value.field == "strategies"


@given(st.floats(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=20))
def test_only_probabilities_of_a_symbol_and_a_time_are_signals(probability: float, time_ns: int, symbol: str) -> None:
    fits = 0 <= probability <= 1 and time_ns > 0 and 0 < len(symbol) <= 16
    signal = Signal(symbol=symbol, time_ns=time_ns, probability_up=probability)
    assert (what_is_wrong(signal) == "") == fits
