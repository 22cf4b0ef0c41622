"""Who may talk to whom, and how."""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from cift_operator.api.base import ApiModel, Name
from cift_operator.api.pod import Annotations, Labels

Host = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
Origin = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^https?://[-a-z0-9.]+(:[0-9]{1,5})?$")]


class TlsSpec(ApiModel):
    """TLS between the services, with certificates for both sides, and to the stores."""

    enabled: bool = True
    """Between the services."""
    stores: bool | None = None
    """To the PostgreSQL, NATS and cache that we run; without it: as between the services. False where the images that
    stand in for those programs were built without TLS."""


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError as error:
        raise ValueError(f"write it as a network, as 10.0.0.0/8: {error}") from None
    return text


Cidr = Annotated[
    str, Field(min_length=4, max_length=43, pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}$"), AfterValidator(_network)
]
"""A network of addresses, as 10.0.0.0/8."""
PortNumber = Annotated[int, Field(ge=1, le=65_535)]


class DnsSpec(ApiModel):
    """The cluster's resolver. Pods can ask no other."""

    namespace: Name = "kube-system"
    labels: Labels = Field(default_factory=lambda: {"k8s-app": "kube-dns"})
    """Of its pods."""
    cidrs: Annotated[tuple[Cidr, ...], Field(max_length=8)] = ()
    """Addresses of a resolver that runs on the nodes, as NodeLocal DNSCache's 169.254.20.10/32."""
    ports: Annotated[tuple[PortNumber, ...], Field(min_length=1, max_length=8)] = (53,)
    """Of the pods: 5353 where their service translates it."""


class EgressSpec(ApiModel):
    """A network outside the platform that components can reach."""

    cidr: Cidr
    ports: Annotated[tuple[PortNumber, ...], Field(min_length=1, max_length=16)]
    components: Annotated[tuple[Name, ...], Field(max_length=32)] = ()
    """Empty: all components that talk to something outside."""

    @field_validator("cidr")
    @classmethod
    def _not_link_local(cls, cidr: str) -> str:
        if ip_network(cidr).is_link_local:
            raise ValueError(
                "link-local addresses hold the metadata of clouds and cannot be opened; name another network"
            )
        return cidr


class PostgresOperatorSpec(ApiModel):
    """Where the pods of an installed CloudNativePG are."""

    namespace: Name = "cnpg-system"
    labels: Labels = Field(default_factory=lambda: {"app.kubernetes.io/name": "cloudnative-pg"})


class ClickHouseOperatorSpec(ApiModel):
    """Where the pods of an installed ClickHouse operator (Altinity's) are."""

    namespace: Name = "kube-system"
    labels: Labels = Field(default_factory=lambda: {"app": "clickhouse-operator"})


class NetworkPoliciesSpec(ApiModel):
    """Nobody in, nobody out, but on the paths that the components declare. Needs a network plugin that enforces it."""

    enabled: bool = True
    monitoring_namespaces: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
    """Namespaces that may read metrics."""
    dns: DnsSpec = DnsSpec()
    egress: Annotated[tuple[EgressSpec, ...], Field(max_length=64)] = ()
    """Networks of external stores, feeds, the identity provider, buckets and collectors. A component for which some are
    listed reaches those and no others. Without any it reaches the ports of the URLs that the spec declares, at every
    address that is not link-local and not of `clusterCidrs`."""
    cluster_cidrs: Annotated[tuple[Cidr, ...], Field(max_length=16)] = ()
    """Networks of the cluster's pods, services and nodes: left out of what is reached outside."""
    postgres_operator: PostgresOperatorSpec = PostgresOperatorSpec()
    """`postgresOperator` determines who manages the pods of stores.postgres.mode cloudNativePG."""
    clickhouse_operator: ClickHouseOperatorSpec = ClickHouseOperatorSpec()
    """`clickhouseOperator` determines who manages the pods of stores.clickhouse.mode clickHouseOperator."""


class IngressSpec(ApiModel):
    """The gateway under a host name."""

    host: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    class_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    tls_secret_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    """A secret of the type kubernetes.io/tls; without it plain HTTP, which the profile `production` refuses."""
    annotations: Annotations = Field(default_factory=dict)
    namespace: Name | None = None
    """Where the ingress controller's pods are; without it the gateway is open to all namespaces."""
    trusted_proxies: Annotated[tuple[Cidr, ...], Field(max_length=16)] = ()
    """Networks of the ingress controller's pods: their X-Forwarded-For is believed. Defaults to
    networkPolicies.clusterCidrs where `namespace` lets nobody else reach the gateway. Without either all requests seem
    to come from the controller, and share the limits of one address."""

    @field_validator("trusted_proxies")
    @classmethod
    def _not_everybody(cls, cidrs: tuple[str, ...]) -> tuple[str, ...]:
        for cidr in cidrs:
            if ip_network(cidr).prefixlen == 0:
                raise ValueError(
                    f"{cidr} is everybody, who could then claim any address; name the controller's network"
                )
        return cidrs

    @property
    def public_url(self) -> str:
        """What clients call."""
        return f"{'https' if self.tls_secret_name else 'http'}://{self.host}"


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
    allowed_hosts: Annotated[tuple[Host, ...], Field(max_length=32)] = ()
    """More host names that requests to the gateway may name; the ingress's and the service's own are among them."""
    allowed_origins: Annotated[tuple[Origin, ...], Field(max_length=32)] = ()
    """Web pages of other origins, e.g. `https://desk.example.com`, that may open streams and use the session cookie."""
    api_docs: bool | None = None
    """`apiDocs` serves the API's description at /docs and /openapi.json. Defaults to true, in production to false."""
    grpc_reflection: bool | None = None
    """`grpcReflection` lets the services describe themselves to tools. Defaults to true, in production to false."""
    oidc: OidcSpec | None = None
    sign_up: Literal["closed", "invited", "open"] | None = None
    """`signUp` determines who becomes a user by themselves: nobody (`closed`: administrators make users), people with
    an invite (`invited`), or everybody who can reach the platform (`open`). Defaults to `closed` in production and with
    `oidc`, and to `open` otherwise."""

    @property
    def proxies(self) -> tuple[str, ...]:
        """Networks whose X-Forwarded-For the gateway believes."""
        if self.ingress is None:
            return ()
        closed = self.ingress.namespace is not None and self.network_policies.enabled
        return self.ingress.trusted_proxies or (self.network_policies.cluster_cidrs if closed else ())
