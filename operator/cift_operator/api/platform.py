"""The TradingPlatform: the one resource that declares everything."""

from typing import Annotated, Literal

from pydantic import Field

from cift_operator import VERSION
from cift_operator.api.base import ApiModel, Name
from cift_operator.api.feeds import FeedsSpec
from cift_operator.api.observability import ObservabilitySpec
from cift_operator.api.risk import RiskSpec
from cift_operator.api.services import ServicesSpec
from cift_operator.api.stores import StoresSpec
from cift_operator.api.trading import TradingSpec

GROUP = "cift.markets"
API_VERSION = f"{GROUP}/v1alpha1"
KIND = "TradingPlatform"


class Metadata(ApiModel):
    """Name and labels, as every Kubernetes object has them."""

    name: Name
    namespace: Name | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class PlatformSpec(ApiModel):
    """What a platform is to be; everything has a default."""

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$", max_length=40)] = VERSION
    """Of the services."""
    profile: Literal["development", "production"] = "development"
    """Production: durable before fast, in every store."""
    trading: TradingSpec = TradingSpec()
    risk: RiskSpec = RiskSpec()
    feeds: FeedsSpec = FeedsSpec()
    services: ServicesSpec = ServicesSpec()
    stores: StoresSpec = StoresSpec()
    observability: ObservabilitySpec = ObservabilitySpec()


class TradingPlatform(ApiModel):
    """A trading platform."""

    api_version: Literal["cift.markets/v1alpha1"]
    kind: Literal["TradingPlatform"]
    metadata: Metadata
    spec: PlatformSpec = PlatformSpec()


def default_platform(name: str = "local") -> TradingPlatform:
    """What `cift up` starts when no file is given."""
    return TradingPlatform(api_version="cift.markets/v1alpha1", kind="TradingPlatform", metadata=Metadata(name=name))
