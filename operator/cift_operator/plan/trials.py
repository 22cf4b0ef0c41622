"""Before pods that run are replaced: could the new ones run? A missing image, a quota, a node that is too small are
found out by a pod of their own, and refuse the spec instead of stopping the platform."""

from collections.abc import Sequence
from dataclasses import dataclass

from cift_operator.plan.model import Action, Apply, Delete, Situation
from cift_operator.plan.needs import needs_of
from cift_operator.plan.observed import Child
from cift_operator.plan.remedies import explain, field_of, refused
from cift_operator.plan.stamp import stamp
from cift_operator.plan.trial_pod import TRIAL, trial
from cift_operator.render.kubernetes import Manifest

_IMAGE = frozenset({"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"})
_OVER = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True)
class Trials:
    """`problems`: `path: reason`, why pods could not run. `pending`: something is not known yet."""

    actions: tuple[Action, ...] = ()
    problems: tuple[str, ...] = ()
    pending: bool = False


def trials(situation: Situation, wanted: Sequence[Manifest], image_field: str) -> Trials:
    """Of every workload of `wanted` that is there and is to need more than it has. `image_field`: where the spec names
    what an image comes from."""
    actions: list[Action] = []
    problems: list[str] = []
    named = set()
    pending = False
    for workload in wanted:
        live = situation.children.get(workload.key)
        if live is None or live.leaving or live.needs is None:
            continue
        more = needs_of(workload.body["spec"]["template"]["spec"]).beyond(live.needs)
        if not more:
            continue
        pod = stamp(trial(workload, more))
        named.add(pod.key)
        child = situation.children.get(pod.key)
        if child is None:
            actions.append(Apply(pod, "missing"))
        if (said := situation.refusals.get(pod.key)) is not None:
            reason = refused(workload.component, "Pod", pod.key[2], said)
            problems.append(f"{field_of(workload.component)}.resources: {reason}")
        elif child is not None and (said := _stopped_by(child, workload.component, image_field)):
            problems.append(said)
        else:
            pending = pending or child is None or not _is_over(child)
    actions += [
        Delete(child, "it was tried")
        for key, child in sorted(situation.children.items())
        if child.kind == "Pod" and child.component == TRIAL and key not in named and not child.leaving
    ]
    return Trials(tuple(actions), tuple(dict.fromkeys(problems)), pending)


def _is_over(child: Child) -> bool:
    return child.health.state == "Ready" or child.health.reason in _OVER


def _stopped_by(child: Child, component: str, image_field: str) -> str:
    """Empty: by nothing that is known."""
    for waiting in child.waiting:
        if waiting.reason in _IMAGE:
            return f"{image_field}: {explain(component, waiting)}"
        if waiting.reason == "Unschedulable":
            return f"{field_of(component)}.resources: {explain(component, waiting)}"
    return ""
