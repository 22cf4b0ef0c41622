"""Chance is not promoted, skill is."""

import numpy as np
import pytest
from cift_forecast.domain import judge
from cift_forecast.models.baselines import LastMove
from cift_forecast.training import Plan, Report, evaluate

from services.forecast.tests.market import market

COIN = np.log(2)


class Coin:
    """Says nothing."""

    name = "coin"
    window = 1

    def fit(self, samples: np.ndarray, up: np.ndarray, seed: int) -> None:
        pass

    def predict(self, samples: np.ndarray) -> np.ndarray:
        return np.full(len(samples), 0.5)


def both(persistence: float, seed: int) -> tuple[Report, Report]:
    bars = market(seed, 6000, persistence=persistence)
    coin, last = evaluate(bars, {"coin": Coin, "last move": LastMove}, Plan(horizon=1))
    assert (coin.steps == last.steps).all()
    return coin, last


def test_what_can_be_known_is_found_and_promoted() -> None:
    coin, last = both(0.5, 1)
    assert coin.log_loss.mean == pytest.approx(COIN)
    assert last.hit_rate.low > 0.55
    said = judge.verdict(coin.loss, last.loss, 5, 1)
    assert said.promoted, said.reason


def test_chance_is_refused_as_often_as_promised() -> None:
    promoted = 0
    for seed in range(12):
        coin, last = both(0.0, seed)
        promoted += judge.verdict(coin.loss, last.loss, 5, seed).promoted
    assert promoted <= 1


def test_few_samples_prove_nothing() -> None:
    worse, better = np.full(499, 0.7), np.full(499, 0.1)
    said = judge.verdict(worse, better, 5, 1)
    assert not said.promoted
    assert "499" in said.reason
    assert judge.verdict(np.append(worse, 0.7), np.append(better, 0.1), 5, 1).promoted


def test_blocks_widen_the_interval_of_what_hangs_together() -> None:
    dice = np.random.default_rng(3)
    together = np.repeat(dice.normal(size=200), 25)
    narrow, wide = judge.interval(together, 1, 7), judge.interval(together, 100, 7)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    assert judge.interval(together, 100, 7) == wide


def test_a_position_pays_the_spread() -> None:
    earned = judge.profit(np.array([0.9, 0.1, 0.52]), np.array([0.05, 0.05, 9.0]), np.array([0.01, 0.01, 0.01]))
    assert earned == pytest.approx([0.04, -0.06, 0.0])
