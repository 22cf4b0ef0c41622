"""The TradingPlatform: the one resource that declares everything."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from cift_operator import VERSION
from cift_operator.api.analytics import AnalyticsSpec
from cift_operator.api.backup import BackupSpec, BootstrapSpec
from cift_operator.api.base import ApiModel, Name, cel
from cift_operator.api.feeds import FeedsSpec
from cift_operator.api.forecast import ForecastSpec
from cift_operator.api.image import ImageSpec
from cift_operator.api.maintenance import MaintenanceWindowSpec
from cift_operator.api.observability import ObservabilitySpec
from cift_operator.api.risk import RiskSpec
from cift_operator.api.security import SecuritySpec
from cift_operator.api.services import ServicesSpec
from cift_operator.api.stores import StoresSpec
from cift_operator.api.trading import TradingSpec

GROUP = "cift.markets"
API_VERSION = f"{GROUP}/v1alpha1"
KIND = "TradingPlatform"


NAME_LENGTH_MAX = 32  # what is made of it, as demo-migrate-marketdata-1a2b3c4d, has to fit into a DNS label


class Metadata(ApiModel):
    """Name and labels, as every Kubernetes object has them; what the API server adds is passed over."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[Name, Field(max_length=NAME_LENGTH_MAX)]
    namespace: Name | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    uid: str | None = None
    generation: int | None = None


# Of a spec before defaults are set, too: the API server evaluates rules on them.
_NO_INGRESS_IN_PRODUCTION = (
    "!has(self.profile) || self.profile != 'production' || !has(self.security) || !has(self.security.ingress)"
)
_INGRESS_TLS = (
    "security.ingress.tlsSecretName is required where profile is production: passwords and keys would cross the network"
    " in the clear; name a secret of the type kubernetes.io/tls"
)
_INGRESS_PROXIES = (
    "security.ingress.trustedProxies is required where profile is production: without it all clients share the log-in"
    " limits of one address; name the networks of the ingress controller's pods, or set security.ingress.namespace and"
    " security.networkPolicies.clusterCidrs"
)


class PlatformSpec(ApiModel):
    """What a platform is to be; everything has a default."""

    model_config = ConfigDict(
        json_schema_extra=cel(
            (
                "has(self.bootstrap) == has(oldSelf.bootstrap)"
                " && (!has(self.bootstrap) || self.bootstrap == oldSelf.bootstrap)",
                "bootstrap is what a platform begins with and cannot be changed; make another platform",
            ),
            (
                "!has(self.backup) || self.stores.postgres.mode == 'managed'",
                "backup is for a managed PostgreSQL; an external one and CloudNativePG have their own",
            ),
            (
                f"{_NO_INGRESS_IN_PRODUCTION} || has(self.security.ingress.tlsSecretName)",
                _INGRESS_TLS,
            ),
            (
                f"{_NO_INGRESS_IN_PRODUCTION}"
                " || (has(self.security.ingress.trustedProxies) && size(self.security.ingress.trustedProxies) > 0)"
                " || (has(self.security.ingress.namespace) && has(self.security.networkPolicies)"
                " && has(self.security.networkPolicies.clusterCidrs)"
                " && size(self.security.networkPolicies.clusterCidrs) > 0"
                " && (!has(self.security.networkPolicies.enabled) || self.security.networkPolicies.enabled))",
                _INGRESS_PROXIES,
            ),
            (
                "!has(self.bootstrap) || self.stores.postgres.mode == 'managed'",
                "bootstrap.fromBackup is for a managed PostgreSQL",
            ),
        )
    )

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$", max_length=40)] = VERSION
    """Of the services. Another one is an upgrade: it waits for the maintenance window, halts, drains and resumes."""
    profile: Literal["development", "production"] = "development"
    """Production: durable before fast in every store, two gateways, TLS between services, no demo user."""
    paused: bool = False
    """True: the operator changes nothing of this platform until it is false again."""
    hibernated: bool = False
    """True: nothing runs, and volumes and secrets are kept."""
    deletion_policy: Literal["retain", "delete"] = "retain"
    """What becomes of volumes and secrets when the platform is deleted."""
    trading: TradingSpec = TradingSpec()
    risk: RiskSpec = RiskSpec()
    feeds: FeedsSpec = FeedsSpec()
    analytics: AnalyticsSpec = AnalyticsSpec()
    forecast: ForecastSpec = ForecastSpec()
    services: ServicesSpec = ServicesSpec()
    stores: StoresSpec = StoresSpec()
    observability: ObservabilitySpec = ObservabilitySpec()
    security: SecuritySpec = SecuritySpec()
    image: ImageSpec = ImageSpec()
    maintenance_window: MaintenanceWindowSpec = MaintenanceWindowSpec()
    backup: BackupSpec | None = None
    """Without it there are no backups."""
    bootstrap: BootstrapSpec | None = None

    @model_validator(mode="after")
    def _ingress_is_safe(self) -> Self:
        ingress = self.security.ingress
        if self.production and ingress is not None and ingress.tls_secret_name is None:
            raise ValueError(_INGRESS_TLS)
        if self.production and ingress is not None and not self.security.proxies:
            raise ValueError(_INGRESS_PROXIES)
        return self

    @property
    def production(self) -> bool:
        return self.profile == "production"

    @property
    def sign_up(self) -> str:
        """Who becomes a user by themselves."""
        closed = self.production or self.security.oidc is not None
        return self.security.sign_up or ("closed" if closed else "open")

    @property
    def tls(self) -> bool:
        """TLS between the services."""
        return self.security.tls.enabled

    @property
    def store_tls(self) -> bool:
        """TLS to the stores that we run."""
        stores = self.security.tls.stores
        return self.tls if stores is None else stores


class TradingPlatform(ApiModel):
    """A trading platform: order entry, risk, matching, market data and their stores, as one resource."""

    api_version: Literal["cift.markets/v1alpha1"]
    kind: Literal["TradingPlatform"]
    metadata: Metadata
    spec: PlatformSpec = PlatformSpec()
    status: Annotated[Any, Field(exclude=True, repr=False)] = None
    """What the operator has written; not part of the declaration."""


def default_platform(name: str = "local") -> TradingPlatform:
    """What `cift up` starts when no file is given."""
    return TradingPlatform(api_version="cift.markets/v1alpha1", kind="TradingPlatform", metadata=Metadata(name=name))
