"""Group commit: items queue while a commit is under way, and the next commit takes them all."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cift_trading import metrics

T = TypeVar("T")


class Lane(Generic[T]):
    """Gives items to `commit` in the order they came, in groups; one group at a time.

    `commit` answers each item itself; an error that leaves it ends the lane (and with it the process).
    """

    def __init__(self, name: str, commit: Callable[[list[T]], Awaitable[None]], group_size_max: int) -> None:
        self._commit, self._group_size_max = commit, group_size_max
        self._queue: deque[T] = deque()
        self._filled = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._duration = metrics.commit_duration.labels(name)
        self._size = metrics.commit_size.labels(name)

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, item: T) -> None:
        self._queue.append(item)
        self._filled.set()
        self._idle.clear()

    async def run(self) -> None:
        while True:
            await self._filled.wait()
            # What has already arrived at the sockets goes into the same group.
            await asyncio.sleep(0)
            queue = self._queue
            group = [queue.popleft() for _ in range(min(len(queue), self._group_size_max))]
            if not queue:
                self._filled.clear()
            started = time.perf_counter()
            await self._commit(group)
            self._duration.observe(time.perf_counter() - started)
            self._size.observe(len(group))
            if not queue:
                self._idle.set()

    async def drain(self) -> None:
        """Returns when nothing is queued and nothing under way."""
        await self._idle.wait()
