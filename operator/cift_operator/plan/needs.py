"""What a pod needs of a cluster before it can run: images, processor time, memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cift_operator.plan.quantity import parse

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Needs:
    """`cpu` in cores and `memory` in bytes are requests, of all containers that run at the same time."""

    images: frozenset[str] = frozenset()
    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)

    def beyond(self, other: "Needs") -> "Needs":
        """What of this is not in the other; false where nothing is."""
        zero = Decimal(0)
        more = max(self.cpu - other.cpu, zero), max(self.memory - other.memory, zero)
        return Needs(self.images - other.images, *more)

    def __bool__(self) -> bool:
        return bool(self.images or self.cpu or self.memory)


def needs_of(pod: Body) -> Needs:
    """Of a pod's spec, a template's as well."""
    containers = list(pod.get("containers") or ())
    setups = list(pod.get("initContainers") or ())
    beside = [*containers, *(one for one in setups if one.get("restartPolicy") == "Always")]
    images = frozenset(str(one.get("image", "")) for one in (*containers, *setups))
    return Needs(images, _requests(beside, "cpu"), _requests(beside, "memory"))


def _requests(containers: Iterable[Body], name: str) -> Decimal:
    requested = (((one.get("resources") or {}).get("requests") or {}).get(name) for one in containers)
    return sum((parse(amount) or Decimal(0) for amount in requested if amount is not None), Decimal(0))
