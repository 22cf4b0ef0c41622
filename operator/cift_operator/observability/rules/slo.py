"""Objectives of the order path, and alerts by how fast their error budget burns.

An alert wants a long window (it matters) and a short one (it still goes on): one pair that burns the month's budget in
two days wakes somebody, one that burns it in ten days or more makes a ticket.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Objective:
    """`bad` is the share of what failed in a window, with `%s` for its length."""

    name: str
    alert: str
    what: str
    target: float
    bad: str


_ORDERS = 'http_server_request_duration_seconds_%s{http_route="/v2/orders",http_request_method="POST"%s}[%%s]'


def _rate(metric: str, matchers: str = "") -> str:
    return f"sum(rate({_ORDERS % (metric, matchers)}))"


_FAILED = ',http_response_status_code=~"5..|429"'
_TAKEN = ',http_response_status_code="200"'

OBJECTIVES = (
    Objective(
        "order_availability",
        "OrderAvailabilityBurn",
        "order submissions are answered (not with 5xx or 429)",
        0.999,
        f"({_rate('count', _FAILED)} or vector(0)) / {_rate('count')}",
    ),
    Objective(
        "order_latency",
        "OrderLatencyBurn",
        "accepted orders are acknowledged within 10 ms",
        0.99,
        f"1 - {_rate('bucket', _TAKEN + ',le=' + chr(34) + '0.01' + chr(34))} / {_rate('count', _TAKEN)}",
    ),
)

# Burn rate, long window, short window, severity. The budget is that of 30 days.
_BURNS = ((14.4, "1h", "5m", "page"), (6, "6h", "30m", "page"), (3, "1d", "2h", "ticket"), (1, "3d", "6h", "ticket"))
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


def record(objective: Objective, window: str) -> str:
    return f"cift:{objective.name}_errors:ratio_rate{window}"


def groups() -> list[dict[str, Any]]:
    """Recording rules of every window, and two alerts an objective."""
    recording = [
        {"record": record(objective, window), "expr": objective.bad.replace("%s", window)}
        for objective in OBJECTIVES
        for window in WINDOWS
    ]
    alerting = [_alert(objective, severity) for objective in OBJECTIVES for severity in ("page", "ticket")]
    return [
        {"name": "objectives", "interval": "15s", "rules": recording},
        {"name": "objectives burn", "interval": "15s", "rules": alerting},
    ]


def _alert(objective: Objective, severity: str) -> dict[str, Any]:
    budget = 1 - objective.target
    pairs = [
        f"({record(objective, long)} > {burn * budget:.6g} and {record(objective, short)} > {burn * budget:.6g})"
        for burn, long, short, burns_to in _BURNS
        if burns_to == severity
    ]
    return {
        "alert": objective.alert + ("Fast" if severity == "page" else "Slow"),
        "expr": " or ".join(pairs),
        "labels": {"severity": severity},
        "annotations": {
            "summary": f"The error budget burns: {objective.what}, {objective.target:.1%} of them",
            "description": "Now {{ $value | humanizePercentage }} do not.",
        },
    }
