"""What rests at the venue, looked at while somebody follows it. Execution has the way there, so execution is asked."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from cift_common import logging
from cift_common.errors import CiftError
from cift_proto.execution.v1 import execution_pb2 as execution

from cift_gateway.adapters.backends import Backends

_log = logging.get(__name__)
# No eye follows more; each look is one call to execution and one to the venue, whoever many follow.
INTERVAL_SECONDS = 0.2
# An unchanged book is told again, so that a reader can tell a quiet book from a dead line.
REPEAT_SECONDS = 1.0
TIMEOUT_SECONDS = 2.0
DEPTH = 50

Tell = Callable[[execution.GetBookResponse], None]


class Books:
    def __init__(self, backends: Backends) -> None:
        self._backends = backends

    def watch(self, symbol: str, tell: Tell) -> "Watch":
        return Watch(self._backends, symbol, tell)


class Watch:
    """Tells a symbol's book when it changed, and now and then when it did not.

    A book without a time: the venue does not answer, and what was told before is not to be believed any more.
    """

    def __init__(self, backends: Backends, symbol: str, tell: Tell) -> None:
        self._backends, self._symbol, self._tell = backends, symbol, tell
        self._task = asyncio.create_task(self._run(), name=f"book {symbol}")

    async def unsubscribe(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        told, told_at = execution.GetBookResponse(), 0.0
        away = False
        while True:
            try:
                book = await self._look()
                away = False
            except CiftError as error:
                if not away:
                    _log.warning("no book from the venue", symbol=self._symbol, error=error.message)
                away = True
                book = execution.GetBookResponse(symbol=self._symbol)
            now = loop.time()
            if not _same(book, told) or now - told_at >= REPEAT_SECONDS:
                told, told_at = book, now
                self._tell(book)
            await asyncio.sleep(INTERVAL_SECONDS)

    async def _look(self) -> execution.GetBookResponse:
        book: execution.GetBookResponse = await self._backends.call(
            self._backends.execution.GetBook,
            execution.GetBookRequest(symbol=self._symbol, depth=DEPTH),
            timeout=TIMEOUT_SECONDS,
        )
        return book


def _same(one: execution.GetBookResponse, other: execution.GetBookResponse) -> bool:
    """The venue's sequence and time go on with every order of every symbol."""
    return bool(one.time_ns) == bool(other.time_ns) and one.bids == other.bids and one.asks == other.asks
