"""Runs, models and their aliases in MLflow, for training. What serves reads it through `adapters.models`."""

import json
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import onnxruntime
from cift_common.errors import Unavailable
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.types import Schema, TensorSpec

from cift_forecast import plots
from cift_forecast.domain.bars import Floats
from cift_forecast.domain.described import Description
from cift_forecast.domain.features import NAMES
from cift_forecast.domain.reference import registered
from cift_forecast.models.graph import INPUT, OUTPUT, draw
from cift_forecast.training import Plan, Trained

FORMER = "former-champion"
EVIDENCE = "unseen.npz"


@dataclass(frozen=True)
class Evidence:
    """What a version is judged on: the unseen samples themselves, so that another version can be asked about them."""

    windows: Floats
    """(count, window, features), as they come."""
    move: Floats
    spread: Floats
    probability: Floats
    """What the version itself said."""
    begin_ns: int
    """When the unseen part begins."""


@dataclass(frozen=True)
class Version:
    number: str
    run_id: str
    source: str
    description: Description
    aliases: tuple[str, ...]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.description.kind


class Registry:
    """One registered model a symbol: `direction-<SYMBOL>`. `Unavailable` where MLflow does not answer."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        # Progress bars and hints for people at a keyboard.
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        self._client = mlflow.MlflowClient(uri, uri)

    def record(
        self, trained: Trained, evidence: Evidence, description: Description, plan: Plan, facts: Mapping[str, Any]
    ) -> str:
        """One run with what it was made of, how it did, and the model as a new version. Gives the version."""
        name = registered(description.symbol)
        mlflow.set_experiment(name)
        with mlflow.start_run(run_name=description.kind) as run, tempfile.TemporaryDirectory() as folder:
            mlflow.log_params(
                {"model": description.kind, "symbol": description.symbol, "data": description.data}
                | {"window": description.window, "step_seconds": description.step_seconds}
                | vars(plan) | dict(facts)
            )  # fmt: skip
            mlflow.log_metrics(_metrics(trained))
            for epoch, (seen, held_out) in enumerate(getattr(trained.model, "curve", ())):
                mlflow.log_metrics({"curve_train": seen, "curve_held_out": held_out}, step=epoch)
            for file, figure in plots.of(trained):
                mlflow.log_figure(figure, f"plots/{file}")
            path = Path(folder) / EVIDENCE
            np.savez_compressed(path, **{field: getattr(evidence, field) for field in Evidence.__dataclass_fields__})
            mlflow.log_artifact(str(path))
            card = _card(description, trained, plan, facts)
            mlflow.log_text(card, "card.md")
            info = mlflow.onnx.log_model(
                draw(trained.model, trained.scale, len(NAMES)),
                name="model",
                signature=signature(description.window),
                registered_model_name=name,
                metadata=description.as_json(),
                pip_requirements=["onnxruntime", "numpy"],
                save_as_external_data=False,
            )
            version = str(info.registered_model_version)
            self._client.update_model_version(name, version, card)
            for key, value in (("kind", description.kind), ("data", description.data), ("run", run.info.run_id)):
                self._client.set_model_version_tag(name, version, key, value)
        return version

    def versions(self, symbol: str) -> list[Version]:
        """What is registered, the newest first."""
        found = self._client.search_model_versions(f"name='{registered(symbol)}'")
        return sorted((self._version(symbol, entry.version) for entry in found), key=lambda v: -int(v.number))

    def version(self, symbol: str, alias_or_number: str) -> Version | None:
        """None where nothing has that alias or number."""
        name = registered(symbol)
        try:
            if alias_or_number.isdigit():
                return self._version(symbol, alias_or_number)
            found = self._client.get_model_version_by_alias(name, alias_or_number)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise Unavailable(f"MLflow at {self._uri} does not answer: {error}") from error
        return self._version(symbol, str(found.version))

    def evidence(self, version: Version) -> Evidence:
        with tempfile.TemporaryDirectory() as folder:
            path = self._client.download_artifacts(version.run_id, EVIDENCE, folder)
            with np.load(path) as found:
                return Evidence(
                    **{field: found[field] for field in ("windows", "move", "spread", "probability")},
                    begin_ns=int(found["begin_ns"]),
                )

    def ask(self, version: Version, samples: Floats) -> Floats:
        """What the model of a version says about samples (count, window, features) as they come."""
        path = mlflow.artifacts.download_artifacts(f"models:/{registered(version.description.symbol)}/{version.number}")
        session = onnxruntime.InferenceSession(str(Path(path) / "model.onnx"))
        window = version.description.window
        said = session.run([OUTPUT], {INPUT: samples[:, -window:].astype(np.float32)})[0]
        return np.asarray(said, dtype=np.float64)

    def point(self, symbol: str, alias: str, number: str) -> None:
        self._client.set_registered_model_alias(registered(symbol), alias, number)

    def tag(self, symbol: str, number: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            self._client.set_model_version_tag(registered(symbol), number, key, value)

    def _version(self, symbol: str, number: str) -> Version:
        found = self._client.get_model_version(registered(symbol), str(number))
        described = Model.load(f"models:/{registered(symbol)}/{number}").metadata
        return Version(
            number=str(found.version),
            run_id=found.tags["run"],
            source=found.source,
            description=Description.of(described),
            aliases=tuple(found.aliases),
            metrics=self._client.get_run(found.tags["run"]).data.metrics,
            tags=dict(found.tags),
        )


def signature(window: int) -> Any:
    inputs = Schema([TensorSpec(np.dtype(np.float32), (-1, window, len(NAMES)), INPUT)])
    return ModelSignature(inputs, Schema([TensorSpec(np.dtype(np.float32), (-1,), OUTPUT)]))


def evidence_of(trained: Trained, samples: Floats, begin_ns: int) -> Evidence:
    seen = trained.unseen
    return Evidence(samples.astype(np.float32), seen.move, seen.spread, seen.probability, begin_ns)


def _metrics(trained: Trained) -> dict[str, float]:
    found = {"base_rate": trained.base_rate}
    for part, report in (("", trained.folds), ("unseen_", trained.unseen)):
        for metric in ("log_loss", "hit_rate", "profit"):
            of = getattr(report, metric)
            found |= {f"{part}{metric}": of.mean, f"{part}{metric}_low": of.low, f"{part}{metric}_high": of.high}
        found |= {f"{part}samples": float(len(report.steps)), f"{part}train_seconds": report.train_seconds}
    return found


def _card(description: Description, trained: Trained, plan: Plan, facts: Mapping[str, Any]) -> str:
    seen = trained.unseen
    ahead = f"{plan.horizon} steps of {description.step_seconds} s ahead"
    return f"""# {registered(description.symbol)}: {description.kind}

How likely the middle of {description.symbol} is higher {ahead}, where it moves at all.

- Chosen by {len(trained.folds.steps)} samples in {plan.folds} walk-forward folds: log loss {trained.folds.log_loss}
- Judged on {len(seen.steps)} samples that neither it nor its choice has seen; intervals hold the mean with 95 %
- Log loss {seen.log_loss} (a coin: +0.6931) · hit rate {seen.hit_rate}
- Profit a share and step with a move, after the spread: {seen.profit}
- Data {description.data}: {json.dumps(dict(facts))}

Not an advice to trade. Where the intervals hold a coin's values, direction was not predictable here.
"""
