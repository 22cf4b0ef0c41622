"""Traces, metrics and logs."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from cift_operator.api.base import ApiModel, exact_decimal

Ratio = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(ge=0, le=1, decimal_places=6),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
]


class TracingSpec(ApiModel):
    """OpenTelemetry traces; a request that carries a sampled `traceparent` is always traced."""

    sampling_ratio: Ratio = Decimal("0.1")


class LoggingSpec(ApiModel):
    """How services write their logs."""

    format: Literal["json", "console"] = "json"


class ObservabilitySpec(ApiModel):
    """What the platform tells about itself."""

    tracing: TracingSpec = TracingSpec()
    logging: LoggingSpec = LoggingSpec()
