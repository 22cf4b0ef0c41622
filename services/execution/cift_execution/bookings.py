"""Proves from time to time that what trading has booked is what the venue has executed, and reports it by metrics.

Each pass continues after the last sequence up to which both sides were the same; once a day, at every start and on
demand all of the journal is compared, so that a trade that is added to the books later does not go unseen.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Protocol

from cift_common import logging
from cift_common.errors import CiftError
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2
from prometheus_client import Counter, Gauge

from cift_execution.domain.bookings import Comparison, compare
from cift_execution.domain.broker import Broker
from cift_execution.domain.cursor import Cursor

_log = logging.get(__name__)
_differences = Gauge(
    "cift_execution_booking_differences", "Trades that are booked otherwise than the venue executed them; must be 0"
)
_compared = Counter("cift_execution_bookings_compared", "Trades of the venue that were compared with what is booked")
_proved = Gauge("cift_proof_timestamp_seconds", "When a proof was last made", ["proof"])
_failed = Counter("cift_proof_failures", "Proofs that could not be made", ["proof"])

FULL_SECONDS = 24 * 3600.0
FIRST_SECONDS = 5.0
# Comparing shares the event loop with orders: after so many reports it lets them go first for a while.
STEP, PAUSE_SECONDS = 200, 0.02


class BookedTrades(Protocol):
    def booked_trades(self, broker: str, after_sequence: int) -> AsyncIterator[trading_pb2.BookedTrade]:
        """The trades that trading has booked, by sequence. `Unavailable` where trading does not answer."""
        ...


class Settled(Protocol):
    @property
    def settled_sequence(self) -> int:
        """What was published up to this sequence has had time to be booked."""
        ...


class Bookings:
    def __init__(
        self, broker: Broker, trading: BookedTrades, cursor: Cursor, settled: Settled, *, period_seconds: float
    ) -> None:
        self._broker, self._trading, self._cursor = broker, trading, cursor
        self._settled, self._period = settled, period_seconds
        self._matched_until = 0
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Ends only by cancellation."""
        proved, failed = _proved.labels("bookings"), _failed.labels("bookings")
        await asyncio.sleep(min(FIRST_SECONDS, self._period))
        full_at, told = 0.0, ""
        while True:
            try:
                everything = time.monotonic() >= full_at
                await self.compare(0 if everything else self._matched_until)
                if everything:
                    full_at = time.monotonic() + FULL_SECONDS
                proved.set(time.time())
                told = ""
            except CiftError as error:
                failed.inc()
                if error.message != told:
                    _log.warning("cannot compare what is booked with the venue", error=error.message)
                    told = error.message
            await asyncio.sleep(self._period)

    async def compare(self, after: int = 0) -> Comparison:
        """Compares everything after a sequence; `Unavailable` where a side does not answer."""
        async with self._one_at_a_time:
            # In this order: whatever was settled is in the journal and in the books when they are read.
            settled, last = self._settled.settled_sequence, self._cursor.arrived
            found = await compare(
                _paced(self._broker.history(after)),
                self._trading.booked_trades(self._broker.name, after),
                after=after,
                settled=settled,
                last=max(last, settled),
            )
            for difference in found.differences[:20]:
                _log.error("what is booked differs from the venue", difference=difference)
            _compared.inc(found.compared)
            _differences.set(len(found.differences))
            self._matched_until = found.matched_until
            return found


async def _paced(reports: AsyncIterator[matcher_pb2.ExecutionReport]) -> AsyncIterator[matcher_pb2.ExecutionReport]:
    count = 0
    async for report in reports:
        yield report
        count += 1
        if count % STEP == 0:
            await asyncio.sleep(PAUSE_SECONDS)
