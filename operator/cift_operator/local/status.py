"""What a component is doing right now."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Phase = Literal["stopped", "waiting", "starting", "running", "ready", "done", "failed"]


@dataclass(frozen=True)
class ComponentStatus:
    """One line of `cift status`."""

    name: str
    state: Phase
    ready: bool
    pid: int | None
    version: str
    address: str
    restarts: int
    uptime_seconds: int
    detail: str = ""
    """Why it is not ready, where that is known."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
