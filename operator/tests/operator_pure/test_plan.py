"""Plans are pure: what is asked of them here needs no cluster."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cift_operator.api import PlatformSpec
from cift_operator.plan import drift, refusals, window
from cift_operator.plan.conditions import Condition, merged
from cift_operator.plan.health import Waiting, health_of, waiting_of
from cift_operator.plan.model import NOTHING_HEARD, Report
from cift_operator.plan.quantity import parse, same_quantity
from cift_operator.plan.remedies import explain
from cift_operator.plan.upgrade import Seen, Upgrade, advance, from_json
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday
QUIET = Seen("1.0.0", True, "", "", False, Report(halted=False, in_flight=0), NOW)


def deployment(**status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "demo-risk", "generation": 2},
        "spec": {"replicas": 2},
        "status": status,
    }


@given(st.integers(1, 10**6))
def test_amounts_are_equal_however_they_are_written(number: int) -> None:
    assert same_quantity(f"{number * 1000}m", str(number))
    assert same_quantity(f"{number * 1024}Mi", f"{number}Gi")
    assert not same_quantity(str(number), f"{number}k")
    assert parse("1.5Gi") == 1.5 * 2**30
    assert parse("many") is None


def test_defaults_and_additions_are_no_drift_and_edits_are() -> None:
    wanted = {"spec": {"containers": [{"name": "a", "image": "x", "env": [], "resources": {"cpu": "0.5"}}]}}
    container = {"name": "a", "image": "x", "resources": {"cpu": "500m"}, "imagePullPolicy": "Always"}
    assert drift.contains({"spec": {"containers": [container], "dnsPolicy": "ClusterFirst"}}, wanted)
    assert not drift.contains({"spec": {"containers": [container | {"image": "y"}]}}, wanted)
    assert not drift.contains({"spec": {"containers": [container, container]}}, wanted)
    assert not drift.contains({"spec": {}}, wanted)


def test_only_our_fields_are_in_the_fingerprint() -> None:
    owned = {"f:spec": {"f:replicas": {}, "f:ports": {'k:{"port":80}': {".": {}, "f:name": {}}}}}
    live = {"spec": {"replicas": 1, "ports": [{"port": 80, "name": "http"}], "other": 1}}
    before = drift.fingerprint(live, owned)
    live["spec"]["other"] = 2
    assert drift.fingerprint(live, owned) == before
    live["spec"]["replicas"] = 2
    assert drift.fingerprint(live, owned) != before


def test_a_deployment_is_ready_when_the_new_pods_are_and_the_old_ones_are_gone() -> None:
    done = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
    assert health_of(deployment(**done)).state == "Ready"
    assert health_of(deployment(**done | {"observedGeneration": 1})).state == "Progressing"
    assert health_of(deployment(**done | {"replicas": 3})).state == "Progressing"
    refused = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}
    assert health_of(deployment(**done, conditions=[refused])).message == "exceeded quota"


def test_what_keeps_a_pod_from_running_names_field_and_remedy() -> None:
    waiting = {"reason": "ImagePullBackOff", "message": "Back-off"}
    body = {
        "kind": "Pod",
        "metadata": {"name": "demo-risk-1"},
        "status": {"containerStatuses": [{"name": "risk", "image": "r/cift-risk:9", "state": {"waiting": waiting}}]},
    }
    (found,) = waiting_of(body)
    assert "r/cift-risk:9" in explain("risk", found)
    assert "spec.image.registry" in explain("risk", found)
    log = "LOG: starting\nPANIC: could not write to file: No space left on device\nLOG: database system is shut down\n"
    ended = {"exitCode": 1, "reason": "Error", "message": log}
    status = {
        "name": "postgres",
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    (full,) = waiting_of(
        {"kind": "Pod", "metadata": {"name": "demo-postgres-0"}, "status": {"containerStatuses": [status]}}
    )
    assert explain("postgres", full) == (
        "its volume is full (it ended with 1: PANIC: could not write to file: No space left on device); "
        "raise spec.stores.postgres.storage.size"
    )
    missing = Waiting("risk", "CreateContainerConfigError", 'secret "dsn" not found')
    assert (
        explain("valkey", missing) == "the secret dsn does not exist; create it, or name another in spec.stores.cache"
    )


def test_a_transition_keeps_its_time_while_the_status_stays() -> None:
    first = merged([], [Condition("Ready", "False", "Progressing")], 1, NOW)
    later = merged(first, [Condition("Ready", "False", "ComponentFailed")], 2, NOW + timedelta(hours=1))
    assert later[0]["lastTransitionTime"] == first[0]["lastTransitionTime"]
    assert merged(later, [Condition("Ready", "True", "AllReady")], 2, NOW + timedelta(hours=1)) != later


def test_an_upgrade_waits_for_its_window() -> None:
    spec = PlatformSpec.model_validate(
        {"maintenanceWindow": {"policy": "windows", "windows": [{"days": ["Wed"], "start": "22:00", "end": "02:00"}]}}
    )

    def closes(calendar: str, now: datetime) -> datetime | None:
        return NOW + timedelta(hours=6)

    assert "22:00–02:00" in window.closed(spec, NOW, closes)
    assert window.closed(spec, NOW.replace(hour=23), closes) == ""
    assert window.closed(spec, NOW.replace(day=5, hour=1), closes) == "", "it began on Wednesday"
    assert window.closed(PlatformSpec(), NOW, closes) == "", "24/7 never closes"
    market = PlatformSpec.model_validate({"trading": {"calendar": "XNYS"}})
    assert "closes at 2026-03-04 21:00 UTC" in window.closed(market, NOW, closes)


def test_money_and_data_are_not_lost_by_a_change() -> None:
    accepted = refusals.facts(PlatformSpec.model_validate({"trading": {"symbols": ["AAPL", "IBM"]}}))
    smaller = PlatformSpec.model_validate({"trading": {"symbols": ["AAPL"]}})
    held = Report(open_orders=0, position_symbols=frozenset({"IBM"}))
    assert refusals.refused(accepted, smaller, Report(open_orders=0)) == []
    assert "IBM has positions" in refusals.refused(accepted, smaller, held)[0]
    assert "cannot be asked" in refusals.refused(accepted, smaller, NOTHING_HEARD)[0]


seen = st.builds(
    Seen,
    wanted=st.sampled_from(["1.0.0", "2.0.0", "3.0.0"]),
    complete=st.booleans(),
    failed=st.sampled_from(["", "risk: it ends again and again"]),
    window=st.sampled_from(["", "closed"]),
    forced=st.booleans(),
    report=st.builds(
        Report, halted=st.none() | st.booleans(), halted_by_us=st.booleans(), in_flight=st.none() | st.integers(0, 3)
    ),
    now=st.just(NOW),
)


@given(st.lists(st.tuples(seen, st.integers(0, 700)), max_size=40))
def test_whatever_happens_an_upgrade_ends_at_a_version_that_was_ready(steps: list[tuple[Seen, int]]) -> None:
    upgrade: Upgrade | None = None
    version, now = "1.0.0", NOW
    for one, seconds in steps:
        now += timedelta(seconds=seconds)
        step = advance(upgrade, version, replace(one, now=now))
        if step.version != version:
            assert upgrade is not None
            assert (upgrade.phase, upgrade.target) == ("Resuming", step.version), "a version is good when it was ready"
        if step.upgrade is not None:
            assert from_json(step.upgrade.as_json()) == step.upgrade
            assert step.upgrade.start == step.version
            assert step.upgrade.renders in (step.upgrade.start, step.upgrade.target)
            if step.upgrade.phase == "Rolling" and (upgrade is None or upgrade.phase != "Rolling"):
                assert upgrade is not None
                assert upgrade.phase in ("Draining", "Resuming", "RollingBack"), (
                    "nothing is rolled before it is drained"
                )
        upgrade, version = step.upgrade, step.version
    # Left alone, with everything ready, it comes to rest.
    wanted = steps[-1][0].wanted if steps else version
    for _ in range(12):
        now += timedelta(seconds=61)
        report = Report(halted=upgrade.halts if upgrade else False, in_flight=0)
        step = advance(upgrade, version, replace(QUIET, wanted=wanted, now=now, report=report))
        upgrade, version = step.upgrade, step.version
    assert upgrade is None or upgrade.phase == "RolledBack"
    assert upgrade is not None or version == wanted
