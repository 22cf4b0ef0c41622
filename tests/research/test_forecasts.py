"""From bars in QuestDB to signals: trained, compared, promoted where better beyond chance, served without a gap."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from cift_common.messaging import Messenger
from cift_forecast.domain.bars import Bars
from cift_proto.common.v1 import types_pb2
from cift_proto.forecast.v1 import forecast_pb2 as pb
from cift_proto.forecast.v1 import forecast_pb2_grpc
from nats.aio.msg import Msg

from services.forecast.tests.market import STEP_NS, market
from tests.processes import ServiceProcess
from tests.research.conftest import Lab, begin_of, write_quotes
from tests.research.mlflow_server import MlflowServer
from tests.stores import Stores

for library in ("mlflow", "onnx", "sklearn", "matplotlib"):
    pytest.importorskip(library)

STEPS, KNOWN = 3200, 3000
CHANGE_SECONDS = 240
TRAINING = ("--step", "5", "--horizon", "1", "--folds", "2")


class Market:
    """Tells the steps after those in history, one after the other, and hears the signals."""

    def __init__(self, messenger: Messenger, bars: Bars) -> None:
        self.signals: list[pb.Signal] = []
        self._messenger, self._bars, self._step = messenger, bars, KNOWN

    async def hear(self) -> None:
        async def keep(message: Msg) -> None:
            self.signals.append(pb.Signal.FromString(message.data))

        await self._messenger.subscribe_core("signal.AAPL", keep)

    async def go_on(self) -> None:
        """One step. After the last the first comes again, later."""
        place = KNOWN + (self._step - KNOWN) % (STEPS - KNOWN)
        bars, time_ns = self._bars, begin_of(self._bars, KNOWN) + (self._step - KNOWN) * STEP_NS + STEP_NS // 2
        self._step += 1
        quote = types_pb2.Quote(
            symbol="AAPL",
            bid_price_nanos=round(bars.bid[place] * 10**9),
            ask_price_nanos=round(bars.ask[place] * 10**9),
            bid_quantity_nanos=round(bars.bid_quantity[place] * 10**9),
            ask_quantity_nanos=round(bars.ask_quantity[place] * 10**9),
            exchange_time_ns=time_ns,
        )
        await self._messenger.publish_core("md.quote.AAPL", quote.SerializeToString())


class Client:
    """Asks without a pause; what failed is kept."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.stub: Any = forecast_pb2_grpc.ForecastServiceStub(channel)
        self.answers = 0
        self.failures: list[str] = []
        self.versions: list[str] = []

    async def run(self) -> None:
        while True:
            try:
                answer = await self.stub.GetPredictions(pb.GetPredictionsRequest(symbols=["AAPL"]))
                self.answers += 1
                version = answer.predictions[0].champion.version
                if not self.versions or self.versions[-1] != version:
                    self.versions.append(version)
            except grpc.aio.AioRpcError as error:
                self.failures.append(f"{error.code().name}: {error.details()}")
            await asyncio.sleep(0.005)

    async def models(self) -> pb.ListModelsResponse:
        answer: pb.ListModelsResponse = await self.stub.ListModels(pb.ListModelsRequest())
        return answer


async def until(market: Market, holds: Callable[[], Any]) -> None:
    """Lets the market go on until it is as expected."""
    async with asyncio.timeout(CHANGE_SECONDS):
        while True:
            found = holds()
            if found if not asyncio.iscoroutine(found) else await found:
                return
            await market.go_on()
            await asyncio.sleep(0.02)


def iso(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 10**9, UTC).isoformat()


