"""What the API server brings: platforms and their objects, as they change, and what is to be looked at for it.

Nothing is decided here."""

import asyncio
from collections.abc import Iterable

from cift_operator.cluster.api import Api
from cift_operator.cluster.kinds import PLATFORM, Kind
from cift_operator.cluster.watch import Body, Watch, follow_all
from cift_operator.plan.observed import PLATFORM_LABEL, SELECTOR, Children, observe
from cift_operator.reconcile import Reconciler
from cift_operator.schedule import Schedule


async def watch(
    api: Api,
    reconciler: Reconciler,
    schedule: Schedule,
    children: Children,
    kinds: Iterable[Kind],
    namespaces: tuple[str, ...],
    stop: asyncio.Event,
) -> None:
    """Until `stop` is set; raises `Refused` or `Unreachable` where even the first list is not to be had."""
    wanted = namespaces or ("",)
    objects = [
        watch
        for kind in kinds
        for watch in (_children(api, kind, namespace, schedule, children) for namespace in wanted)
    ]
    platforms = [_platforms(api, namespace, reconciler, schedule) for namespace in wanted]
    # Objects first, then platforms: no plan is made from half of what there is.
    for group in (objects, platforms):
        await asyncio.gather(*(one.list() for one in group))
    following = asyncio.create_task(follow_all([*objects, *platforms]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            following.result()
    finally:
        for task in (following, stopping):
            task.cancel()
        await asyncio.gather(following, stopping, return_exceptions=True)


def _children(api: Api, kind: Kind, namespace: str, schedule: Schedule, children: Children) -> Watch:
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

    return Watch(api, kind, namespace, seen, gone, SELECTOR)


def _platforms(api: Api, namespace: str, reconciler: Reconciler, schedule: Schedule) -> Watch:
    def seen(body: Body) -> None:
        if reconciler.see(body):
            schedule.wake((body["metadata"]["namespace"], body["metadata"]["name"]))

    def gone(body: Body) -> None:
        place = (body["metadata"]["namespace"], body["metadata"]["name"])
        reconciler.forget(place)
        schedule.wake(place)

    return Watch(api, PLATFORM, namespace, seen, gone)
