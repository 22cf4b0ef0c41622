"""The order of a rollout: a stage is applied when those before it are ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cift_operator.plan.model import Action, Apply, Delete, Situation, Stamped
from cift_operator.plan.observed import Child

# A volume is data: it is never removed because a rendering no longer names it.
_NEVER_ORPHANED = frozenset({"PersistentVolumeClaim", "Pod"})
_RUNS_AGAIN_AFTER_SECONDS = 60


@dataclass(frozen=True)
class Rollout:
    """How far it is. `reached`: the stage that is being worked at; None when all are ready."""

    actions: tuple[Action, ...]
    reached: int | None
    waiting: frozenset[str]
    """Components whose changes wait for an earlier stage."""

    @property
    def complete(self) -> bool:
        return self.reached is None


def rollout(
    situation: Situation, wanted: Sequence[Stamped], *, installed: bool, backwards: bool = False, held: bool = False
) -> Rollout:
    """`installed`: it has been ready before, so that what somebody removes is put back at once, whatever the stage.
    `backwards`: the last stage first, for a platform that goes to sleep. `held`: only repairs, for now."""
    actions: list[Action] = []
    waiting: set[str] = set()
    reached: int | None = None
    causes = {one.key: _cause(situation, one, situation.children.get(one.key)) for one in wanted}
    # A job that is missing where nothing has changed was removed by somebody; otherwise it is the work of a change.
    unchanged = not any(cause is not None and cause.cause == "changed" for cause in causes.values())
    ordered = sorted(wanted, key=lambda one: one.manifest.stage, reverse=backwards)
    for stage, group in groupby(ordered, key=lambda one: one.manifest.stage):
        ready = True
        for one in group:
            child = situation.children.get(one.key)
            cause = causes[one.key]
            if cause is not None:
                ready = False
                repair = cause.cause == "edited" or (cause.cause == "missing" and (unchanged or one.key[1] != "Job"))
                its_turn = reached is None and (repair or not held)
                if its_turn or (installed and repair and not backwards):
                    actions.append(cause)
                else:
                    waiting.add(one.manifest.component)
            elif child is not None and (child.leaving or child.health.state != "Ready"):
                ready = False
                if _may_run_again(child):
                    actions.append(Delete(child, "it failed, and is tried again"))
        if not ready and reached is None:
            reached = int(stage)
    if reached is None:
        actions += orphans(situation, wanted)
    return Rollout(tuple(actions), reached, frozenset(waiting))


def orphans(situation: Situation, wanted: Sequence[Stamped]) -> list[Delete]:
    """What we applied once and the declaration no longer asks for."""
    named = {one.key for one in wanted}
    return [
        Delete(child, "the declaration no longer has it")
        for key, child in sorted(situation.children.items())
        if key not in named
        and child.applied
        and not child.kept
        and not child.leaving
        and child.kind not in _NEVER_ORPHANED
    ]


def _cause(situation: Situation, one: Stamped, child: Child | None) -> Apply | None:
    if child is None:
        return Apply(one, "missing")
    if child.leaving or situation.equal(child, one.digest, one.body):
        return None
    return Apply(one, "edited" if child.applied == one.digest else "changed")


def _may_run_again(child: Child) -> bool:
    return child.kind == "Job" and child.health.state == "Failed" and not child.leaving
