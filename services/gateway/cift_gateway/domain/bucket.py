"""A token bucket: so many a second, and a burst on top."""


class Bucket:
    """Times in seconds of a clock that never goes back."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate_per_second: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._level, self._at = rate_per_second, burst, burst, now

    def take(self, now: float, amount: float = 1) -> bool:
        """Takes so many; false, and none taken, where there are not as many left."""
        self._fill(now)
        if self._level < amount:
            return False
        self._level -= amount
        return True

    def owe(self, now: float) -> float:
        """Takes one in any case; the seconds until the debt is paid, 0 where there is none."""
        self._fill(now)
        self._level -= 1
        return max(0.0, -self._level / self._rate)

    def _fill(self, now: float) -> None:
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
