"""How long an order takes, and where. A dot is an order whose trace is a click away."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, quantile, quantiles

_ORDER = 'http_route="/v2/orders",http_request_method="POST"'

DASHBOARD = Dashboard(
    "latency",
    "CIFT · Latency",
    (
        (
            "Objectives",
            (
                panel(
                    "Slower than 10 ms, last hour",
                    "cift:order_latency_errors:ratio_rate1h",
                    unit="percentunit",
                    now=True,
                    limit=0.01,
                    width=6,
                    what="Objective: 1 % at most.",
                ),
                panel(
                    "Not answered, last hour",
                    "cift:order_availability_errors:ratio_rate1h",
                    unit="percentunit",
                    now=True,
                    limit=0.001,
                    width=6,
                    what="5xx or 429. Objective: 0.1 % at most.",
                ),
                panel(
                    "Submit to acknowledgement, p99",
                    "cift:order_ack_seconds:p99",
                    unit="s",
                    now=True,
                    limit=0.01,
                    width=6,
                ),
                panel("Submit to fill, p99", "cift:order_fill_seconds:p99", unit="s", now=True, width=6),
            ),
        ),
        (
            "An order's way",
            (
                panel(
                    "At the edge: POST /v2/orders",
                    *quantiles("http_server_request_duration_seconds", matchers=_ORDER),
                    unit="s",
                    limit=0.01,
                    exemplars=True,
                    width=12,
                ),
                panel(
                    "Submit to acknowledgement, in trading",
                    *quantiles("cift_order_ack_seconds"),
                    unit="s",
                    limit=0.01,
                    exemplars=True,
                    width=12,
                ),
                panel("Submit to fill", *quantiles("cift_order_fill_seconds"), unit="s", exemplars=True, width=12),
                panel(
                    "Broker's answer",
                    *quantiles("cift_execution_broker_answer_seconds", matchers='kind="new"'),
                    unit="s",
                    width=12,
                ),
            ),
        ),
        (
            "Where it goes",
            (
                panel("Risk engine", *quantiles("cift_risk_check_seconds"), unit="s"),
                panel(
                    "Commit",
                    Query(quantile(0.5, "cift_commit_duration_seconds", "lane"), "p50 {{lane}}"),
                    Query(quantile(0.99, "cift_commit_duration_seconds", "lane"), "p99 {{lane}}"),
                    unit="s",
                ),
                panel("Journal flush", *quantiles("cift_matcher_journal_flush_seconds"), unit="s", limit=0.01),
                panel(
                    "gRPC, p99",
                    Query(quantile(0.99, "rpc_server_call_duration_seconds", "rpc_method"), "{{rpc_method}}"),
                    unit="s",
                ),
                panel(
                    "HTTP, p99",
                    Query(quantile(0.99, "http_server_request_duration_seconds", "http_route"), "{{http_route}}"),
                    unit="s",
                ),
                panel(
                    "Orders a commit",
                    Query(quantile(0.5, "cift_commit_group_size", "lane"), "p50 {{lane}}"),
                    Query(quantile(0.99, "cift_commit_group_size", "lane"), "p99 {{lane}}"),
                ),
            ),
        ),
    ),
)
