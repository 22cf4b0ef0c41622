"""What risk decides, by which policy, and whether it can."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, quantiles, rate

DASHBOARD = Dashboard(
    "risk",
    "CIFT · Risk",
    (
        (
            "Now",
            (
                panel(
                    "Refused, last five minutes",
                    "cift:risk_refusals:ratio_rate5m",
                    unit="percentunit",
                    now=True,
                    limit=0.5,
                    width=6,
                ),
                panel(
                    "Policy",
                    Query("max(cift_risk_policy_version)", "in force"),
                    Query("max(cift_trading_policy_version)", "enforced"),
                    now=True,
                    width=6,
                ),
                panel(
                    "Lease runs for",
                    "min(cift_risk_lease_expiry_timestamp_seconds) - time()",
                    unit="s",
                    now=True,
                    width=6,
                    what="Without a lease every order is refused.",
                ),
                panel("Halts", Query("sum by (scope) (cift_risk_halts)", "{{scope}}"), now=True, limit=1, width=6),
            ),
        ),
        (
            "Decisions",
            (
                panel(
                    "Decisions",
                    Query(rate("cift_risk_decisions_total", "outcome"), "{{outcome}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Refusals by reason",
                    Query(rate("cift_risk_decisions_total", "reason", 'outcome="refused"'), "{{reason}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel("Time of a check", *quantiles("cift_risk_check_seconds"), unit="s"),
                panel("Breaches recorded", Query(rate("cift_risk_breaches_total", "reason"), "{{reason}}"), unit="ops"),
                panel("Leases given", Query(rate("cift_risk_leases_total", "engine"), "{{engine}}"), unit="ops"),
                panel(
                    "Orders without a decision",
                    "sum(cift_execution_orders_without_decision_total)",
                    limit=1,
                    what="Must stay 0: they bypassed trading.",
                ),
            ),
        ),
    ),
)
