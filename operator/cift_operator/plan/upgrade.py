"""From one version to another: wait, halt, drain, roll, resume; and back where the new one does not become ready."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from cift_operator.plan.conditions import moment, timestamp
from cift_operator.plan.model import Event, Report

Phase = Literal["Waiting", "Halting", "Draining", "Rolling", "Resuming", "RollingBack", "RolledBack"]

FORCE = "cift.markets/force-upgrade"
TIMEOUT = "cift.markets/upgrade-timeout-seconds"
TIMEOUT_SECONDS = 600
HALT_SECONDS = 60
DRAIN_SECONDS = 30
FAILED_SECONDS = 45


@dataclass(frozen=True)
class Upgrade:
    """`since`: when the phase began; `failing`: since when a component of the new version has failed."""

    start: str
    target: str
    phase: Phase
    since: datetime
    message: str = ""
    failing: datetime | None = None

    @property
    def renders(self) -> str:
        """The version that is to run."""
        return self.target if self.phase in ("Rolling", "Resuming") else self.start

    @property
    def halts(self) -> bool:
        return self.phase in ("Halting", "Draining", "Rolling", "RollingBack")

    @property
    def running(self) -> bool:
        return self.phase not in ("Waiting", "RolledBack")

    def as_json(self) -> dict[str, Any]:
        found = {"from": self.start, "to": self.target, "phase": self.phase, "since": timestamp(self.since)}
        if self.message:
            found["message"] = self.message
        if self.failing:
            found["failingSince"] = timestamp(self.failing)
        return found


def from_json(found: Mapping[str, Any]) -> Upgrade:
    failing = found.get("failingSince")
    since = moment(found["since"])
    message = found.get("message", "")
    return Upgrade(found["from"], found["to"], found["phase"], since, message, moment(failing) if failing else None)


@dataclass(frozen=True)
class Seen:
    """What an upgrade looks at."""

    wanted: str
    """The version that the spec asks for."""
    complete: bool
    """All that the rendered version consists of is ready."""
    failed: str
    """What is wrong with a component; empty: nothing."""
    window: str
    """Why the maintenance window is closed; empty: it is open."""
    forced: bool
    report: Report
    now: datetime
    timeout_seconds: int = TIMEOUT_SECONDS
    asks: bool = True
    """False: services are never asked, so that nothing is awaited of them."""
    trying: bool = False
    """Whether the new version's pods could run is not known yet."""


@dataclass(frozen=True)
class Step:
    """`version`: the last one that was good."""

    upgrade: Upgrade | None
    version: str
    events: tuple[Event, ...] = ()


def current(status: Mapping[str, Any]) -> Upgrade | None:
    return from_json(found) if (found := status.get("upgrade")) else None


def version_to_render(status: Mapping[str, Any], wanted: str) -> str:
    """The version that is to run now: never the new one before its time."""
    upgrade = current(status)
    if upgrade is not None:
        return upgrade.renders
    return str(status.get("version") or wanted)


def is_ahead(status: Mapping[str, Any], wanted: str, *, forced: bool) -> bool:
    """An upgrade to the wanted version is to begin, and nothing has been done for it yet."""
    upgrade, version = current(status), str(status.get("version") or "")
    if not version or wanted == version or (upgrade is not None and upgrade.running):
        return False
    return upgrade is None or upgrade.phase == "Waiting" or upgrade.target != wanted or forced


