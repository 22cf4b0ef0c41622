"""What a model is."""

from typing import Any, Protocol

import numpy as np

from cift_forecast.domain.bars import Booleans, Floats, Integers


class Model(Protocol):
    """Trained once. `window` is how many steps it looks at; the last is the one that it speaks about."""

    name: str
    window: int

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        """`samples`: (count, window, features), standardized; `up`: (count,), 1 or 0."""

    def predict(self, samples: Floats) -> Floats:
        """(count,): how likely the price goes up."""


class Exportable(Model, Protocol):
    """Can be drawn as an ONNX graph (`models.graph`)."""

    def draw(self, graph: Any, samples: str) -> str:
        """Adds its nodes to a `Graph`; from (count, window, features) to (count, 1) or (count,)."""


def windows(rows: Floats, steps: Integers, window: int) -> Floats:
    """(count, window, features): each of the steps with those before it. A step has at least `window - 1` before it."""
    view = np.lib.stride_tricks.sliding_window_view(rows, window, axis=0)
    found: Floats = np.swapaxes(view[steps - window + 1], 1, 2)
    return found


BOUND = 8.0
"""Deviations: one bad tick must not outweigh a day."""


class Scale:
    """Centres and scales features by what was seen in training."""

    def __init__(self, rows: Floats) -> None:
        self.mean = rows.mean(axis=0)
        deviation = rows.std(axis=0)
        self.deviation = np.where(deviation > 0, deviation, 1.0)

    def apply(self, rows: Floats) -> Floats:
        scaled: Floats = np.clip((rows - self.mean) / self.deviation, -BOUND, BOUND)
        return scaled


def decided(moves: Floats, usable: Booleans) -> Integers:
    """The steps that can be learned from: the price moves, and everything lies within one session."""
    steps: Integers = np.flatnonzero(usable & (moves != 0))
    return steps
