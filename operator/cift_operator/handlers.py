"""What kopf brings: platforms and their objects, as they change. The only file that imports kopf.

Nothing is decided here, and nothing is written by kopf: no annotations, no finalizers, no last-handled state.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import kopf

from cift_operator.cluster.kinds import PLATFORM, Kind
from cift_operator.plan.observed import SELECTOR, Children, observe
from cift_operator.reconcile import Reconciler
from cift_operator.schedule import Schedule

WATCH_SECONDS = 300
SILENCE_SECONDS = 330


async def watch(
    reconciler: Reconciler,
    schedule: Schedule,
    children: Children,
    kinds: Iterable[Kind],
    namespaces: tuple[str, ...],
    stop: asyncio.Event,
    ready: asyncio.Event,
) -> None:
    """Until `stop` is set; `ready` is set when everything that there is has been seen once."""
    registry = kopf.OperatorRegistry()
    settings = kopf.OperatorSettings()
    kinds = tuple(kinds)
    _configure(settings, kinds)

    @kopf.on.login(registry=registry)
    def login(**kwargs: Any) -> Any:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)

    for kind in kinds:
        # An index is filled before any handler runs: no plan is made from half of what there is.
        @kopf.index(kind.group, kind.version, kind.plural, registry=registry, id=f"seen-{kind.plural}-{kind.group}")
        def seen(body: Any, **_: Any) -> None:
            children.put(observe(dict(body)))

        @kopf.on.event(kind.group, kind.version, kind.plural, registry=registry, id=f"{kind.plural}-{kind.group}")
        async def child_event(event: Any, **_: Any) -> None:
            child = observe(dict(event["object"]))
            if event["type"] == "DELETED":
                children.drop(child)
            else:
                children.put(child)
            schedule.wake((child.namespace, child.platform))

    @kopf.on.event(PLATFORM.group, PLATFORM.version, PLATFORM.plural, registry=registry)
    async def platform_event(event: Any, **_: Any) -> None:
        ready.set()
        document = dict(event["object"])
        place = (document["metadata"]["namespace"], document["metadata"]["name"])
        if event["type"] == "DELETED":
            reconciler.forget(place)
            schedule.wake(place)
        elif reconciler.see(document):
            schedule.wake(place)

    await kopf.operator(
        registry=registry,
        settings=settings,
        standalone=True,
        clusterwide=not namespaces,
        namespaces=namespaces,
        stop_flag=stop,
        ready_flag=ready,
    )


def _configure(settings: kopf.OperatorSettings, kinds: tuple[Kind, ...]) -> None:
    for kind in kinds:
        settings.watching.label_selectors[kind.group, kind.version, kind.plural] = SELECTOR
    settings.posting.enabled = False
    settings.watching.server_timeout = WATCH_SECONDS
    settings.watching.client_timeout = SILENCE_SECONDS
    settings.queueing.idle_timeout = 1
    settings.persistence.finalizer = "cift.markets/kopf"
    settings.scanning.disabled = True
