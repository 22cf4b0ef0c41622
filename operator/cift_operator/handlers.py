"""What the API server brings, and which platform is to be looked at for it: platforms by kopf, their objects by our own
watch (decision 0013). The only file that imports kopf.

Nothing is decided here, and nothing is written by kopf: no annotations, no finalizers, no last-handled state.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable
from typing import Any

import kopf

from cift_operator.cluster.api import Api
from cift_operator.cluster.kinds import PLATFORM, Kind
from cift_operator.cluster.watch import SILENCE_SECONDS, WATCH_SECONDS, Body, Watch, follow_all
from cift_operator.plan.observed import PLATFORM_LABEL, SELECTOR, Children, observe
from cift_operator.reconcile import Reconciler
from cift_operator.schedule import Schedule

ENDING_SECONDS = 1.0
"""Whoever takes over begins from what the API server says; nothing is worth a longer wait."""


async def watch(
    api: Api,
    reconciler: Reconciler,
    schedule: Schedule,
    children: Children,
    kinds: Iterable[Kind],
    absent: Iterable[Kind],
    namespaces: tuple[str, ...],
    stop: asyncio.Event,
) -> None:
    """Until `stop` is set; `absent` kinds may come while we run.

    Raises `Refused` or `Unreachable` where even the first list is not to be had. When it returns, no pass is under way.
    """
    wanted = namespaces or ("",)
    objects = [
        watch
        for kind in kinds
        for watch in (_children(api, kind, namespace, schedule, children) for namespace in wanted)
    ]
    # Objects first, then platforms: no plan is made from half of what there is.
    await asyncio.gather(*(one.list() for one in objects))
    later = [
        _children(api, kind, namespace, schedule, children, _installed(kind, reconciler, schedule))
        for kind in absent
        for namespace in wanted
    ]
    following = asyncio.create_task(follow_all([*objects, *later]))
    operating = asyncio.create_task(_platforms(reconciler, schedule, namespaces, stop))
    stopping = asyncio.create_task(stop.wait())
    tasks = (following, operating, stopping)
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        # Told by its flag kopf would wait for tasks of ours that it never started; canceled it ends at once.
        for task in tasks:
            task.cancel()
        await schedule.close()
        await asyncio.wait(tasks, timeout=ENDING_SECONDS)


def _installed(kind: Kind, reconciler: Reconciler, schedule: Schedule) -> Callable[[], None]:
    def listed() -> None:
        if reconciler.serves(kind.group):
            for place in reconciler.places():
                schedule.wake(place)

    return listed


def _children(
    api: Api,
    kind: Kind,
    namespace: str,
    schedule: Schedule,
    children: Children,
    listed: Callable[[], None] | None = None,
) -> Watch:
    def seen(body: Body) -> None:
        # What we wrote ourselves comes back as an event of the version that we know.
        if not children.knows(body, kind.api_version, kind.kind):
            child = observe({"apiVersion": kind.api_version, "kind": kind.kind, **body})
            if children.put(child):
                schedule.wake((child.namespace, child.platform))

    def gone(body: Body) -> None:
        metadata = body["metadata"]
        labels = metadata.get("labels") or {}
        place = (metadata.get("namespace", ""), labels.get(PLATFORM_LABEL, ""))
        children.drop(place, (kind.api_version, kind.kind, metadata["name"]), metadata["uid"])
        schedule.wake(place)

    return Watch(api, kind, namespace, seen, gone, SELECTOR, listed)


async def _platforms(
    reconciler: Reconciler, schedule: Schedule, namespaces: tuple[str, ...], stop: asyncio.Event
) -> None:
    """Until it is canceled."""
    registry, settings = kopf.OperatorRegistry(), kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.watching.server_timeout, settings.watching.client_timeout = WATCH_SECONDS, SILENCE_SECONDS
    settings.queueing.idle_timeout = 1
    settings.persistence.finalizer = "cift.markets/kopf"
    settings.scanning.disabled = True

    @kopf.on.login(registry=registry)
    def login(**kwargs: Any) -> Any:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)

    @kopf.on.event(PLATFORM.group, PLATFORM.version, PLATFORM.plural, registry=registry)
    async def platform_event(event: Any, **_: Any) -> None:
        document = dict(event["object"])
        place = (document["metadata"]["namespace"], document["metadata"]["name"])
        if event["type"] == "DELETED":
            reconciler.gone(document)
            schedule.wake(place)
        elif reconciler.see(document):
            schedule.wake(place)

    before = frozenset(asyncio.all_tasks())
    tasks = await kopf.spawn_tasks(
        registry=registry,
        settings=settings,
        standalone=True,
        clusterwide=not namespaces,
        namespaces=namespaces,
        stop_flag=stop,
    )
    # kopf listens to them now.
    listen(stop)
    await kopf.run_tasks(tasks, ignored=before)


def listen(stop: asyncio.Event) -> None:
    """Signals that end a process set `stop`."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
