"""When to look at which platform: at most one pass at a time for each, and many causes become one."""

import asyncio
import logging as logging_levels
from collections.abc import Awaitable, Callable
from random import random

from cift_common import logging

_log = logging.get(__name__)

BACKOFF_SECONDS_MIN = 1.0
BACKOFF_SECONDS_MAX = 60.0
STUCK_SECONDS = 300.0
# Several events of one cause come together, and while a rollout moves there is always another one.
GATHER_SECONDS = 0.02
GATHER_BUSY_SECONDS = 0.25

Place = tuple[str, str]


class Schedule:
    """`work(place)` answers with the seconds until its next turn, or None when the place is gone."""

    def __init__(
        self, work: Callable[[Place], Awaitable[float | None]], expected: tuple[type[Exception], ...] = ()
    ) -> None:
        """`expected`: what may go wrong with the outside; anything else is our mistake, and is shown whole."""
        self._work, self._expected = work, expected
        self._causes: dict[Place, asyncio.Event] = {}
        self._tasks: dict[Place, asyncio.Task[None]] = {}
        self._busy: dict[Place, float] = {}
        self._closed = False

    def wake(self, place: Place) -> None:
        """Look soon."""
        if self._closed:
            return
        if place in self._tasks:
            self._causes[place].set()
            return
        self._causes[place] = asyncio.Event()
        self._causes[place].set()
        self._tasks[place] = asyncio.create_task(self._run(place), name=f"reconcile {'/'.join(place)}")

    @property
    def healthy(self) -> bool:
        """No pass has hung."""
        now = asyncio.get_running_loop().time()
        return all(now - begun < STUCK_SECONDS for begun in self._busy.values())

    async def close(self) -> None:
        """Passes under way are broken off: the next look takes up what they left."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, place: Place) -> None:
        failures = 0
        cause = self._causes[place]
        try:
            while True:
                cause.clear()
                self._busy[place] = asyncio.get_running_loop().time()
                try:
                    pause = await self._work(place)
                    failures = 0
                except Exception as error:
                    failures += 1
                    pause = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_MIN * 2 ** min(failures, 10)) * (
                        0.5 + random() / 2
                    )
                    expected = isinstance(error, self._expected)
                    _log.log(
                        logging_levels.WARNING if expected else logging_levels.ERROR,
                        "a pass failed",
                        platform="/".join(place),
                        error=str(error),
                        again_in=round(pause, 1),
                        exc_info=None if expected else error,
                    )
                finally:
                    self._busy.pop(place, None)
                if pause is None:
                    if not cause.is_set():
                        return
                    continue
                ended = asyncio.get_running_loop().time()
                try:
                    await asyncio.wait_for(cause.wait(), pause)
                except TimeoutError:
                    continue
                soon = asyncio.get_running_loop().time() - ended < 1
                await asyncio.sleep(GATHER_BUSY_SECONDS if soon else GATHER_SECONDS)
        finally:
            self._tasks.pop(place, None)
            self._causes.pop(place, None)
