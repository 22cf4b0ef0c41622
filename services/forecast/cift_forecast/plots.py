"""Pictures of a training: what each run keeps in MLflow."""

from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib.figure import Figure

from cift_forecast.domain.judge import calibration, confusion
from cift_forecast.training import Trained


def of(trained: Trained) -> Iterator[tuple[str, Figure]]:
    """File name and figure; all but the learning curve show unseen steps."""
    curve = getattr(trained.model, "curve", [])
    if curve:
        yield "learning_curve.png", _learning(curve)
    yield "calibration.png", _calibration(trained)
    yield "confusion.png", _confusion(trained)
    yield "profit.png", _profit(trained)


def _axes(title: str, x: str, y: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=(5.5, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=x, ylabel=y)
    return figure, axes


def _learning(curve: list[tuple[float, float]]) -> Figure:
    figure, axes = _axes("Learning curve", "epoch", "log loss")
    epochs = np.arange(1, len(curve) + 1)
    axes.plot(epochs, [seen for seen, _ in curve], marker="o", label="training")
    axes.plot(epochs, [held for _, held in curve], marker="o", label="held out")
    axes.axhline(np.log(2), color="grey", linestyle=":", label="a coin")
    axes.legend()
    return figure


def _calibration(trained: Trained) -> Figure:
    figure, axes = _axes("Calibration, unseen steps", "said: likely up", "was: share up")
    said, was, _ = calibration(trained.unseen.probability, trained.unseen.up)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot(said, was, marker="o")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return figure


def _confusion(trained: Trained) -> Figure:
    figure, axes = _axes("Confusion, unseen steps", "said", "was")
    counts = confusion(trained.unseen.probability, trained.unseen.up)
    axes.imshow(counts, cmap="Blues")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{int(count)}", ha="center", va="center")
    axes.set(xticks=[0, 1], xticklabels=["down", "up"], yticks=[0, 1], yticklabels=["down", "up"])
    return figure


def _profit(trained: Trained) -> Figure:
    figure, axes = _axes("Profit a share after the spread, unseen steps", "step with a move", "sum")
    axes.plot(np.cumsum(trained.unseen.earned))
    axes.axhline(0, color="grey", linestyle=":")
    return figure
