"""What one WebSocket connection may send: a handful of messages before it is authenticated, a rate afterwards."""

from cift_gateway.domain.bucket import Bucket

ANONYMOUS_MESSAGES_MAX = 10
ANONYMOUS_BYTES_MAX = 16 * 1024
MESSAGES_PER_SECOND, MESSAGES_BURST = 20, 200
BYTES_PER_SECOND, BYTES_BURST = 16 * 1024, 256 * 1024


class StreamBudget:
    """Every frame counts as a message: pings and the parts of a message cost as much as messages do."""

    __slots__ = ("_bytes", "_messages", "_seen", "_seen_bytes")

    def __init__(self, now: float) -> None:
        self._messages = Bucket(MESSAGES_PER_SECOND, MESSAGES_BURST, now)
        self._bytes = Bucket(BYTES_PER_SECOND, BYTES_BURST, now)
        self._seen = self._seen_bytes = 0

    def spend(self, size: int, now: float, *, is_authenticated: bool) -> str:
        """Empty where the frame is within the budget, otherwise the limit that it breaks."""
        if not is_authenticated:
            self._seen += 1
            self._seen_bytes += size
            if self._seen > ANONYMOUS_MESSAGES_MAX:
                return f"at most {ANONYMOUS_MESSAGES_MAX} messages before authentication"
            if self._seen_bytes > ANONYMOUS_BYTES_MAX:
                return f"at most {ANONYMOUS_BYTES_MAX} bytes before authentication"
            return ""
        if not self._messages.take(now):
            return f"at most {MESSAGES_PER_SECOND} messages a second"
        if not self._bytes.take(now, size):
            return f"at most {BYTES_PER_SECOND} bytes a second"
        return ""
