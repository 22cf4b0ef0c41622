"""Made-up markets for tests."""

import numpy as np
from cift_forecast.domain.bars import Bars

STEP_NS = 5 * 10**9


def market(seed: int, steps: int, *, sessions: int = 3, persistence: float = 0.0) -> Bars:
    """A walk whose moves go on with this persistence (0: nothing can be known), in sessions of equal length."""
    dice = np.random.default_rng(seed)
    move = np.zeros(steps)
    shocks = dice.normal(0, 0.01, steps)
    for step in range(1, steps):
        move[step] = persistence * move[step - 1] + shocks[step]
    middle = 20 + np.cumsum(move)
    session = np.arange(steps) * sessions // steps
    time = (np.arange(1, steps + 1) * STEP_NS + session * 16 * 3600 * 10**9).astype(np.int64)
    spread = dice.choice([0.01, 0.02], steps)
    return Bars(
        time=time,
        session=session.astype(np.int64),
        bid=middle - spread / 2,
        ask=middle + spread / 2,
        bid_quantity=dice.integers(1, 50, steps).astype(float),
        ask_quantity=dice.integers(1, 50, steps).astype(float),
        volume=dice.integers(0, 500, steps).astype(float),
        trades=dice.integers(0, 9, steps).astype(float),
    )
