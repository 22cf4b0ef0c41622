"""Objects of a kind, as they are and as they change: list, then watch from there, for ever.

kopf hands every event through handlers, annotations and diffs of its own: right for the few platforms, and for their
thousands of objects more processor time than everything else here together (decision 0013).
"""

import asyncio
from collections.abc import Callable, Iterable
from random import random
from typing import Any

from cift_common import logging
from prometheus_client import Counter

from cift_operator.cluster.api import Api, Refused, Unreachable
from cift_operator.cluster.kinds import Kind

_log = logging.get(__name__)
_relists = Counter(
    "cift_operator_lists", "Lists of a kind: one at the start, and one where a watch could not go on", ["kind"]
)

WATCH_SECONDS = 300
"""The API server ends a watch after about so long, and it goes on from where it was."""
SILENCE_SECONDS = 330
BACKOFF_SECONDS_MIN, BACKOFF_SECONDS_MAX = 0.5, 30.0
_GONE = 410

Body = dict[str, Any]
Seen = Callable[[Body], None]


class Watch:
    """Of one kind in one namespace, or in all where it is empty.

    `seen` is called with every object that is there and whenever it changes, `gone` with the metadata of what is there
    no more, also where nobody told us that it went.
    """

    def __init__(
        self,
        api: Api,
        kind: Kind,
        namespace: str,
        seen: Seen,
        gone: Seen,
        selector: str = "",
        listed: Callable[[], None] | None = None,
    ) -> None:
        """`listed` is called after each list; a kind that has it may be absent, and is waited for."""
        self._api, self._kind, self._namespace, self._selector = api, kind, namespace, selector
        self._seen, self._gone, self._listed = seen, gone, listed
        self._known: dict[str, Body] = {}
        self._version = ""

    async def list(self) -> None:
        """Everything once; raises `Refused` or `Unreachable`."""
        _relists.labels(self._kind.plural).inc()
        found, version = await self._api.list_from(self._kind, self._namespace, self._selector)
        there = set()
        for body in found:
            there.add(body["metadata"]["uid"])
            self._saw(body)
        for uid in self._known.keys() - there:
            self._gone({"metadata": self._known.pop(uid)})
        self._version = version
        if self._listed is not None:
            self._listed()

    async def follow(self) -> None:
        """From the last list on; never returns."""
        failures = 0
        while True:
            try:
                if not self._version:
                    await self.list()
                async for event in self._api.watch(
                    self._kind, self._namespace, self._selector, self._version, WATCH_SECONDS, SILENCE_SECONDS
                ):
                    failures = 0
                    self._take(event)
            except (Refused, Unreachable) as error:
                if isinstance(error, Refused) and error.status == _GONE:
                    self._version = ""
                    continue
                pause = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_MIN * 2 ** min(failures, 8)) * (0.5 + random() / 2)
                failures += 1
                awaited = self._listed is not None and isinstance(error, Refused) and error.status in (403, 404)
                if awaited:
                    self._version = ""
                elif failures > 1:
                    _log.warning("a watch failed", kind=self._kind.plural, error=str(error), again_in=round(pause, 1))
                await asyncio.sleep(pause)

    def _take(self, event: Body) -> None:
        body, cause = event["object"], event["type"]
        if cause == "ERROR":
            raise Refused(int(body.get("code") or 500), str(body.get("reason", "")), str(body.get("message", "")))
        self._version = body["metadata"]["resourceVersion"]
        if cause == "BOOKMARK":
            return
        if cause == "DELETED":
            self._known.pop(body["metadata"]["uid"], None)
            self._gone(body)
        else:
            self._saw(body)

    def _saw(self, body: Body) -> None:
        metadata = body["metadata"]
        labels = metadata.get("labels") or {}
        kept = {
            "name": metadata["name"],
            "namespace": metadata.get("namespace", ""),
            "uid": metadata["uid"],
            "labels": labels,
        }
        self._known[metadata["uid"]] = kept
        self._seen(body)


async def follow_all(watches: Iterable[Watch]) -> None:
    """Until one of them breaks, which is our mistake; canceled from outside."""
    async with asyncio.TaskGroup() as group:
        for watch in watches:
            group.create_task(watch.follow())
