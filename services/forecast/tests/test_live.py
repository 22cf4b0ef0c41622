"""What is served is what was trained: live steps are those of history, and outcomes and drift tell how it goes."""

from collections.abc import Iterator

import numpy as np
import pytest
from cift_forecast.domain.bars import Bars, Floats
from cift_forecast.domain.described import Description, WrongModel, deciles
from cift_forecast.domain.features import LOOKBACK, NAMES, features
from cift_forecast.domain.live import LiveSteps, Quote
from cift_forecast.domain.reference import Reference
from cift_forecast.domain.watch import DRIFTED, ROWS, Drift, Outcomes
from cift_forecast.serving import Desk, Served
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.tests.market import STEP_NS, market

STEP = STEP_NS // 10**9
WINDOW = 12


def told(**changes: object) -> Description:
    values = {"kind": "sum", "symbol": "AAPL", "step_seconds": STEP, "horizon": 3, "window": WINDOW, "base_rate": 0.5,
              "trained_until_ns": 0, "data": "x"}  # fmt: skip
    return Description(**{**values, **changes})  # type: ignore[arg-type]


def ticks(bars: Bars, start: int = 0) -> Iterator[tuple[int, Quote, float]]:
    """A quote in the middle of each step and its volume in one trade."""
    for i in range(start, len(bars)):
        time = int(bars.time[i]) - STEP_NS // 2
        yield (
            time,
            Quote(time, bars.bid[i], bars.ask[i], bars.bid_quantity[i], bars.ask_quantity[i]),
            float(bars.volume[i]),
        )


class Sum:
    """Says something of all that it is shown."""

    def __init__(self) -> None:
        self.told = told()
        self.seen: list[Floats] = []

    def predict(self, rows: Floats) -> float:
        self.seen.append(rows)
        return float(1 / (1 + np.exp(-rows.mean())))


@pytest.mark.parametrize("remembered", [0, 70])
def test_a_model_is_shown_live_what_it_was_shown_in_training(remembered: int) -> None:
    bars = market(4, 300, sessions=1)
    model = Sum()
    desk = Desk(STEP, lambda: 5)
    served = Served("champion", "m", "1", model, False, 0)
    desk.served["champion"] = served
    said = []
    for number, (time, quote, volume) in enumerate(ticks(bars, remembered)):
        if number == 3 and remembered:
            desk.steps.remember(bars.part(0, remembered + 1))
        desk.steps.quote(quote)
        for _ in range(int(bars.trades[remembered + number])):
            desk.steps.trade(time, volume / bars.trades[remembered + number])
        said += [forecast for _, forecast, _ in desk.close(time)]
    rows = features(bars.part(0, len(bars)))
    assert len(said) == len(model.seen) > 200 - remembered
    for forecast, shown in zip(said, model.seen, strict=True):
        step = int(np.searchsorted(bars.time, forecast.time_ns))
        wanted = rows[step - WINDOW + 1 : step + 1].copy()
        # Trades without volume are no trades of this market: compare what a tick can tell.
        same = [n for n in range(len(NAMES)) if not NAMES[n].startswith("volume")]
        assert shown[:, same] == pytest.approx(wanted[:, same])
        assert forecast.middle == bars.middle[step]


@given(gap=st.integers(1, 40), start=st.integers(0, 10**6))
def test_the_first_step_and_silences_are_no_steps(gap: int, start: int) -> None:
    steps = LiveSteps(STEP, 100)
    begin = start * STEP_NS
    times = [begin + 1, begin + STEP_NS + 1, begin + (1 + gap) * STEP_NS + 1]
    for time in times:
        steps.quote(Quote(time, 1.0, 2.0, 1.0, 1.0))
        steps.close(time)
    steps.quote(Quote(begin, 9.0, 9.5, 1.0, 1.0))
    steps.close(times[-1] + 2 * STEP_NS)
    assert steps.bars().time.tolist() == [begin + 2 * STEP_NS, begin + (2 + gap) * STEP_NS]
    assert steps.bars().bid.tolist() == [1.0, 1.0]


def test_outcomes_are_known_when_the_horizon_is_over_and_not_across_a_night() -> None:
    outcomes = Outcomes(horizon=2)
    middles = [10.0, 10.0, 11.0, 11.0, 12.0]
    right = []
    for number, middle in enumerate(middles):
        right += outcomes.step(number * STEP_NS, middle)
        outcomes.said(0.9 if number != 1 else 0.2, middle)
    assert right == [True, False, True]
    assert (outcomes.count, outcomes.hit_rate) == (3, pytest.approx(2 / 3))
    assert outcomes.step(10**15, 13.0) == []
    assert outcomes.step(10**15 + STEP_NS, 14.0) == []


def test_a_market_that_is_another_drifts() -> None:
    rows = features(market(1, 3000))[LOOKBACK:]
    edges, shares = deciles(rows)
    same, other = Drift(told(edges=edges, shares=shares)), Drift(told(edges=edges, shares=shares))
    dice = np.random.default_rng(2)
    for row in rows[dice.permutation(len(rows))[:ROWS]]:
        same.row(row)
        other.row(row * 3)
    assert max(same.indices().values()) < DRIFTED < other.indices()["volatility_10"]
    assert not Drift(told(edges=edges, shares=shares)).indices()


def test_a_model_of_other_features_is_refused() -> None:
    assert Description.of(told().as_json()) == told()
    for changes, said in (
        ({"features": [*NAMES[:-1], "moon"]}, "moon"),
        ({"features": list(reversed(NAMES))}, "order"),
        ({"format": 9}, "format"),
        ({"window": 0}, "window 0"),
    ):
        with pytest.raises(WrongModel, match=said):
            Description.of(told().as_json() | changes)
    with pytest.raises(WrongModel, match="horizon"):
        Description.of({key: value for key, value in told().as_json().items() if key != "horizon"})


@pytest.mark.parametrize(
    ("text", "model", "version"),
    [
        ("champion", "direction-BRK_B", "4"),
        ("7", "direction-BRK_B", "7"),
        ("other@champion", "other", "4"),
        ("other-{symbol}/3", "other-BRK_B", "3"),
        ("nobody", "direction-BRK_B", None),
    ],
)
def test_settings_name_an_alias_a_version_or_another_model(text: str, model: str, version: str | None) -> None:
    reference = Reference.parse(text)
    assert (reference.model("BRK.B"), reference.version({"champion": "4"})) == (model, version)
