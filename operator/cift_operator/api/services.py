"""Replicas, resources and log level of the services."""

from typing import Annotated, Literal

from pydantic import Field

from cift_operator.api.base import ApiModel
from cift_operator.api.resources import ResourcesSpec

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ServiceSpec(ApiModel):
    """A service that is the single writer of what it owns: one replica."""

    log_level: LogLevel = "INFO"
    resources: ResourcesSpec = ResourcesSpec()


class ScaledServiceSpec(ServiceSpec):
    """A service that may run several times; a local run starts one."""

    replicas: Annotated[int, Field(ge=0, le=50)] = 1


class ServicesSpec(ApiModel):
    """One entry a service."""

    gateway: ScaledServiceSpec = ScaledServiceSpec()
    trading: ServiceSpec = ServiceSpec()
    risk: ServiceSpec = ServiceSpec()
    execution: ServiceSpec = ServiceSpec()
    matcher: ServiceSpec = ServiceSpec()
    marketdata: ServiceSpec = ServiceSpec()
