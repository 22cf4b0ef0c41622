"""When DAY and GTD orders end.

DAY orders end at the close of the session of the platform's calendar; where the market is always open, at the end of
the UTC day. A close that passed while this service was down is caught up with before any order is sent.
"""

import heapq

DAY_NS = 24 * 3600 * 10**9


def end_of_utc_day(now_ns: int) -> int:
    return (now_ns // DAY_NS + 1) * DAY_NS


class Expiry:
    def __init__(self, next_close_ns: int) -> None:
        """`next_close_ns` 0: not known yet."""
        self.next_close_ns = next_close_ns
        self._dates: list[int] = []
        self._expected: set[int] = set()

    def close_due(self, now_ns: int) -> bool:
        return 0 < self.next_close_ns <= now_ns

    def expect(self, expires_at_ns: int) -> None:
        """An order with this date (0: none) is at the venue; a date is kept once."""
        if expires_at_ns and expires_at_ns not in self._expected:
            self._expected.add(expires_at_ns)
            heapq.heappush(self._dates, expires_at_ns)

    def dates_due(self, now_ns: int) -> bool:
        return bool(self._dates) and self._dates[0] <= now_ns

    def dates_done(self, until_ns: int) -> None:
        while self._dates and self._dates[0] <= until_ns:
            self._expected.discard(heapq.heappop(self._dates))
