"""Each store is managed (we run it, the default), external (a secret holds its address), or an installed operator's."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, Name, SecretKey, cel
from cift_operator.api.pod import PodSpec
from cift_operator.api.resources import ResourcesSpec, StorageSpec


class SecretKeyRef(ApiModel):
    """A key of a secret; locally the file `secrets/<name>/<key>` of the state folder."""

    name: Name
    key: SecretKey = "url"


class ExternalStore(ApiModel):
    """A store that somebody else runs."""

    url_from: SecretKeyRef
    service_urls_from: Annotated[dict[Name, SecretKeyRef], Field(max_length=20)] = Field(default_factory=dict)
    """The addresses of single services, by name, each with that service's own user; the others take `urlFrom`. Of
    PostgreSQL `migrations` is one of them."""

    def url(self, service: str) -> SecretKeyRef:
        return self.service_urls_from.get(service, self.url_from)


_EXTERNAL = (
    "(self.mode == 'external') == has(self.external)",
    "external is set where mode is external, and only there",
)


class _Store(ApiModel):
    model_config = ConfigDict(json_schema_extra=cel(_EXTERNAL))

    external: ExternalStore | None = None
    storage: StorageSpec = StorageSpec()
    """Of a managed store."""
    resources: ResourcesSpec = ResourcesSpec()
    pod: PodSpec = PodSpec()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (getattr(self, "mode", "") == "external") != (self.external is not None):
            raise ValueError(_EXTERNAL[1])
        return self

    @property
    def settings(self) -> Self:
        """How we run it; meaningful only when it is managed."""
        return self


class StoreSpec(_Store):
    """A store, and who runs it."""

    mode: Literal["managed", "external"] = "managed"


class PostgresSpec(_Store):
    """PostgreSQL: by us, by somebody else, or by an installed CloudNativePG."""

    mode: Literal["managed", "external", "cloudNativePG"] = "managed"
    instances: Annotated[int, Field(ge=1, le=9)] = 3
    """Of CloudNativePG: one primary and its standbys."""


class CacheSpec(StoreSpec):
    """Whatever speaks the protocol of Redis."""

    engine: Literal["valkey", "dragonfly"] = "valkey"
    """Which one we run in a cluster; a local run has Valkey."""


class ClickHouseSpec(_Store):
    """ClickHouse: by us, by somebody else, or by an installed ClickHouse operator (Altinity's)."""

    mode: Literal["managed", "external", "clickHouseOperator"] = "managed"


class StoresSpec(ApiModel):
    """PostgreSQL is the truth; the others can be lost or rebuilt."""

    postgres: PostgresSpec = PostgresSpec()
    nats: StoreSpec = StoreSpec()
    cache: CacheSpec = CacheSpec()
    questdb: StoreSpec = StoreSpec()
    clickhouse: ClickHouseSpec = ClickHouseSpec()
    """Only with analytics."""
    mlflow: StoreSpec = StoreSpec()
    """Only with forecasts."""
