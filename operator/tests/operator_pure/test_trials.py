"""What could not run is found out before what runs is replaced."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cift_operator.api import TradingPlatform
from cift_operator.plan import plan
from cift_operator.plan.health import Health
from cift_operator.plan.model import NOTHING_HEARD, Apply, Delete, Plan, Situation
from cift_operator.plan.needs import Needs, needs_of
from cift_operator.plan.observed import Child, Key, observe
from cift_operator.plan.stamp import stamp
from cift_operator.plan.trial_pod import TRIAL
from hypothesis import given
from hypothesis import strategies as st

from .samples import rendered, sample, with_spec

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
RUNS = {"observedGeneration": 1, "availableReplicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "replicas": 1}
DONE = {"conditions": [{"type": "Complete", "status": "True"}]}
BEFORE = sample("minimal")


def live(platform: TradingPlatform) -> dict[Key, Child]:
    """Its objects, all of them applied and ready."""
    found = {}
    for number, one in enumerate(rendered(platform)):
        body = dict(stamp(one).body)
        body["metadata"] = {**body["metadata"], "uid": str(number), "resourceVersion": "1", "generation": 1}
        body["status"] = DONE if one.kind == "Job" else RUNS
        found[one.key] = observe(body)
    return found


def situation(platform: TradingPlatform, children: Mapping[Key, Child], **changes: Any) -> Situation:
    version = BEFORE.spec.version
    document = {"metadata": {"name": "demo", "namespace": "trading", "uid": "u", "generation": 2}}
    made = Situation(
        document=document,
        platform=platform,
        problems=(),
        desired=tuple(stamp(one) for one in rendered(platform)),
        children=children,
        equal=lambda child, digest, _: child.applied == digest,
        refusals={},
        report=NOTHING_HEARD,
        previous={"version": version},
        now=NOW,
        asks=False,
    )
    return replace(made, **changes)


def look(seen: Situation) -> Plan:
    return plan(seen, lambda calendar, now: None)


def tried(found: Plan) -> list[dict[str, Any]]:
    """The pods that are to find out."""
    return [dict(one.wanted.body) for one in found.actions if isinstance(one, Apply) and one.wanted.key[1] == "Pod"]


def changed(found: Plan) -> list[Key]:
    return [one.wanted.key for one in found.actions if isinstance(one, Apply) and one.cause == "changed"]


def valid(found: Plan) -> dict[str, Any]:
    return next(one for one in found.status["conditions"] if one["type"] == "SpecValid")


def as_pod(body: dict[str, Any], phase: str, **state: Any) -> Child:
    metadata = {**body["metadata"], "uid": "t", "resourceVersion": "9"}
    statuses = [{"name": "image-0", "image": "r/x:1", "state": state}] if state else []
    return observe({**body, "metadata": metadata, "status": {"phase": phase, "containerStatuses": statuses}})


def test_an_image_is_tried_before_anything_is_replaced() -> None:
    new = with_spec(BEFORE, image={"overrides": {"marketdata": "r/x:1"}})
    children = live(BEFORE)
    first = look(situation(new, children))
    (pod,) = tried(first)
    assert [one["image"] for one in pod["spec"]["containers"]] == ["r/x:1"]
    assert not changed(first)

    waiting = as_pod(pod, "Pending", waiting={"reason": "ErrImagePull", "message": "not found"})
    refused = look(situation(new, children | {waiting.key: waiting}))
    assert not refused.actions
    assert valid(refused)["status"] == "False"
    assert valid(refused)["message"].startswith("spec.image: the image r/x:1 cannot be pulled: not found")

    over = as_pod(pod, "Succeeded")
    passed = look(situation(new, children | {over.key: over}))
    assert changed(passed)
    assert not tried(passed)

    # As soon as the workload has it, or nobody wants it any more, the pod goes.
    for platform, there in ((new, live(new)), (BEFORE, children)):
        ended = look(situation(platform, there | {waiting.key: waiting}))
        assert [one.child.key for one in ended.actions if isinstance(one, Delete)] == [waiting.key]
        assert valid(ended)["status"] == "True"


def test_a_workload_that_grows_asks_for_what_it_has_not() -> None:
    new = with_spec(BEFORE, services={"risk": {"resources": {"requests": {"cpu": "64"}}}})
    children = live(BEFORE)
    (pod,) = tried(look(situation(new, children)))
    had = next(child.needs for child in children.values() if child.name == "demo-risk" and child.needs)
    asked = Decimal(pod["spec"]["containers"][0]["resources"]["requests"]["cpu"].removesuffix("m"))
    assert asked == (64 - had.cpu) * 1000

    key = ("v1", "Pod", pod["metadata"]["name"])
    quota = look(situation(new, children, refusals={key: 'pods "x" is forbidden: exceeded quota: small'}))
    assert "lower spec.services.risk.resources" in valid(quota)["message"]
    assert tried(quota), "and it is asked again"

    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: cpu"}
    metadata = {**pod["metadata"], "uid": "t", "resourceVersion": "9"}
    stuck = observe({**pod, "metadata": metadata, "status": {"phase": "Pending", "conditions": [condition]}})
    refused = look(situation(new, children | {stuck.key: stuck}))
    assert valid(refused)["message"].startswith("spec.services.risk.resources: no node can take it")


def test_a_version_is_tried_before_trading_is_halted() -> None:
    new = with_spec(BEFORE, version="9.9.9")
    children = live(BEFORE)
    waits = {"from": BEFORE.spec.version, "to": "9.9.9", "phase": "Waiting", "since": "2026-03-04T14:59:00Z"}
    old = {
        "desired": tuple(stamp(one) for one in rendered(BEFORE)),
        "target": rendered(new),
        "previous": {"version": BEFORE.spec.version, "upgrade": waits},
    }
    first = look(situation(new, children, **old))
    assert first.status["upgrade"]["phase"] == "Waiting"
    # The first pass says that it waits, the next one acts.
    old["previous"] = {"version": BEFORE.spec.version, "upgrade": first.status["upgrade"]}
    pods = tried(look(situation(new, children, **old)))
    assert {pod["metadata"]["name"].partition("-trial-")[0] for pod in pods} == {
        f"demo-{name}" for name in ("gateway", "trading", "risk", "execution", "marketdata")
    }

    waiting = [as_pod(pod, "Pending", waiting={"reason": "ImagePullBackOff"}) for pod in pods]
    refused = look(situation(new, children | {pod.key: pod for pod in waiting}, **old))
    assert valid(refused)["message"].startswith("spec.version: the image r/x:1 cannot be pulled")
    assert not refused.actions

    over = {pod.key: pod for pod in (as_pod(pod, "Succeeded") for pod in pods)}
    assert look(situation(new, children | over, **old)).status["upgrade"]["phase"] == "Halting"


def test_what_is_removed_is_put_back_while_something_is_tried() -> None:
    new = with_spec(BEFORE, image={"overrides": {"marketdata": "r/x:1"}})
    children = live(BEFORE)
    gone = ("v1", "Service", "demo-risk")
    found = look(situation(new, {key: child for key, child in children.items() if key != gone}))
    assert gone in [one.wanted.key for one in found.actions if isinstance(one, Apply)]
    assert not changed(found)


def test_a_job_that_somebody_removed_is_put_back_at_once_and_one_of_a_change_waits() -> None:
    children = live(BEFORE)
    stores = {key: child for key, child in children.items() if key[2] == "demo-postgres" and key[1] == "StatefulSet"}
    starting = {key: replace(child, health=Health("Progressing")) for key, child in stores.items()}
    jobs = {key for key in children if key[1] == "Job"}
    removed = {key: child for key, child in (children | starting).items() if key not in jobs}
    found = look(situation(BEFORE, removed))
    assert {one.wanted.key for one in found.actions if isinstance(one, Apply)} == jobs

    new = with_spec(BEFORE, services={"trading": {"logLevel": "DEBUG"}})
    found = look(situation(new, removed))
    assert not {one.wanted.key for one in found.actions if isinstance(one, Apply)} & jobs


def test_no_service_and_no_policy_means_the_pod_that_tries() -> None:
    (pod,) = tried(look(situation(with_spec(BEFORE, image={"overrides": {"marketdata": "r/x:1"}}), live(BEFORE))))
    assert pod["metadata"]["labels"]["app.kubernetes.io/name"] == TRIAL
    assert pod["metadata"]["ownerReferences"]
    assert pod["spec"]["securityContext"]["runAsNonRoot"]
    for container in pod["spec"]["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["resources"]["requests"]


_NEEDS = st.builds(
    Needs,
    st.frozensets(st.sampled_from(["a", "b", "c"])),
    st.decimals(0, 64, places=3),
    st.decimals(0, 10**12, places=0),
)


@given(_NEEDS, _NEEDS)
def test_what_is_beyond_makes_up_the_difference(one: Needs, other: Needs) -> None:
    more = one.beyond(other)
    assert one.images <= more.images | other.images
    assert one.cpu <= more.cpu + other.cpu
    assert one.memory <= more.memory + other.memory
    assert not one.beyond(one)


def test_only_what_runs_at_the_same_time_is_summed() -> None:
    def container(cpu: str, **more: str) -> dict[str, Any]:
        return {"image": cpu, "resources": {"requests": {"cpu": cpu, "memory": "1Mi"}}, **more}

    pod = {
        "initContainers": [container("4"), container("500m", restartPolicy="Always")],
        "containers": [container("1"), {"image": "bare"}],
    }
    assert needs_of(pod) == Needs(frozenset({"4", "500m", "1", "bare"}), Decimal("1.5"), Decimal(2 * 2**20))
