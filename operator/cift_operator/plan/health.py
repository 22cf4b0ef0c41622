"""How one object does, by what it says of itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cift_operator.render.kubernetes.names import BOUND_LATE

State = Literal["Ready", "Progressing", "Failed"]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """`message` says what is awaited, or what is wrong."""

    state: State
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a container, or a whole pod, does not run."""

    container: str
    reason: str
    message: str
    image: str = ""
    restarts: int = 0


READY = Health("Ready")
FULL = re.compile("no space left on device|errno=28|disk full", re.IGNORECASE)
"""As PostgreSQL, NATS and QuestDB say it."""


def health_of(body: Body) -> Health:
    """Objects without a life of their own are ready as soon as they are there."""
    kind, group = str(body["kind"]), str(body["apiVersion"]).rpartition("/")[0]
    match group, kind:
        case "apps", "Deployment":
            return _deployment(body)
        case "apps", "StatefulSet":
            return _stateful_set(body)
        case "batch", "Job":
            return _job(body)
        case "", "PersistentVolumeClaim":
            phase = _status(body).get("phase", "Pending")
            late = BOUND_LATE in (body["metadata"].get("annotations") or {})
            bound = phase == "Bound" or (late and phase == "Pending")
            return READY if bound else Health("Progressing", str(phase), "the volume is not bound yet")
        case "", "Pod":
            return _pod(body)
        case "clickhouse.altinity.com", _:
            state = str(_status(body).get("status", "InProgress"))
            return READY if state == "Completed" else Health("Progressing", state, f"its operator says {state}")
        case "postgresql.cnpg.io", _ if not _condition(body, "Ready"):
            return Health("Progressing", "NotReady", "its operator has not taken it up yet")
        case _ if "." in group and not group.endswith(".k8s.io"):
            return _by_condition(body)
    return READY


def waiting_of(body: Body) -> tuple[Waiting, ...]:
    """What keeps a pod from being ready; empty for everything else."""
    if body["kind"] != "Pod" or body["metadata"].get("deletionTimestamp"):
        return ()
    status = _status(body)
    found = []
    for one in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        state, last = one.get("state") or {}, one.get("lastState") or {}
        waiting = state.get("waiting") or {}
        ended = state.get("terminated") or (last.get("terminated") if waiting else None) or {}
        reason, message = waiting.get("reason", ""), waiting.get("message", "")
        if ended and ended.get("exitCode"):
            cause = ended.get("reason", "")
            said = f"it ended with {ended['exitCode']}" + (f" ({cause})" if cause not in ("", "Error") else "")
            if ended.get("message"):
                said += f": {_telling(ended['message'])}"
            reason, message = (cause if cause == "OOMKilled" else reason) or "Error", said
        if reason and reason not in ("ContainerCreating", "PodInitializing", "Completed"):
            image, restarts = one.get("image", ""), one.get("restartCount", 0)
            found.append(Waiting(one["name"], reason, message, image, restarts))
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            found.append(Waiting("", condition.get("reason", "Unschedulable"), condition.get("message", "")))
    if status.get("phase") == "Failed" and status.get("reason"):
        found.append(Waiting("", status["reason"], status.get("message", "")))
    return tuple(found)


def _telling(log: str) -> str:
    """What of the end of a log says why: the line about a full disk, for others follow from it."""
    full = [line for line in log.splitlines() if FULL.search(line)]
    return " ".join((full[-1] if full else log).split())[-300:]


def _status(body: Body) -> Mapping[str, Any]:
    return body.get("status") or {}


def _condition(body: Body, kind: str) -> Mapping[str, Any]:
    return next((item for item in _status(body).get("conditions") or () if item["type"] == kind), {})


def _seen(body: Body) -> bool:
    return int(_status(body).get("observedGeneration", 0)) >= int(body["metadata"].get("generation", 0))


def _deployment(body: Body) -> Health:
    status, wanted = _status(body), int((body.get("spec") or {}).get("replicas", 1))
    failure = _condition(body, "ReplicaFailure")
    if failure.get("status") == "True":
        return Health("Failed", failure.get("reason", "ReplicaFailure"), failure.get("message", ""))
    if not _seen(body):
        return Health("Progressing", "RollingOut", "the change has not been taken up yet")
    updated, available = int(status.get("updatedReplicas", 0)), int(status.get("availableReplicas", 0))
    if updated >= wanted and available >= wanted and int(status.get("replicas", 0)) <= wanted:
        return READY
    progress = _condition(body, "Progressing")
    text = f"{min(available, updated)} of {wanted} pods are ready"
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return Health("Failed", "ProgressDeadlineExceeded", f"{text}, and nothing moves any more")
    return Health("Progressing", "RollingOut", text)


def _stateful_set(body: Body) -> Health:
    status, wanted = _status(body), int((body.get("spec") or {}).get("replicas", 1))
    if not _seen(body):
        return Health("Progressing", "RollingOut", "the change has not been taken up yet")
    ready, updated = int(status.get("readyReplicas", 0)), int(status.get("updatedReplicas", 0))
    rolled = status.get("currentRevision") == status.get("updateRevision") or updated >= wanted
    if ready >= wanted and rolled and int(status.get("replicas", 0)) <= wanted:
        return READY
    return Health("Progressing", "RollingOut", f"{ready} of {wanted} pods are ready")


def _job(body: Body) -> Health:
    if _condition(body, "Complete").get("status") == "True":
        return READY
    failed = _condition(body, "Failed")
    if failed.get("status") == "True":
        return Health("Failed", failed.get("reason", "Failed"), failed.get("message", "the job failed"))
    return Health("Progressing", "Running", "the job is running")


def _pod(body: Body) -> Health:
    if _status(body).get("phase") == "Succeeded" or _condition(body, "Ready").get("status") == "True":
        return READY
    return Health("Progressing", str(_status(body).get("phase", "Pending")), "")


def _by_condition(body: Body) -> Health:
    """Objects of other operators: their condition `Ready`, where they have one."""
    condition = _condition(body, "Ready")
    if not condition or condition["status"] == "True":
        return READY
    return Health("Progressing", condition.get("reason", "NotReady"), condition.get("message", ""))
