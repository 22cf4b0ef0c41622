"""What every feed is."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.ticks import FeedTick

Batch = Sequence[FeedTick] | Rows
"""Objects, or columns (`TICK`) where there are many."""
MANY = 64


def as_batch(ticks: Rows) -> Batch:
    """Columns cost their own, whatever is in them."""
    return ticks if len(ticks) >= MANY else columns.to_ticks(ticks)


class Feed(Protocol):
    name: str

    @property
    def symbols(self) -> tuple[str, ...]: ...

    @property
    def is_timed_now(self) -> bool:
        """True where a tick's time is that of the present market, so that it tells the tick's age."""
        ...

    @property
    def finished(self) -> bool:
        """True when nothing will come any more."""
        ...

    @property
    def can_wait(self) -> bool:
        """True where the source loses nothing when the service is slower than it."""
        ...

    def batches(self) -> AsyncIterator[Batch]:
        """Ticks as they are due, those that are due together at once; never empty."""
        ...


class FeedError(Exception):
    """The feed cannot start; the message says why in words for whoever set it up."""
