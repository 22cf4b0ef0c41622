"""Replicas, resources, log level and pods of the services."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from cift_operator.api.base import ApiModel, cel
from cift_operator.api.pod import PodSpec
from cift_operator.api.resources import ResourcesSpec

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ServiceSpec(ApiModel):
    """A service that is the single writer of what it owns: one replica."""

    log_level: LogLevel = "INFO"
    resources: ResourcesSpec = ResourcesSpec()
    pod: PodSpec = PodSpec()


class AutoscalingSpec(ApiModel):
    """Replicas by CPU; needs the metrics API in the cluster."""

    model_config = ConfigDict(
        json_schema_extra=cel(("self.minReplicas <= self.maxReplicas", "minReplicas must not be above maxReplicas"))
    )

    min_replicas: Annotated[int, Field(ge=1, le=50)] = 2
    max_replicas: Annotated[int, Field(ge=1, le=50)] = 5
    target_cpu_percent: Annotated[int, Field(ge=10, le=1000)] = 70
    """Of the requested CPU."""


class ScaledServiceSpec(ServiceSpec):
    """A service that may run several times; a local run starts one."""

    model_config = ConfigDict(
        json_schema_extra=cel(
            ("!(has(self.replicas) && has(self.autoscaling))", "replicas and autoscaling exclude each other")
        )
    )

    replicas: Annotated[int, Field(ge=0, le=50)] | None = None
    """Without it one in development and two in production."""
    autoscaling: AutoscalingSpec | None = None


class ServicesSpec(ApiModel):
    """One entry a service."""

    gateway: ScaledServiceSpec = ScaledServiceSpec()
    trading: ServiceSpec = ServiceSpec()
    risk: ServiceSpec = ServiceSpec()
    execution: ServiceSpec = ServiceSpec()
    matcher: ServiceSpec = ServiceSpec()
    marketdata: ServiceSpec = ServiceSpec()
    analytics: ServiceSpec = ServiceSpec()
    forecast: ServiceSpec = ServiceSpec()
