"""Where a stream of numbered updates stands."""

from enum import Enum, auto


class Arrival(Enum):
    NEXT = auto()
    REPEATED = auto()
    # Something between it and the last one is missing.
    GAP = auto()


class Sequence:
    """Numbers count up by one; an account's updates come once each, in order, or not at all yet."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def judge(self, number: int) -> Arrival:
        """Does not move; `advance` does, when the update was passed on."""
        if number <= self.last:
            return Arrival.REPEATED
        return Arrival.NEXT if number == self.last + 1 else Arrival.GAP

    def advance(self, number: int) -> None:
        if number != self.last + 1:
            raise ValueError(f"update {number} cannot follow {self.last}")
        self.last = number
