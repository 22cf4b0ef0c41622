"""Conditions as every Kubernetes resource has them; the time of a transition is kept while the status stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

MESSAGE_MAX = 2000


@dataclass(frozen=True)
class Condition:
    """`reason` is a word in CamelCase, `message` is for people."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str = ""


def of(kind: str, status: bool | None, reason: str, message: str = "") -> Condition:
    return Condition(kind, "Unknown" if status is None else "True" if status else "False", reason, message)


def merged(
    previous: Iterable[Mapping[str, Any]], found: Iterable[Condition], generation: int, now: datetime
) -> list[dict[str, Any]]:
    """As they stand in a status."""
    known = {item["type"]: item for item in previous}
    result = []
    for condition in found:
        before = known.get(condition.type, {})
        since = before.get("lastTransitionTime") if before.get("status") == condition.status else None
        result.append(
            {
                "type": condition.type,
                "status": condition.status,
                "reason": condition.reason,
                "message": condition.message[:MESSAGE_MAX],
                "observedGeneration": generation,
                "lastTransitionTime": since or timestamp(now),
            }
        )
    return result


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def find(status: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Empty: it is not there."""
    return next((item for item in status.get("conditions") or () if item["type"] == kind), {})
