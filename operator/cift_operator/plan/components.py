"""How each component does, from its objects and their pods."""

from collections.abc import Sequence
from dataclasses import dataclass

from cift_operator.components.model import Stage
from cift_operator.plan.health import Waiting
from cift_operator.plan.model import ComponentState, Situation, Stamped
from cift_operator.plan.observed import Child
from cift_operator.plan.remedies import explain, refused

WORKLOADS = frozenset({"Deployment", "StatefulSet", "Job"})
# Reasons that time alone does not mend.
_FATAL = frozenset(
    {
        "ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "CrashLoopBackOff",
        "OOMKilled",
        "Unschedulable",
    }
)

TRIES_MAX = 3
"""After so many pods of a job that failed it is no accident any more, though it is tried again."""


@dataclass(frozen=True)
class Component:
    """`message`: what is awaited, or what is wrong and how to mend it."""

    name: str
    stage: Stage
    state: ComponentState
    message: str = ""

    def as_json(self) -> dict[str, str]:
        said = {"message": self.message} if self.message else {}
        return {"name": self.name, "stage": self.stage.name.capitalize(), "state": self.state, **said}


def components(
    situation: Situation, wanted: Sequence[Stamped], waiting: frozenset[str], *, stopped: bool
) -> tuple[Component, ...]:
    """One for each that has a workload, by stage."""
    by_component: dict[str, list[Stamped]] = {}
    for one in wanted:
        if one.manifest.component:
            by_component.setdefault(one.manifest.component, []).append(one)
    pods: dict[str, list[Child]] = {}
    for child in situation.children.values():
        if child.kind == "Pod" and not child.leaving:
            pods.setdefault(child.component, []).append(child)
    return tuple(
        _component(situation, name, ours, pods.get(name, []), name in waiting, stopped)
        for name, ours in by_component.items()
    )


def _component(
    situation: Situation, name: str, ours: Sequence[Stamped], pods: Sequence[Child], waits: bool, stopped: bool
) -> Component:
    stage = max(one.manifest.stage for one in ours)
    for one in ours:
        if (said := situation.refusals.get(one.key)) is not None:
            return Component(name, stage, "Failed", refused(name, one.key[1], one.key[2], said))
    state: ComponentState = "Ready"
    message = ""
    for one in ours:
        child = situation.children.get(one.key)
        if child is None:
            state = "Waiting" if waits else "Progressing"
            message = "its turn has not come yet" if waits else "it is being made"
            break
        health = child.health
        if child.leaving:
            state, message = "Progressing", f"{child.kind} {child.name} is being removed"
        elif health.state != "Ready" and state != "Failed":
            state, message = health.state, health.message
    if state != "Ready" and (troubles := _troubles(pods)):
        trouble = troubles[0]
        message = explain(name, trouble)
        if trouble.reason in _FATAL or _tries_failed(ours, troubles) >= TRIES_MAX:
            state = "Failed"
    if state == "Ready" and waits:
        # What runs goes on; the change is what waits.
        message = "a change waits for an earlier stage"
    if state == "Ready" and stopped and any(one.key[1] in WORKLOADS for one in ours):
        state = "Stopped"
    return Component(name, stage, state, message)


def _tries_failed(ours: Sequence[Stamped], troubles: Sequence[Waiting]) -> int:
    """Of a job: each try is a pod that stays, and the pauses between them become long."""
    is_job = any(one.key[1] == "Job" for one in ours)
    return sum(trouble.reason == "Error" for trouble in troubles) if is_job else 0


def _troubles(pods: Sequence[Child]) -> list[Waiting]:
    found = [waiting for pod in pods for waiting in pod.waiting]
    return sorted(found, key=lambda waiting: (waiting.reason not in _FATAL, waiting.reason))
