"""What a registered model says of itself, besides its signature: all that serving it takes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cift_forecast.domain.bars import Floats
from cift_forecast.domain.features import NAMES

BINS = 10
FORMAT = 1


class WrongModel(Exception):
    """It cannot be served here; the message says what differs."""


@dataclass(frozen=True)
class Description:
    kind: str
    """`LSTM`, `gradient boosting`, …"""
    symbol: str
    step_seconds: int
    horizon: int
    window: int
    base_rate: float
    trained_until_ns: int
    data: str
    """Hash of what it was trained and judged on."""
    features: tuple[str, ...] = NAMES
    edges: tuple[tuple[float, ...], ...] = ()
    """Of each feature: the deciles of its values in training."""
    shares: tuple[tuple[float, ...], ...] = ()
    """Of each feature: the share of training between those; not a tenth each where values repeat."""
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def of(cls, found: Any) -> "Description":
        """Raises `WrongModel`."""
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise WrongModel(f"it does not describe itself in format {FORMAT}")
        try:
            told = cls(
                **{
                    **{name: found[name] for name in cls.__dataclass_fields__},
                    "features": tuple(found["features"]),
                    "edges": tuple(tuple(float(edge) for edge in edges) for edges in found["edges"]),
                    "shares": tuple(tuple(float(share) for share in shares) for shares in found["shares"]),
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WrongModel(f"its description lacks or misuses {error}") from None
        if told.features != NAMES:
            differing = sorted(set(told.features) ^ set(NAMES)) or ["their order"]
            raise WrongModel(f"it was trained on other features than are computed here: {', '.join(differing)}")
        if not (1 <= told.window <= 1000 and 1 <= told.horizon <= 10_000 and 1 <= told.step_seconds <= 3600):
            raise WrongModel(f"window {told.window}, horizon {told.horizon} or step {told.step_seconds} s is absurd")
        return told


def deciles(rows: Floats) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """`edges` and `shares` of each column."""
    edges = np.quantile(rows, np.linspace(0, 1, BINS + 1)[1:-1], axis=0).T
    shares = [
        np.bincount(np.searchsorted(found, column, side="right"), minlength=BINS) / len(column)
        for found, column in zip(edges, rows.T, strict=True)
    ]
    return tuple(map(tuple, edges.tolist())), tuple(tuple(found.tolist()) for found in shares)
