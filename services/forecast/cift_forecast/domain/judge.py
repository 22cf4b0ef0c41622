"""Is one forecast better than another beyond chance, and what would it have earned?

Samples of a series hang together, so means are resampled in blocks of neighbours.
"""

from dataclasses import dataclass

import numpy as np

from cift_forecast.domain.bars import Floats

SAMPLES_MIN = 500
RESAMPLES = 2000
CONFIDENCE = 0.95
_CLIP = 1e-4


@dataclass(frozen=True)
class Interval:
    """A mean and the bounds that hold it with a probability of 95 %."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger takes the champion's place, and why."""

    promoted: bool
    reason: str
    gain: Interval


def log_loss(probability: Floats, up: Floats) -> Floats:
    """Of each sample; `up` is 1 or 0. Lower is better; ln 2 is a coin."""
    clipped = np.clip(probability, _CLIP, 1 - _CLIP)
    loss: Floats = -(up * np.log(clipped) + (1 - up) * np.log(1 - clipped))
    return loss


def hits(probability: Floats, up: Floats) -> Floats:
    """1 where the likelier side came, 0 where not, a half where none was likelier."""
    hit: Floats = np.where(probability == 0.5, 0.5, ((probability > 0.5) == (up > 0.5)).astype(float))
    return hit


def profit(probability: Floats, move: Floats, spread: Floats, threshold: float = 0.05) -> Floats:
    """Per share: on the likelier side for the horizon, in and out at a cost of half the spread each, or not at all."""
    side = np.where(np.abs(probability - 0.5) > threshold, np.sign(probability - 0.5), 0.0)
    earned: Floats = side * move - np.abs(side) * spread
    return earned


def calibration(probability: Floats, up: Floats, groups: int = 10) -> tuple[Floats, Floats, Floats]:
    """Of groups by what was said, of equal width, those that are not empty: mean said, share that went up, count."""
    group = np.minimum((probability * groups).astype(int), groups - 1)
    count = np.bincount(group, minlength=groups).astype(float)
    filled = count > 0
    said = np.bincount(group, probability, groups)[filled] / count[filled]
    was = np.bincount(group, up, groups)[filled] / count[filled]
    return said, was, count[filled]


def confusion(probability: Floats, up: Floats) -> Floats:
    """Counts by (was, said), down before up."""
    said, was = (probability > 0.5).astype(int), (up > 0.5).astype(int)
    counts: Floats = np.bincount(was * 2 + said, minlength=4).reshape(2, 2).astype(float)
    return counts


def interval(values: Floats, block: int, seed: int) -> Interval:
    """By the moving-block bootstrap: blocks of `block` neighbours, drawn with replacement."""
    count = len(values)
    if count == 0:
        raise ValueError("there is nothing to judge")
    block = max(1, min(block, count))
    dice = np.random.default_rng(seed)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    of_blocks = sums[block:] - sums[:-block]
    draws = dice.integers(0, len(of_blocks), size=(RESAMPLES, max(1, count // block)))
    means = of_blocks[draws].mean(axis=1) / block
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(values.mean()), float(low), float(high))


def verdict(champion_loss: Floats, challenger_loss: Floats, block: int, seed: int) -> Verdict:
    """On the same unseen samples. The challenger wins only where its gain is above zero beyond chance."""
    if len(champion_loss) != len(challenger_loss):
        raise ValueError("both must be judged on the same samples")
    gain = interval(champion_loss - challenger_loss, block, seed)
    if len(champion_loss) < SAMPLES_MIN:
        return Verdict(False, f"only {len(champion_loss)} unseen samples, at least {SAMPLES_MIN} are needed", gain)
    if gain.low <= 0:
        return Verdict(False, f"not better beyond chance: gain in log loss {gain}", gain)
    return Verdict(True, f"better beyond chance: gain in log loss {gain}", gain)
