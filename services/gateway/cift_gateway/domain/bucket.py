"""A token bucket: so many requests a second, and a burst on top."""


class Bucket:
    """Times in seconds of a clock that never goes back."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate_per_second: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._level, self._at = rate_per_second, burst, burst, now

    def take(self, now: float) -> bool:
        """Takes one; false where there is none left."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