@pytest.mark.timeout(900)
async def test_from_bars_to_signals(
    stores: Stores, mlflow: MlflowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A time of its own: other tests write quotes of the same symbols.
    start_ns = (time.time_ns() // 86_400 // 10**9 - 400) * 86_400 * 10**9
    known, unknown = (
        _later(market(seed, STEPS, sessions=1, persistence=p), start_ns) for seed, p in ((5, 0.6), (6, 0))
    )
    for symbol, bars in (("AAPL", known), ("MSFT", unknown)):
        await asyncio.to_thread(write_quotes, stores.questdb_url, symbol, bars.part(0, KNOWN))
    monkeypatch.setenv("CIFT_QUESTDB_URL", stores.questdb_url)
    monkeypatch.setenv("CIFT_MLFLOW_URL", mlflow.url)
    lab = Lab()
    window = ("--start", iso(start_ns), "--end", iso(int(known.time[KNOWN])))
    models = ("--models", "last-move,logistic")
    said = await lab.must("train", "--symbols", "AAPL,MSFT", *models, *TRAINING, *window)
    assert said.count("is the challenger: the best in the folds") == 2
    code, said = await lab("promote", "--symbols", "MSFT")
    assert (code, "not better beyond chance" in said) == (1, True), said
    said = await lab.must("promote", "--symbols", "AAPL", "--version", "1")
    assert "version 1 (last move) is the champion" in said

    platform_file = tmp_path / "platform.json"
    platform_file.write_text(json.dumps({"name": "t", "instruments": [{"symbol": "AAPL"}, {"symbol": "MSFT"}]}))
    environment = stores.environment() | {
        "CIFT_PLATFORM_FILE": str(platform_file),
        "CIFT_MLFLOW_URL": mlflow.url,
        "CIFT_MODEL_CACHE": str(tmp_path / "models"),
        "CIFT_REGISTRY_POLL_SECONDS": "0.3",
    }
    messenger = await Messenger.connect(stores.nats_url, "test")
    await messenger.ensure_streams()
    async with ServiceProcess("forecast", environment, migrate=False) as service:
        feed = Market(messenger, known)
        await feed.hear()
        await until(feed, lambda: len(feed.signals) > 3)
        # History came from QuestDB: nobody had to wait for sixty steps.
        assert feed._step - KNOWN < 55
        assert {(signal.version, signal.kind) for signal in feed.signals} == {("1", "last move")}
        client = Client(service.channel)
        with pytest.raises(grpc.aio.AioRpcError, match=r"direction-MSFT has no champion"):
            await client.stub.GetPredictions(pb.GetPredictionsRequest(symbols=["MSFT"]))
        asking = asyncio.create_task(client.run())

        async def shadowed() -> bool:
            return any(model.role == pb.ROLE_CHALLENGER for model in (await client.models()).models)

        await until(feed, shadowed)
        promotion = asyncio.create_task(lab.must("promote", "--symbols", "AAPL"))
        await until(feed, lambda: client.versions[-1:] == ["2"])
        assert "against the champion, version 1 (last move): better beyond chance" in await promotion
        await until(feed, lambda: feed.signals[-1].version == "2")
        table = await lab.must("compare", "--symbols", "AAPL,MSFT")
        assert "logistic regression" in table
        assert "Direction is not shown to be predictable here." in table
        await lab.must("rollback", "--symbols", "AAPL")
        await until(feed, lambda: client.versions[-1:] == ["1"])

        # A model that was trained on other features is named champion by hand.
        await asyncio.to_thread(register_wrong, mlflow.url, "direction-AAPL")

        async def refused_one() -> bool:
            return any("signature" in model.refused for model in (await client.models()).models)

        await until(feed, refused_one)
        assert client.versions == ["1", "2", "1"]

        # The registry goes away, and the service is started anew without it.
        mlflow.stop()

        async def told() -> bool:
            return not (await client.models()).registry.reachable

        await until(feed, told)
        heard = len(feed.signals)
        await until(feed, lambda: len(feed.signals) > heard + 3)
        assert client.failures == []
        assert client.answers > 100
        asking.cancel()
        service.kill()
        await service.start()
        (served,) = [model for model in (await client.models()).models if model.role == pb.ROLE_CHAMPION]
        assert (served.version, served.from_cache) == ("1", True)
        heard = len(feed.signals)
        await until(feed, lambda: len(feed.signals) > heard)
    await messenger.close()


def register_wrong(url: str, name: str) -> None:
    """A version whose model takes three numbers, as champion."""
    import mlflow
    import numpy as np
    import onnx
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    shape = ["n", 3]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "wrong",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, shape)],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=9)
    client = mlflow.MlflowClient(url, url)
    mlflow.set_tracking_uri(url)
    mlflow.set_experiment(name)
    right = mlflow.models.Model.load(f"models:/{name}/1").metadata
    schema = Schema([TensorSpec(np.dtype(np.float32), (-1, 3), "x")])
    with mlflow.start_run():
        info = mlflow.onnx.log_model(
            model, name="model", signature=ModelSignature(schema, schema), metadata=right, registered_model_name=name,
            pip_requirements=[], save_as_external_data=False,
        )  # fmt: skip
    client.set_registered_model_alias(name, "champion", info.registered_model_version)


def _later(bars: Bars, start_ns: int) -> Bars:
    return Bars(**{**vars(bars), "time": bars.time - bars.time[0] + STEP_NS + start_ns})
