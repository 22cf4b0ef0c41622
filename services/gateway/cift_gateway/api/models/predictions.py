"""Forecasts: probabilities as numbers, prices as decimal strings."""

from datetime import datetime

from cift_gateway.api.models import Model


class Forecast(Model):
    """How likely the middle of the touch is higher after the horizon, where it moves at all."""

    at: datetime
    probability_up: float
    horizon_seconds: float
    middle_price: str
    model: str
    version: str
    kind: str
    said_at: datetime


class Prediction(Model):
    """What is served; and what the next model would say, on which nobody acts."""

    symbol: str
    champion: Forecast
    challenger: Forecast | None


class PredictionsAnswer(Model):
    """`registry_reachable` is false where these models were loaded before the registry went away."""

    predictions: list[Prediction]
    registry_reachable: bool


class ServedModel(Model):
    """`refused`: why the version that the registry names is not this one. `drift` above 0.25 is another market."""

    symbol: str
    model: str
    version: str
    kind: str
    role: str
    from_cache: bool
    loaded_at: datetime
    outcomes: int
    hit_rate: float | None
    log_loss: float | None
    drift: float
    refused: str


class RegistryState(Model):
    reachable: bool
    last_answer_at: datetime | None
    problem: str


class ModelsAnswer(Model):
    models: list[ServedModel]
    registry: RegistryState
