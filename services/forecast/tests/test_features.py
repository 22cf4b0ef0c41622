"""Nothing knows the future."""

import numpy as np
import pytest
from cift_forecast import training
from cift_forecast.domain.bars import Bars, Floats
from cift_forecast.domain.features import LOOKBACK, NAMES, features, look_ahead, moves, usable
from cift_forecast.domain.splits import walk_forward
from cift_forecast.models.base import windows
from cift_forecast.models.baselines import LastMove
from cift_forecast.training import LookAhead, Plan, evaluate
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecast.tests.market import market


def test_features_have_names_and_are_finite() -> None:
    bars = market(1, 500)
    rows = features(bars)
    assert rows.shape == (500, len(NAMES))
    assert np.isfinite(rows).all()
    assert look_ahead(bars) == []


@pytest.mark.parametrize("steps", [1, 3])
def test_a_future_column_that_is_slipped_in_is_found(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def guilty(bars: Bars) -> Floats:
        future = np.roll(bars.middle, -steps)
        future[-steps:] = bars.middle[-1]
        return np.column_stack([features(bars)[:, :4], future, features(bars)[:, 4:]])

    bars = market(2, 600)
    assert look_ahead(bars, guilty) == [4]
    monkeypatch.setattr(training, "look_ahead", lambda found: look_ahead(found, guilty))
    with pytest.raises(LookAhead, match=NAMES[4]):
        evaluate(bars, {"last move": LastMove}, Plan())


def test_scaling_by_the_whole_series_would_be_found_as_well() -> None:
    bars = market(3, 600)

    def scaled(bars: Bars) -> Floats:
        rows = features(bars)
        return rows / rows.std(axis=0)

    assert look_ahead(bars, scaled)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), horizon=st.integers(1, 20), sessions=st.integers(1, 5))
def test_a_sample_stays_within_its_session(seed: int, horizon: int, sessions: int) -> None:
    bars = market(seed, 300, sessions=sessions)
    move, good = moves(bars, horizon), usable(bars, horizon)
    for step in np.flatnonzero(good):
        assert bars.session[step - LOOKBACK] == bars.session[step] == bars.session[step + horizon]
        assert move[step] == bars.middle[step + horizon] - bars.middle[step]


@given(steps=st.integers(200, 5000), folds=st.integers(1, 8), embargo=st.integers(1, 90))
def test_no_test_has_a_part_in_its_training(steps: int, folds: int, embargo: int) -> None:
    splits = list(walk_forward(steps, folds, embargo))
    assert len(splits) == folds
    end = 0
    for split in splits:
        assert split.train[0] == 0
        assert 0 < split.train[1] == split.test[0] - embargo
        assert split.test[0] >= end
        assert split.test[0] < split.test[1] <= steps
        end = split.test[1]


def test_too_few_steps_are_said() -> None:
    with pytest.raises(ValueError, match="too few"):
        list(walk_forward(100, 4, 60))


def test_windows_end_at_their_step() -> None:
    rows = np.arange(40.0).reshape(20, 2)
    found = windows(rows, np.array([4, 9]), 3)
    assert found.shape == (2, 3, 2)
    assert (found[0] == rows[2:5]).all()
    assert (found[1] == rows[7:10]).all()
