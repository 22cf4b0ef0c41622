"""Trains models on the past and judges them on what followed.

Walk-forward folds over the first part of the steps choose among models; the last part is shown to nobody before the
model that would be served is judged on it, once.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cift_forecast.domain import judge
from cift_forecast.domain.bars import Bars, Floats, Integers
from cift_forecast.domain.features import LOOKBACK, NAMES, features, look_ahead, moves, usable
from cift_forecast.domain.splits import walk_forward
from cift_forecast.models.base import Exportable, Model, Scale, decided, windows

MakeModel = Callable[[], Model]


class LookAhead(Exception):
    """A feature knows the future."""


@dataclass(frozen=True)
class Plan:
    horizon: int = 12
    """Steps ahead that are forecast."""
    folds: int = 4
    seed: int = 7
    unseen_share: float = 0.2
    """The last part of all steps, on which promotion is decided."""

    @property
    def block(self) -> int:
        """Steps that are resampled together: neighbours share their future."""
        return self.horizon * 5

    @property
    def embargo(self) -> int:
        return self.horizon + LOOKBACK


@dataclass(frozen=True)
class Report:
    """Of one model, on unseen steps."""

    name: str
    steps: Integers
    probability: Floats
    move: Floats
    spread: Floats
    loss: Floats
    log_loss: judge.Interval
    hit_rate: judge.Interval
    profit: judge.Interval
    """Per share and step with a forecast, after the spread."""
    train_seconds: float

    @property
    def up(self) -> Floats:
        return (self.move > 0).astype(float)

    @property
    def earned(self) -> Floats:
        return judge.profit(self.probability, self.move, self.spread)


@dataclass(frozen=True)
class Trained:
    """A model as it would be served, with what can be said of its kind and of itself."""

    model: Exportable
    scale: Scale
    folds: Report
    """Of its kind, walk-forward: what models are chosen by."""
    unseen: Report
    """Of this very model, on the steps after all that it and its choice have seen."""
    base_rate: float
    """How often the price went up in training."""
    trained_until_ns: int
    unseen_from: int
    """The first step of the unseen part."""
    rows: Floats
    """Features of the training's steps."""


def train(bars: Bars, make: Callable[[], Exportable], plan: Plan) -> Trained:
    """Raises `LookAhead` where a feature knows the future, `ValueError` where the steps are too few."""
    rows, move, samples = _prepared(bars, plan)
    unseen_from = int(len(bars) * (1 - plan.unseen_share))
    end = unseen_from - plan.embargo
    name = make().name
    folds = _evaluate(name, make, bars.part(0, end), rows[:end], *_within(move, samples, end - plan.horizon), plan)
    began = time.perf_counter()
    learned = samples[samples < end]
    unseen = samples[samples >= unseen_from]
    if not len(learned) or not len(unseen):
        raise ValueError(f"{len(bars)} steps are too few: {len(learned)} to learn from, {len(unseen)} unseen")
    scale, model = Scale(rows[:end]), make()
    scaled = scale.apply(rows)
    up = (move[learned] > 0).astype(float)
    model.fit(windows(scaled, learned, model.window), up, plan.seed)
    said = model.predict(windows(scaled, unseen, model.window))
    seconds = time.perf_counter() - began
    return Trained(
        model=model,
        scale=scale,
        folds=folds,
        unseen=report(name, unseen, said, move[unseen], (bars.ask - bars.bid)[unseen], plan, seconds),
        base_rate=float(up.mean()),
        # A label looks ahead: this is the last moment that the model knows of.
        trained_until_ns=int(bars.time[min(end + plan.horizon, len(bars) - 1)]),
        unseen_from=unseen_from,
        rows=rows[:end],
    )


def evaluate(bars: Bars, models: Mapping[str, MakeModel], plan: Plan) -> list[Report]:
    """Walk-forward over all steps; all models see the same samples. Raises `LookAhead`."""
    prepared = _prepared(bars, plan)
    return [_evaluate(name, make, bars, *prepared, plan) for name, make in models.items()]


def report(
    name: str, steps: Integers, probability: Floats, move: Floats, spread: Floats, plan: Plan, train_seconds: float
) -> Report:
    up = (move > 0).astype(float)
    loss = judge.log_loss(probability, up)
    return Report(
        name=name,
        steps=steps,
        probability=probability,
        move=move,
        spread=spread,
        loss=loss,
        log_loss=judge.interval(loss, plan.block, plan.seed),
        hit_rate=judge.interval(judge.hits(probability, up), plan.block, plan.seed),
        profit=judge.interval(judge.profit(probability, move, spread), plan.block, plan.seed),
        train_seconds=train_seconds,
    )


def _prepared(bars: Bars, plan: Plan) -> tuple[Floats, Floats, Integers]:
    if guilty := look_ahead(bars):
        raise LookAhead(f"these features know the future: {', '.join(NAMES[column] for column in guilty)}")
    move = moves(bars, plan.horizon)
    return features(bars), move, decided(move, usable(bars, plan.horizon))


def _within(move: Floats, samples: Integers, end: int) -> tuple[Floats, Integers]:
    """Samples whose future ends before a step."""
    return move, samples[samples < end]


def _evaluate(
    name: str, make: MakeModel, bars: Bars, rows: Floats, move: Floats, samples: Integers, plan: Plan
) -> Report:
    tested: list[Integers] = []
    said: list[Floats] = []
    began = time.perf_counter()
    for split in walk_forward(len(bars), plan.folds, plan.embargo):
        train, test = (samples[(samples >= start) & (samples < end)] for start, end in (split.train, split.test))
        if not len(train) or not len(test):
            raise ValueError(f"{len(bars)} steps are too few for {plan.folds} folds: the price hardly moves in them")
        scale = Scale(rows[: split.train[1]])
        scaled = scale.apply(rows)
        model = make()
        model.fit(windows(scaled, train, model.window), (move[train] > 0).astype(float), plan.seed)
        tested.append(test)
        said.append(model.predict(windows(scaled, test, model.window)))
    steps, probability = np.concatenate(tested), np.concatenate(said)
    seconds = time.perf_counter() - began
    return report(name, steps, probability, move[steps], (bars.ask - bars.bid)[steps], plan, seconds)
