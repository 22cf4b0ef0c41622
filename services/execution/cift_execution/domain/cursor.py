"""How far the broker's reports have been published, without gaps."""


class Cursor:
    """Reports arrive in sequence, and are stored in any order; `value` is the last below which all are stored."""

    def __init__(self, value: int) -> None:
        self.arrived = value
        self._open: dict[int, None] = {}

    @property
    def value(self) -> int:
        return next(iter(self._open)) - 1 if self._open else self.arrived

    @property
    def open(self) -> int:
        """How many have arrived and are not stored yet."""
        return len(self._open)

    def arrive(self, sequence: int) -> bool:
        """False for a repeat, which is to be dropped."""
        if sequence <= self.arrived:
            return False
        self.arrived = sequence
        self._open[sequence] = None
        return True

    def store(self, sequence: int) -> None:
        self._open.pop(sequence, None)
