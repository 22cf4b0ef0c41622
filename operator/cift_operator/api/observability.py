"""Traces, metrics and logs, and the programs that show them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from cift_operator.api.base import ApiModel, Ratio
from cift_operator.api.pod import PodSpec
from cift_operator.api.resources import ResourcesSpec, StorageSpec
from cift_operator.api.stores import SecretKeyRef

Retention = Annotated[str, Field(pattern=r"^[0-9]+(h|d|w)$", max_length=8)]


class TracingSpec(ApiModel):
    """OpenTelemetry traces; a request that carries a sampled `traceparent` is always traced."""

    sampling_ratio: Ratio = Decimal("0.1")
    """Of the orders, and at most two a second; 1: every one."""
    slow_order_milliseconds: Annotated[int, Field(ge=1, le=60_000)] = 50
    """An order that takes longer, or fails, is traced in any case."""
    endpoint: Annotated[str, Field(max_length=512, pattern=r"^https?://[^\s/]+:[0-9]+$")] | None = None
    """Somebody else's OpenTelemetry collector (OTLP over gRPC), as http://collector.monitoring:4317."""


class LoggingSpec(ApiModel):
    """How services write their logs."""

    format: Literal["json", "console"] = "json"


class ObservabilityTool(ApiModel):
    """A program beside the platform, off unless it is asked for."""

    enabled: bool = False
    storage: StorageSpec = StorageSpec()
    resources: ResourcesSpec = ResourcesSpec()
    pod: PodSpec = PodSpec()


class PrometheusSpec(ObservabilityTool):
    """Scrapes every service and store, and judges the alerts' rules."""

    retention: Retention = "15d"
    scrape_seconds: Annotated[int, Field(ge=1, le=60)] = 5


class AlertmanagerSpec(ObservabilityTool):
    """Groups alerts and sends them on; without a webhook they are only shown."""

    webhook_from: SecretKeyRef | None = None


class JaegerSpec(ObservabilityTool):
    """Takes the services' traces, and keeps them."""

    retention: Retention = "72h"


class GrafanaSpec(ObservabilityTool):
    """Shows the dashboards."""


class ObservabilitySpec(ApiModel):
    """What the platform tells about itself."""

    tracing: TracingSpec = TracingSpec()
    logging: LoggingSpec = LoggingSpec()
    prometheus: PrometheusSpec = PrometheusSpec()
    alertmanager: AlertmanagerSpec = AlertmanagerSpec()
    jaeger: JaegerSpec = JaegerSpec()
    grafana: GrafanaSpec = GrafanaSpec()
    monitors: bool = False
    """True: an installed prometheus-operator is told what to scrape, by a PodMonitor."""
