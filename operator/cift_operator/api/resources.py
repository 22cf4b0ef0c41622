"""CPU, memory and sizes in the notation of Kubernetes."""

from typing import Annotated

from pydantic import Field

from cift_operator.api.base import ApiModel

QuantityString = Annotated[str, Field(max_length=20, pattern=r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]


class ResourceList(ApiModel):
    """Amounts of CPU and memory."""

    cpu: QuantityString | None = None
    memory: QuantityString | None = None


class ResourcesSpec(ApiModel):
    """What is reserved and what is the most; a local run does not enforce either."""

    requests: ResourceList = ResourceList()
    limits: ResourceList = ResourceList()
