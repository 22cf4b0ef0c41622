"""Walk-forward splits: always trained on the past, tested on what follows, with an embargo between."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Split:
    """Half-open ranges of steps."""

    train: tuple[int, int]
    test: tuple[int, int]


def walk_forward(steps: int, folds: int, embargo: int, train_share: float = 0.5) -> Iterator[Split]:
    """The first test begins after `train_share` of all steps; each fold trains on all that came before its embargo.

    The embargo is at least the horizon plus the lookback, so that no step of a test has a part in a training sample.
    `ValueError` where the steps are too few.
    """
    first = int(steps * train_share)
    length = (steps - first) // folds
    if length < 1 or first - embargo < 1:
        raise ValueError(f"{steps} steps are too few for {folds} folds with an embargo of {embargo}")
    for fold in range(folds):
        start = first + fold * length
        yield Split((0, start - embargo), (start, start + length))
