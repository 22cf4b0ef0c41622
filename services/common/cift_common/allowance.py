"""So many a second, and as many at once: a token bucket."""


class Allowance:
    def __init__(self, per_second: float) -> None:
        self._per_second, self._room, self._filled_at = per_second, per_second, 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed; `now` in seconds of a clock that never goes back."""
        if not self.has_room(now):
            return False
        self._room -= 1
        return True

    def has_room(self, now: float) -> bool:
        """Whether one more would be allowed; takes nothing."""
        self._room = min(self._per_second, self._room + max(now - self._filled_at, 0) * self._per_second)
        self._filled_at = now
        return self._room >= 1
