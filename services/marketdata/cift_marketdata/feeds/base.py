"""What every feed is."""

from collections.abc import AsyncIterator
from typing import Protocol

from cift_marketdata.domain.ticks import FeedTick


class Feed(Protocol):
    name: str

    @property
    def symbols(self) -> tuple[str, ...]: ...

    @property
    def standing(self) -> bool:
        """True while the last quotes still hold although nothing new was said; a feed that ended has none."""
        ...

    @property
    def finished(self) -> bool:
        """True when nothing will come any more."""
        ...

    @property
    def can_wait(self) -> bool:
        """True where the source loses nothing when the service is slower than it."""
        ...

    def batches(self) -> AsyncIterator[list[FeedTick]]:
        """Ticks as they are due, those that are due together at once; never empty."""
        ...


class FeedError(Exception):
    """The feed cannot start; the message says why in words for whoever set it up."""
