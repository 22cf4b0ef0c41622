"""Messages that nobody believed: counted in one metric by whoever refused them, so that one alert sees them all."""

from prometheus_client import Counter

_refused = Counter(
    "cift_messages_not_believed",
    "Messages that were not signed by who is responsible for them, or whose signature does not cover what they say",
    ["message"],
)


def not_believed(message: str) -> None:
    """Counts one; `message` is its kind, e.g. execution_report."""
    _refused.labels(message).inc()


for _kind in ("execution_report", "order", "cancel", "account_update"):
    _refused.labels(_kind)