def advance(upgrade: Upgrade | None, version: str, seen: Seen) -> Step:
    """One step at most; `version` is the last good one, empty before the first installation is ready."""
    if not version:
        return Step(None, seen.wanted if seen.complete else "")
    if upgrade is None:
        return _begin(version, seen) if seen.wanted != version else Step(None, version)
    if upgrade.target != seen.wanted:
        return _redirect(upgrade, version, seen)
    elapsed = (seen.now - upgrade.since).total_seconds()
    match upgrade.phase:
        case "Waiting":
            return _waiting(upgrade, version, seen)
        case "Halting":
            if seen.report.halted or not seen.asks:
                return _to(upgrade, version, "Draining", seen, "orders in flight are awaited")
            if elapsed > HALT_SECONDS:
                # A platform that is down can be upgraded, too: that may be what mends it.
                return _to(upgrade, version, "Draining", seen, "the risk service could not be asked to halt")
        case "Draining":
            if seen.report.in_flight == 0 or not seen.asks:
                return _to(upgrade, version, "Rolling", seen, "no order is in flight")
            if elapsed > DRAIN_SECONDS:
                return _to(upgrade, version, "Rolling", seen, "not every order in flight was acknowledged in time")
        case "Rolling":
            return _rolling(upgrade, version, seen, elapsed)
        case "Resuming":
            if not seen.report.halted_by_us or elapsed > HALT_SECONDS:
                said = Event("Normal", "UpgradeCompleted", f"{upgrade.start} → {upgrade.target} is done")
                return Step(None, upgrade.target, (said,))
        case "RollingBack":
            if seen.complete:
                said = Event("Warning", "RolledBack", f"{upgrade.start} runs again: {upgrade.message}")
                return Step(replace(upgrade, phase="RolledBack", since=seen.now, failing=None), version, (said,))
        case "RolledBack":
            if seen.forced:
                return _begin(version, seen)
    return Step(upgrade, version)


def _begin(version: str, seen: Seen) -> Step:
    return _waiting(Upgrade(version, seen.wanted, "Waiting", seen.now), version, seen)


def _waiting(upgrade: Upgrade, version: str, seen: Seen) -> Step:
    if seen.window and not seen.forced:
        events: tuple[Event, ...] = ()
        if upgrade.message != seen.window:
            events = (Event("Normal", "UpgradeWaits", f"{upgrade.start} → {upgrade.target}: {seen.window}"),)
        return Step(replace(upgrade, message=seen.window), version, events)
    if seen.trying:
        return Step(replace(upgrade, message="whether its pods could run is being tried"), version)
    return _to(upgrade, version, "Halting", seen, "new orders are refused while the version changes")


def _rolling(upgrade: Upgrade, version: str, seen: Seen, elapsed: float) -> Step:
    if seen.complete:
        return _to(upgrade, version, "Resuming", seen, "")
    failing = (upgrade.failing or seen.now) if seen.failed else None
    failed_for = (seen.now - failing).total_seconds() if failing else 0
    if failed_for > FAILED_SECONDS or elapsed > seen.timeout_seconds:
        cause = seen.failed or f"{upgrade.target} was not ready within {seen.timeout_seconds} s"
        return _to(replace(upgrade, failing=None), version, "RollingBack", seen, cause, kind="Warning")
    return Step(replace(upgrade, failing=failing), version)


def _redirect(upgrade: Upgrade, version: str, seen: Seen) -> Step:
    """Somebody wants another version than the one under way."""
    if seen.wanted != upgrade.start:
        # Nothing has been changed, or what was changed is changed again; the halt, if any, goes on.
        phase: Phase = upgrade.phase
        if phase in ("RolledBack", "Waiting"):
            return _begin(version, seen)
        phase = "Rolling" if phase in ("Resuming", "RollingBack") else phase
        return Step(replace(upgrade, target=seen.wanted, phase=phase, since=seen.now, failing=None), version)
    if not upgrade.running:
        return Step(None, version)
    if upgrade.phase == "RollingBack":
        return Step(None, version) if seen.complete else Step(upgrade, version)
    if upgrade.phase in ("Halting", "Draining"):
        return Step(None, version, (Event("Normal", "UpgradeCanceled", f"{upgrade.start} stays"),))
    return _to(upgrade, version, "RollingBack", seen, f"the spec asks for {upgrade.start} again")


def _to(
    upgrade: Upgrade,
    version: str,
    phase: Phase,
    seen: Seen,
    message: str,
    kind: Literal["Normal", "Warning"] = "Normal",
) -> Step:
    text = f"{upgrade.start} → {upgrade.target}" + (f": {message}" if message else "")
    return Step(
        replace(upgrade, phase=phase, since=seen.now, message=message), version, (Event(kind, f"Upgrade{phase}", text),)
    )


def deadline(upgrade: Upgrade | None, now: datetime) -> float | None:
    """Seconds until time alone changes something."""
    if upgrade is None or upgrade.phase in ("RolledBack",):
        return None
    if upgrade.phase == "Waiting":
        return 60
    end = upgrade.since + timedelta(seconds={"Halting": HALT_SECONDS, "Draining": DRAIN_SECONDS}.get(upgrade.phase, 5))
    return min(5.0, max(0.5, (end - now).total_seconds()))
