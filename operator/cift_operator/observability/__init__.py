"""What is watched, and how it is shown: rules, objectives, alerts, dashboards. Pure; no metric is made here."""

from functools import cache

from cift_operator.observability.rules import ALERT_SEVERITIES, alerts, rule_groups, rules_file

PROMETHEUS, JAEGER = "prometheus", "jaeger"
"""Names of the data sources, as Grafana knows them."""


@cache
def dashboard_files() -> dict[str, str]:
    """Name → Grafana's JSON."""
    # The SDK is large, and most commands need no dashboard.
    from cift_operator.observability.dashboards import build

    return build()


__all__ = ["ALERT_SEVERITIES", "JAEGER", "PROMETHEUS", "alerts", "dashboard_files", "rule_groups", "rules_file"]
