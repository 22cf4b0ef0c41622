"""What a forecast costs to serve: features and model, and the whole service's answer; with the process's memory.

    python benchmarks/forecast            # needs the extra `research`, which trains tiny models for it

Prints a table. Each model gets the window that it is trained with by default (30 steps of 15 features).
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import mlflow
from cift_forecast.adapters.registry import signature
from cift_forecast.adapters.runtime import Runtime
from cift_forecast.domain.described import Description
from cift_forecast.domain.features import NAMES, features, moves, usable
from cift_forecast.domain.live import Quote
from cift_forecast.models import baselines, sequences
from cift_forecast.models.base import Exportable, Scale, decided, windows
from cift_forecast.models.graph import draw
from cift_forecast.serving import Desk, Served

from services.forecast.tests.market import STEP_NS, market

STEPS = 2000
ASKED = 1500
WARM = 80


def main() -> None:
    bars = market(5, STEPS, sessions=1, persistence=0.6)
    rows, move = features(bars), moves(bars, 1)
    samples = decided(move, usable(bars, 1))
    scale = Scale(rows)
    models: list[Exportable] = [
        baselines.LastMove(),
        baselines.Logistic(),
        baselines.Boosting(),
        sequences.Sequence("LSTM", sequences.Lstm(32), 30, 2e-3, 1),
        sequences.Sequence("Transformer", sequences.Transformer(32), 30, 1e-3, 1),
    ]
    print(f"{ASKED} steps each, one at a time, one thread; µs from the end of a step to its forecast")
    print(f"{'':<22}{'on the clock':>16}{'of processor':>16}")
    print(f"{'model':<22}{'p50':>8}{'p99':>8}{'p50':>8}{'p99':>8}{'graph':>12}")
    for model in models:
        model.fit(windows(scale.apply(rows), samples, model.window), (move[samples] > 0).astype(float), 7)
        with tempfile.TemporaryDirectory() as folder:
            size = save(model, scale, Path(folder) / "model")
            taken = serve(Runtime(Path(folder) / "model"), bars)
        figures = "".join(
            f"{np.percentile(side, part) * 1e6:>8.0f}" for side in zip(*taken, strict=True) for part in (50, 99)
        )
        print(f"{model.name:<22}{figures}{size / 1024:>9.0f} KiB", flush=True)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, training included")


def save(model: Exportable, scale: Scale, folder: Path) -> int:
    told = Description(
        kind=model.name, symbol="TEST", step_seconds=STEP_NS // 10**9, horizon=1, window=model.window, base_rate=0.5,
        trained_until_ns=0, data="",
    )  # fmt: skip
    graph = draw(model, scale, len(NAMES))
    mlflow.onnx.save_model(
        graph, str(folder), signature=signature(model.window), metadata=told.as_json(), pip_requirements=[],
        save_as_external_data=False,
    )  # fmt: skip
    return len(graph.SerializeToString())


def serve(runtime: Runtime, bars: object) -> list[tuple[float, float]]:
    """Seconds of each step's end: closing it, its features, the model; on the clock, and of the processor."""
    desk = Desk(STEP_NS // 10**9, time.time_ns)
    desk.served["champion"] = Served("champion", "m", "1", runtime, False, 0)
    taken = []
    for n in range(WARM + ASKED):
        time_ns = int(bars.time[n]) - STEP_NS // 2  # type: ignore[attr-defined]
        desk.steps.quote(Quote(time_ns, bars.bid[n], bars.ask[n], 5.0, 5.0))  # type: ignore[attr-defined]
        began, spent = time.perf_counter(), time.thread_time()
        said = list(desk.close(time_ns))
        if said and n >= WARM:
            taken.append((time.perf_counter() - began, time.thread_time() - spent))
    return taken


if __name__ == "__main__":
    main()
