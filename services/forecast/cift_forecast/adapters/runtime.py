"""A model that can be asked: ONNX, in this process, on one thread."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import yaml

from cift_forecast.domain.bars import Floats
from cift_forecast.domain.described import Description, WrongModel
from cift_forecast.domain.features import NAMES

INPUT, OUTPUT = "features", "probability"


class Runtime:
    """`told` is what the model says of itself. Raises `WrongModel` for one that would not fit."""

    def __init__(self, folder: Path) -> None:
        described = _described(folder / "MLmodel")
        self.told = Description.of(described.get("metadata"))
        _check_signature(described.get("signature"), self.told.window)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            said = self._run(np.zeros((1, self.told.window, len(NAMES)), dtype=np.float32))
        except Exception as error:
            # The runtime's errors have no common type of their own.
            raise WrongModel(f"it does not run: {error}") from error
        if said.shape != (1,) or not 0 <= said[0] <= 1:
            raise WrongModel(f"it says {said} where one probability is wanted")

    def predict(self, rows: Floats) -> float:
        """`rows`: (window, features), as they come; how likely the price goes up."""
        return float(self._run(rows[None].astype(np.float32))[0])

    def _run(self, samples: Any) -> Any:
        return self._session.run([OUTPUT], {INPUT: samples})[0]


def _described(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text())
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise WrongModel(f"MLmodel cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise WrongModel("MLmodel is not a description")
    return found


def _check_signature(signature: Any, window: int) -> None:
    """As `adapters.registry.signature` writes it."""
    try:
        inputs, outputs = (json.loads(signature[side]) for side in ("inputs", "outputs"))
        found = [[(spec["name"], *_tensor(spec)) for spec in side] for side in (inputs, outputs)]
    except (KeyError, TypeError, ValueError) as error:
        raise WrongModel(f"it has no signature of tensors: {error!r}") from None
    wanted = [[(INPUT, "float32", (-1, window, len(NAMES)))], [(OUTPUT, "float32", (-1,))]]
    if found != wanted:
        raise WrongModel(f"its signature is {found}, and {wanted} is served")


def _tensor(spec: Any) -> tuple[str, tuple[int, ...]]:
    return spec["tensor-spec"]["dtype"], tuple(spec["tensor-spec"]["shape"])
