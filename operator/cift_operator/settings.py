"""What the operator takes from its environment; every name begins with CIFT_."""

import socket
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_IN_A_POD = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def _own_namespace() -> str:
    return _IN_A_POD.read_text().strip() if _IN_A_POD.exists() else "default"


class OperatorSettings(BaseSettings):
    """Namespaces, addresses, pace."""

    model_config = SettingsConfigDict(env_prefix="CIFT_", frozen=True)

    watch_namespaces: str = ""
    """With commas between them. Required unless `cluster_wide` is true."""
    cluster_wide: bool = False
    """Watch every namespace; `watch_namespaces` is empty then."""
    lease_namespace: str = Field(default_factory=_own_namespace)
    """Where the operator itself lives: its lease, and what network policies let in."""
    lease_name: str = "cift-operator"
    identity: str = Field(default_factory=socket.gethostname)
    health_listen: str = "0.0.0.0:8080"
    """/healthz, /readyz and /metrics."""
    survey_seconds: float = 10
    """How often a platform's services are asked how they do; 0: never."""
    secret_seconds: Annotated[float, Field(gt=0)] = 30
    """How often the Secrets of a platform are read by name: they cannot be watched without the right to read all."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"

    @model_validator(mode="after")
    def _scope_is_explicit(self) -> Self:
        if self.cluster_wide == bool(self.namespaces):
            raise ValueError(
                "set either CIFT_WATCH_NAMESPACES (names with commas between them) or CIFT_CLUSTER_WIDE=true"
            )
        return self

    @property
    def namespaces(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.watch_namespaces.split(",") if part.strip())
