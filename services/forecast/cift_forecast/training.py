"""Trains models on the past and judges them on what followed, fold by fold."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cift_forecast.domain import judge
from cift_forecast.domain.bars import Bars, Floats, Integers
from cift_forecast.domain.features import LOOKBACK, NAMES, features, look_ahead, moves, usable
from cift_forecast.domain.splits import walk_forward
from cift_forecast.models.base import Model, Scale, decided, windows

MakeModel = Callable[[], Model]


class LookAhead(Exception):
    """A feature knows the future."""


@dataclass(frozen=True)
class Plan:
    horizon: int = 12
    """Steps ahead that are forecast."""
    folds: int = 4
    seed: int = 7


@dataclass(frozen=True)
class Report:
    """Of one model, on the unseen steps of all folds together."""

    name: str
    steps: Integers
    probability: Floats
    loss: Floats
    log_loss: judge.Interval
    hit_rate: judge.Interval
    profit: judge.Interval
    """Per share and step with a forecast, after the spread."""
    train_seconds: float


def evaluate(bars: Bars, models: Mapping[str, MakeModel], plan: Plan) -> list[Report]:
    """Walk-forward; all models see the same samples. Raises `LookAhead` where a feature knows the future."""
    if guilty := look_ahead(bars):
        raise LookAhead(f"these features know the future: {', '.join(NAMES[column] for column in guilty)}")
    rows, move = features(bars), moves(bars, plan.horizon)
    samples = decided(move, usable(bars, plan.horizon))
    return [_evaluate(name, make, bars, rows, move, samples, plan) for name, make in models.items()]


def _evaluate(
    name: str, make: MakeModel, bars: Bars, rows: Floats, move: Floats, samples: Integers, plan: Plan
) -> Report:
    tested: list[Integers] = []
    said: list[Floats] = []
    began = time.perf_counter()
    for split in walk_forward(len(bars), plan.folds, plan.horizon + LOOKBACK):
        train, test = (samples[(samples >= start) & (samples < end)] for start, end in (split.train, split.test))
        scale = Scale(rows[: split.train[1]])
        scaled = scale.apply(rows)
        model = make()
        model.fit(windows(scaled, train, model.window), (move[train] > 0).astype(float), plan.seed)
        tested.append(test)
        said.append(model.predict(windows(scaled, test, model.window)))
    steps, probability = np.concatenate(tested), np.concatenate(said)
    up = (move[steps] > 0).astype(float)
    loss = judge.log_loss(probability, up)
    block = plan.horizon * 5
    spread = (bars.ask - bars.bid)[steps]
    earned = judge.profit(probability, move[steps], spread)
    return Report(
        name=name,
        steps=steps,
        probability=probability,
        loss=loss,
        log_loss=judge.interval(loss, block, plan.seed),
        hit_rate=judge.interval(judge.hits(probability, up), block, plan.seed),
        profit=judge.interval(earned, block, plan.seed),
        train_seconds=time.perf_counter() - began,
    )
