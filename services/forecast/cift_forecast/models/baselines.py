"""Baselines: the last move goes on, logistic regression, gradient boosting."""

import numpy as np

from cift_forecast.domain.bars import Floats


class LastMove:
    """What happened last goes on, as often as it did in training."""

    name = "last move"
    window = 1

    def __init__(self) -> None:
        self._after_up = self._after_down = 0.5

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        rose = samples[:, -1, 0] > 0
        self._after_up = float(up[rose].mean()) if rose.any() else 0.5
        self._after_down = float(up[~rose].mean()) if (~rose).any() else 0.5

    def predict(self, samples: Floats) -> Floats:
        likely: Floats = np.where(samples[:, -1, 0] > 0, self._after_up, self._after_down)
        return likely


class Logistic:
    name = "logistic regression"
    window = 1

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        from sklearn.linear_model import LogisticRegression

        self._model = LogisticRegression(C=0.1, max_iter=1000, random_state=seed).fit(samples[:, -1], up)

    def predict(self, samples: Floats) -> Floats:
        likely: Floats = self._model.predict_proba(samples[:, -1])[:, 1]
        return likely


class Boosting:
    name = "gradient boosting"
    window = 1

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        import lightgbm

        settings = {
            "objective": "binary", "learning_rate": 0.03, "num_leaves": 15, "min_data_in_leaf": 200,
            "feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "num_threads": 2, "verbose": -1,
            "seed": seed, "deterministic": True, "force_row_wise": True,
        }  # fmt: skip
        self._model = lightgbm.train(settings, lightgbm.Dataset(samples[:, -1], label=up), num_boost_round=150)

    def predict(self, samples: Floats) -> Floats:
        likely: Floats = np.asarray(self._model.predict(samples[:, -1]))
        return likely
