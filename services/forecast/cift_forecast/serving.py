"""One served model, and the steps of one symbol that models are asked about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from cift_common.ids import Clock

from cift_forecast.domain.bars import Bars, Floats
from cift_forecast.domain.described import Description
from cift_forecast.domain.features import LOOKBACK, features, usable
from cift_forecast.domain.live import LiveSteps
from cift_forecast.domain.watch import Drift, Outcomes


class Predictor(Protocol):
    told: Description

    def predict(self, rows: Floats) -> float: ...


@dataclass(frozen=True)
class Forecast:
    """`middle` in dollars."""

    time_ns: int
    probability: float
    middle: float
    said_at_ns: int


@dataclass
class Served:
    """A version in its role, with what came of its forecasts."""

    role: str
    model: str
    version: str
    predictor: Predictor
    from_cache: bool
    loaded_at_ns: int
    latest: Forecast | None = None
    outcomes: Outcomes = field(init=False)
    drift: Drift = field(init=False)

    def __post_init__(self) -> None:
        self.outcomes = Outcomes(self.told.horizon)
        self.drift = Drift(self.told)

    @property
    def told(self) -> Description:
        return self.predictor.told


class Desk:
    """The steps of a symbol, of one length, and who is asked about them."""

    def __init__(self, step_seconds: int, clock: Clock) -> None:
        self.step_seconds, self._clock = step_seconds, clock
        self.served: dict[str, Served] = {}
        self.has_history = False
        # The features of a window's first step look back as well.
        self._keep = 2 * LOOKBACK + 1
        self.steps = LiveSteps(step_seconds, self._keep)

    @property
    def history_seconds(self) -> int:
        """How far back the wanted entries reach, where none is missing."""
        return self._keep * self.step_seconds

    def close(self, heard_ns: int) -> Iterator[tuple[Served, Forecast, list[bool]]]:
        """What is said of the steps that are over by now: forecast, and which earlier ones proved right."""
        if not self.steps.close(heard_ns):
            return
        bars = self.steps.bars()
        rows = features(bars) if self._ready(bars) else None
        for served in list(self.served.values()):
            right = served.outcomes.step(int(bars.time[-1]), float(bars.middle[-1]))
            if rows is not None:
                yield served, self._ask(served, bars, rows), right

    def again(self, served: Served) -> Forecast | None:
        """What a model that was just loaded says of the last step; None where too few are known, or it has spoken."""
        bars = self.steps.bars()
        if not self._ready(bars) or (served.latest is not None and served.latest.time_ns == int(bars.time[-1])):
            return None
        return self._ask(served, bars, features(bars))

    def _ask(self, served: Served, bars: Bars, rows: Floats) -> Forecast:
        said = served.predictor.predict(rows[-served.told.window :])
        served.latest = Forecast(int(bars.time[-1]), said, float(bars.middle[-1]), self._clock())
        served.outcomes.said(said, served.latest.middle)
        served.drift.row(rows[-1])
        return served.latest

    def _ready(self, bars: Bars) -> bool:
        """The last step has as much behind it as in training."""
        return len(bars) >= self._keep - 1 and bool(usable(bars, 0)[-1])
