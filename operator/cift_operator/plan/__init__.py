"""Desired against observed → what to do, and what to say. Pure: no I/O, and the clock is passed in."""

from collections.abc import Sequence
from typing import Any

from cift_operator.api import PlatformSpec
from cift_operator.plan import conditions, refusals, status, window
from cift_operator.plan.components import Component, components
from cift_operator.plan.model import Action, Event, Halt, Limits, Plan, Situation, Stamped
from cift_operator.plan.stages import Rollout, rollout
from cift_operator.plan.trials import Trials, trials
from cift_operator.plan.upgrade import FORCE, TIMEOUT, TIMEOUT_SECONDS, Seen, Step, Upgrade, advance, current, deadline
from cift_operator.plan.window import Closes

HALT_REASON = "cift.markets/halt-reason"
ROTATE = "cift.markets/rotate-secrets"

CALM_SECONDS = 60.0
BUSY_SECONDS = 5.0


def plan(situation: Situation, closes: Closes) -> Plan:
    """One look at a platform; the same for every cause of looking."""
    if situation.platform is None:
        return _unusable(situation, "Invalid", situation.problems)
    spec = situation.platform.spec
    previous = situation.previous
    upgrade, version = current(previous), str(previous.get("version") or "")
    refused = [
        *situation.missing,
        *refusals.absent(spec, situation.api_groups),
        *refusals.refused(previous.get("accepted") or {}, spec, situation.report),
        *refusals.unreached(previous.get("accepted") or {}, situation.addresses, situation.silent),
    ]
    if refused:
        return _unusable(situation, "Refused", refused)
    wanted = situation.desired
    tried = _trials(situation, spec, upgrade, version)
    if tried.problems:
        return _unusable(situation, "Refused", tried.problems, tried.actions)
    rolled = rollout(situation, wanted, installed=bool(version), backwards=spec.hibernated, held=tried.pending)
    states = components(situation, wanted, rolled.waiting, stopped=spec.hibernated)
    if spec.hibernated or spec.paused:
        step = Step(upgrade, version)
    else:
        step = advance(upgrade, version, _seen(situation, rolled, states, closes, trying=tried.pending))
    halted = spec.trading.halted or (step.upgrade is not None and step.upgrade.halts)
    actions: list[Action] = [*_trading(situation, step, halted=halted)]
    if not spec.paused and step.upgrade == upgrade:
        actions += [*tried.actions, *rolled.actions]
    found = status.found_conditions(situation, states, rolled, step.upgrade, hibernated=spec.hibernated, halted=halted)
    text: dict[str, Any] = {
        "observedGeneration": situation.generation,
        "phase": status.phase(
            found,
            step.upgrade,
            installed=bool(version),
            hibernated=spec.hibernated,
            asleep=rolled.complete,
            paused=spec.paused,
        ),
        "ready": _ready(states),
        "version": step.version,
        "trading": status.figures(situation.report, dict(previous.get("trading") or {})),
        "conditions": conditions.merged(previous.get("conditions") or (), found, situation.generation, situation.now),
        "components": [state.as_json() for state in states],
        "endpoints": _endpoints(situation),
        "operatorNamespace": situation.operator_namespace,
        "accepted": refusals.facts(spec, situation.addresses),
        # Secrets cannot be listed: which ones there may be is recorded before they are made.
        "secrets": sorted(
            {one.key[2] for one in wanted if one.key[1] == "Secret"}
            | {key[2] for key in situation.children if key[1] == "Secret"}
        ),
    }
    if step.upgrade is not None:
        text["upgrade"] = step.upgrade.as_json()
    rotated = situation.annotations.get(ROTATE, "") if rolled.complete else previous.get("rotated", "")
    text["rotated"] = rotated
    if "limits" in previous:
        text["limits"] = previous["limits"]
    text = {key: value for key, value in text.items() if value not in ("", {}, [])}
    return Plan(
        tuple(actions),
        text,
        (*step.events, *_changes(previous, text)),
        _requeue(situation, rolled, step, moved=step.upgrade != upgrade),
    )


def _trials(situation: Situation, spec: PlatformSpec, upgrade: Upgrade | None, version: str) -> Trials:
    """What runs is not replaced by what cannot run. What was never ready has nothing to lose, and a change that has
    begun is not held up."""
    if not version or spec.hibernated or spec.paused or (upgrade is not None and upgrade.running):
        return trials(situation, (), "")
    if situation.target:
        return trials(situation, situation.target, "spec.version")
    return trials(situation, [one.manifest for one in situation.desired], "spec.image")


