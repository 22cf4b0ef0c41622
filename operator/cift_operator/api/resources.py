"""CPU, memory and sizes in the notation of Kubernetes."""

from typing import Annotated

from pydantic import ConfigDict, Field

from cift_operator.api.base import ApiModel, cel

QuantityString = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]


class ResourceList(ApiModel):
    """Amounts of CPU and memory."""

    cpu: QuantityString | None = None
    memory: QuantityString | None = None


class ResourcesSpec(ApiModel):
    """What is reserved and what is the most; a local run does not enforce either."""

    requests: ResourceList = ResourceList()
    limits: ResourceList = ResourceList()

    def over(self, defaults: "ResourcesSpec") -> "ResourcesSpec":
        """These, and where nothing is said the defaults."""
        return ResourcesSpec(
            requests=_over(self.requests, defaults.requests), limits=_over(self.limits, defaults.limits)
        )


def _over(given: ResourceList, default: ResourceList) -> ResourceList:
    return ResourceList(cpu=given.cpu or default.cpu, memory=given.memory or default.memory)


def resources(cpu: str, memory: str, memory_limit: str) -> ResourcesSpec:
    """What a component needs when the spec says nothing. CPU has no limit: to throttle an order helps nobody."""
    return ResourcesSpec(requests=ResourceList(cpu=cpu, memory=memory), limits=ResourceList(memory=memory_limit))


class StorageSpec(ApiModel):
    """A volume."""

    model_config = ConfigDict(
        json_schema_extra=cel(
            (
                "quantity(self.size).compareTo(quantity(oldSelf.size)) >= 0",
                "a volume can grow but not shrink",
            ),
            (
                "has(self.className) == has(oldSelf.className)"
                " && (!has(self.className) || self.className == oldSelf.className)",
                "the storage class of a volume cannot be changed; make another platform from a backup",
            ),
        )
    )

    size: QuantityString = "10Gi"
    class_name: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    """The storage class; without it the cluster's default."""
