"""What can be known is learned, and the served graph says what the model says; only with the extra `research`."""

import numpy as np
import onnxruntime
import pytest
from cift_forecast.domain.features import NAMES, features, moves, usable
from cift_forecast.domain.judge import hits, log_loss
from cift_forecast.models import baselines
from cift_forecast.models.base import Exportable, Scale, decided, windows

from services.forecast.tests.market import market

for library in ("lightgbm", "sklearn"):
    pytest.importorskip(library)
sequences = pytest.importorskip("cift_forecast.models.sequences")
graph = pytest.importorskip("cift_forecast.models.graph")


@pytest.mark.parametrize(
    "model",
    [
        baselines.LastMove(),
        baselines.Logistic(),
        baselines.Boosting(),
        sequences.Sequence("LSTM", sequences.Lstm(8), 8, 1e-2, 3),
        sequences.Sequence("Transformer", sequences.Transformer(16), 8, 5e-3, 2),
    ],
    ids=lambda model: model.name,
)
def test_a_model_learns_and_its_graph_says_the_same(model: Exportable) -> None:
    bars = market(5, 3000, persistence=0.6)
    rows, move = features(bars), moves(bars, 1)
    samples = decided(move, usable(bars, 1))
    learned, unseen = samples[:-1000], samples[-900:]
    scale = Scale(rows[: learned[-1]])
    scaled = scale.apply(rows)
    model.fit(windows(scaled, learned, model.window), (move[learned] > 0).astype(float), 7)
    said, up = model.predict(windows(scaled, unseen, model.window)), (move[unseen] > 0).astype(float)
    assert hits(said, up).mean() > 0.6
    assert log_loss(said, up).mean() < np.log(2)
    session = onnxruntime.InferenceSession(graph.draw(model, scale, len(NAMES)).SerializeToString())
    raw = windows(rows, unseen, model.window).astype(np.float32)
    assert session.run([graph.OUTPUT], {graph.INPUT: raw})[0] == pytest.approx(said, abs=1e-4)
    assert session.run([graph.OUTPUT], {graph.INPUT: raw[:1]})[0].shape == (1,)
