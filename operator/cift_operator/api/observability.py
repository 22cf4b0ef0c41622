"""Traces, metrics and logs."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from cift_operator.api.base import ApiModel, Ratio


class TracingSpec(ApiModel):
    """OpenTelemetry traces; a request that carries a sampled `traceparent` is always traced."""

    sampling_ratio: Ratio = Decimal("0.1")
    endpoint: Annotated[str, Field(max_length=512, pattern=r"^https?://[^\s/]+:[0-9]+$")] | None = None
    """Somebody else's OpenTelemetry collector (OTLP over gRPC), as http://collector.monitoring:4317."""


class LoggingSpec(ApiModel):
    """How services write their logs."""

    format: Literal["json", "console"] = "json"


class ObservabilitySpec(ApiModel):
    """What the platform tells about itself."""

    tracing: TracingSpec = TracingSpec()
    logging: LoggingSpec = LoggingSpec()
