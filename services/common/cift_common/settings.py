"""Settings come from environment variables with the prefix CIFT_; nothing else configures a service."""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cift_common import platform


class ServiceSettings(BaseSettings):
    """What every service takes. Addresses are `host:port`, or `unix:/path` where it says so."""

    model_config = SettingsConfigDict(env_prefix="CIFT_", extra="ignore", frozen=True)

    grpc_listen: str = "127.0.0.1:0"
    metrics_listen: str = "127.0.0.1:0"
    database_url: str = ""
    nats_url: str = "nats://127.0.0.1:4222"
    cache_url: str = "redis://127.0.0.1:6379"
    questdb_url: str = "http://127.0.0.1:9000"
    trading_address: str = "127.0.0.1:50051"
    risk_address: str = "127.0.0.1:50052"
    execution_address: str = "127.0.0.1:50053"
    marketdata_address: str = "127.0.0.1:50054"
    platform_file: Path = Path("platform.json")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    # none | file:DIRECTORY | otlp:ENDPOINT
    trace_export: str = "none"
    # The share of requests that are traced when the caller did not decide; 0 to 1.
    trace_ratio: float = 0.1
    # An order that takes longer, or fails, is traced in any case.
    trace_slow_seconds: float = 0.05

    # TLS between the services, all three or none: our certificate with its key, and the CA of our peers' (PEM files).
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    # Whether a gRPC server describes itself to tools like grpcurl.
    grpc_reflection: bool = True
    # With TLS: where health is answered without it, for a kubelet's probes.
    health_listen: str = ""

    # Who may call this service: caller → methods (JSON). With TLS and without it nobody is let in.
    callers: dict[str, tuple[str, ...]] | None = None
    # Where there is no TLS: caller → the token by which it is known, address → the token by which we are known there.
    caller_tokens: dict[str, SecretStr] = {}
    peer_tokens: dict[str, SecretStr] = {}
    # The key ring of the principals that the gateway names: hex or base64, with commas; the first one signs.
    principal_key: SecretStr | None = None

    @model_validator(mode="after")
    def _whole_tls(self) -> Self:
        if len({path is None for path in (self.tls_ca, self.tls_certificate, self.tls_key)}) == 2:
            raise ValueError("CIFT_TLS_CA, CIFT_TLS_CERTIFICATE and CIFT_TLS_KEY belong together")
        return self

    @cached_property
    def platform(self) -> platform.Platform:
        return platform.load(self.platform_file)


class MigrationSettings(ServiceSettings):
    """What `migrate` takes beside: who owns the schema, and which role works there; empty: whoever migrates owns it."""

    database_owner: str = ""
    database_role: str = ""
    # Tables where the role adds rows and changes none, with commas between them.
    database_append_only: str = ""
