"""What the resource says of the platform."""

from collections.abc import Sequence
from typing import Any

from cift_operator.components.model import Stage
from cift_operator.plan import conditions
from cift_operator.plan.components import Component
from cift_operator.plan.conditions import Condition, of, timestamp
from cift_operator.plan.model import Report, Situation
from cift_operator.plan.stages import Rollout
from cift_operator.plan.upgrade import Upgrade
from cift_operator.render.kubernetes.delegated import MONITORING_GROUP


def found_conditions(
    situation: Situation,
    components: Sequence[Component],
    rollout: Rollout | None,
    upgrade: Upgrade | None,
    *,
    hibernated: bool,
    halted: bool,
) -> list[Condition]:
    """All of them, every time."""
    failed = [component for component in components if component.state == "Failed"]
    unready = [component for component in components if component.state not in ("Ready", "Stopped")]
    stores = [component for component in components if component.stage == Stage.STORES]
    bad_stores = [component for component in stores if component.state not in ("Ready", "Stopped")]
    complete = rollout is not None and rollout.complete
    report = situation.report
    connected = report.connected is not False and not hibernated
    if hibernated:
        ready = of("Ready", False, "Hibernated", "nothing runs; set spec.hibernated to false to wake it")
    elif failed:
        ready = of("Ready", False, "ComponentFailed", _said(failed))
    elif not complete or unready:
        ready = of("Ready", False, "Progressing", _said(unready) or "changes are being applied")
    elif not connected:
        ready = of("Ready", False, "NotReconciled", "execution has no session with the broker")
    else:
        ready = of("Ready", True, "AllReady", f"{len(components)} components are ready")
    degraded = [f"{component.name}: {component.message}" for component in failed]
    if upgrade is not None and upgrade.phase == "RolledBack":
        degraded.append(f"spec.version: {upgrade.target} was rolled back to {upgrade.start}: {upgrade.message}")
    moving = not complete or (upgrade is not None and upgrade.running)
    return [
        of("SpecValid", True, "Valid"),
        ready,
        of(
            "Progressing",
            moving,
            f"Upgrade{upgrade.phase}" if upgrade and upgrade.running else "RollingOut" if moving else "Settled",
            _said(unready) if moving else "",
        ),
        of("Degraded", bool(degraded), "SeeMessage" if degraded else "AsDeclared", "; ".join(degraded)),
        of(
            "StoresReady",
            not bad_stores and not hibernated,
            "Hibernated" if hibernated else "StoreNotReady" if bad_stores else "AllReady",
            _said(bad_stores),
        ),
        of(
            "TradingHalted",
            report.halted if report.halted is not None else (True if halted else None),
            "Halted" if report.halted else "Open" if report.halted is False else "NotAsked",
            "; ".join(report.halts),
        ),
        _reconciled(report),
        *_monitored(situation),
    ]


def unusable_conditions(situation: Situation, reason: str, problems: Sequence[str]) -> list[Condition]:
    """The spec is not followed: said, and what runs is left alone."""
    said = "; ".join(problems)
    kept = [
        Condition(item["type"], item["status"], item["reason"], item.get("message", ""))
        for item in situation.previous.get("conditions") or ()
        if item["type"] not in ("SpecValid", "Degraded")
    ]
    if not any(condition.type == "Ready" for condition in kept):
        kept.append(of("Ready", False, f"{reason}Spec", "no spec was ever followed"))
    return [
        of("SpecValid", False, reason, said),
        *kept,
        of("Degraded", True, f"{reason}Spec", f"what runs is left as it is; {said}"),
    ]


def phase(
    found: Sequence[Condition],
    upgrade: Upgrade | None,
    *,
    installed: bool,
    hibernated: bool,
    asleep: bool,
    paused: bool,
) -> str:
    """One word for the column."""
    by_type = {condition.type: condition for condition in found}
    ready, degraded = by_type["Ready"].status == "True", by_type["Degraded"].status == "True"
    if paused:
        return "Paused"
    if hibernated:
        return "Hibernated" if asleep else "Hibernating"
    if upgrade is not None and upgrade.running:
        return "RollingBack" if upgrade.phase == "RollingBack" else "Upgrading"
    if degraded:
        return "Degraded"
    if ready:
        return "Ready"
    return "Progressing" if installed else "Installing"


def figures(report: Report, previous: dict[str, Any]) -> dict[str, Any]:
    """What trading does, for the columns; what could not be asked stays as it was."""
    found = dict(previous)
    if report.halted is not None:
        found["state"] = "Halted" if report.halted else "Open"
        found["halts"] = list(report.halts)
    if report.open_orders is not None:
        found["openOrders"] = report.open_orders
    if report.positions is not None:
        found["positions"] = report.positions
    if report.orders_per_second is not None:
        found["ordersPerSecond"] = _rounded(report.orders_per_second)
    if report.order_p99_ms is not None:
        found["p99"] = f"{report.order_p99_ms:.1f}ms"
    if report.reconciled_at is not None:
        # To the minute: a status that changes with every look would never be at rest.
        found["lastReconciliation"] = timestamp(report.reconciled_at.replace(second=0, microsecond=0))
        found["differences"] = report.differences
    return found


def _monitored(situation: Situation) -> list[Condition]:
    """Only where an installed prometheus-operator is to be told: without one the platform runs, and nobody looks."""
    if situation.platform is None or not situation.platform.spec.observability.monitors:
        return []
    if MONITORING_GROUP in situation.api_groups:
        return [of("Monitored", True, "PodMonitor")]
    said = (
        f"spec.observability.monitors: the cluster has no {MONITORING_GROUP}; install prometheus-operator, "
        "or set it to false"
    )
    return [of("Monitored", False, "NotInstalled", said)]


def _reconciled(report: Report) -> Condition:
    if report.connected is None:
        return of("Reconciled", None, "NotAsked", "execution could not be asked")
    if not report.connected:
        return of("Reconciled", False, "NotConnected", "execution has no session with the broker")
    if report.differences:
        return of("Reconciled", False, "Differences", f"{report.differences} orders differ from the broker's")
    return of("Reconciled", True, "Reconciled", "")


def _said(components: Sequence[Component]) -> str:
    return "; ".join(f"{one.name}: {one.message}" if one.message else one.name for one in components[:5])


def _rounded(rate: float) -> str:
    return "0" if rate < 0.05 else f"{rate:.1f}" if rate < 10 else f"{rate:.0f}"


__all__ = ["conditions", "figures", "found_conditions", "phase", "unusable_conditions"]
