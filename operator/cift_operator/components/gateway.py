"""The edge: HTTP and WebSocket outside, gRPC inside."""

from cift_operator.api import PlatformSpec, TradingPlatform
from cift_operator.components import nats, postgres, risk, seals, trading, valkey
from cift_operator.components.model import Calls, Component, GeneratedSecret, Port, Probe, Stage
from cift_operator.components.service import metrics_port, service
from cift_operator.components.values import Address, Listen, Secret, Site, Value, text

API_KEY_DAYS_MAX = 365
JWT_KEY = GeneratedSecret("jwt", "key")
# Where credentials-file is empty; kubectl reads them out of the secret.
_DEMO_USER = {
    "CIFT_DEMO_PASSWORD": GeneratedSecret("demo-user", "password", bytes=12),
    "CIFT_DEMO_API_KEY_ID": GeneratedSecret("demo-user", "api-key-id", bytes=12),
    "CIFT_DEMO_API_SECRET_KEY": GeneratedSecret("demo-user", "api-secret-key"),
}


_KEYS = (JWT_KEY, trading.PRINCIPAL_KEY, risk.PRINCIPAL_KEY)
_OPTIONAL = ("analytics", "forecast")
_CALLS: Calls = {
    "trading": (
        "SubmitOrder", "PreviewOrder", "ReplaceOrder", "CancelOrder", "CancelAllOrders", "GetOrder", "ListOrders",
        "ListPositions", "ClosePosition", "OpenAccount", "GetAccount", "ConfigureAccount", "GetPortfolioHistory",
        "ListActivities", "ListAccountUpdates",
    ),
    "risk": ("GetPolicy", "SetLimits", "SetRestriction", "SetHalt", "GetExposure", "ListBreaches"),
    "execution": ("GetBook", "ListTrailingStops"),
    "marketdata": (
        "GetSnapshots", "ListBars", "ListQuotes", "ListTrades", "ListDepths", "ListStatuses", "GetClock",
        "ListSessions",
    ),
    "analytics": (
        "GetPerformance", "ListRoundTrips", "GetCosts", "GetRisk", "ListClosingPositions", "ListSignals", "Export",
    ),
    "forecast": ("GetPredictions", "ListModels"),
}  # fmt: skip


def _optional(spec: PlatformSpec) -> tuple[str, ...]:
    """Services that are there where they are asked for; without their address the gateway has no routes for them."""
    wanted = (("analytics", spec.analytics.enabled), ("forecast", spec.forecast.enabled))
    return tuple(name for name, enabled in wanted if enabled)


def _alertmanager(spec: PlatformSpec) -> dict[str, Value]:
    address = text("http://", Address("alertmanager", "http"))
    return {"CIFT_ALERTMANAGER_URL": address} if spec.observability.alertmanager.enabled else {}


def _oidc(spec: PlatformSpec) -> dict[str, Value]:
    oidc = spec.security.oidc
    if oidc is None:
        return {}
    return {
        "CIFT_OIDC_ISSUER": oidc.issuer,
        "CIFT_OIDC_AUDIENCE": oidc.audience,
        "CIFT_OIDC_JWKS_URL": oidc.jwks_url or "",
        "CIFT_OIDC_ROLES_CLAIM": oidc.roles_claim or "",
    }


def _ingress(spec: PlatformSpec) -> dict[str, Value]:
    """What lies before the gateway: whose word about addresses counts, and what clients call."""
    ingress = spec.security.ingress
    if ingress is None:
        return {}
    return {
        "CIFT_PUBLIC_URL": ingress.public_url,
        "CIFT_SECURE_COOKIES": str(ingress.tls_secret_name is not None).lower(),
        **({"CIFT_TRUSTED_PROXIES": ",".join(proxies)} if (proxies := spec.security.proxies) else {}),
    }


def _identity_provider(spec: PlatformSpec) -> tuple[Value, ...]:
    """Where its discovery document and its keys are."""
    oidc = spec.security.oidc
    return () if oidc is None else (oidc.issuer, *((oidc.jwks_url,) if oidc.jwks_url else ()))


def _site(spec: PlatformSpec) -> dict[str, Value]:
    """By which names the gateway is called, besides the ingress's, and what it says of itself."""
    security = spec.security
    docs = security.api_docs if security.api_docs is not None else not spec.production
    more = [f",{host}" for host in security.allowed_hosts]
    return {
        "CIFT_ALLOWED_HOSTS": text(Site("gateway-hosts"), *more) if more else Site("gateway-hosts"),
        "CIFT_ALLOWED_ORIGINS": ",".join(security.allowed_origins),
        "CIFT_API_DOCS": str(docs).lower(),
    }


def _limits(spec: PlatformSpec) -> dict[str, Value]:
    """In production no API key lives for ever."""
    return {"CIFT_API_KEY_SECONDS_MAX": str(API_KEY_DAYS_MAX * 24 * 3600)} if spec.production else {}


def _replicas(spec: PlatformSpec) -> int:
    said = spec.services.gateway.replicas
    return said if said is not None else 2 if spec.production else 1


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "gateway",
        stage=Stage.EDGE,
        ports=(Port("http", 8000, scheme="http"), metrics_port(9101)),
        readiness=Probe("http", "http", "/readyz", start_seconds=120),
        env={
            "CIFT_HTTP_LISTEN": Listen("http"),
            "CIFT_DATABASE_URL": postgres.url(spec, "gateway"),
            "CIFT_NATS_URL": nats.url(spec, "gateway"),
            "CIFT_SEAL_KEY": seals.reference(seals.GATEWAY),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_JWT_KEY": Secret(JWT_KEY.name, JWT_KEY.key),
            "CIFT_TRADING_PRINCIPAL_KEY": Secret(trading.PRINCIPAL_KEY.name, trading.PRINCIPAL_KEY.key),
            "CIFT_RISK_PRINCIPAL_KEY": Secret(risk.PRINCIPAL_KEY.name, risk.PRINCIPAL_KEY.key),
            "CIFT_CREDENTIALS_FILE": Site("credentials-file"),
            "CIFT_WEB_DIR": Site("web-dir"),
            "CIFT_SIGN_UP": spec.sign_up,
            **_alertmanager(spec),
            **_oidc(spec),
            **_ingress(spec),
            **_site(spec),
            **_limits(spec),
            **({} if spec.production else {variable: Secret(s.name, s.key) for variable, s in _DEMO_USER.items()}),
        },
        secrets=(*_KEYS, seals.GATEWAY, *(() if spec.production else _DEMO_USER.values())),
        calls={name: methods for name, methods in _CALLS.items() if name not in _OPTIONAL or name in _optional(spec)},
        depends_on=("postgres", "nats", "valkey", "trading", "risk", "execution", "marketdata", "migrate-gateway"),
        replicas=_replicas(spec),
        scalable=True,
        external_egress=_identity_provider(spec),
        autoscaling=spec.services.gateway.autoscaling,
        liveness=Probe("http", "http", "/healthz", period_seconds=10, timeout_seconds=5),
    )
