"""Who may talk to whom, and how."""

from typing import Annotated

from pydantic import Field

from cift_operator.api.base import ApiModel, Name
from cift_operator.api.pod import Annotations


class TlsSpec(ApiModel):
    """TLS between the services, with certificates for both sides, and to the stores."""

    enabled: bool = True
    """Between the services."""
    stores: bool | None = None
    """To the PostgreSQL, NATS and cache that we run; without it: as between the services. False where the images that
    stand in for those programs were built without TLS."""


class NetworkPoliciesSpec(ApiModel):
    """Nobody in, nobody out, but on the paths that the components declare. Needs a network plugin that enforces it."""

    enabled: bool = True
    monitoring_namespaces: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
    """Namespaces that may read metrics."""


class IngressSpec(ApiModel):
    """The gateway under a host name."""

    host: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    class_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    tls_secret_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    """A secret of the type kubernetes.io/tls; without it plain HTTP."""
    annotations: Annotations = Field(default_factory=dict)
    namespace: Name | None = None
    """Where the ingress controller's pods are; without it the gateway is open to all namespaces."""


class OidcSpec(ApiModel):
    """An identity provider: the gateway takes its tokens beside its own, and makes users when they first come."""

    issuer: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^https://[^\s?#]+$")]
    """Its URL, as it stands in the tokens' `iss`."""
    audience: Annotated[str, Field(min_length=1, max_length=255)]
    """What the provider calls this platform: the tokens' `aud`."""
    jwks_url: Annotated[str, Field(max_length=512, pattern=r"^https://[^\s#]+$")] | None = None
    """Where its keys are; without it the provider is asked (discovery)."""
    roles_claim: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The claim with a user's roles (trader, risk, operations, admin); without it roles are given in the platform."""


class SecuritySpec(ApiModel):
    """Pods are always `restricted`; this is about the ways between them."""

    tls: TlsSpec = TlsSpec()
    network_policies: NetworkPoliciesSpec = NetworkPoliciesSpec()
    ingress: IngressSpec | None = None
    oidc: OidcSpec | None = None
