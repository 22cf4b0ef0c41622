"""Baselines: the last move goes on, logistic regression, gradient boosting."""

from typing import Any

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

    def draw(self, graph: Any, samples: str) -> str:
        move = graph.node("Gather", graph.last(samples), graph.integers(0), axis=1)
        rose = graph.node("Greater", move, graph.constant(0.0))
        return str(graph.node("Where", rose, graph.constant(self._after_up), graph.constant(self._after_down)))


class Logistic:
    name = "logistic regression"
    window = 1

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        from sklearn.linear_model import LogisticRegression

        self._model = LogisticRegression(C=0.1, max_iter=1000, random_state=seed).fit(samples[:, -1], up)

    def predict(self, samples: Floats) -> Floats:
        likely: Floats = self._model.predict_proba(samples[:, -1])[:, 1]
        return likely

    def draw(self, graph: Any, samples: str) -> str:
        line = graph.dense(graph.last(samples), self._model.coef_.T, self._model.intercept_)
        return str(graph.node("Sigmoid", line))


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

    def draw(self, graph: Any, samples: str) -> str:
        trees = [tree["tree_structure"] for tree in self._model.dump_model()["tree_info"]]
        score = graph.node("TreeEnsembleRegressor", graph.last(samples), domain="ai.onnx.ml", **_ensemble(trees))
        return str(graph.node("Sigmoid", score))


def _ensemble(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """The attributes of ONNX's operator: flat lists over all nodes of all trees."""
    nodes: list[tuple[int, int, int, float, str, int, int]] = []
    leaves: list[tuple[int, int, float]] = []

    def add(tree: int, node: dict[str, Any], number: int) -> int:
        """Numbers a node and all below it; gives the next free number."""
        if "leaf_value" in node:
            nodes.append((tree, number, 0, 0.0, "LEAF", 0, 0))
            leaves.append((tree, number, node["leaf_value"]))
            return number + 1
        place = len(nodes)
        right = add(tree, node["left_child"], number + 1)
        end = add(tree, node["right_child"], right)
        branch = (tree, number, node["split_feature"], node["threshold"], "BRANCH_LEQ", number + 1, right)
        nodes.insert(place, branch)
        return end

    for tree, root in enumerate(trees):
        add(tree, root, 0)
    names = ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    return {
        **{f"nodes_{name}": list(column) for name, column in zip(names, zip(*nodes, strict=True), strict=True)},
        "target_treeids": [tree for tree, _, _ in leaves],
        "target_nodeids": [node for _, node, _ in leaves],
        "target_ids": [0] * len(leaves),
        "target_weights": [float(value) for _, _, value in leaves],
        "n_targets": 1,
    }