def _seen(situation: Situation, rolled: Rollout, states: Sequence[Component], closes: Closes, *, trying: bool) -> Seen:
    assert situation.platform is not None
    spec = situation.platform.spec
    failed = next((f"{state.name}: {state.message}" for state in states if state.state == "Failed"), "")
    timeout = situation.annotations.get(TIMEOUT, "")
    return Seen(
        wanted=spec.version,
        complete=rolled.complete and all(state.state == "Ready" for state in states),
        failed=failed,
        window=window.closed(spec, situation.now, closes) if spec.version != situation.previous.get("version") else "",
        forced=situation.annotations.get(FORCE) == spec.version,
        report=situation.report,
        now=situation.now,
        asks=situation.asks,
        timeout_seconds=int(timeout) if timeout.isdigit() else TIMEOUT_SECONDS,
        trying=trying,
    )


def _trading(situation: Situation, step: Step, *, halted: bool) -> list[Action]:
    """What the risk service has to be told."""
    assert situation.platform is not None
    report, found = situation.report, list[Action]()
    if report.halted is False and halted:
        upgrading = step.upgrade is not None and step.upgrade.halts
        said = situation.annotations.get(HALT_REASON) or "the platform is declared halted"
        if step.upgrade is not None and upgrading:
            said = f"upgrading to {step.upgrade.target}"
        found.append(Halt(True, said))
    elif report.halted and report.halted_by_us and not halted:
        found.append(Halt(False, ""))
    if report.limits and situation.limits != situation.previous.get("limits"):
        found.append(Limits(situation.limits))
    return found


def _ready(states: Sequence[Component]) -> str:
    return f"{sum(state.state == 'Ready' for state in states)}/{len(states)}" if states else ""


def _endpoints(situation: Situation) -> dict[str, str]:
    """Where the services of the platform are, inside the cluster."""
    found = {}
    namespace = situation.document["metadata"].get("namespace", "")
    for manifest in (one.manifest for one in situation.desired):
        if manifest.kind == "Service" and manifest.component and manifest.body["spec"].get("clusterIP") != "None":
            ports = manifest.body["spec"].get("ports") or ()
            if ports:
                found[manifest.component] = f"{manifest.name}.{namespace}.svc:{ports[0]['port']}"
    return found


def _changes(previous: Any, text: Any) -> list[Event]:
    """What became different since the last pass, in words."""
    found = []
    for kind, good in (("SpecValid", "True"), ("Ready", "True"), ("Degraded", "False")):
        before, after = conditions.find(previous, kind), conditions.find(text, kind)
        if not after or (before.get("status"), before.get("message")) == (after["status"], after["message"]):
            continue
        fine = after["status"] == good
        if fine and kind == "Ready" and not previous.get("version"):
            found.append(Event("Normal", "Ready", after["message"]))
        elif fine and before and before["status"] != good:
            found.append(Event("Normal", f"{kind}Again" if kind != "Degraded" else "Recovered", after["message"]))
        elif not fine and kind != "Ready":
            found.append(Event("Warning", after["reason"], after["message"]))
    return found


def _unusable(situation: Situation, reason: str, problems: Sequence[str], asked: Sequence[Action] = ()) -> Plan:
    """The spec is not followed: what runs is left alone. But whoever pulls the kill switch is heard."""
    found = status.unusable_conditions(situation, reason, problems)
    text = dict(situation.previous)
    text["observedGeneration"] = situation.generation
    text["phase"] = "Degraded" if text.get("version") else "Invalid"
    text["trading"] = status.figures(situation.report, dict(text.get("trading") or {}))
    text["conditions"] = conditions.merged(
        situation.previous.get("conditions") or (), found, situation.generation, situation.now
    )
    text = {key: value for key, value in text.items() if value not in ("", {}, [])}
    trading = (situation.document.get("spec") or {}).get("trading") or {}
    pulled = trading.get("halted") is True and situation.report.halted is False
    actions = (Halt(True, situation.annotations.get(HALT_REASON) or "the platform is declared halted"),)
    return Plan((*asked, *(actions if pulled else ())), text, tuple(_changes(situation.previous, text)), BUSY_SECONDS)


def _requeue(situation: Situation, rolled: Rollout, step: Step, *, moved: bool) -> float:
    if moved:
        return 0
    if (soon := deadline(step.upgrade, situation.now)) is not None:
        return soon
    calm = rolled.complete and not situation.refusals and not situation.missing
    return CALM_SECONDS if calm else BUSY_SECONDS


__all__ = ["HALT_REASON", "ROTATE", "Action", "Event", "Halt", "Limits", "Plan", "Situation", "Stamped", "plan"]
