"""What the last `up` noted: the declaration and the processes as they were rendered."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cift_operator.api import TradingPlatform
from cift_operator.local.ports import Ports
from cift_operator.render.local import Process


@dataclass(frozen=True)
class Record:
    """Holds secrets: kept in a file that only its owner reads."""

    declaration: TradingPlatform
    processes: tuple[Process, ...]

    @property
    def ports(self) -> Ports:
        return {(process.name, name): number for process in self.processes for name, number in process.ports}

    def dump(self) -> dict[str, Any]:
        return dict(_ADAPTER.dump_python(self, mode="json", by_alias=True))

    @classmethod
    def load(cls, document: dict[str, Any]) -> "Record | None":
        """None when there is none, or when another version wrote it and it cannot be read."""
        try:
            return _ADAPTER.validate_python(document) if document else None
        except ValidationError:
            return None


_ADAPTER = TypeAdapter(Record)
