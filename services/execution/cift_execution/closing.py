"""Ends DAY and GTD orders at the venue when they are due."""

import asyncio
from collections.abc import Awaitable, Callable

from cift_common import logging
from cift_common.errors import CiftError
from cift_common.ids import Clock

from cift_execution.domain.broker import Venue
from cift_execution.domain.expiry import Expiry
from cift_execution.service import ExecutionService

_log = logging.get(__name__)

TICK_SECONDS = 0.25
REFRESH_NS = 60 * 10**9


class Closing:
    def __init__(
        self,
        execution: ExecutionService,
        venue: Venue,
        expiry: Expiry,
        next_close: Callable[[], Awaitable[int]],
        clock: Clock,
    ) -> None:
        """`next_close` gives the close of the session that is on or comes next, in UTC nanoseconds."""
        self._execution, self._venue, self._expiry = execution, venue, expiry
        self._next_close, self._clock = next_close, clock
        self._asked_at_ns = 0

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self._execution.close_due.wait()
            except TimeoutError:
                pass
            try:
                await self._tick()
            except CiftError as error:
                _log.warning("orders that are due wait", error=error.message)
                await asyncio.sleep(TICK_SECONDS)

    async def _tick(self) -> None:
        now_ns = self._clock()
        expiry = self._expiry
        if expiry.close_due(now_ns):
            if self._execution.connected.is_set():
                await self._venue.expire(expiry.next_close_ns, session_close=True)
                _log.info("the session closed", close_ns=expiry.next_close_ns)
                expiry.next_close_ns, self._asked_at_ns = 0, 0
                self._execution.close_due.clear()
                self._execution.send_waiting()
            else:
                await asyncio.sleep(TICK_SECONDS)
        elif expiry.dates_due(now_ns) and self._execution.connected.is_set():
            await self._venue.expire(now_ns, session_close=False)
            expiry.dates_done(now_ns)
        if expiry.next_close_ns == 0 or now_ns - self._asked_at_ns > REFRESH_NS:
            self._asked_at_ns = now_ns
            next_close_ns = await self._next_close()
            if not expiry.close_due(self._clock()):
                expiry.next_close_ns = next_close_ns
