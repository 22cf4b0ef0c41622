"""Whether the venue takes orders, as execution reports it: an order that cannot go anywhere is refused at once."""

import asyncio
from typing import Any

import grpc
from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.ids import Clock
from cift_proto.execution.v1 import execution_pb2

_log = logging.get(__name__)
POLL_SECONDS = 0.5
DISCONNECTED = "DISCONNECTED"
PATIENCE_NS = 10_000_000_000
"""A session that was lost comes back within a second or two; until then orders wait for it."""

_REMEDIES = {
    "DISK_FULL": "the disk of its journal is full; free or add space there, nothing else is needed",
    "JOURNAL_DAMAGED": "its journal is damaged; restore the file that its log names from a copy",
    "SEQUENCE_AHEAD": "it has lost the end of its journal; restore it from a copy",
    DISCONNECTED: "execution has no session with it; see its log",
}


class VenueWatch:
    """Polls execution; without an answer from execution itself orders are taken, for they are durable and wait."""

    def __init__(self, execution: Any, clock: Clock) -> None:
        self._execution, self._clock = execution, clock
        self._outage: execution_pb2.VenueOutage | None = None

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                status = await self._execution.GetStatus(execution_pb2.GetStatusRequest(), timeout=POLL_SECONDS)
                self._set(status.outage if status.HasField("outage") else None)
            except grpc.aio.AioRpcError:
                self._set(None)
            await asyncio.sleep(POLL_SECONDS)

    def _set(self, outage: execution_pb2.VenueOutage | None) -> None:
        before, self._outage = self._outage, outage
        if (before is None) != (outage is None):
            _log.warning("the venue", outage=outage.reason if outage is not None else "over")

    def check(self) -> None:
        """`Unavailable` with the venue's reason and what to do about it, while it takes no orders."""
        outage = self._outage
        if outage is None:
            return
        if outage.reason == DISCONNECTED and self._clock() - outage.since_ns < PATIENCE_NS:
            return
        remedy = _REMEDIES.get(outage.reason, outage.message)
        raise Unavailable(f"the venue takes no orders: {remedy}", reason=f"VENUE_{outage.reason}")
