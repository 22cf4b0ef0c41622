"""Each store is managed (we run it, the default) or external (a secret holds its address)."""

from typing import Annotated

from pydantic import Field, model_validator

from cift_operator.api.base import ApiModel, Name
from cift_operator.api.resources import QuantityString, ResourcesSpec


class SecretKeyRef(ApiModel):
    """A key of a secret; locally the file `secrets/<name>/<key>` of the state folder."""

    name: Name
    key: Annotated[str, Field(max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")] = "url"


class ExternalStore(ApiModel):
    """A store that somebody else runs."""

    url_from: SecretKeyRef


class StorageSpec(ApiModel):
    """The volume of a managed store."""

    size: QuantityString = "10Gi"
    class_name: Annotated[str, Field(max_length=253)] | None = None


class ManagedStore(ApiModel):
    """A store that we run."""

    storage: StorageSpec = StorageSpec()
    resources: ResourcesSpec = ResourcesSpec()


class StoreSpec(ApiModel):
    """Managed or external, not both."""

    managed: ManagedStore | None = None
    external: ExternalStore | None = None

    @model_validator(mode="after")
    def _one(self) -> "StoreSpec":
        if self.managed is not None and self.external is not None:
            raise ValueError("managed and external exclude each other")
        return self

    @property
    def settings(self) -> ManagedStore:
        """How we run it; meaningful only when it is not external."""
        return self.managed or ManagedStore()


class StoresSpec(ApiModel):
    """PostgreSQL is the truth; the others can be lost or rebuilt."""

    postgres: StoreSpec = StoreSpec()
    nats: StoreSpec = StoreSpec()
    cache: StoreSpec = StoreSpec()
    """Valkey, Dragonfly or Redis: whatever speaks the protocol."""
    questdb: StoreSpec = StoreSpec()
