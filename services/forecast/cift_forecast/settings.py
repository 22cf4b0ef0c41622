"""Settings of forecasts, from CIFT_ variables."""

from pathlib import Path

from cift_common.settings import ServiceSettings


class ForecastSettings(ServiceSettings):
    # The registry, http://host:port.
    mlflow_url: str = "http://127.0.0.1:5000"
    # Which model is served: an alias, a version, NAME@ALIAS or NAME/VERSION; {symbol} in a name is filled in.
    forecast_model: str = "champion"
    # Whether the challenger is asked as well; nobody acts on what it says.
    forecast_shadow: bool = True
    # Where loaded models are kept, for a start without the registry.
    model_cache: Path = Path("models")
    registry_poll_seconds: float = 5
    registry_timeout_seconds: float = 10
