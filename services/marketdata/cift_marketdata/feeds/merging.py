"""Brings the ticks of several sources together in the order of their times, a block at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cift_marketdata.domain.columns import TICK, Rows
from cift_marketdata.domain.ticks import BadTick

Block = Rows | BadTick


@dataclass(slots=True)
class _Source:
    blocks: Iterator[Block]
    ticks: Rows = field(default_factory=lambda: np.empty(0, TICK))
    # A tick whose time is behind its predecessor's stays where it is in its source.
    times: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    last_ns: int = 0
    ended: bool = False

    def fill(self) -> Iterator[Block]:
        """Reads on until there are ticks, or no more; gives what else there is meanwhile."""
        while not len(self.ticks) and not self.ended:
            block = next(self.blocks, None)
            if block is None:
                self.ended = True
            elif isinstance(block, BadTick) or block.dtype != TICK:
                yield block
            elif len(block):
                self.ticks = block
                self.times = np.maximum(np.maximum.accumulate(block["time"]), self.last_ns)
                self.last_ns = int(self.times[-1])


def merged(sources: Iterable[Iterator[Block]]) -> Iterator[Block]:
    """Of ticks of one time those of the earlier source come first. Depths and statuses come when they are read."""
    open_ = [_Source(blocks) for blocks in sources]
    while True:
        for source in open_:
            yield from source.fill()
        open_ = [source for source in open_ if len(source.ticks)]
        if not open_:
            return
        # Up to here no source has anything that is not read yet.
        first = min(open_, key=lambda source: source.last_ns)
        until, parts, times, behind = first.last_ns, [], [], False
        for source in open_:
            # `first` may go on with the very same time, which comes before that of a later source.
            count = int(np.searchsorted(source.times, until, "left" if behind else "right"))
            behind = behind or source is first
            parts.append(source.ticks[:count])
            times.append(source.times[:count])
            source.ticks, source.times = source.ticks[count:], source.times[count:]
        block = np.concatenate(parts)
        if len(block):
            yield block[np.argsort(np.concatenate(times), kind="stable")]
