"""How a model does since it is served: were its forecasts right, and is the market still the one that it knows?"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from cift_forecast.domain.bars import CLOSED_NS, Floats
from cift_forecast.domain.described import BINS, Description
from cift_forecast.domain.features import NAMES
from cift_forecast.domain.judge import hits, log_loss

OUTCOMES = 500
ROWS = 500
ROWS_MIN = 200
DRIFTED = 0.25
"""Above this a population stability index is called a drift."""
_WATCHED = tuple(index for index, name in enumerate(NAMES) if not name.startswith("day_"))
"""Time of day is always another than the whole day's."""


@dataclass(frozen=True)
class _Said:
    due: int
    probability: float
    middle: float


class Outcomes:
    """The last forecasts whose future is known. Steps without a move say nothing, as in training."""

    def __init__(self, horizon: int) -> None:
        self._horizon = horizon
        self._step, self._last_ns = 0, 0
        self._waiting: deque[_Said] = deque()
        self._known: deque[tuple[float, float]] = deque(maxlen=OUTCOMES)
        self.count = 0

    def step(self, time_ns: int, middle: float) -> list[bool]:
        """One more step of the market; gives whether the forecasts that it decides were right."""
        if time_ns - self._last_ns > CLOSED_NS:
            self._waiting.clear()
        self._step += 1
        self._last_ns = time_ns
        right = []
        while self._waiting and self._waiting[0].due <= self._step:
            said = self._waiting.popleft()
            if said.due < self._step or middle == said.middle:
                continue
            probability, up = np.array([said.probability]), np.array([float(middle > said.middle)])
            hit = float(hits(probability, up)[0])
            self._known.append((hit, float(log_loss(probability, up)[0])))
            self.count += 1
            right.append(hit > 0.5)
        return right

    def said(self, probability: float, middle: float) -> None:
        """A forecast made at the last step."""
        self._waiting.append(_Said(self._step + self._horizon, probability, middle))

    @property
    def hit_rate(self) -> float:
        return float(np.mean([hit for hit, _ in self._known])) if self._known else 0.0

    @property
    def log_loss(self) -> float:
        return float(np.mean([loss for _, loss in self._known])) if self._known else 0.0


class Drift:
    """Population stability of each feature: its last values against training's deciles."""

    def __init__(self, told: Description) -> None:
        self._edges = [np.array(told.edges[index]) for index in _WATCHED] if told.edges else []
        self._expected = np.array([told.shares[index] for index in _WATCHED]) if told.edges else np.empty((0, BINS))
        self._rows: deque[list[int]] = deque(maxlen=ROWS)

    def row(self, row: Floats) -> None:
        self._rows.append(
            [
                int(np.searchsorted(edges, row[index], side="right"))
                for edges, index in zip(self._edges, _WATCHED, strict=bool(self._edges))
            ]
        )

    def indices(self) -> dict[str, float]:
        """By feature; empty as long as there are too few steps."""
        if len(self._rows) < ROWS_MIN or not self._edges:
            return {}
        groups = np.array(self._rows)
        found = {}
        for place, index in enumerate(_WATCHED):
            is_ = _smooth(np.bincount(groups[:, place], minlength=BINS) / len(groups))
            was = _smooth(self._expected[place])
            found[NAMES[index]] = float(np.sum((is_ - was) * np.log(is_ / was)))
        return found


def _smooth(shares: Floats) -> Floats:
    """No group is empty: what was seen in none of some hundred steps may well come."""
    smoothed: Floats = (shares * ROWS + 0.5) / (ROWS + 0.5 * BINS)
    return smoothed
