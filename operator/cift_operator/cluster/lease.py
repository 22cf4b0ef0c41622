"""One operator works at a time: a Lease says which. The holder gives it back when it ends, so that the next one does
not wait for it to run out.

The Kubernetes client's own election (37.0) cannot create a Lease, and compares clocks of two machines; here a candidate
only measures, by its own clock, for how long a Lease has not changed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from cift_operator.cluster.api import Api, Refused, Unreachable
from cift_operator.cluster.kinds import LEASE

LEASE_SECONDS = 15
RENEW_SECONDS = 10
"""For how long a holder may fail to renew before it ends itself; less than the lease."""
RETRY_SECONDS = 2.0


class LostLeadership(Exception):
    """Somebody else may be the leader now: this process has to end."""


async def lead(api: Api, namespace: str, name: str, identity: str, work: Callable[[], Awaitable[None]]) -> None:
    """Waits to become the leader, works until the work ends, and gives the lease back; raises `LostLeadership`."""
    lease = _Lease(api, namespace, name, identity)
    await lease.wait()
    renewing = asyncio.create_task(lease.renew(), name="lease")
    working = asyncio.ensure_future(work())
    try:
        await asyncio.wait({renewing, working}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise LostLeadership(f"the lease {namespace}/{name} could not be renewed")
        await working
    finally:
        for task in (renewing, working):
            task.cancel()
        await asyncio.gather(renewing, working, return_exceptions=True)
        await lease.give_back()


class _Lease:
    def __init__(self, api: Api, namespace: str, name: str, identity: str) -> None:
        self._api, self._namespace, self._name, self._identity = api, namespace, name, identity
        self._seen = ("", 0.0)

    async def take(self) -> bool:
        """True: it is ours, new or renewed."""
        try:
            held = await self._api.get(LEASE, self._namespace, self._name)
            if held is None:
                await self._api.create(self._body({}))
                return True
            spec = held.get("spec") or {}
            holder, version = spec.get("holderIdentity") or "", held["metadata"]["resourceVersion"]
            if holder and holder != self._identity and not self._ran_out(version, spec):
                return False
            await self._api.call(
                "PUT",
                LEASE.path(self._namespace, self._name),
                None,
                self._body(spec, version),
            )
        except (Refused, Unreachable):
            # Somebody was faster, or the API server is away: both are seen at the next look.
            return False
        return True

    async def wait(self) -> None:
        """Until it is ours."""
        while True:
            if await self.take():
                return
            await asyncio.sleep(RETRY_SECONDS)

    async def renew(self) -> None:
        """Returns when the lease may no longer be ours."""
        renewed = time.monotonic()
        while time.monotonic() - renewed < RENEW_SECONDS:
            await asyncio.sleep(RETRY_SECONDS)
            if await asyncio.wait_for(self.take(), RENEW_SECONDS):
                renewed = time.monotonic()

    async def give_back(self) -> None:
        try:
            held = await self._api.get(LEASE, self._namespace, self._name)
            if held is not None and held["spec"].get("holderIdentity") == self._identity:
                body = self._body(held["spec"], held["metadata"]["resourceVersion"])
                body["spec"] |= {"holderIdentity": "", "leaseDurationSeconds": 1}
                await self._api.call("PUT", LEASE.path(self._namespace, self._name), None, body)
        except (Refused, Unreachable):
            return

    def _ran_out(self, version: str, spec: dict[str, Any]) -> bool:
        now = time.monotonic()
        if self._seen[0] != version:
            self._seen = (version, now)
        return now - self._seen[1] > float(spec.get("leaseDurationSeconds") or LEASE_SECONDS)

    def _body(self, before: dict[str, Any], version: str = "") -> dict[str, Any]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        ours = before.get("holderIdentity") == self._identity
        return {
            "apiVersion": LEASE.api_version,
            "kind": LEASE.kind,
            "metadata": {"name": self._name, "namespace": self._namespace}
            | ({"resourceVersion": version} if version else {}),
            "spec": {
                "holderIdentity": self._identity,
                "leaseDurationSeconds": LEASE_SECONDS,
                "acquireTime": before["acquireTime"] if ours and "acquireTime" in before else now,
                "renewTime": now,
                "leaseTransitions": int(before.get("leaseTransitions") or 0) + (0 if ours else 1),
            },
        }
