"""Settings of the gateway, from CIFT_ variables."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from cift_common import secret
from cift_common.settings import ServiceSettings
from pydantic import Field, SecretStr, field_validator, model_validator

from cift_gateway.domain import client_address, site
from cift_gateway.domain.connection_limits import ConnectionLimits
from cift_gateway.domain.sign_up_mode import SignUpMode
from cift_gateway.domain.site import Site

JWT_KEY_BYTES_MIN = 32


class Settings(ServiceSettings):
    http_listen: str = "127.0.0.1:8000"
    # Empty: the platform runs without analytics.
    analytics_address: str = ""
    # Empty: the platform runs without forecasts.
    forecast_address: str = ""
    # Of Alertmanager, e.g. http://127.0.0.1:9093; empty: the platform runs without.
    alertmanager_url: str = ""
    # The address that clients use; empty: made from http_listen.
    public_url: str = ""
    # HMAC key of access tokens: hex or base64, at least 32 bytes.
    jwt_key: SecretStr
    # With which the principals are signed that trading and risk verify: hex or base64, with commas.
    trading_principal_key: SecretStr | None = None
    risk_principal_key: SecretStr | None = None
    # Shared with trading alone: seals the updates of accounts. Empty: what NATS brings only wakes, and is fetched.
    seal_key: SecretStr = SecretStr("")
    # Where the demo user's credentials go; empty: no demo user.
    credentials_file: str = ""
    # The demo user's credentials where they are given, in hexadecimal digits; all three or none.
    demo_password: SecretStr | None = None
    demo_api_key_id: str = ""
    demo_api_secret_key: SecretStr | None = None
    # The terminal's built files; empty or missing: the API alone.
    web_dir: str = ""
    # Who may sign up: closed (nobody: an administrator makes users), invited, or open.
    sign_up: SignUpMode = SignUpMode.CLOSED
    # Addresses and CIDRs of proxies whose X-Forwarded-For is believed, with commas; empty: none.
    trusted_proxies: str = ""
    # TLS ends before us although `public_url` does not say https: cookies are for TLS only, and browsers stay with it.
    secure_cookies: bool = False
    # Hosts that requests may name with the local ones and the public URL's; those of them that clients reach over TLS;
    # pages of other origins that may use streams and cookies. With commas.
    allowed_hosts: str = ""
    https_hosts: str = ""
    allowed_origins: str = ""
    # The API's description at /docs and /openapi.json.
    api_docs: bool = True

    # OpenID Connect: tokens of this issuer (its URL) for this audience are taken as well; empty: none are.
    oidc_issuer: str = ""
    oidc_audience: str = ""
    # Where its keys are; empty: it is asked (discovery).
    oidc_jwks_url: str = ""
    # The claim that says a user's roles; empty: roles are given here.
    oidc_roles_claim: str = ""

    access_token_seconds: int = 900
    refresh_token_seconds: int = 30 * 24 * 3600
    # How long a verified key or token is believed without asking the database again.
    credential_cache_seconds: float = 15

    # How often open streams and cached credentials are compared with the database; a revocation that NATS loses takes
    # as long.
    credential_check_seconds: Annotated[float, Field(gt=0, le=5)] = 2
    # The longest life of a new API key, and that of one without an end of its own; 0: no limit.
    api_key_seconds_max: Annotated[int, Field(ge=0)] = 0

    # Order submissions that may wait for trading at once; above it orders are refused with 429.
    orders_in_flight_max: int = 64
    submit_timeout_seconds: float = 5
    call_timeout_seconds: float = 10
    body_size_max: int = 128 * 1024
    # Connections in all; of those, without a credential in all and of one address; of one user.
    connections_max: int = 2048
    connections_anonymous_max: int = 256
    connections_anonymous_per_address_max: int = 64
    connections_per_user_max: int = 200
    # How long the head of a request and a whole one may take, and a client that reads nothing of what is written.
    request_head_seconds: float = 10
    request_seconds: float = 30
    write_stall_seconds: float = 30
    # Requests per second of one user: sustained, and the burst on top.
    api_rate_per_second: float = 1000
    api_rate_burst: float = 2000
    # Failed log-ins, in the notation of the library `limits`: of one address, of one address with one e-mail (or of one
    # known device), and of one e-mail from all addresses together, but for known devices.
    log_in_rate_per_address: str = "120/minute"
    log_in_rate_per_email: str = "10/minute"
    log_in_rate_per_email_from_anywhere: str = "2000/hour"

    # Authenticated streams: of all, and of one user.
    stream_clients_max: int = 1000
    stream_clients_per_user_max: int = 50
    # Updates that may wait for one slow client before it is told to come back.
    stream_queue_max: int = 2000
    # How often a quiet stream is compared with trading.
    stream_probe_seconds: float = 5

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        try:
            client_address.networks(text)
        except ValueError as error:
            raise ValueError(
                f"CIFT_TRUSTED_PROXIES holds addresses and CIDRs with commas between them: {error}"
            ) from None
        return text

    @model_validator(mode="after")
    def _whole_oidc(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_audience):
            raise ValueError("CIFT_OIDC_ISSUER and CIFT_OIDC_AUDIENCE belong together")
        return self

    @cached_property
    def jwt_secret(self) -> bytes:
        """The key's bytes; `ValueError` where it is too short or neither hex nor base64."""
        key = secret.decode("CIFT_JWT_KEY", self.jwt_key.get_secret_value())
        if len(key) < JWT_KEY_BYTES_MIN:
            raise ValueError(f"CIFT_JWT_KEY must hold at least {JWT_KEY_BYTES_MIN} bytes")
        return key

    def base_url(self, port: int) -> str:
        """What clients call the gateway that listens on this port."""
        host = self.http_listen.rpartition(":")[0]
        return self.public_url or f"http://{'127.0.0.1' if host in ('', '0.0.0.0') else host}:{port}"

    @cached_property
    def site(self) -> Site:
        """Under which names the gateway is reached, and from which pages."""
        return site.make(
            self.public_url,
            self.http_listen,
            self.allowed_hosts,
            self.allowed_origins,
            https_hosts=self.https_hosts,
            is_https=self.secure_cookies,
        )

    @property
    def connection_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            total=self.connections_max,
            anonymous=self.connections_anonymous_max,
            anonymous_per_address=self.connections_anonymous_per_address_max,
            per_user=self.connections_per_user_max,
            head_seconds=self.request_head_seconds,
            request_seconds=self.request_seconds,
            stall_seconds=self.write_stall_seconds,
        )

    @property
    def web_path(self) -> Path | None:
        path = Path(self.web_dir)
        return path if self.web_dir and (path / "index.html").is_file() else None

    @cached_property
    def seal_secrets(self) -> tuple[bytes, ...]:
        """The keys of the ring, none where nothing is sealed."""
        ring = self.seal_key.get_secret_value()
        return secret.ring("CIFT_SEAL_KEY", ring) if ring else ()
