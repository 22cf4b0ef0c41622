"""Features of each step, from it and the steps before it in its session, never from later ones."""

from collections.abc import Callable

import numpy as np

from cift_forecast.domain.bars import Bars, Booleans, Floats, Integers

DAY_NS = 86_400 * 10**9
RETURNS = (1, 2, 5, 10, 20)
WINDOWS = (10, 30)
LOOKBACK = 30
"""Steps that a feature may look back; the first of a session have none."""
NAMES = (
    *(f"return_{steps}" for steps in RETURNS),
    *(f"volatility_{steps}" for steps in WINDOWS),
    *(f"volume_{steps}" for steps in WINDOWS),
    "imbalance",
    "imbalance_10",
    "spread",
    "trades",
    "day_sine",
    "day_cosine",
)


def features(bars: Bars) -> Floats:
    """Shape (steps, features), in the order of `NAMES`; rows that `usable` leaves out may hold anything finite."""
    price = np.log(bars.middle)
    move = _since(price, 1)
    depth = bars.bid_quantity + bars.ask_quantity
    imbalance = (bars.bid_quantity - bars.ask_quantity) / np.where(depth > 0, depth, 1)
    volume = np.log1p(bars.volume)
    turn = 2 * np.pi * (bars.time % DAY_NS) / DAY_NS
    columns = [
        *(_since(price, steps) * 1e4 for steps in RETURNS),
        *(np.sqrt(_mean(move**2, steps)) * 1e4 for steps in WINDOWS),
        *(volume - _mean(volume, steps) for steps in WINDOWS),
        imbalance,
        _mean(imbalance, 10),
        (bars.ask - bars.bid) / bars.middle * 1e4,
        np.log1p(bars.trades),
        np.sin(turn),
        np.cos(turn),
    ]
    return np.column_stack(columns)


def moves(bars: Bars, horizon: int) -> Floats:
    """What the middle does in the next `horizon` steps, as a price difference: the label. 0 for the last ones."""
    found = np.zeros(len(bars))
    middle = bars.middle
    found[:-horizon] = middle[horizon:] - middle[:-horizon]
    return found


def usable(bars: Bars, horizon: int) -> Booleans:
    """Steps whose features and whose move lie within one session; a horizon of 0 asks about the features alone."""
    return (_age(bars.session) >= LOOKBACK) & _stays(bars.session, horizon)


def look_ahead(bars: Bars, compute: Callable[[Bars], Floats] = features) -> list[int]:
    """The columns of a computation that know the future: cut off what is later, and they change.

    `compute` takes bars and gives a matrix with one row a step.
    """
    whole = compute(bars)
    guilty: set[int] = set()
    for end in np.linspace(LOOKBACK + 2, len(bars) - 1, 12).astype(int):
        cut = compute(bars.part(0, int(end)))
        differs = ~np.isclose(cut, whole[: int(end)], rtol=1e-9, atol=1e-9, equal_nan=True)
        guilty |= {int(column) for column in np.flatnonzero(differs.any(axis=0))}
    return sorted(guilty)


def _since(values: Floats, steps: int) -> Floats:
    changed = np.zeros_like(values)
    changed[steps:] = values[steps:] - values[:-steps]
    return changed


def _mean(values: Floats, steps: int) -> Floats:
    """Of the last `steps` values, fewer at the beginning; summed afresh each time: nothing later reaches it."""
    padded = np.concatenate([np.zeros(steps - 1), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, steps)
    counts = np.minimum(np.arange(1, len(values) + 1), steps)
    mean: Floats = windows.sum(axis=1) / counts
    return mean


def _age(session: Integers) -> Integers:
    """How many steps of its session came before each."""
    steps = np.arange(len(session))
    begins = np.concatenate([[True], session[1:] != session[:-1]])
    age: Integers = steps - np.maximum.accumulate(np.where(begins, steps, 0))
    return age


def _stays(session: Integers, horizon: int) -> Booleans:
    stays = np.zeros(len(session), dtype=bool)
    stays[: len(session) - horizon] = session[horizon:] == session[: len(session) - horizon]
    return stays
