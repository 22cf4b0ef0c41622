"""Forecasts from registered models."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, cel

_WHICH = ("!(has(self.alias) && has(self.version))", "alias and version exclude each other")


class ModelSpec(ApiModel):
    """A registered model: the one that an alias points to, which may change while the service runs, or one version."""

    model_config = ConfigDict(json_schema_extra=cel(_WHICH))

    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[-A-Za-z0-9_.{}]+$")] | None = None
    """In MLflow's registry, `{symbol}` in it is filled in; without it each symbol's own model."""
    alias: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z_][-A-Za-z0-9_]*$")] | None = None
    """Without alias and version: champion."""
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> "ModelSpec":
        if self.alias is not None and self.version is not None:
            raise ValueError(_WHICH[1])
        return self

    @property
    def reference(self) -> str:
        """As the service takes it: `champion`, `7`, `NAME@champion`, `NAME/7`."""
        if self.version is not None:
            return f"{self.name}/{self.version}" if self.name else str(self.version)
        alias = self.alias or "champion"
        return f"{self.name}@{alias}" if self.name else alias


class ForecastSpec(ApiModel):
    """Forecasts on live bars, as signals; and MLflow, where models are registered."""

    enabled: bool = False
    """Runs the forecast service and, unless it is external, MLflow."""
    model: ModelSpec = ModelSpec()
    shadow: bool = True
    """The challenger is asked as well, and nobody acts on what it says."""
